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
       *[note] made a note about
    }
audit-setting = changed the setting { $setting }
audit-deed =
    { $at }
    <b>{ $actor }</b>: { $act }
audit-deed-to =
    { $at }
    <b>{ $actor }</b> { $act } <b>{ $person }</b>
audit-details = <i>{ $details }</i>
audit-itself = The clock
audit-called = { $name } ({ $id })
audit-button-older = Older ›
audit-button-by = By { $name }
