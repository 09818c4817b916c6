bot_settings-panel-entry-maintenance = 🛠 Maintenance
bot_settings-panel-entry = ⚙️ Bot settings
bot_settings-maintenance-is-on =
    <b>Maintenance is on.</b> Whoever writes to the bot is told once that it is being worked on, and nothing is done for them. Administrators work on.
bot_settings-maintenance-is-off =
    <b>Maintenance is off.</b> Switched on, whoever writes to the bot is told once that it is being worked on, and nothing is done for them. Administrators work on.
bot_settings-maintenance-switch-on = 🛠 Switch on
bot_settings-maintenance-switch-off = ✅ Switch off
bot_settings-maintenance-notice = 🛠 The bot is being worked on just now. Please try again later.
bot_settings-command-maintenance = Maintenance, on and off
bot_settings-help-maintenance = on and off
bot_settings-title = <b>Settings of the bot.</b> They change while it runs, at once.
bot_settings-all = ‹ All settings
bot_settings-setting =
    { $kind ->
        [default] <b>{ $name }</b>: { $value } (default)
        [changed] <b>{ $name }</b>: { $value } (default: { $default })
       *[strange] <b>{ $name }</b>: { $value } (default). Another version has left a value that I don't understand.
    }
bot_settings-maintenance = Maintenance
bot_settings-to-default = ↩️ Back to default: { $value }
bot_settings-refused = This can't be: the setting stays as it was.
bot_settings-unknown = I don't know this setting. Nothing has changed.
bot_settings-command-botsettings = Settings of the bot
bot_settings-help-botsettings = settings that change while I run
