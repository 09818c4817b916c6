settings-menu =
    <b>Настройки</b>

    О чём мне можно вам писать, на каком языке и который у вас час? Нажмите, чтобы изменить. То, что касается самого бота, придёт всегда.
settings-category =
    { $category ->
        [offers] Предложения
       *[news] Новости
    }
settings-on = ✅ { $category }: да
settings-off = ❌ { $category }: нет
settings-language = 🌐 Язык: { $language }
settings-zone = 🕰 Часовой пояс: { $zone }
settings-no-zone = не выбран (UTC)
settings-languages = На каком языке мне говорить?
settings-zones = Где вы? Число – насколько ваши часы сейчас впереди UTC.
settings-in-private = Настройки – дело личное: напишите мне /settings в личном чате.
settings-language-as-telegram = Как в Telegram
settings-region-name =
    { $region ->
        [europe] Европа
        [asia] Азия
        [americas] Америка
       *[others] Африка и Океания
    }
settings-zone-with-offset = { $city } ({ $offset })
settings-command-settings = Язык, часовой пояс и о чём мне вам писать
settings-help-settings = язык, часовой пояс и о чём мне можно вам писать
