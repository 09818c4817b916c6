"""Messages and their content."""

from dataclasses import dataclass, field

from bot.sandbox.world.accounts import Account, UserAccount
from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.entities import FormattedText
from bot.sandbox.world.message_kinds import MESSAGE_KINDS

SPOILER_KINDS = frozenset({"photo", "video", "animation"})  # can have a spoiler, and a caption above


@dataclass(frozen=True, slots=True)
class Content:
    """A text, media with a caption, or an event in the chat."""

    formatted: FormattedText = field(default_factory=FormattedText)
    media: Json | None = None  # {"photo": [...]}, {"poll": {...}}; the first key is the kind
    event: Json | None = None  # such as {"new_chat_members": [...]}

    @property
    def kind(self) -> str:
        return next(iter(self.media)) if self.media else "text"

    @property
    def has_caption(self) -> bool:
        """Return whether this kind can have a caption."""
        return MESSAGE_KINDS[self.kind].has_caption

    def to_json(self) -> Json:
        text, entities = ("caption", "caption_entities") if self.media else ("text", "entities")
        content = dict(self.media or self.event or {})
        if self.formatted.text:
            content[text] = self.formatted.text
        if self.formatted.entities:
            content[entities] = list(self.formatted.entities)
        return content


@dataclass(frozen=True, slots=True)
class Extras:
    """Everything that a message has besides its content."""

    keyboard: Json | None = None
    origin: Json | None = None  # `forward_origin`
    album: str = ""  # `media_group_id`
    thread: int = 0  # `message_thread_id`
    options: Json = field(default_factory=dict)  # such as {"protect_content": True}


@dataclass(eq=False, slots=True)
class Message:
    message_id: int
    chat: Json  # the Bot API's Chat
    sender: Account
    date: int
    content: Content
    by_bot: bool = False
    reply_to: "Message | None" = None
    keyboard: Json | None = None  # inline
    edit_date: int | None = None
    deleted: bool = False
    revision: int = 0  # the server's revision at the last change
    origin: Json | None = None
    album: str = ""
    thread: int = 0
    options: Json = field(default_factory=dict)
    reactions: list[Json] = field(default_factory=list)  # the bot's own, as ReactionType
    pinned: bool = False

    @property
    def text(self) -> str:
        """The text, or the caption."""
        return self.content.formatted.text

    @property
    def kind(self) -> str:
        """A key of MESSAGE_KINDS."""
        return self.content.kind

    @property
    def entities(self) -> tuple[Json, ...]:
        return self.content.formatted.entities

    @property
    def buttons(self) -> list[Json]:
        """All buttons of the inline keyboard, row by row."""
        rows = self.keyboard["inline_keyboard"] if self.keyboard else []
        return [button for row in rows for button in row]

    def forward_origin(self) -> Json:
        """Return the origin for a forward. A forward of a forward keeps the first origin."""
        if self.origin:
            return self.origin
        if isinstance(self.sender, UserAccount) and self.sender.forbids_links:
            return {"type": "hidden_user", "sender_user_name": self.sender.name, "date": self.date}
        return {"type": "user", "sender_user": self.sender.to_json(), "date": self.date}

    def to_json(self, *, with_reply: bool = True) -> Json:
        message: Json = {
            "message_id": self.message_id,
            "from": self.sender.to_json(),
            "chat": self.chat,
            "date": self.date,
        }
        if self.edit_date is not None:
            message["edit_date"] = self.edit_date
        if self.thread:
            message |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.origin:
            message["forward_origin"] = self.origin
        if self.reply_to and with_reply and not self.reply_to.deleted:
            message["reply_to_message"] = self.reply_to.to_json(with_reply=False)
        if self.album:
            message["media_group_id"] = self.album
        message |= self.content.to_json() | self._visible_options()
        if self.keyboard:
            message["reply_markup"] = self.keyboard
        return message

    def _visible_options(self) -> Json:
        """Return the options that are visible in the message."""
        visible: Json = {}
        if self.options.get("protect_content"):
            visible["has_protected_content"] = True
        if effect := self.options.get("message_effect_id"):
            visible["effect_id"] = effect
        if self.kind == "text" and (preview := self.options.get("link_preview_options")):
            visible["link_preview_options"] = preview
        if self.kind in SPOILER_KINDS:
            visible |= {"has_media_spoiler": True} if self.options.get("has_spoiler") else {}
            if self.text and self.options.get("show_caption_above_media"):
                visible["show_caption_above_media"] = True
        return visible
