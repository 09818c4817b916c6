"""The chat page's messages, conversations and commands as HTML. All content is untrusted and escaped."""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from bot.sandbox.page.demo_accounts import DemoChat
from bot.sandbox.page.formatting import as_html, link
from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.message_kinds import MESSAGE_KINDS
from bot.sandbox.world.messages import Message

MEBIBYTE = 1 << 20
PREVIEW = 60  # characters
HUES = 6  # avatar colours


def render_message(message: Message, *, in_group: bool) -> str:
    side, number = "theirs" if message.by_bot else "mine", message.message_id
    if message.content.event:
        return f'<article class="event" id="m{number}">{escape(_event(message))}</article>'
    return (
        f'<article class="message {side}" id="m{number}" data-number="{number}"{_writer(message)}>'
        f'<div class="bubble">{_sender(message, in_group=in_group)}{_forwarded(message)}{_replied(message)}'
        f"{_media(message)}"
        f'<div class="text" dir="auto">{as_html(message.content.formatted)}</div>{_footer(message)}</div>'
        f"{_keyboard(message)}</article>"
    )


def render_conversations(demo_chats: Iterable[DemoChat], current: DemoChat, unread: dict[int, int]) -> str:
    return "".join(
        _conversation(demo_chat, unread.get(demo_chat.conversation.id, 0), is_current=demo_chat is current)
        for demo_chat in demo_chats
    )


def render_commands(known: Iterable[Json]) -> str:
    return "".join(
        f'<li role="option" id="command-{escape(command["command"])}" data-say="/{escape(command["command"])}">'
        f"<b>/{escape(command['command'])}</b> <span>{escape(command['description'])}</span></li>"
        for command in known
    )


def render_sender_choice(demo_chat: DemoChat) -> str:
    """Return the menu of users to write as. It is hidden in a private chat."""
    options = "".join(f'<option value="{person.id}">{escape(person.name)}</option>' for person in demo_chat.people)
    hidden = "" if demo_chat.is_group else " hidden"
    return f'<select name="as" aria-label="Write as"{hidden}>{options}</select>'


def _conversation(demo_chat: DemoChat, unread: int, *, is_current: bool) -> str:
    last = next(
        (message for message in reversed(demo_chat.conversation.chat.messages.values()) if not message.deleted), None
    )
    preview = escape(_preview(last)) if last else "<i>No messages yet</i>"
    current = ' aria-current="page"' if is_current else ""
    badge = f'<span class="unread" aria-label="{unread} unread">{unread}</span>' if unread else ""
    return (
        f'<a class="conversation" href="/chats/{demo_chat.conversation.id}"{current}>'
        f"{_avatar(demo_chat)}"
        f'<span class="who"><b>{escape(demo_chat.title)}</b> <small>{escape(demo_chat.note)}</small></span>'
        f'<span class="preview" dir="auto">{preview}</span>{badge}</a>'
    )


def _avatar(demo_chat: DemoChat) -> str:
    hue = abs(demo_chat.conversation.id) % HUES
    return f'<span class="avatar" data-hue="{hue}" aria-hidden="true">{escape(demo_chat.title[:1])}</span>'


def _preview(last: Message) -> str:
    text = last.text or _short_name(last)
    short = text if len(text) <= PREVIEW else f"{text[:PREVIEW]}…"
    return f"Bot: {short}" if last.by_bot else short


def _writer(message: Message) -> str:
    return "" if message.by_bot else f' data-by="{message.sender.id}"'


def _sender(message: Message, *, in_group: bool) -> str:
    if not in_group:
        return ""
    hue = message.sender.id % HUES
    return f'<div class="sender" data-hue="{hue}">{escape(message.sender.first_name)}</div>'


def _replied(message: Message) -> str:
    question = message.reply_to
    if question is None or question.deleted:
        return ""
    name = escape(question.sender.first_name)
    return f'<a class="replied" href="#m{question.message_id}"><b>{name}</b>{escape(_preview_of(question))}</a>'


def _preview_of(question: Message) -> str:
    return (question.text or _short_name(question))[:PREVIEW]


def _footer(message: Message) -> str:
    at = datetime.fromtimestamp(message.date, UTC).astimezone()
    edited = "edited " if message.edit_date else ""
    reply = '<button type="button" class="reply" data-reply>Reply</button>'
    return f'<footer>{reply}<span>{edited}<time datetime="{at.isoformat()}">{at:%H:%M}</time></span></footer>'


def _keyboard(message: Message) -> str:
    if not message.keyboard:
        return ""
    rows = ("".join(map(_button, row)) for row in message.keyboard["inline_keyboard"])
    return f'<div class="keyboard">{"".join(f"<div>{row}</div>" for row in rows)}</div>'


def _button(button: Json) -> str:
    label = escape(button["text"])
    if "url" in button:
        return link(button["url"], f"{label} ↗") if "://" in button["url"] else f"<button disabled>{label}</button>"
    if "callback_data" in button:
        return f'<button type="button" data-press="{escape(str(button["callback_data"]))}">{label}</button>'
    if "copy_text" in button:
        return f'<button type="button" data-copy="{escape(str(button["copy_text"].get("text", "")))}">{label}</button>'
    return f'<button type="button" disabled title="Not in the sandbox">{label}</button>'


def _media(message: Message) -> str:
    if not message.content.media:
        return ""
    content = message.content.media[message.kind]
    if message.kind == "photo":
        return _photo(content[-1])
    if MESSAGE_KINDS[message.kind].file:
        return _file(message.kind, content)
    if message.kind == "poll":
        return _poll(content)
    lines = _title_and_details(message.kind, content)
    return f'<p class="card"><b>{escape(lines[0])}</b><small>{escape(lines[1])}</small></p>'


def _short_name(message: Message) -> str:
    """Describe the message in a word or two, for the list and for replies."""
    if message.content.event:
        return _event(message)
    if message.kind == "poll":
        return f"{MESSAGE_KINDS['poll'].label}: {(message.content.media or {})['poll']['question']}"
    return MESSAGE_KINDS[message.kind].label


def _event(message: Message) -> str:
    event = message.content.event or {}
    if joined := event.get("new_chat_members"):
        return f"{', '.join(user['first_name'] for user in joined)} joined the group"
    if topic := event.get("forum_topic_created"):
        return f"Topic “{topic['name']}” was created"
    if "migrate_to_chat_id" in event or "migrate_from_chat_id" in event:
        return "The group became a supergroup"
    left = event.get("left_chat_member", {})
    return f"{left.get('first_name', 'Somebody')} left the group"


def _forwarded(message: Message) -> str:
    """Return the line that names the original sender."""
    origin = message.origin
    if not origin:
        return ""
    chat = origin.get("sender_chat") or origin.get("chat")
    user = origin.get("sender_user", {}).get("first_name") or origin.get("sender_user_name", "")
    return f'<div class="forwarded">Forwarded from <b>{escape(chat["title"] if chat else user)}</b></div>'


def _photo(photo: Json) -> str:
    size = f'width="{int(photo["width"])}" height="{int(photo["height"])}"'
    return f'<img class="photo" src="/files/{escape(photo["file_id"])}" {size} alt="Photo" loading="lazy">'


def _file(kind: str, file: Json) -> str:
    label = MESSAGE_KINDS[kind].label
    if kind == "sticker":
        label = f"{label} {file.get('emoji', '')}".strip()
    if kind == "audio" and "title" in file:
        label = f"{label}: {file.get('performer', '')} {file['title']}".replace("  ", " ")
    file_name = file.get("file_name", "")
    title = escape((file_name or label) if kind == "document" else f"{label} {file_name}".strip())
    download = escape(file_name or label)
    address = f"/files/{escape(file['file_id'])}"
    size = _size(int(file["file_size"]))
    return f'<a class="document" href="{address}" download="{download}"><b>{title}</b><small>{size}</small></a>'


def _poll(poll: Json) -> str:
    options = "".join(f"<li>{escape(option['text'])}</li>" for option in poll["options"])
    kind = "Quiz" if poll["type"] == "quiz" else "Poll"
    return f'<div class="poll"><small>📊 {kind}</small><b>{escape(poll["question"])}</b><ul>{options}</ul></div>'


def _title_and_details(kind: str, content: Json) -> tuple[str, str]:
    label = MESSAGE_KINDS[kind].label
    match kind:
        case "location":
            return label, f"{content['latitude']}, {content['longitude']}"
        case "venue":
            return f"📍 {content['title']}", content["address"]
        case "contact":
            return f"👤 {content['first_name']} {content.get('last_name', '')}".strip(), content["phone_number"]
    return f"{content['emoji']} {content['value']}", label


def _size(count: int) -> str:
    return f"{count / MEBIBYTE:.1f} MB" if count >= MEBIBYTE else f"{max(count / 1024, 0.1):.1f} KB"
