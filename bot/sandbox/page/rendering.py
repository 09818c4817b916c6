"""What a message that isn't only text looks like on the chat page: a picture, a file, or a few words."""

from html import escape

from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.message_kinds import MESSAGE_KINDS
from bot.sandbox.world.messages import Message

MEBIBYTE = 1 << 20


def media(shown: Message) -> str:
    """HTML; nothing of it is trusted."""
    content = shown.content.media
    if not content:
        return ""
    what = content[shown.kind]
    if shown.kind == "photo":
        return _photo(what[-1])
    if MESSAGE_KINDS[shown.kind].file:
        return _file(shown.kind, what)
    if shown.kind == "poll":
        return _poll(what)
    lines = _words(shown.kind, what)
    return f'<p class="thing"><b>{escape(lines[0])}</b><small>{escape(lines[1])}</small></p>'


def name(shown: Message) -> str:
    """In a word or two, for a list and for a reply."""
    if shown.content.event:
        return event(shown)
    if shown.kind == "poll":
        return f"{MESSAGE_KINDS['poll'].label}: {(shown.content.media or {})['poll']['question']}"
    return MESSAGE_KINDS[shown.kind].label


def event(shown: Message) -> str:
    happened = shown.content.event or {}
    if joined := happened.get("new_chat_members"):
        return f"{', '.join(user['first_name'] for user in joined)} joined the group"
    if topic := happened.get("forum_topic_created"):
        return f"Topic “{topic['name']}” was created"
    if "migrate_to_chat_id" in happened or "migrate_from_chat_id" in happened:
        return "The group became a supergroup"
    left = happened.get("left_chat_member", {})
    return f"{left.get('first_name', 'Somebody')} left the group"


def forwarded(shown: Message) -> str:
    """Who wrote a forwarded message first."""
    origin = shown.origin
    if not origin:
        return ""
    chat = origin.get("sender_chat") or origin.get("chat")
    user = origin.get("sender_user", {}).get("first_name") or origin.get("sender_user_name", "")
    return f'<div class="forwarded">Forwarded from <b>{escape(chat["title"] if chat else user)}</b></div>'


def _photo(photo: Json) -> str:
    size = f'width="{int(photo["width"])}" height="{int(photo["height"])}"'
    return f'<img class="photo" src="/files/{escape(photo["file_id"])}" {size} alt="Photo" loading="lazy">'


def _file(kind: str, file: Json) -> str:
    called = MESSAGE_KINDS[kind].label
    if kind == "sticker":
        called = f"{called} {file.get('emoji', '')}".strip()
    if kind == "audio" and "title" in file:
        called = f"{called}: {file.get('performer', '')} {file['title']}".replace("  ", " ")
    own = file.get("file_name", "")
    title = escape((own or called) if kind == "document" else f"{called} {own}".strip())
    download = escape(own or called)
    address = f"/files/{escape(file['file_id'])}"
    size = _size(int(file["file_size"]))
    return f'<a class="document" href="{address}" download="{download}"><b>{title}</b><small>{size}</small></a>'


def _poll(poll: Json) -> str:
    options = "".join(f"<li>{escape(option['text'])}</li>" for option in poll["options"])
    kind = "Quiz" if poll["type"] == "quiz" else "Poll"
    return f'<div class="poll"><small>📊 {kind}</small><b>{escape(poll["question"])}</b><ul>{options}</ul></div>'


def _words(kind: str, what: Json) -> tuple[str, str]:
    label = MESSAGE_KINDS[kind].label
    match kind:
        case "location":
            return label, f"{what['latitude']}, {what['longitude']}"
        case "venue":
            return f"📍 {what['title']}", what["address"]
        case "contact":
            return f"👤 {what['first_name']} {what.get('last_name', '')}".strip(), what["phone_number"]
    return f"{what['emoji']} {what['value']}", label


def _size(count: int) -> str:
    return f"{count / MEBIBYTE:.1f} MB" if count >= MEBIBYTE else f"{max(count / 1024, 0.1):.1f} KB"
