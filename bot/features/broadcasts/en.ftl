broadcasts-panel-entry = 📣 Broadcasts
broadcasts-command-broadcast = Write to everyone
broadcasts-help-broadcast = write to everyone
broadcasts-progress =
    <b>Broadcast { $number }</b> · { $state ->
        [paused] paused
        [deleting] its messages are being deleted
       *[running] being sent
    }
    { $excerpt }
broadcasts-without-a-sender = ⚠️ <b>Nobody is sending just now.</b> It goes on by itself as soon as a worker does.
broadcasts-line-sent = Sent: { $sent } of { $total }
broadcasts-line-listing = Sent: { $sent } of { $total }, and the list of people is still being made
broadcasts-line-no-list =
    { $state ->
        [paused] The list of people isn't made yet.
       *[running] The list of people is being made.
    }
broadcasts-line-failed = Failed: { $failed }
broadcasts-line-blocked = Can't be reached or have blocked the bot: { $blocked }
broadcasts-line-left = Left: { $left }
broadcasts-line-speed = Speed: { $speed } a second
broadcasts-line-end = Expected end: { $end }
broadcasts-line-twice =
    { $people ->
        [one] Perhaps got it twice: { $people } person
       *[other] Perhaps got it twice: { $people } people
    }
broadcasts-line-deleted = Deleted: { $deleted } of { $sent }
broadcasts-line-took = It took { $duration }.
broadcasts-line-not-begun = It was cancelled before it began.
broadcasts-report =
    <b>Broadcast { $number }</b> · { $state ->
        [partly] it ended, but not everybody who could have had it has got it
        [cancelled] cancelled
        [deleted] its messages are deleted, as far as Telegram allowed it
       *[done] sent
    }
    { $excerpt }
broadcasts-ended =
    <b>Broadcast { $number }</b> · { $state ->
        [partly] ended in part: { $sent } of { $total } sent
        [deleted] messages deleted: { $deleted } of { $sent }
       *[done] sent: { $sent } of { $total }
    }
broadcasts-duration-hours = { $hours } h { $minutes } min
broadcasts-duration-minutes = { $minutes } min { $seconds } s
broadcasts-duration-seconds = { $seconds } s
broadcasts-duration-none = less than a second
broadcasts-delete-confirmation =
    <b>Delete the messages of broadcast { $number }?</b>

    { $sent ->
        [one] It was sent to { $sent } person.
       *[other] It was sent to { $sent } people.
    } Telegram lets the bot delete a message for 48 hours after it was sent; what is older stays. This can't be taken back.
broadcasts-delete-too-late = Telegram lets the bot delete messages for 48 hours only, and these are older, or there are none.
broadcasts-no-failures = There are no failures: everybody has got it.
broadcasts-failures-caption = Who did not get broadcast { $number }
broadcasts-failures-coming = The file is on its way.
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
broadcasts-excerpt-of-kind = ({ $kind })
broadcasts-empty = (nothing yet)
broadcasts-kind =
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
broadcasts-composing =
    <b>Broadcast { $number }</b>

    Send or forward me what is to be said, then press Preview. Nearly any kind of message will do, up to { $most } of them; an album counts as one.

    { $count ->
        [0] Nothing is there yet.
        [one] { $count } message is there so far.
       *[other] { $count } messages are there so far.
    }
broadcasts-added =
    Added: { $kind }. { $count ->
        [one] { $count } message so far.
       *[other] { $count } messages so far.
    }
broadcasts-lost-album-buttons = ⚠️ Its buttons are lost: Telegram has none under albums.
broadcasts-lost-other-buttons = ⚠️ Only the buttons that are links are kept: the others work for the bot that made them and for no other.
broadcasts-refused-service = This is a note of Telegram's about the chat and can't be broadcast. Send me a message instead.
broadcasts-refused-quiz = I can't broadcast this quiz, since Telegram doesn't tell me its right answer. Make it anew in this chat, or send a poll without a right answer.
broadcasts-refused-by-telegram = Telegram refuses this part of the broadcast: it can't be sent like that. Press Start over, and send it differently. Telegram says:
broadcasts-refused-kind = I can't broadcast a message of this kind. Send what it says as a text, photo, video or file of your own.
broadcasts-refused-too-many = This is one too many: a broadcast has at most { $most } messages. Press Preview, or start over with fewer.
broadcasts-preview = <b>Preview of broadcast { $number }</b>: this is what people get.
broadcasts-nothing-composed = There is nothing to see yet: send me a message first.
broadcasts-settings =
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
broadcasts-audience-everyone = everyone who can be reached
broadcasts-audience-language = people whose language is { $language }
broadcasts-audience-active =
    { $days ->
        [one] active within the last day
       *[other] active within the last { $days } days
    }
broadcasts-audience-silent =
    { $days ->
        [one] silent for a day or longer
       *[other] silent for { $days } days or longer
    }
broadcasts-audience-joined =
    { $days ->
        [one] joined within the last day
       *[other] joined within the last { $days } days
    }
broadcasts-audience-source = came from “{ $source }”
broadcasts-audience-administrators = administrators only, as a test
broadcasts-whom =
    <b>Whom broadcast { $number } goes to</b>

    Now: { $audience }.
    { $people ->
        [0] Nobody would get it now.
        [one] { $people } person would get it now.
       *[other] { $people } people would get it now.
    }

    Choices narrow each other down. Only people who wrote to the bot in private, haven't blocked it and haven't opted out are counted.
broadcasts-part =
    <b>Broadcast { $number }</b>: { $part ->
        [language] whose language? What they chose in /settings counts, and otherwise what their Telegram speaks.
        [active] active within how many days?
        [silent] silent for how many days?
        [joined] joined within how many days?
       *[source] from which source?
    } The figure is how many would get it.
broadcasts-part-empty =
    <b>Broadcast { $number }</b>

    { $part ->
        [language] Nobody who would get it has told a language.
       *[source] Nobody who would get it came from a source that is known.
    }
broadcasts-choice-gone = This choice isn't there any more. These are the present ones.
broadcasts-confirmation =
    <b>Send broadcast { $number }?</b>
    { $excerpt }
broadcasts-confirmation-people =
    { $people ->
        [one] This goes to { $people } person.
       *[other] This goes to { $people } people.
    }
broadcasts-line-messages = <b>Messages:</b> { $count }
broadcasts-line-about =
    <b>About:</b> { $category ->
        [system] the bot itself (nobody can opt out of this)
        [offers] offers
       *[news] news
    }
broadcasts-line-to = <b>To:</b> { $audience }
broadcasts-line-options = <b>How:</b> { $options }
broadcasts-option =
    { $option ->
        [silent] without a sound
        [protected] no forwarding or saving
       *[no_preview] no link preview
    }
broadcasts-nobody = Nobody would get this now. Choose other people, and then send it.
broadcasts-day = <b>Broadcast { $number }</b>: on which day is it to go out? It is { $now } now; the clock is that of your /settings.
broadcasts-hour = <b>Broadcast { $number }</b>, { $day }: at which hour ({ $zone })?
broadcasts-minute = <b>Broadcast { $number }</b>, { $day }: at which minute ({ $zone })?
broadcasts-time-past = This time is past, or too far ahead. Choose another.
broadcasts-scheduled =
    <b>Broadcast { $number }</b> goes out on { $due }.
    { $excerpt }
broadcasts-scheduled-people =
    { $people ->
        [0] Nobody would get it now.
        [one] { $people } person would get it now; who is there by then does.
       *[other] { $people } people would get it now; who is there by then does.
    }
broadcasts-waiting = <b>What waits for its time</b>
broadcasts-waiting-none = Nothing waits for its time.
broadcasts-anothers-draft =
    <b>Broadcast { $number }</b> is another administrator's draft.
    { $excerpt }
broadcasts-draft-left = You have a draft already. Send, schedule or discard it, then begin a new one.
broadcasts-gone = This broadcast is gone. /broadcast shows those that there are.
broadcasts-changed = This menu was out of date. Here is how it stands now.
broadcasts-not-yours = This is another administrator's draft; only they can change it.
broadcasts-discarded = Discarded.
broadcasts-button-new = ➕ New broadcast
broadcasts-button-waiting = 🕒 What waits
broadcasts-button-open = { $number } · { $excerpt }
broadcasts-button-preview = 👁 Preview
broadcasts-button-preview-again = 👁 Preview again
broadcasts-button-start-over = ↩️ Start over
broadcasts-button-more = ➕ Add more
broadcasts-button-category =
    { $category ->
        [system] System
        [offers] Offers
       *[news] News
    }
broadcasts-button-chosen = ✓ { $label }
broadcasts-button-whom = 👥 To whom: { $people }
broadcasts-button-option =
    { $option ->
        [silent] Silent
        [protected] No forwarding or saving
       *[no_preview] No link preview
    }
broadcasts-button-on = ☑ { $label }
broadcasts-button-off = ☐ { $label }
broadcasts-button-send = 🚀 Send now
broadcasts-button-schedule = 🕒 Schedule
broadcasts-button-yes = ✅ Yes, send
broadcasts-button-all = ‹ All broadcasts
broadcasts-button-everyone = Everyone · { $people }
broadcasts-button-administrators = Administrators only · { $people }
broadcasts-button-any = Any · { $people }
broadcasts-button-part =
    { $part ->
        [language] Language…
        [active] Active within…
        [silent] Silent for…
        [joined] Joined within…
       *[source] Source…
    }
broadcasts-button-days =
    { $days ->
        [one] { $days } day · { $people }
       *[other] { $days } days · { $people }
    }
broadcasts-button-value = { $value } · { $people }
broadcasts-button-unschedule = ✋ Unschedule
broadcasts-button-other-time = 🕒 Another time
broadcasts-button-cancel = ✖️ Cancel
broadcasts-button-pause = ⏸ Pause
broadcasts-button-go-on = ▶️ Go on
broadcasts-button-failures = 📄 Failures (CSV)
broadcasts-button-delete = 🗑 Delete messages
broadcasts-button-delete-yes = 🗑 Yes, delete them
broadcasts-cancelled-draft = All right, your draft collects nothing any more. It stays as it is: /broadcast
broadcasts-cancelled-empty-draft = All right, your draft is discarded: there was nothing in it.
