"""A message of the bot as a person reads it."""

from typing import Self

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.chats import Chat
from bot.sandbox.world.messages import Message


class Heard(str):
    """A message's text or caption when it was read. `message` is the emulator's, which later edits change."""

    __slots__ = ("_emulator", "buttons", "message")

    _emulator: Emulator
    message: Message
    buttons: list[str]
    """The labels of its inline buttons when it was read, row by row."""

    def __new__(cls, emulator: Emulator, message: Message) -> Self:
        heard = super().__new__(cls, message.text)
        heard._emulator = emulator
        heard.message = message
        heard.buttons = labels(message)
        return heard

    @property
    def kind(self) -> str:
        """Such as "text", "photo" or "document": a key of MESSAGE_KINDS."""
        return self.message.kind

    @property
    def file_content(self) -> bytes:
        """The content of its file. Raises `LookupError` if it has none."""
        media = (self.message.content.media or {}).get(self.kind)
        described = media[-1] if isinstance(media, list) else media or {}  # a photo is a list of its sizes
        file = self._emulator.state.files.by_id(described.get("file_id", ""))
        if file is None:
            raise LookupError(f"a {self.kind} has no file")
        return file.content

    @property
    def file_name(self) -> str:
        """The name of its file, or nothing. Photos lose theirs, as at Telegram."""
        media = (self.message.content.media or {}).get(self.kind)
        return str(media.get("file_name", "")) if isinstance(media, dict) else ""


def labels(message: Message) -> list[str]:
    return [button["text"] for button in message.buttons]


def data_of_button(message: Message, label: str) -> str | None:
    """Return the callback data of the button with this label, or else with a label that contains it."""
    pressable = [button for button in message.buttons if "callback_data" in button]
    exact = [button for button in pressable if button["text"] == label]
    containing = [button for button in pressable if label in button["text"]]
    return next((str(button["callback_data"]) for button in exact + containing), None)


def last_changed(chat: Chat) -> Message | None:
    """Return the bot's message that was sent or edited last."""
    messages = [message for message in chat.by_bot if not message.deleted]
    return max(messages, key=lambda message: message.revision, default=None)
