settings =
    <b>Настройки</b>

    О чём мне можно вам писать? Нажмите, чтобы изменить. То, что касается самого бота, придёт всегда.
settings-category =
    { $category ->
        [offers] Предложения
       *[news] Новости
    }
settings-on = ✅ { $category }: да
settings-off = ❌ { $category }: нет
settings-in-private = Настройки – дело личное: напишите мне /settings в личном чате.
button-settings = ⚙️ Настройки
command-settings = О чём мне можно вам писать
