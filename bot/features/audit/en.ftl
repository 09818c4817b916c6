audit-panel-entry = 📜 Audit
audit-title =
    { $of ->
        [by] <b>What { $name } did</b>, the newest first
        [of] <b>What was done to { $name }</b>, the newest first
       *[all] <b>Audit</b>, the newest first
    }
audit-none = Nothing yet.
audit-act =
    { $act ->
        [ban] banned
        [unban] lifted the ban of
        [promote] made an administrator of
        [demote] took administrator's rights from
        [write] wrote to
        [export] exported the data of
        [note] made a note about
        [setting] changed the setting “{ $what }”
        [dead-letter-retried] had dead letter { $what } tried again
        [dead-letter-discarded] discarded dead letter { $what }
        [broadcast-sent] sent broadcast { $what }
        [broadcast-scheduled] scheduled broadcast { $what }
        [broadcast-unscheduled] took back the time of broadcast { $what }
        [broadcast-held-back] held back broadcast { $what }, scheduled by
        [broadcast-paused] paused broadcast { $what }
        [broadcast-continued] went on with broadcast { $what }
        [broadcast-cancelled] cancelled broadcast { $what }
        [broadcast-deleted] had the messages of broadcast { $what } deleted
       *[other] { $raw }
    }
audit-detail =
    { $name ->
        [until] until { $value }
        [silent] silently
        [reason] reason: { $value }
        [text] text: { $value }
        [from] was: { $value }
        [to] now: { $value }
        [due] for { $value }
        [origin] origin: { $value }
        [kind] kind: { $value }
       *[other] { $raw }: { $value }
    }
audit-origin =
    { $origin ->
        [update] update
        [message] message
       *[other] other
    }
audit-entry =
    { $at }
    <b>{ $actor }</b>: { $act }
audit-entry-about =
    { $at }
    <b>{ $actor }</b> { $act } <b>{ $person }</b>
audit-details = <i>{ $details }</i>
audit-itself = The clock
audit-called = { $name } ({ $id })
audit-button-by = By { $name }
audit-card-of = 📜 What was done to them
audit-card-by = 📜 What they did
