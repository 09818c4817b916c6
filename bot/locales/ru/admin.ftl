admin-panel =
    <b>Управление</b>

    Чем займёмся?
admin-button-people = 👥 Люди
admin-button-broadcasts = 📣 Рассылки
admin-button-stats = 📊 Статистика
admin-button-dead-letters = ⚠️ Что пошло не так
admin-button-maintenance = 🛠 Обслуживание
admin-button-bot-settings = ⚙️ Настройки бота
admin-button-audit = 📜 Журнал
command-admin = Управление ботом
