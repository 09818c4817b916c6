framework-back = ‹ Back
framework-older = Older ›
framework-discard = 🗑 Discard
framework-setting-name =
    { $setting ->
        [flood_per_minute] Limit for one person
        [leave_groups] Leave groups
        [maintenance] Maintenance
       *[other] { $setting }
    }
framework-setting-switch =
    { $value ->
        [on] on
       *[off] off
    }
framework-setting-no-limit = no limit
framework-setting-value =
    { $setting ->
        [flood_per_minute] { $value } a minute
       *[other] { $value }
    }
framework-refresh = 🔄 Refresh
framework-too-much = That is more than I can answer at once. I pass over what you send now; wait a little, and go on then.
framework-too-much-toast = That is too fast. Wait a little.
framework-somebody-unknown = somebody unknown
framework-prompt-text-wanted = I need a text for this. Send one, or /cancel.
framework-prompt-too-long =
    { $most ->
        [one] This is too long: { $most } character at the most. Send a shorter one, or /cancel.
       *[other] This is too long: { $most } characters at the most. Send a shorter one, or /cancel.
    }
framework-chosen = ✅ { $name }
framework-language-name = English
framework-time-there = { $time } ({ $zone })
framework-zone-name =
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
framework-unknown-message = I don't understand this yet. /help shows what I can do.
framework-button-gone = This button is of an earlier menu. Write /start for the present one.
