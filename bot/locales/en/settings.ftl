settings =
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
settings-chosen = ✅ { $name }
settings-in-private = Settings are between you and me: write /settings to me in private.
language-name = English
language-as-telegram = As in Telegram
region-name =
    { $region ->
        [europe] Europe
        [asia] Asia
        [americas] Americas
       *[others] Africa and Oceania
    }
time-there = { $time } ({ $zone })
zone-with-offset = { $city } ({ $offset })
zone-name =
    { $zone ->
        [london] London
        [berlin] Berlin
        [kyiv] Kyiv
        [kaliningrad] Kaliningrad
        [minsk] Minsk
        [moscow] Moscow
        [istanbul] Istanbul
        [samara] Samara
        [tbilisi] Tbilisi
        [yekaterinburg] Yekaterinburg
        [almaty] Almaty
        [kolkata] Kolkata
        [novosibirsk] Novosibirsk
        [shanghai] Shanghai
        [tokyo] Tokyo
        [vladivostok] Vladivostok
        [new-york] New York
        [chicago] Chicago
        [denver] Denver
        [los-angeles] Los Angeles
        [sao-paulo] São Paulo
        [lagos] Lagos
        [cairo] Cairo
        [johannesburg] Johannesburg
        [sydney] Sydney
       *[auckland] Auckland
    }
button-settings = ⚙️ Settings
command-settings = Language, time zone, and what I may write to you about
