"""People's names, as they may stand in a sentence or on a button: whatever is in them, they break neither."""

import unicodedata
from typing import Protocol

LONGEST_NAME = 64  # characters, as Telegram has it
TURNS_THE_LINE = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # Unicode's controls of direction
JOINER = "\u200d"  # of emoji that are made of several
MARKS = 3  # on one letter; more climb over the neighbouring lines
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"  # Unicode, UAX 9: what is between turns nothing outside
ON_A_BUTTON = 22  # characters


class Somebody(Protocol):
    @property
    def telegram_id(self) -> int: ...
    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str | None: ...
    @property
    def username(self) -> str | None: ...


def name(person: Somebody, most: int = LONGEST_NAME) -> str:
    """What a person is called: plain, in one line; their number where the name can't be seen."""
    whole = cut(tamed(f"{person.first_name} {person.last_name or ''}"), most)
    return isolated(whole) if whole else str(person.telegram_id)


def label(person: Somebody) -> str:
    """A person on a button."""
    called = name(person, ON_A_BUTTON)
    return f"{called} · @{cut(person.username, ON_A_BUTTON - 2)}" if person.username else called


def tamed(text: str) -> str:
    """A text in one line, without what can't be seen, what turns the line, and piles of marks."""
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MARKS:
            kept.append(character if character == JOINER or character.isprintable() else " ")
    line = " ".join("".join(kept).split()).strip(f"{JOINER}\u2800\u3164\u115f\u1160 ")
    return line if any(_is_seen(character) for character in line) else ""


def one_line(text: str, most: int) -> str:
    """As much of a text as fits, in one line that turns nothing around."""
    line = " ".join(text.translate(TURNS_THE_LINE).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def isolated(text: str) -> str:
    """Between marks that keep letters written from right to left from moving their neighbours."""
    if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text):
        return f"{ISOLATE}{text}{END_OF_ISOLATE}"
    return text


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CMZ" and character not in "\u2800\u3164\u115f\u1160"
