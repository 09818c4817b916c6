ban-term =
    <b>Ban { $name }</b>

    For how long?
ban-button-term =
    { $term ->
        [hour] 1 hour
        [day] 1 day
        [week] 7 days
        [month] 30 days
       *[ever] For ever
    }
ban-silence =
    <b>Ban { $name }</b>, { $term ->
        [hour] for 1 hour
        [day] for 1 day
        [week] for 7 days
        [month] for 30 days
       *[ever] for ever
    }

    Are they to be told? Whoever is told gets one message with the reason, the end and how to appeal.
ban-button-told = 📢 Tell them
ban-button-silent = 🤫 Silently
ban-asked-reason =
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
ban-button-skip = Skip: no reason
ban-history =
    { $bans ->
        [0] No bans so far.
        [one] { $bans } ban so far:
       *[other] { $bans } bans so far, the newest first:
    }
ban-entry =
    • { $at }, until { $until }, { $end ->
        [running] running
        [lifted] lifted early
       *[over] over
    }
ban-entry-ever =
    • { $at }, for ever, { $end ->
        [running] running
        [lifted] lifted
       *[over] over
    }
ban-standing = State: <b>banned</b> until { $until }
ban-standing-ever = State: <b>banned</b> for ever
ban-reason = Reason: { $reason }
ban-notice = 🚫 You have been banned from this bot until { $until }.
ban-notice-ever = 🚫 You have been banned from this bot.
ban-notice-reason = Reason: { $reason }
ban-notice-appeal = While it lasts I neither read nor answer what you write here. It is the bot's administrators who decide: to appeal, write to one of them, not to me.
ban-done = 🚫 Banned.
ban-lifted = ✅ Unbanned.
bulk-asked =
    <b>Ban a list</b>

    Send me Telegram ids or @usernames, one a line, up to { $most }. A line that begins with # is the reason. You will see who is on it before anything happens.
bulk-too-many = That is too much: a list can have up to { $most }. Send a shorter one, or /cancel.
bulk-preview = <b>Ban a list</b>: nobody is banned yet. Send another list to take this one's place.
bulk-empty = There is nobody on this list.
bulk-found =
    { $people ->
        [one] <b>{ $people } person</b> would be banned:
       *[other] <b>{ $people } people</b> would be banned:
    }
bulk-banned-already = Banned already ({ $people }):
bulk-not-allowed = You may not ban ({ $people }):
bulk-unknown = Unknown to me ({ $people }):
bulk-confirm =
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
bulk-confirm-silence = Are they to be told? The next press does it.
bulk-done =
    { $people ->
        [one] 🚫 { $people } person was banned.
       *[other] 🚫 { $people } people were banned.
    }
