broadcasts-title = <b>Broadcasts</b>, the newest first
broadcasts-none = Nothing has been broadcast yet.
broadcasts-entry =
    <b>{ $number }</b> · { $state ->
        [composing] draft
        [previewed] draft
        [scheduled] goes out on { $due }
        [running] being sent: { $sent } of { $total }
        [paused] paused: { $sent } of { $total }
        [partly] ended in part: { $sent } of { $total } sent
        [not-begun] cancelled before it began
        [cancelled] cancelled: { $sent } of { $total } sent
        [deleting] being deleted: { $deleted } of { $sent }
        [deleted] deleted: { $deleted } of { $sent }
       *[done] sent: { $sent } of { $total }
    }
    { $excerpt }
broadcasts-entry-idle =
    <b>{ $number }</b> · nobody is sending just now: { $sent } of { $total }
    { $excerpt }
broadcast-excerpt-of-kind = ({ $kind })
broadcast-empty = (nothing yet)
broadcast-kind =
    { $kind ->
        [text] text
        [photo] photo
        [video] video
        [animation] animation
        [audio] audio
        [voice] voice message
        [document] file
        [video-note] video message
        [sticker] sticker
        [album] album
        [poll] poll
        [venue] place
        [location] location
        [contact] contact
        [dice] dice
       *[copy] copy of a message
    }
broadcast-composing =
    <b>Broadcast { $number }</b>

    Send or forward me what is to be said, then press Preview. Nearly any kind of message will do, up to { $most } of them; an album counts as one.

    { $count ->
        [0] Nothing is there yet.
        [one] { $count } message is there so far.
       *[other] { $count } messages are there so far.
    }
broadcast-added =
    Added: { $kind }. { $count ->
        [one] { $count } message so far.
       *[other] { $count } messages so far.
    }
broadcast-lost-album-buttons = ⚠️ Its buttons are lost: Telegram has none under albums.
broadcast-lost-other-buttons = ⚠️ Only the buttons that are links are kept: the others work for the bot that made them and for no other.
broadcast-refused-service = This is a note of Telegram's about the chat and can't be broadcast. Send me a message instead.
broadcast-refused-quiz = I can't broadcast this quiz, since Telegram doesn't tell me its right answer. Make it anew in this chat, or send a poll without a right answer.
broadcast-refused-by-telegram = Telegram refuses this part of the broadcast: it can't be sent like that. Press Start over, and send it differently. Telegram says:
broadcast-refused-kind = I can't broadcast a message of this kind. Send what it says as a text, photo, video or file of your own.
broadcast-refused-too-many = This is one too many: a broadcast has at most { $most } messages. Press Preview, or start over with fewer.
broadcast-preview = <b>Preview of broadcast { $number }</b>: this is what people get.
broadcast-nothing-composed = There is nothing to see yet: send me a message first.
broadcast-settings =
    <b>Broadcast { $number }</b>
    { $excerpt }

    <b>About:</b> { $category ->
        [system] the bot itself. Nobody can opt out of this, so keep it for what everybody must know.
        [offers] offers. People can opt out of offers in /settings and don't get this then.
       *[news] news. People can opt out of news in /settings and don't get this then.
    }
    <b>To:</b> { $audience }
    { $people ->
        [0] Nobody would get it now.
        [one] { $people } person would get it now.
       *[other] { $people } people would get it now.
    }
broadcast-audience-everyone = everyone who can be reached
broadcast-audience-language = people whose language is { $language }
broadcast-audience-active =
    { $days ->
        [one] active within the last day
       *[other] active within the last { $days } days
    }
broadcast-audience-silent =
    { $days ->
        [one] silent for a day or longer
       *[other] silent for { $days } days or longer
    }
broadcast-audience-joined =
    { $days ->
        [one] joined within the last day
       *[other] joined within the last { $days } days
    }
broadcast-audience-source = came from “{ $source }”
broadcast-audience-administrators = administrators only, as a test
broadcast-whom =
    <b>Whom broadcast { $number } goes to</b>

    Now: { $audience }.
    { $people ->
        [0] Nobody would get it now.
        [one] { $people } person would get it now.
       *[other] { $people } people would get it now.
    }

    Choices narrow each other down. Only people who wrote to the bot in private, haven't blocked it and haven't opted out are counted.
broadcast-part =
    <b>Broadcast { $number }</b>: { $part ->
        [language] whose language? What they chose in /settings counts, and otherwise what their Telegram speaks.
        [active] active within how many days?
        [silent] silent for how many days?
        [joined] joined within how many days?
       *[source] from which source?
    } The figure is how many would get it.
broadcast-part-empty =
    <b>Broadcast { $number }</b>

    { $part ->
        [language] Nobody who would get it has told a language.
       *[source] Nobody who would get it came from a source that is known.
    }
broadcast-choice-gone = This choice isn't there any more. These are the present ones.
broadcast-confirmation =
    <b>Send broadcast { $number }?</b>
    { $excerpt }
broadcast-confirmation-people =
    { $people ->
        [one] This goes to { $people } person.
       *[other] This goes to { $people } people.
    }
broadcast-line-messages = <b>Messages:</b> { $count }
broadcast-line-about =
    <b>About:</b> { $category ->
        [system] the bot itself (nobody can opt out of this)
        [offers] offers
       *[news] news
    }
broadcast-line-to = <b>To:</b> { $audience }
broadcast-line-options = <b>How:</b> { $options }
broadcast-option =
    { $option ->
        [silent] without a sound
        [protected] no forwarding or saving
       *[no_preview] no link preview
    }
broadcast-nobody = Nobody would get this now. Choose other people, and then send it.
broadcast-day = <b>Broadcast { $number }</b>: on which day is it to go out? It is { $now } now; the clock is that of your /settings.
broadcast-hour = <b>Broadcast { $number }</b>, { $day }: at which hour ({ $zone })?
broadcast-minute = <b>Broadcast { $number }</b>, { $day }: at which minute ({ $zone })?
broadcast-time-past = This time is past, or too far ahead. Choose another.
broadcast-scheduled =
    <b>Broadcast { $number }</b> goes out on { $due }.
    { $excerpt }
broadcast-scheduled-people =
    { $people ->
        [0] Nobody would get it now.
        [one] { $people } person would get it now; who is there by then does.
       *[other] { $people } people would get it now; who is there by then does.
    }
broadcast-waiting = <b>What waits for its time</b>
broadcast-waiting-none = Nothing waits for its time.
broadcast-anothers-draft =
    <b>Broadcast { $number }</b> is another administrator's draft.
    { $excerpt }
broadcast-draft-left = You have a draft already. Send, schedule or discard it, then begin a new one.
broadcast-gone = This broadcast is gone. /broadcast shows those that there are.
broadcast-changed = This menu was out of date. Here is how it stands now.
broadcast-not-yours = This is another administrator's draft; only they can change it.
broadcast-discarded = Discarded.
broadcast-button-new = ➕ New broadcast
broadcast-button-refresh = 🔄 Refresh
broadcast-button-waiting = 🕒 What waits
broadcast-button-open = { $number } · { $excerpt }
broadcast-button-preview = 👁 Preview
broadcast-button-preview-again = 👁 Preview again
broadcast-button-start-over = ↩️ Start over
broadcast-button-discard = 🗑 Discard
broadcast-button-more = ➕ Add more
broadcast-button-category =
    { $category ->
        [system] System
        [offers] Offers
       *[news] News
    }
broadcast-button-chosen = ✓ { $label }
broadcast-button-whom = 👥 To whom: { $people }
broadcast-button-option =
    { $option ->
        [silent] Silent
        [protected] No forwarding or saving
       *[no_preview] No link preview
    }
broadcast-button-on = ☑ { $label }
broadcast-button-off = ☐ { $label }
broadcast-button-send = 🚀 Send now
broadcast-button-schedule = 🕒 Schedule
broadcast-button-yes = ✅ Yes, send
broadcast-button-back = ‹ Back
broadcast-button-all = ‹ All broadcasts
broadcast-button-everyone = Everyone · { $people }
broadcast-button-administrators = Administrators only · { $people }
broadcast-button-any = Any · { $people }
broadcast-button-part =
    { $part ->
        [language] Language…
        [active] Active within…
        [silent] Silent for…
        [joined] Joined within…
       *[source] Source…
    }
broadcast-button-days =
    { $days ->
        [one] { $days } day · { $people }
       *[other] { $days } days · { $people }
    }
broadcast-button-value = { $value } · { $people }
broadcast-button-unschedule = ✋ Unschedule
broadcast-button-other-time = 🕒 Another time
broadcast-button-cancel = ✖️ Cancel
broadcast-button-pause = ⏸ Pause
broadcast-button-go-on = ▶️ Go on
broadcast-button-failures = 📄 Failures (CSV)
broadcast-button-delete = 🗑 Delete messages
broadcast-button-delete-yes = 🗑 Yes, delete them
