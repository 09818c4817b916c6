welcome =
    { $named ->
        [no] Hello!
       *[yes] Hello, <b>{ $name }</b>!
    }

    I am { $bot }. Press a button, or write a command; nothing you send me gets lost.
help =
    <b>What I can do</b>

    /start – begin here
    /settings – your language, your time zone, and what I may write to you about
    /help – this list
    /privacy – what I keep about you, how to get it and how to delete it
    /cancel – end what I am asking you
    /id – your Telegram number
help-administrator =
    <b>For administrators</b>

    /admin – people, bans, the audit, and the way to all below
    /broadcast – write to everyone
    /stats – statistics
    /deadletters – what went wrong
    /maintenance – on and off
    /botsettings – settings that change while I run
id =
    Your Telegram number is <code>{ $id }</code>.

    Whoever runs this bot writes it into <code>ADMIN_IDS</code> to be its owner.
unknown-command = I don't know this command. /help lists those I know.
unknown-message = I don't understand this yet. /help shows what I can do.
button-gone = This button is of an earlier menu. Write /start for the present one.
failed = Sorry, that went wrong on my side. It is noted as number { $number }, and nothing of it is lost.
button-help = ❓ Help
button-id = 🪪 My number
button-back = ‹ Back
command-start = Begin here
command-help = What I can do
command-id = Your Telegram number
