"""Calls made from the outbox's payloads."""

import base64
import html
from collections.abc import Awaitable, Callable, Mapping
from typing import TypedDict, cast

import structlog

from bot.errors import ChartError
from bot.messages import ApiCall, Call, Chart, Commands, Composed, Document, Edit, Leave, Text, Upload

METHODS = {Edit.kind: Edit.method, Leave.kind: Leave.method, Chart.kind: Chart.method}
"""The methods of kinds, except those sent as a text."""
NOT_FOR_TELEGRAM = {"method", "if_refused", "ban"}

log = structlog.get_logger(__name__)

Draw = Callable[[dict[str, object]], Awaitable[bytes]]
"""Draws a chart's facts as a PNG. Raises ChartError."""


class _File(TypedDict):
    filename: str
    content: str


class _Picture(TypedDict):
    filename: str
    facts: dict[str, object]
    if_failed: str


def call_of(kind: str, payload: Call) -> tuple[str, Call]:
    """The method and its parameters; a chart isn't drawn yet. Raises LookupError, TypeError or AttributeError."""
    match kind:
        case ApiCall.kind:
            call, files = cast("Call", payload["call"]), cast("Mapping[str, _File]", payload.get("files", {}))
            return _text(payload["method"]), call | _uploads(files)
        case Composed.kind:
            return _text(payload["method"]), _for_telegram(payload)
        case Document.kind:
            file = cast("_File", payload["document"])
            return "sendDocument", payload | {
                "document": Upload(str(file["filename"]), _text(file["content"]).encode())
            }
        case Commands.kind:
            return commands_of(payload)
        case _:
            return METHODS.get(kind, Text.method), _for_telegram(payload)


def goes_to_its_chat(kind: str, payload: Call) -> bool:
    """Return whether a message goes to its row's chat. Calls such as answerInlineQuery only wait in its lane."""
    call = payload.get("call") if kind == ApiCall.kind else None
    return kind != ApiCall.kind or (isinstance(call, dict) and isinstance(call.get("chat_id"), int))


def commands_of(payload: Call) -> tuple[str, Call]:
    """The call that sets one chat's commands, which override all others. Source: Bot API, BotCommandScopeChat."""
    scope: Call = {"scope": {"type": "chat", "chat_id": payload["chat_id"]}}
    if not payload["commands"]:
        return "deleteMyCommands", scope
    return "setMyCommands", scope | {"commands": payload["commands"]}


async def drawn(chat_id: int, call: Call, draw: Draw) -> tuple[str, Call]:
    """Draw a chart and return the call that sends it, or a text instead if it can't be drawn."""
    picture = cast("_Picture", call["photo"])
    try:
        content = await draw(picture["facts"])
    except ChartError as error:
        log.warning("a chart can't be drawn", reason=str(error))
        return Text.method, Text(chat_id, picture["if_failed"]).parameters()
    return Chart.method, call | {"photo": Upload(str(picture["filename"]), content)}


def sent_instead(chat_id: int, payload: object, reason: str) -> list[Text]:
    """The text that replaces a refused message, if it has one, with Telegram's reason."""
    text = payload.get("if_refused") if isinstance(payload, dict) else None
    return [Text(chat_id, f"{text}\n<i>{html.escape(reason)}</i>")] if text else []


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _uploads(files: Mapping[str, _File]) -> dict[str, Upload]:
    return {name: Upload(file["filename"], base64.b64decode(file["content"])) for name, file in files.items()}


def _for_telegram(payload: Call) -> Call:
    return {name: value for name, value in payload.items() if name not in NOT_FOR_TELEGRAM}
