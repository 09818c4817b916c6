framework-back = ‹ Back
framework-older = Older ›
framework-discard = 🗑 Discard
framework-setting-flood_per_minute = Limit for one person
framework-setting-flood_per_minute-about = How much one person may do in the long run: messages, /start and buttons are counted apart. What is too much is dropped. Administrators are not limited.
framework-setting-switch =
    { $value ->
        [on] on
       *[off] off
    }
framework-setting-no-limit = no limit
framework-setting-per-minute = { $value } a minute
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
framework-form-yes = ✅ Yes
framework-form-skip = Skip
framework-form-over = 🔄 Start over
framework-form-cancel = ✖️ Cancel
framework-form-cancelled = Cancelled. Nothing was saved.
framework-form-timed-out = You took too long to answer, so I stopped asking. Nothing was saved.
framework-form-private = Let's do this in our private chat. Write to me there.
framework-form-buttons-wanted = Please press one of the buttons below.
framework-form-too-short =
    { $least ->
        [one] That is too short. Please send { $least } character or more, or /cancel.
       *[other] That is too short. Please send { $least } characters or more, or /cancel.
    }
framework-form-number-wanted = Please send a whole number from { $least } to { $most }, or /cancel.
framework-form-choice-wanted = Please press one of the buttons above, or send /cancel.
framework-form-photo-wanted = Please send a photo, and as a photo rather than a file. Or send /cancel.
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
