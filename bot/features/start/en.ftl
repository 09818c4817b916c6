start-cancelled = All right, I don't ask any more.
start-nothing-to-cancel = There is nothing to cancel.
start-leaves-group = I only join groups into which my own administrators put me, so I leave. Write to me in private!
start-command-cancel = End what I am asking you
start-button-settings = ⚙️ Settings
start-welcome =
    { $named ->
        [no] Hello!
       *[yes] Hello, <b>{ $name }</b>!
    }

    I am { $bot }. Press a button, or write a command; nothing you send me gets lost.
start-help =
    <b>What I can do</b>

    /start – begin here
    /settings – your language, your time zone, and what I may write to you about
    /help – this list
    /privacy – what I keep about you, how to get it and how to delete it
    /cancel – end what I am asking you
    /id – your Telegram number
start-help-administrator =
    <b>For administrators</b>

    /admin – people, bans, the audit, and the way to all below
    /broadcast – write to everyone
    /stats – statistics
    /deadletters – what went wrong
    /maintenance – on and off
    /botsettings – settings that change while I run
start-id =
    Your Telegram number is <code>{ $id }</code>.

    Whoever runs this bot writes it into <code>ADMIN_IDS</code> to be its owner.
start-unknown-command = I don't know this command. /help lists those I know.
start-button-help = ❓ Help
start-button-id = 🪪 My number
start-command-start = Begin here
start-command-help = What I can do
start-command-id = Your Telegram number
