"""What can be said: frozen values, each of which knows how it is kept in the outbox and which call sends it."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypedDict, cast

from bot.db.text import storable

Call = dict[str, object]
"""A method's parameters, as the Bot API names them."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; pressed, it hands `data` (1 to 64 bytes) to the bot."""

    label: str
    data: str


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes along with a call, as the value of a parameter."""

    filename: str
    content: bytes


class Message(Protocol):
    """Something to be sent to a chat through the outbox."""

    kind: ClassVar[str]

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
    ban: int | None = None  # of which it is the notice: if Telegram refuses it, the person wasn't told

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


@dataclass(frozen=True, slots=True)
class Composed:
    """A call that sends the like of a message that somebody composed (see `features.broadcasts.composing`)."""

    kind: ClassVar[str] = "composed"

    chat_id: int
    method: str
    call: Mapping[str, object]
    if_refused: str | None = None  # what is said there, as HTML, if Telegram refuses it

    def parameters(self) -> Call:
        besides = {} if self.if_refused is None else {"if_refused": self.if_refused}
        return {"method": self.method, "chat_id": self.chat_id, **self.call, **besides}


@dataclass(frozen=True, slots=True)
class Document:
    """A file with a text in it, uploaded."""

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
    """Go out of a group."""

    kind: ClassVar[str] = "leave"
    method: ClassVar[str] = "leaveChat"

    chat_id: int

    def parameters(self) -> Call:
        return {"chat_id": self.chat_id}


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture that is drawn when its turn comes (see `outgoing.pictures`): no transaction waits for that."""

    kind: ClassVar[str] = "chart"
    method: ClassVar[str] = "sendPhoto"

    chat_id: int
    filename: str
    facts: Mapping[str, object]  # what is drawn
    caption: str
    if_failed: str  # what is said, as HTML, if it can't be drawn

    def parameters(self) -> Call:
        picture = {"filename": self.filename, "facts": self.facts, "if_failed": storable(self.if_failed)}
        return {"chat_id": self.chat_id, "caption": storable(self.caption), "photo": picture}


@dataclass(frozen=True, slots=True)
class Notice:
    """A text to an administrator about the bot itself; one that is refused is no reason for another."""

    kind: ClassVar[str] = "notice"

    chat_id: int
    text: str

    def parameters(self) -> Call:
        return _html(self.chat_id, self.text, ())


@dataclass(frozen=True, slots=True)
class Commands:
    """The list of commands that one chat shows; without any it shows what all chats do."""

    kind: ClassVar[str] = "commands"

    chat_id: int
    commands: Sequence[tuple[str, str]] = ()

    def parameters(self) -> Call:
        listed = [{"command": name, "description": does} for name, does in self.commands]
        return {"chat_id": self.chat_id, "commands": listed}


Outgoing = Text | Edit | Composed | Document | Chart | Notice | Leave | Commands | ButtonAnswer
KINDS = frozenset(message.kind for message in (Text, Edit, Composed, Document, Chart, Notice, Leave, Commands))
"""What this version can send. A row of another kind was written by a newer version and is left to it."""


PLAIN = {Edit.kind: Edit.method, Leave.kind: Leave.method}
"""Kinds that are kept as they are sent."""


class _KeptFile(TypedDict):
    filename: str
    content: str


class KeptChart(TypedDict):
    """How the outbox keeps a chart's picture."""

    filename: str
    facts: dict[str, object]
    if_failed: str


NOT_FOR_TELEGRAM = {"method", "if_refused", "ban"}


def sent_instead(chat_id: int, kept: object, reason: str) -> list[Text]:
    """What is said of a message that was refused, with Telegram's words."""
    said = kept.get("if_refused") if isinstance(kept, dict) else None  # a row that can't be read is anything
    return [Text(chat_id, f"{said}\n<i>{html.escape(reason)}</i>")] if said else []


def ban_of_notice(kept: object) -> int | None:
    """The ban of which a message is the notice, if it is one."""
    ban = kept.get("ban") if isinstance(kept, dict) else None
    return ban if isinstance(ban, int) else None


def call_of(kind: str, kept: Call) -> tuple[str, Call]:
    """The method and its parameters for what the outbox keeps: a file's content is an Upload, a chart isn't drawn."""
    match kind:
        case Composed.kind:
            return _text(kept["method"]), _for_telegram(kept)
        case Document.kind:
            file = cast("_KeptFile", kept["document"])
            upload = Upload(str(file["filename"]), _text(file["content"]).encode())
            return "sendDocument", kept | {"document": upload}
        case Chart.kind:
            return Chart.method, kept
        case Commands.kind:
            return commands_of(kept)
        case _:
            return PLAIN.get(kind, Text.method), _for_telegram(kept)


def _text(kept: object) -> str:
    if not isinstance(kept, str):
        raise TypeError(f"{kept!r} is no text")
    return kept


def _for_telegram(kept: Call) -> Call:
    return {name: value for name, value in kept.items() if name not in NOT_FOR_TELEGRAM}


def commands_of(kept: Call) -> tuple[str, Call]:
    """Source: Bot API, BotCommandScopeChat: it goes before what is set for all chats, in any language."""
    scope: Call = {"scope": {"type": "chat", "chat_id": kept["chat_id"]}}
    if not kept["commands"]:
        return "deleteMyCommands", scope
    return "setMyCommands", scope | {"commands": kept["commands"]}


def _html(chat_id: int, text: str, keyboard: Keyboard) -> Call:
    call: Call = {"chat_id": chat_id, "text": storable(text), "parse_mode": "HTML"}
    if keyboard:
        rows = [[{"text": button.label, "callback_data": button.data} for button in row] for row in keyboard]
        call["reply_markup"] = {"inline_keyboard": rows}
    return call
