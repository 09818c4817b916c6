settings-menu =
    <b>Settings</b>

    What may I write to you about, in which language, and what time is it where you are? Press to change it. What is about the bot itself always reaches you.
settings-category =
    { $category ->
        [offers] Offers
       *[news] News
    }
settings-on = ✅ { $category }: on
settings-off = ❌ { $category }: off
settings-language = 🌐 Language: { $language }
settings-zone = 🕰 Time zone: { $zone }
settings-no-zone = not chosen (UTC)
settings-languages = Which language shall I speak?
settings-zones = Where are you? The number is what your clocks are ahead of UTC now.
settings-in-private = Settings are between you and me: write /settings to me in private.
settings-language-as-telegram = As in Telegram
settings-region-name =
    { $region ->
        [europe] Europe
        [asia] Asia
        [americas] Americas
       *[others] Africa and Oceania
    }
settings-zone-with-offset = { $city } ({ $offset })
settings-command-settings = Language, time zone, and what I may write to you about
settings-help-settings = your language, your time zone, and what I may write to you about
