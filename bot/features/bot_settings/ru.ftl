bot_settings-panel-entry-maintenance = 🛠 Обслуживание
bot_settings-panel-entry = ⚙️ Настройки бота
bot_settings-maintenance-is-on =
    <b>Режим обслуживания включён.</b> Всем, кто пишет боту, один раз сообщается, что с ним идут работы, и больше для них ничего не делается. Администраторы работают как обычно.
bot_settings-maintenance-is-off =
    <b>Режим обслуживания выключен.</b> Когда он включён, всем, кто пишет боту, один раз сообщается, что с ним идут работы, и больше для них ничего не делается. Администраторы работают как обычно.
bot_settings-maintenance-switch-on = 🛠 Включить
bot_settings-maintenance-switch-off = ✅ Выключить
bot_settings-maintenance-notice = 🛠 Сейчас с ботом идут работы. Пожалуйста, попробуйте позже.
bot_settings-command-maintenance = Режим обслуживания
bot_settings-help-maintenance = включить и выключить обслуживание
bot_settings-title = <b>Настройки бота.</b> Меняются на ходу и действуют сразу.
bot_settings-all = ‹ Все настройки
bot_settings-setting =
    { $kind ->
        [default] <b>{ $name }</b>: { $value } (по умолчанию)
        [changed] <b>{ $name }</b>: { $value } (по умолчанию: { $default })
       *[strange] <b>{ $name }</b>: { $value } (по умолчанию). Другая версия оставила значение, которого я не понимаю.
    }
bot_settings-maintenance = Режим обслуживания
bot_settings-to-default = ↩️ По умолчанию: { $value }
bot_settings-refused = Так нельзя: настройка осталась прежней.
bot_settings-unknown = Такой настройки я не знаю. Ничего не изменилось.
bot_settings-command-botsettings = Настройки бота
bot_settings-help-botsettings = настройки, которые меняются на ходу
