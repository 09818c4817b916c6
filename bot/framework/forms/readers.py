"""Readers: each turns a message into the answer to a form's question, or refuses it."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from telegram import Message

from bot.framework.context import Context
from bot.framework.i18n import Texts
from bot.framework.prompts import LONGEST_ANSWER

T_co = TypeVar("T_co", covariant=True)
K = TypeVar("K", bound=StrEnum)

CHOICE = "([A-Za-z0-9_-]{1,22})"
"""The pattern of a choice's value, which has to fit into callback data with a form's name."""
WHOLE_NUMBER = re.compile(r"[+-]?\d{1,15}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why a message is no answer, as HTML for the user."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that is an answer. `value` is what a press stores; it matches `CHOICE`."""

    value: str
    label: str


def _no_choices(_: Texts) -> Sequence[Choice]:
    return ()


@dataclass(frozen=True, slots=True)
class Reader(Generic[T_co]):
    """Reads an answer of type `kind`, which pydantic must be able to turn into JSON and back.

    `read` may use the database, and must not call Telegram. `choices` are buttons under the question.
    """

    kind: type[T_co]
    read: Callable[[Context, Message], Awaitable[T_co | Refusal]]
    choices: Callable[[Texts], Sequence[Choice]] = _no_choices


def text(most: int = LONGEST_ANSWER, *, least: int = 1) -> Reader[str]:
    """Reads a text of `least` to `most` characters, without its formatting."""

    async def read(context: Context, message: Message) -> str | Refusal:
        if message.text is None:
            return Refusal(context.texts.html("framework-prompt-text-wanted"))
        if len(message.text) > most:
            return Refusal(context.texts.html("framework-prompt-too-long", most=most))
        if len(message.text) < least:
            return Refusal(context.texts.html("framework-form-too-short", least=least))
        return message.text

    return Reader(str, read)


def number(least: int, most: int) -> Reader[int]:
    """Reads a whole number from `least` to `most`."""

    async def read(context: Context, message: Message) -> int | Refusal:
        written = (message.text or "").strip()
        if WHOLE_NUMBER.fullmatch(written) and least <= int(written) <= most:
            return int(written)
        return Refusal(context.texts.html("framework-form-number-wanted", least=least, most=most))

    return Reader(int, read)


def choice(kind: type[K], label: Callable[[Texts, K], str]) -> Reader[K]:
    """Reads a member of an enum from a press of its button, or from a text that is its label."""
    for member in kind:
        if not re.fullmatch(CHOICE, member.value):
            raise ValueError(f"{member!r}: a choice's value has to match {CHOICE}")

    async def read(context: Context, message: Message) -> K | Refusal:
        written = (message.text or "").strip().casefold()
        chosen = next((member for member in kind if label(context.texts, member).casefold() == written), None)
        return chosen or Refusal(context.texts.html("framework-form-choice-wanted"))

    return Reader(kind, read, lambda texts: [Choice(member.value, label(texts, member)) for member in kind])


def photo() -> Reader[str]:
    """Reads a photo: the file id of its largest size, with which the bot can send it again."""

    async def read(context: Context, message: Message) -> str | Refusal:
        if message.photo:
            return message.photo[-1].file_id
        return Refusal(context.texts.html("framework-form-photo-wanted"))

    return Reader(str, read)
