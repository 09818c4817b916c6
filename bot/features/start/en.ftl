start-cancelled = All right, I don't ask any more.
start-nothing-to-cancel = There is nothing to cancel.
start-leaves-group = I only join groups into which my own administrators put me, so I leave. Write to me in private!
start-command-cancel = End what I am asking you
start-help-cancel = end what I am asking you
start-button-settings = ⚙️ Settings
start-welcome =
    { $named ->
        [no] Hello!
       *[yes] Hello, <b>{ $name }</b>!
    }

    I am { $bot }. Press a button, or write a command; nothing you send me gets lost.
start-help = <b>What I can do</b>
start-help-administrator = <b>For administrators</b>
start-id =
    Your Telegram number is <code>{ $id }</code>.

    Whoever runs this bot writes it into <code>ADMIN_IDS</code> to be its owner.
start-unknown-command = I don't know this command. /help lists those I know.
start-button-help = ❓ Help
start-button-id = 🪪 My number
start-command-start = Begin here
start-help-start = begin here
start-command-help = What I can do
start-help-help = this list
start-command-id = Your Telegram number
start-help-id = your Telegram number
start-setting-leave_groups = Leave groups
start-setting-leave_groups-about = Whether the bot leaves groups into which somebody puts it who is no administrator of it.
