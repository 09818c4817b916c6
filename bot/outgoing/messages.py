"""What can be said: frozen values, each of which knows how it is kept in the outbox and which call sends it."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from bot.db.text import storable

Call = dict[str, Any]
"""A method's parameters, as the Bot API names them."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; pressed, it hands `data` (1 to 64 bytes) to the bot."""

    label: str
    data: str


Keyboard = tuple[tuple[Button, ...], ...]


class Message(Protocol):
    """Something to be sent to a chat through the outbox."""

    kind: ClassVar[str]
    method: ClassVar[str]

    @property
    def chat_id(self) -> int: ...

    def parameters(self) -> Call:
        """What the method is called with; also what the outbox keeps."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A new message. `text` is HTML as Telegram knows it, up to 4,096 characters once parsed."""

    kind: ClassVar[str] = "text"
    method: ClassVar[str] = "sendMessage"

    chat_id: int
    text: str
    keyboard: Keyboard = ()
    thread_id: int | None = None
    reply_to: int | None = None

    def parameters(self) -> Call:
        call = _html(self.chat_id, self.text, self.keyboard)
        if self.thread_id is not None:
            call["message_thread_id"] = self.thread_id
        if self.reply_to is not None:
            call["reply_parameters"] = {"message_id": self.reply_to, "allow_sending_without_reply": True}
        return call


@dataclass(frozen=True, slots=True)
class Edit:
    """Another text, and keyboard, for a message that the bot has sent."""

    kind: ClassVar[str] = "edit"
    method: ClassVar[str] = "editMessageText"

    chat_id: int
    message_id: int
    text: str
    keyboard: Keyboard = ()

    def parameters(self) -> Call:
        return _html(self.chat_id, self.text, self.keyboard) | {"message_id": self.message_id}


@dataclass(frozen=True, slots=True)
class ButtonAnswer:
    """What a pressed button shows for a moment: nothing, or a toast.

    It goes at once and past the outbox, for Telegram takes it within seconds of the press or not at all.
    Source: Bot API, answerCallbackQuery.
    """

    method: ClassVar[str] = "answerCallbackQuery"

    query_id: str
    toast: str | None = None

    def parameters(self) -> Call:
        call: Call = {"callback_query_id": self.query_id}
        return call if self.toast is None else call | {"text": self.toast}


Said = Text | Edit | ButtonAnswer
METHODS = {message.kind: message.method for message in (Text, Edit)}
"""The outbox's kinds. A row of another kind was written by a newer version and is left to it."""


def _html(chat_id: int, text: str, keyboard: Keyboard) -> Call:
    call: Call = {"chat_id": chat_id, "text": storable(text), "parse_mode": "HTML"}
    if keyboard:
        rows = [[{"text": button.label, "callback_data": button.data} for button in row] for row in keyboard]
        call["reply_markup"] = {"inline_keyboard": rows}
    return call
