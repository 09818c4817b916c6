privacy-command-privacy = What I keep about you, and why
privacy-help-privacy = what I keep about you, how to get it and how to delete it
privacy-text =
    <b>What I keep about you, and why</b>

    • <b>Who you are to Telegram</b>: number, name, username, language; when you first and last wrote, in which weeks you were here, how often you wrote, the link you came by, and whether you have blocked me. To answer you, to write to you, and to count how many people I serve.
    • <b>What you chose</b>: language, time zone, what I may write to you about, the terms you agreed to, and what I am just asking you.
    • <b>What you send and what I answer</b>: only until it is done, normally less than a second. What went wrong is kept for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }, so that it can be mended.
    • <b>Announcements</b>: which of them were sent to you, for as long after their end.
    • <b>What is between you and the administrators</b>: bans with their reasons, notes, and who did what to whom, so that people are treated fairly. As an administrator also what you did as one, and the announcements you wrote.

    I give nothing of it to anybody but the administrators, who see it here. The server's log names chats by their number. Whoever runs me may keep copies of the log and the database for a while.

    You may have all of it as a file, or have it erased. Not while you are banned: I answer nothing then. An administrator can have the file made for you, and you can ask for either once the ban has ended.
privacy-button-export = 📦 Export my data
privacy-button-erase = 🗑 Erase me
privacy-button-erase-yes = 🗑 Yes, erase everything
privacy-button-erase-no = ‹ No, keep it
privacy-ask-to-erase =
    <b>Shall I erase everything about you?</b>

    It can't be taken back. Sums stay, without you in them: how many people got an announcement, that an administrator did something, though not that it was you. This chat and what is in it are Telegram's: delete it there.

    If you write to me again, I begin anew, as with a stranger.
privacy-erased = Everything about you is erased. If you write to me again, we begin anew.
privacy-erased-but-the-ban = Everything about you is erased but your number and the dates of your ban.
privacy-exported = Here is your file.
privacy-caption = Everything I keep about you, as JSON
privacy-broadcast-under-way = A broadcast of yours is under way. Wait for its end or cancel it, then ask me again.
privacy-in-private = That is between you and me: write /privacy to me in private.
