"""Everything that can be sent to Telegram: frozen values, each with its kind and its payload in the outbox."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from bot.db.text import storable, storable_within

Call = dict[str, object]
"""A method's parameters, as the Bot API names them."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. Pressed, it hands `data` (1 to 64 bytes) to the bot."""

    label: str
    data: str


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes along with a call, as the value of a parameter."""

    filename: str
    content: bytes


class Message(Protocol):
    """Something to send to a chat through the outbox."""

    kind: ClassVar[str]

    @property
    def chat_id(self) -> int: ...

    def parameters(self) -> Call:
        """The method's parameters, and the payload in the outbox."""
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
    ban: int | None = None  # the ban that it is a notice of; if Telegram refuses it, the person isn't notified

    def parameters(self) -> Call:
        call = _html(self.chat_id, self.text, self.keyboard)
        if self.ban is not None:
            call["ban"] = self.ban
        if self.thread_id is not None:
            call["message_thread_id"] = self.thread_id
        if self.reply_to is not None:
            call["reply_parameters"] = {"message_id": self.reply_to, "allow_sending_without_reply": True}
        return call


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text and keyboard for a message that the bot has sent."""

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
    """The answer to a pressed button: nothing, or a toast.

    It bypasses the outbox and is sent at once: Telegram accepts it only within seconds of the press.
    Source: Bot API, answerCallbackQuery.
    """

    method: ClassVar[str] = "answerCallbackQuery"

    query_id: str
    toast: str | None = None

    def parameters(self) -> Call:
        call: Call = {"callback_query_id": self.query_id}
        return call if self.toast is None else call | {"text": self.toast}


@dataclass(frozen=True, slots=True)
class Composed:
    """A call that sends the same as a composed message (see `features.broadcasts.composing`)."""

    kind: ClassVar[str] = "composed"

    chat_id: int
    method: str
    call: Mapping[str, object]
    if_refused: str | None = None  # HTML, sent instead if Telegram refuses it

    def parameters(self) -> Call:
        besides = {} if self.if_refused is None else {"if_refused": self.if_refused}
        return {"method": self.method, "chat_id": self.chat_id, **self.call, **besides}


@dataclass(frozen=True, slots=True)
class Document:
    """A text file, uploaded."""

    kind: ClassVar[str] = "document"

    chat_id: int
    filename: str
    content: str
    caption: str = ""

    def parameters(self) -> Call:
        file = {"filename": self.filename, "content": storable(self.content)}
        return {"chat_id": self.chat_id, "caption": storable(self.caption), "document": file}


@dataclass(frozen=True, slots=True)
class Leave:
    """Leaves a group."""

    kind: ClassVar[str] = "leave"
    method: ClassVar[str] = "leaveChat"

    chat_id: int

    def parameters(self) -> Call:
        return {"chat_id": self.chat_id}


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture that is drawn when it is sent (see `worker.outgoing.payloads`): no transaction waits for that."""

    kind: ClassVar[str] = "chart"
    method: ClassVar[str] = "sendPhoto"

    chat_id: int
    filename: str
    facts: Mapping[str, object]  # what is drawn
    caption: str
    if_failed: str  # HTML, sent instead if it can't be drawn

    def parameters(self) -> Call:
        picture = {"filename": self.filename, "facts": self.facts, "if_failed": storable(self.if_failed)}
        return {"chat_id": self.chat_id, "caption": storable(self.caption), "photo": picture}


@dataclass(frozen=True, slots=True)
class Notice:
    """A text to an administrator about the bot itself. If it is refused, no further notice follows."""

    kind: ClassVar[str] = "notice"

    chat_id: int
    text: str

    def parameters(self) -> Call:
        return _html(self.chat_id, self.text, ())


@dataclass(frozen=True, slots=True)
class Commands:
    """The list of commands of one chat. An empty one makes it show the list of all chats."""

    kind: ClassVar[str] = "commands"

    chat_id: int
    commands: Sequence[tuple[str, str]] = ()

    def parameters(self) -> Call:
        listed = [{"command": name, "description": does} for name, does in self.commands]
        return {"chat_id": self.chat_id, "commands": listed}


@dataclass(frozen=True, slots=True)
class OnSent:
    """Names the feature's function to call with Telegram's result (see `Feature.sent`), and JSON data to give it."""

    name: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiCall:
    """Any method of the Bot API (see `framework.calls`, which makes them).

    `call` holds the parameters as JSON values, `files` the uploads by the name of their parameter or by the name that
    an `attach://` in `call` gives. An integer `chat_id` in `call` is the row's own, which follows a group that becomes
    a supergroup. A call without one is sent in the turn of `chat_id`.
    """

    kind: ClassVar[str] = "call"

    chat_id: int
    method: str
    call: Mapping[str, object]
    files: Mapping[str, Upload] = field(default_factory=dict)
    on_sent: OnSent | None = None

    def parameters(self) -> Call:
        payload: Call = {"method": self.method, "call": storable_within(dict(self.call))}
        files = {
            name: {"filename": storable(file.filename), "content": base64.b64encode(file.content).decode()}
            for name, file in self.files.items()
        }
        if self.on_sent is not None:
            payload["on_sent"] = {"name": self.on_sent.name, "data": storable_within(dict(self.on_sent.data))}
        return payload | ({"files": files} if files else {})


Outgoing = Text | Edit | Composed | Document | Chart | Notice | Leave | Commands | ApiCall | ButtonAnswer
KINDS = frozenset(message.kind for message in (Text, Edit, Composed, Document, Chart, Notice, Leave, Commands, ApiCall))
"""The kinds that this version can send. It leaves rows of other kinds to the newer version that wrote them."""


def ban_of_notice(payload: object) -> int | None:
    """The ban that a message is a notice of; None for other messages."""
    ban = payload.get("ban") if isinstance(payload, dict) else None
    return ban if isinstance(ban, int) else None


def inline_keyboard(keyboard: Keyboard) -> Call:
    """The Bot API's InlineKeyboardMarkup."""
    rows = [[{"text": button.label, "callback_data": button.data} for button in row] for row in keyboard]
    return {"inline_keyboard": rows}


def _html(chat_id: int, text: str, keyboard: Keyboard) -> Call:
    call: Call = {"chat_id": chat_id, "text": storable(text), "parse_mode": "HTML"}
    return call | ({"reply_markup": inline_keyboard(keyboard)} if keyboard else {})
