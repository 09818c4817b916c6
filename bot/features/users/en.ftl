users-panel-entry = 👥 People
users-panel =
    <b>People</b>

    { $all ->
        [one] { $all } person has met me.
       *[other] { $all } people have met me.
    }
    New today (UTC): { $today }
    Have blocked me: { $blocked }
    Banned: { $banned }
users-button-search = 🔎 Search
users-button-newest = 🆕 The newest
users-button-first = « To the first
users-button-more = More ›
users-searching =
    <b>Whom are you looking for?</b>

    Send me a Telegram id, a @username, or a part of a name. Of a name, one or two letters have to be its beginning.
users-newest = <b>The newest people</b>
users-found = <b>Found for</b> <code>{ $query }</code>
users-none = Nobody was found for <code>{ $query }</code>.
users-card-name = <b>{ $name }</b>
users-card-id = Id: <code>{ $id }</code>
users-card-username = Username: @{ $username }
users-card-role =
    Role: { $role ->
        [owner] owner
        [administrator] administrator
       *[user] user
    }
users-card-active = State: active
users-card-blocked = State: has blocked the bot since { $at }
users-card-unreachable = State: can't be reached since { $at } ({ $reason })
users-card-never-private = State: has never written to the bot in private
users-card-language = Language: { $language }
users-card-source = Came by: { $source }
users-card-joined = Joined: { $at }
users-card-seen = Last seen: { $at }
users-card-messages = Messages: { $messages }
users-card-notes = Notes: { $notes }
users-act-promote = ⬆️ Promote
users-act-demote = ⬇️ Demote
users-act-write = ✉️ Write to
users-act-export = 📄 Export
users-exported = Everything that is held about { $name }.
users-button-notes = 📝 Notes ({ $notes })
users-button-note = ➕ Add a note
users-asked-letter =
    <b>Write to { $name }</b>

    Send me what I am to tell them, up to { $most } characters. It is sent as a message of the administrators.
users-letter = <b>A message from the administrators</b>
users-asked-note =
    <b>A note about { $name }</b>

    Send me the text, up to { $most } characters. Administrators see it with your name. Whom it is about gets it, without your name, when they export what is kept about them.
users-notes = <b>Notes about { $name }</b>, the newest first
users-notes-none = There are no notes about <b>{ $name }</b> yet.
users-notes-more =
    { $more ->
        [one] … and { $more } older one
       *[other] … and { $more } older ones
    }
users-note = <b>{ $author }</b>, { $at }
users-sent = ✉️ It is on its way.
users-unreachable = ⚠️ Not sent: this person has blocked the bot, can't be reached, or has never written to it in private.
users-noted = 📝 Noted.
users-promoted = ⬆️ An administrator now.
users-demoted = ⬇️ No administrator any more.
users-nobody = There is no such person any more.
users-not-allowed = You have no right to do this.
users-changed = That has changed meanwhile: this is how it is now.
users-over = This question is over. Begin anew, please.
