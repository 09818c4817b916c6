people-panel =
    <b>People</b>

    { $all ->
        [one] { $all } person has met me.
       *[other] { $all } people have met me.
    }
    New today (UTC): { $today }
    Have blocked me: { $blocked }
    Banned: { $banned }
people-button-search = 🔎 Search
people-button-newest = 🆕 The newest
people-button-bulk = 🚫 Ban a list
people-button-first = « To the first
people-button-more = More ›
people-searching =
    <b>Whom are you looking for?</b>

    Send me a Telegram id, a @username, or a part of a name. Of a name, one or two letters have to be its beginning.
people-newest = <b>The newest people</b>
people-found = <b>Found for</b> <code>{ $query }</code>
people-none = Nobody was found for <code>{ $query }</code>.
people-card-name = <b>{ $name }</b>
people-card-id = Id: <code>{ $id }</code>
people-card-username = Username: @{ $username }
people-card-role =
    Role: { $role ->
        [owner] owner
        [administrator] administrator
       *[user] user
    }
people-card-active = State: active
people-card-blocked = State: has blocked the bot since { $at }
people-card-unreachable = State: can't be reached since { $at } ({ $reason })
people-card-never-private = State: has never written to the bot in private
people-card-notice =
    Notice: { $notice ->
        [silent] none, the ban is silent
        [waiting] comes with their next message
       *[told] sent
    }
people-card-language = Language: { $language }
people-card-source = Came by: { $source }
people-card-joined = Joined: { $at }
people-card-seen = Last seen: { $at }
people-card-messages = Messages: { $messages }
people-card-bans = Bans so far: { $bans }
people-card-notes = Notes: { $notes }
people-act-ban = 🚫 Ban
people-act-unban = ✅ Unban
people-act-promote = ⬆️ Promote
people-act-demote = ⬇️ Demote
people-act-write = ✉️ Write to
people-act-export = 📄 Export
people-exported = Everything that is held about { $name }.
people-button-notes = 📝 Notes ({ $notes })
people-button-note = ➕ Add a note
people-button-audit = 📜 What was done to them
people-button-deeds = 📜 What they did
people-asked-letter =
    <b>Write to { $name }</b>

    Send me what I am to tell them, up to { $most } characters. It is sent as a message of the administrators.
people-letter = <b>A message from the administrators</b>
people-asked-note =
    <b>A note about { $name }</b>

    Send me the text, up to { $most } characters. Administrators see it with your name. Whom it is about gets it, without your name, when they export what is kept about them.
people-notes = <b>Notes about { $name }</b>, the newest first
people-notes-none = There are no notes about <b>{ $name }</b> yet.
people-notes-more =
    { $more ->
        [one] … and { $more } older one
       *[other] … and { $more } older ones
    }
people-note = <b>{ $author }</b>, { $at }
people-somebody = somebody unknown
people-text-wanted = I need a text for this. Send one, or /cancel.
people-too-long =
    { $most ->
        [one] This is too long: { $most } character at the most. Send a shorter one, or /cancel.
       *[other] This is too long: { $most } characters at the most. Send a shorter one, or /cancel.
    }
people-sent = ✉️ It is on its way.
people-unreachable = ⚠️ Not sent: this person has blocked the bot, can't be reached, or has never written to it in private.
people-noted = 📝 Noted.
people-promoted = ⬆️ An administrator now.
people-demoted = ⬇️ No administrator any more.
people-nobody = There is no such person any more.
people-not-allowed = You have no right to do this.
people-changed = That has changed meanwhile: this is how it is now.
people-over = This question is over. Begin anew, please.
