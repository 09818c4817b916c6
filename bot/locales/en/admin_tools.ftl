maintenance-is-on =
    <b>Maintenance is on.</b> Whoever writes to the bot is told once that it is being worked on, and nothing is done for them. Administrators work on.
maintenance-is-off =
    <b>Maintenance is off.</b> Switched on, whoever writes to the bot is told once that it is being worked on, and nothing is done for them. Administrators work on.
maintenance-switch-on = 🛠 Switch on
maintenance-switch-off = ✅ Switch off
maintenance-notice = 🛠 The bot is being worked on just now. Please try again later.
command-maintenance = Maintenance, on and off
command-deadletters = What went wrong
command-broadcast = Write to everyone
dead-letters-title = <b>Dead letters</b>: what could not be read, handled or sent, the newest first
dead-letters-none = There are none here.
dead-letters-entry =
    <b>{ $number }</b> · { $origin ->
        [update] update
        [message] message
       *[other] other
    } · { $time }
    { $reason }
dead-letters-open = { $number } · { $reason }
dead-letters-newest = 🔄 Newest
dead-letters-older = Older ›
dead-letters-back = ‹ All dead letters
dead-letter =
    <b>Dead letter { $number }</b> · { $origin ->
        [update] update
        [message] message
       *[other] other
    } · { $time }
    Kind: { $kind } · chat: { $chat }
dead-letter-file = 📄 As a file
dead-letter-retry = 🔁 Retry
dead-letter-discard = 🗑 Discard
dead-letter-discard-yes = Yes, discard it
dead-letter-keep = ‹ Keep it
dead-letter-discard-confirmation = <b>Discard dead letter { $number }?</b> This can't be taken back.
dead-letter-caption =
    Dead letter { $number }: the { $origin ->
        [update] update
        [message] message
       *[other] content
    } as it was kept
dead-letter-retried = Dead letter { $number } is tried again.
dead-letter-discarded = Dead letter { $number } is discarded.
dead-letter-gone = This dead letter is gone: it was retried, discarded or has become too old.
dead-letter-not-retriable = This dead letter can't be retried: what was kept is nothing this version can handle or send. It stays.
dead-letter-file-coming = The file is on its way.
notice-started =
    <b>The worker has started.</b>
    Version { $version }, schema { $schema }
    People: { $people } · waiting updates: { $updates } · unsent messages: { $messages }
notice-starts =
    { $starts ->
        [one] { $starts } start since { $time }.
       *[other] <b>{ $starts } starts</b> since { $time }.
    }
notice-crashed =
    ⚠️ <b>The last worker ended without a word</b>: it crashed, was killed, or lost its database for good. What it left is being done now.
notice-errors =
    { $letters ->
        [one] ⚠️ <b>{ $letters } dead letter</b> since { $time }:
       *[other] ⚠️ <b>{ $letters } dead letters</b> since { $time }:
    }
notice-errors-group =
    { $letters } × { $origin ->
        [update] update
        [message] message
       *[other] other
    }: { $reason }
notice-errors-more = … and others. /deadletters shows them all.
notice-errors-end = /deadletters shows them.
