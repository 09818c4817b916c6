bot-settings = <b>Settings of the bot.</b> They change while it runs, at once.
bot-settings-all = ‹ All settings
bot-setting =
    { $kind ->
        [default] <b>{ $name }</b>: { $value } (default)
        [changed] <b>{ $name }</b>: { $value } (default: { $default })
       *[strange] <b>{ $name }</b>: { $value } (default). Another version has left a value that I don't understand.
    }
bot-setting-name =
    { $setting ->
        [flood_per_minute] Limit for one person
        [leave_groups] Leave groups
        [maintenance] Maintenance
       *[other] { $setting }
    }
bot-setting-about =
    { $setting ->
        [flood_per_minute] How much one person may do in the long run: messages, /start and buttons are counted apart. What is too much is dropped. Administrators are not limited.
        [leave_groups] Whether the bot leaves groups into which somebody puts it who is no administrator of it.
       *[other] { $setting }
    }
bot-setting-switch =
    { $value ->
        [on] on
       *[off] off
    }
bot-setting-no-limit = no limit
bot-setting-value =
    { $setting ->
        [flood_per_minute] { $value } a minute
       *[other] { $value }
    }
bot-setting-to-default = ↩️ Back to default: { $value }
bot-setting-refused = This can't be: the setting stays as it was.
bot-setting-unknown = I don't know this setting. Nothing has changed.
command-botsettings = Settings of the bot
