broadcast-progress =
    <b>Broadcast { $number }</b> · { $state ->
        [paused] paused
        [deleting] its messages are being deleted
       *[running] being sent
    }
    { $excerpt }
broadcast-without-a-sender = ⚠️ <b>Nobody is sending just now.</b> It goes on by itself as soon as a worker does.
broadcast-line-sent = Sent: { $sent } of { $total }
broadcast-line-listing = Sent: { $sent } of { $total }, and the list of people is still being made
broadcast-line-no-list =
    { $state ->
        [paused] The list of people isn't made yet.
       *[running] The list of people is being made.
    }
broadcast-line-failed = Failed: { $failed }
broadcast-line-blocked = Can't be reached or have blocked the bot: { $blocked }
broadcast-line-left = Left: { $left }
broadcast-line-speed = Speed: { $speed } a second
broadcast-line-end = Expected end: { $end }
broadcast-line-twice =
    { $people ->
        [one] Perhaps got it twice: { $people } person
       *[other] Perhaps got it twice: { $people } people
    }
broadcast-line-deleted = Deleted: { $deleted } of { $sent }
broadcast-line-took = It took { $duration }.
broadcast-line-not-begun = It was cancelled before it began.
broadcast-report =
    <b>Broadcast { $number }</b> · { $state ->
        [partly] it ended, but not everybody who could have had it has got it
        [cancelled] cancelled
        [deleted] its messages are deleted, as far as Telegram allowed it
       *[done] sent
    }
    { $excerpt }
broadcast-ended =
    <b>Broadcast { $number }</b> · { $state ->
        [partly] ended in part: { $sent } of { $total } sent
        [deleted] messages deleted: { $deleted } of { $sent }
       *[done] sent: { $sent } of { $total }
    }
broadcast-duration-hours = { $hours } h { $minutes } min
broadcast-duration-minutes = { $minutes } min { $seconds } s
broadcast-duration-seconds = { $seconds } s
broadcast-duration-none = less than a second
broadcast-delete-confirmation =
    <b>Delete the messages of broadcast { $number }?</b>

    { $sent ->
        [one] It was sent to { $sent } person.
       *[other] It was sent to { $sent } people.
    } Telegram lets the bot delete a message for 48 hours after it was sent; what is older stays. This can't be taken back.
broadcast-delete-too-late = Telegram lets the bot delete messages for 48 hours only, and these are older, or there are none.
broadcast-no-failures = There are no failures: everybody has got it.
broadcast-failures-caption = Who did not get broadcast { $number }
broadcast-failures-coming = The file is on its way.
