bot-settings = <b>Настройки бота.</b> Меняются на ходу и действуют сразу.
bot-settings-all = ‹ Все настройки
bot-setting =
    { $kind ->
        [default] <b>{ $name }</b>: { $value } (по умолчанию)
        [changed] <b>{ $name }</b>: { $value } (по умолчанию: { $default })
       *[strange] <b>{ $name }</b>: { $value } (по умолчанию). Другая версия оставила значение, которого я не понимаю.
    }
bot-setting-name =
    { $setting ->
        [flood_per_minute] Предел для одного человека
        [leave_groups] Уходить из групп
        [maintenance] Режим обслуживания
       *[other] { $setting }
    }
bot-setting-about =
    { $setting ->
        [flood_per_minute] Сколько один человек может делать в среднем: сообщения, /start и кнопки считаются отдельно. Лишнее отбрасывается. Администраторов это не касается.
        [leave_groups] Уходит ли бот из групп, куда его добавил не администратор бота.
       *[other] { $setting }
    }
bot-setting-switch =
    { $value ->
        [on] да
       *[off] нет
    }
bot-setting-no-limit = без предела
bot-setting-value =
    { $setting ->
        [flood_per_minute] { $value } в минуту
       *[other] { $value }
    }
bot-setting-to-default = ↩️ По умолчанию: { $value }
bot-setting-refused = Так нельзя: настройка осталась прежней.
bot-setting-unknown = Такой настройки я не знаю. Ничего не изменилось.
command-botsettings = Настройки бота
