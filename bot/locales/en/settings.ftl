settings =
    <b>Settings</b>

    What may I write to you about? Press to change it. What is about the bot itself always reaches you.
settings-category =
    { $category ->
        [offers] Offers
       *[news] News
    }
settings-on = ✅ { $category }: on
settings-off = ❌ { $category }: off
settings-in-private = Settings are between you and me: write /settings to me in private.
button-settings = ⚙️ Settings
command-settings = What I may write to you about
