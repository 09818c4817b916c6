admin-panel =
    <b>Управление</b>

    Чем займёмся?
admin-button-people = 👥 Люди
admin-button-broadcasts = 📣 Рассылки
admin-button-audit = 📜 Журнал
admin-button-back = ‹ Назад
