"""Calls of the Bot API as plain data: python-telegram-bot's values become JSON, and files become uploads.

They are converted when a call is queued, as python-telegram-bot's own methods do when they send. Nothing in the outbox
refers to this process any more, so a crash loses neither a keyboard nor a file.
Source: telegram.request.RequestData and RequestParameter; Bot API, "Making requests" and "Sending files".
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import IO, cast

from telegram import (
    Animation,
    Audio,
    Document,
    InputFile,
    PhotoSize,
    Sticker,
    TelegramObject,
    Video,
    VideoNote,
    Voice,
)

from bot.errors import InvalidCallError
from bot.messages import ApiCall, OnSent, Upload

MEGABYTE = 1 << 20
LARGEST_PHOTO = 10 * MEGABYTE
LARGEST_CALL = 50 * MEGABYTE  # Telegram's limit for a file, and ours for all files of a call: they lie in one row
ATTACHED = frozenset({"thumbnail", "cover"})  # parameters whose files need an attach:// name
FILES = ATTACHED | {
    *("animation", "audio", "document", "live_photo", "media", "photo"),
    *("sticker", "video", "video_note", "voice"),
}  # parameters and fields that take a file

FileInput = str | bytes | Path | IO[bytes] | InputFile
"""A file: its content, a path to it, an open file, or as text a file_id or URL that Telegram knows."""
Media = Animation | Audio | Document | PhotoSize | Sticker | Video | VideoNote | Voice
"""A file that Telegram has, as an update brings it."""

_method = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", re.ASCII)


def api_call(lane: int, method: str, parameters: Mapping[str, object], on_sent: OnSent | None = None) -> ApiCall:
    """The call as it is kept in the outbox. One without a chat of its own is sent in the turn of the chat `lane`.

    Parameters that are None are left out. A text is never taken for the path of a file: use `pathlib.Path`. In
    python-telegram-bot's types for albums and media, which make both an address, give the file's content.
    Raises InvalidCallError for a value or a file that can't be sent, and OSError for a path that can't be read.
    """
    conversion = _Conversion(method_name(method))
    call = {name: conversion.parameter(name, value) for name, value in parameters.items()}
    call = {name: value for name, value in call.items() if value is not None}
    chat_id = call.get("chat_id")
    if isinstance(chat_id, str) and re.fullmatch(r"-?[0-9]+", chat_id):
        chat_id = call["chat_id"] = int(chat_id)
    lane = chat_id if isinstance(chat_id, int) else lane
    return ApiCall(lane, conversion.method, call, conversion.files, on_sent)


def method_name(method: str) -> str:
    """A method's name as the Bot API writes it: `send_photo` is `sendPhoto`. Raises InvalidCallError."""
    if not _method.fullmatch(method):
        raise InvalidCallError(f"{method!r} is no method of the Bot API: give its plain name, such as 'sendPhoto'")
    first, *words = method.split("_")
    name = "".join([first, *(word[:1].upper() + word[1:] for word in words)])
    if name.startswith("get"):
        raise InvalidCallError(
            f"{name} only returns something, and a queued call's result comes too late for its handler: "
            "ask context.bot for it before context.work()"
        )
    return name


def named_file(file: FileInput | Media, filename: str | None) -> FileInput | Media:
    """The file, read, under another name if one is given. A file_id or URL keeps its own."""
    upload = _input_file(file)
    if filename is None or upload is None:
        return file if upload is None else upload
    return InputFile(_content(upload), filename=filename, attach=upload.attach_name is not None)


class _Conversion:
    """Converts the parameters of one call and collects their files."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.files: dict[str, Upload] = {}

    def parameter(self, name: str, value: object) -> object:
        """The parameter's JSON value. None for a file, which is uploaded in the parameter's place."""
        if isinstance(value, Media):
            return value.file_id
        file = _input_file(value)
        if file is None:
            return self._json(value, name)
        if name in ATTACHED or file.attach_name is not None:
            return self._json(file, name)
        self._upload(file, name, is_photo=name == "photo")
        return None

    def _json(self, value: object, name: str, *, is_photo: bool = False) -> object:
        """A JSON value. A file within becomes an upload and is replaced by its attach:// name."""
        if (file := _input_file(value)) is not None:
            attached = file.attach_name or f"attached{len(self.files)}"
            self._upload(file, attached, is_photo=is_photo)
            return f"attach://{attached}"
        match _plain(value):
            case str() as text if _key(name) in FILES and text.strip().lower().startswith("file:"):
                raise InvalidCallError(
                    f"{self.method}: {name} is the path of a file, which the Bot API's server would look for on its "
                    "own machine: give the file's content, such as path.read_bytes()"
                )
            case None | str() | int() | float() as scalar:
                return scalar
            case datetime() | timedelta() as time:
                return _seconds(time)
            case Mapping() as fields:
                return self._object(fields, name)
            case Sequence() | AbstractSet() as several:
                return [self._json(one, name) for one in several]
        raise InvalidCallError(
            f"{self.method}: {name} is of type {type(value).__name__}, which can't be sent. "
            "Give texts, numbers, times, files, lists, dicts or python-telegram-bot's own types"
        )

    def _object(self, value: Mapping[str, object], name: str) -> dict[str, object]:
        photo = value.get("type") == "photo"
        held = {
            str(key): self._json(inner, f"{name}.{key}", is_photo=photo and key == "media")
            for key, inner in value.items()
        }
        return {key: inner for key, inner in held.items() if inner is not None}

    def _upload(self, file: InputFile, name: str, *, is_photo: bool) -> None:
        upload = Upload(file.filename, _content(file))
        self.files[name] = upload
        if is_photo and len(upload.content) > LARGEST_PHOTO:
            raise self._too_large(f"the photo {upload.filename!r}", LARGEST_PHOTO, "send it as a document or smaller")
        if sum(len(one.content) for one in self.files.values()) > LARGEST_CALL:
            what = f"the file {upload.filename!r}" if len(self.files) == 1 else "all files together"
            raise self._too_large(what, LARGEST_CALL, "compress or split it, send several calls, or send a link")

    def _too_large(self, what: str, most: int, remedy: str) -> InvalidCallError:
        return InvalidCallError(
            f"{self.method}: {what}: more than {most // MEGABYTE} MB can't be sent. {remedy.capitalize()}"
        )


def _key(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def _plain(value: object) -> object:
    """The value of an enumeration, and python-telegram-bot's objects as dicts."""
    if isinstance(value, TelegramObject):
        return value.to_dict()
    return value.value if isinstance(value, Enum) else value


def _seconds(value: datetime | timedelta) -> float:
    """Unix time, or a duration. A moment without a zone is UTC, as in python-telegram-bot."""
    if isinstance(value, datetime):
        return int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())
    seconds = value.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _input_file(value: object) -> InputFile | None:
    """The file that a value stands for; None if it is none. What exceeds the limit isn't read."""
    match value:
        case InputFile():
            return value
        case bytes() | bytearray() | memoryview():
            return InputFile(bytes(value))
        case Path():
            with value.open("rb") as opened:
                return _read(opened, value.name)
    if callable(getattr(value, "read", None)):
        name = getattr(value, "name", None)
        return _read(cast("IO[bytes]", value), Path(name).name if isinstance(name, str) else None)
    return None


def _read(opened: IO[bytes], name: str | None) -> InputFile:
    content = opened.read(LARGEST_CALL + 1)
    if not isinstance(content, bytes):
        raise InvalidCallError(f"the file {name!r} is opened as text: open it with mode 'rb'")
    return InputFile(content, filename=name)


def _content(file: InputFile) -> bytes:
    """The file's bytes, read now if it was left open."""
    content = file.input_file_content
    return content if isinstance(content, bytes) else _content(_read(content, file.filename))
