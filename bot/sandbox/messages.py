"""A message, as a value with a place in a chat."""

from dataclasses import dataclass, field

from bot.sandbox.accounts import Account
from bot.sandbox.entities import Formatted
from bot.sandbox.wire import Json


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: a text, or media with the text as caption, or an event in the chat."""

    formatted: Formatted = field(default_factory=Formatted)
    media: Json | None = None  # {"photo": [...]} or {"document": {...}}
    event: Json | None = None  # {"new_chat_members": [...]} and the like

    def wire(self) -> Json:
        text, entities = ("caption", "caption_entities") if self.media else ("text", "entities")
        content = dict(self.media or self.event or {})
        if self.formatted.text:
            content[text] = self.formatted.text
        if self.formatted.entities:
            content[entities] = list(self.formatted.entities)
        return content


@dataclass(eq=False, slots=True)
class Message:
    message_id: int
    chat: Json  # as every message of this chat names it
    sender: Account
    date: int
    content: Content
    by_bot: bool = False
    reply_to: "Message | None" = None
    keyboard: Json | None = None  # the inline keyboard under it
    edit_date: int | None = None
    deleted: bool = False
    revision: int = 0  # grows with each change to anything: what is newer than what

    @property
    def text(self) -> str:
        """The text, or the caption."""
        return self.content.formatted.text

    @property
    def entities(self) -> tuple[Json, ...]:
        return self.content.formatted.entities

    @property
    def buttons(self) -> list[Json]:
        """The inline keyboard's buttons, row by row, in one list."""
        rows = self.keyboard["inline_keyboard"] if self.keyboard else []
        return [button for row in rows for button in row]

    def wire(self, *, with_reply: bool = True) -> Json:
        message: Json = {
            "message_id": self.message_id,
            "from": self.sender.wire(),
            "chat": self.chat,
            "date": self.date,
        }
        if self.edit_date is not None:
            message["edit_date"] = self.edit_date
        if self.reply_to and with_reply and not self.reply_to.deleted:
            message["reply_to_message"] = self.reply_to.wire(with_reply=False)
        message |= self.content.wire()
        if self.keyboard:
            message["reply_markup"] = self.keyboard
        return message
