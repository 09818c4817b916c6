"""Reading updates: an answer to getUpdates is split, and each update is parsed by itself."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from telegram import Bot, Update

from bot.db.text import JsonObject, storable_within
from bot.errors import UnreadableError

LARGEST_UPDATE_ID = 2**63 - 1

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]', re.DOTALL)
_RESULT = b'"result"'
_UPDATE_ID = re.compile(rb'"update_id"\s*:\s*(\d{1,19})(?![\d.eE])')


class NotAnAnswerError(Exception):
    """The body isn't an answer of the Bot API: cut, HTML or empty. Asking again may help."""


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """An update as it arrived: its bytes, and their JSON if it can be parsed."""

    payload: bytes
    update_id: int | None
    data: JsonObject = field(repr=False, default_factory=dict)
    unreadable: str | None = None  # why

    @property
    def kind(self) -> str:
        """The kind as the Bot API names it, such as "message". It isn't cleaned, so that it can't become another."""
        return next((name for name in self.data if name != "update_id"), "")

    @property
    def body(self) -> JsonObject:
        """The object under the kind."""
        body = self.data.get(self.kind)
        return body if isinstance(body, dict) else {}


def read(answer: bytes) -> list[RawUpdate]:
    """The updates in the body of a successful getUpdates, each with the bytes that Telegram sent.

    They are split before they are parsed, so that a malformed update affects no other. Raises NotAnAnswerError if the
    body as a whole is no answer.
    """
    slices, envelope = _split(answer)
    try:
        whole = json.loads(envelope)
    except (ValueError, RecursionError) as error:
        raise NotAnAnswerError(f"the body is not JSON: {error}") from error
    if not isinstance(whole, dict) or whole.get("ok") is not True or whole.get("result") != []:
        raise NotAnAnswerError("the body is JSON, but no answer to getUpdates")
    return [read_one(answer[start:end]) for start, end in slices]


def broken(answer: bytes) -> RawUpdate | None:
    """A body that `read` refused, as one unreadable update, if it is complete and contains an update id.

    Meant for an answer with one update whose brackets or quotes don't match. A cut body has no end.
    """
    found = _UPDATE_ID.search(answer)
    whole = answer.lstrip().startswith(b"{") and answer.rstrip().endswith(b"]}")
    if found is None or not whole or int(found.group(1)) > LARGEST_UPDATE_ID:
        return None
    return RawUpdate(answer, int(found.group(1)), unreadable="the answer that it came in is no JSON")


def _split(answer: bytes) -> tuple[list[tuple[int, int]], bytes]:
    """The position of each element of `result`, and the answer with an empty `result`."""
    depth, key, begins, inside = 0, b"", 0, 0
    slices: list[tuple[int, int]] = []
    for token, start, end in _tokens(answer):
        if token in b"{[":
            if depth == 1 and not inside and token == b"[" and key == _RESULT:
                inside = end
            elif inside and depth == 2:  # noqa: PLR2004 -- an element of the array in the object
                begins = start
            depth += 1
        elif token in b"}]":
            depth -= 1
            if inside and depth == 2:  # noqa: PLR2004
                slices.append((begins, end))
            elif inside and depth == 1:
                left = b"" if slices else answer[inside:start]  # only blanks, or it is no answer to getUpdates
                return slices, answer[:inside] + left + answer[start:]
        elif depth == 1:
            key = token
    return slices, answer


def _tokens(answer: bytes) -> Iterator[tuple[bytes, int, int]]:
    return ((found.group(), found.start(), found.end()) for found in _TOKEN.finditer(answer))


def read_one(payload: bytes) -> RawUpdate:
    """Parse one update. A malformed one is returned with the reason in `unreadable`."""
    try:
        data = json.loads(payload)
    except RecursionError:
        return _unreadable(payload, "nested too deeply")
    except ValueError as error:
        return _unreadable(payload, str(error))
    update_id = data.get("update_id") if isinstance(data, dict) else None
    if type(update_id) is not int or not 0 <= update_id <= LARGEST_UPDATE_ID:
        return _unreadable(payload, "it has no update_id that is a number")
    return RawUpdate(payload, update_id, data)


def _unreadable(payload: bytes, reason: str) -> RawUpdate:
    found = _UPDATE_ID.search(payload)
    update_id = int(found.group(1)) if found else None
    if update_id is not None and update_id > LARGEST_UPDATE_ID:
        update_id = None
    return RawUpdate(payload, update_id, unreadable=reason)


def to_update(raw: RawUpdate, bot: Bot) -> Update:
    """Make python-telegram-bot's object. Raises UnreadableError with the reason."""
    if raw.unreadable is not None:
        raise UnreadableError(f"unreadable: {raw.unreadable}")
    if raw.kind not in Update.ALL_TYPES:
        raise UnreadableError(f"updates of kind {raw.kind!r} are not known to this version")
    try:
        # The bytes stay as they came, but handlers get no text that a column would refuse.
        return Update.de_json(_with_command_entity(storable_within(raw.data)), bot)
    except Exception as error:
        raise UnreadableError(f"unreadable: {type(error).__name__}: {error}") from error


def _with_command_entity(data: JsonObject) -> JsonObject:
    """Telegram marks a command with an entity; other servers that speak the Bot API may leave it out."""
    message = data.get("message")
    if isinstance(message, dict) and "entities" not in message and isinstance(message.get("text"), str):
        command = re.match(r"/\w+(@\w+)?(?=\s|$)", message["text"], re.ASCII)
        if command is not None:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
    return data
