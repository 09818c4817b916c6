bans-panel-entry = 🚫 Ban a list
bans-card-notice =
    Notice: { $notice ->
        [silent] none, the ban is silent
        [waiting] comes with their next message
       *[told] sent
    }
bans-card-bans = Bans so far: { $bans }
bans-act-ban = 🚫 Ban
bans-act-unban = ✅ Unban
bans-term =
    <b>Ban { $name }</b>

    For how long?
bans-button-term =
    { $term ->
        [hour] 1 hour
        [day] 1 day
        [week] 7 days
        [month] 30 days
       *[ever] For ever
    }
bans-silence =
    <b>Ban { $name }</b>, { $term ->
        [hour] for 1 hour
        [day] for 1 day
        [week] for 7 days
        [month] for 30 days
       *[ever] for ever
    }

    Are they to be told? Whoever is told gets one message with the reason, the end and how to appeal.
bans-button-told = 📢 Tell them
bans-button-silent = 🤫 Silently
bans-asked-reason =
    <b>Ban { $name }</b>, { $term ->
        [hour] for 1 hour
        [day] for 1 day
        [week] for 7 days
        [month] for 30 days
       *[ever] for ever
    }, { $how ->
        [silent] silently
       *[told] and tell them
    }

    What is the reason? Send me a text of up to { $most } characters, or press Skip.
bans-button-skip = Skip: no reason
bans-history =
    { $bans ->
        [0] No bans so far.
        [one] { $bans } ban so far:
       *[other] { $bans } bans so far, the newest first:
    }
bans-entry =
    • { $at }, until { $until }, { $end ->
        [running] running
        [lifted] lifted early
       *[over] over
    }
bans-entry-ever =
    • { $at }, for ever, { $end ->
        [running] running
        [lifted] lifted
       *[over] over
    }
bans-standing = State: <b>banned</b> until { $until }
bans-standing-ever = State: <b>banned</b> for ever
bans-reason = Reason: { $reason }
bans-notice = 🚫 You have been banned from this bot until { $until }.
bans-notice-ever = 🚫 You have been banned from this bot.
bans-notice-reason = Reason: { $reason }
bans-notice-appeal = While it lasts I neither read nor answer what you write here. It is the bot's administrators who decide: to appeal, write to one of them, not to me.
bans-done = 🚫 Banned.
bans-lifted = ✅ Unbanned.
bans-bulk-asked =
    <b>Ban a list</b>

    Send me Telegram ids or @usernames, one a line, up to { $most }. A line that begins with # is the reason. You will see who is on it before anything happens.
bans-bulk-too-many = That is too much: a list can have up to { $most }. Send a shorter one, or /cancel.
bans-bulk-preview = <b>Ban a list</b>: nobody is banned yet. Send another list to take this one's place.
bans-bulk-empty = There is nobody on this list.
bans-bulk-found =
    { $people ->
        [one] <b>{ $people } person</b> would be banned:
       *[other] <b>{ $people } people</b> would be banned:
    }
bans-bulk-banned-already = Banned already ({ $people }):
bans-bulk-not-allowed = You may not ban ({ $people }):
bans-bulk-unknown = Unknown to me ({ $people }):
bans-bulk-confirm =
    { $people ->
        [one] <b>{ $people } person</b> will be banned
       *[other] <b>{ $people } people</b> will be banned
    } { $term ->
        [hour] for 1 hour
        [day] for 1 day
        [week] for 7 days
        [month] for 30 days
       *[ever] for ever
    }:
bans-bulk-confirm-silence = Are they to be told? The next press does it.
bans-bulk-done =
    { $people ->
        [one] 🚫 { $people } person was banned.
       *[other] 🚫 { $people } people were banned.
    }
