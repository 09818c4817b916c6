dead_letters-panel-entry = ⚠️ What went wrong
dead_letters-command-deadletters = What went wrong
dead_letters-help-deadletters = what went wrong
dead_letters-title = <b>Dead letters</b>: what could not be read, handled or sent, the newest first
dead_letters-none = There are none here.
dead_letters-entry =
    <b>{ $number }</b> · { $origin ->
        [update] update
        [message] message
       *[other] other
    } · { $time }
    { $reason }
dead_letters-open = { $number } · { $reason }
dead_letters-newest = 🔄 Newest
dead_letters-back = ‹ All dead letters
dead_letters-letter =
    <b>Dead letter { $number }</b> · { $origin ->
        [update] update
        [message] message
       *[other] other
    } · { $time }
    Kind: { $kind } · chat: { $chat }
dead_letters-file = 📄 As a file
dead_letters-retry = 🔁 Retry
dead_letters-discard-yes = Yes, discard it
dead_letters-keep = ‹ Keep it
dead_letters-discard-confirmation = <b>Discard dead letter { $number }?</b> This can't be taken back.
dead_letters-caption =
    Dead letter { $number }: the { $origin ->
        [update] update
        [message] message
       *[other] content
    } as it was kept
dead_letters-retried = Dead letter { $number } is tried again.
dead_letters-discarded = Dead letter { $number } is discarded.
dead_letters-gone = This dead letter is gone: it was retried, discarded or has become too old.
dead_letters-not-retriable = This dead letter can't be retried: what was kept is nothing this version can handle or send. It stays.
dead_letters-file-coming = The file is on its way.
dead_letters-failed = Sorry, that went wrong on my side. It is noted as number { $number }, and nothing of it is lost.
