"""People's names, as they may stand in a sentence or on a button: whatever is in them, they break neither."""

import unicodedata
from typing import Protocol

LONGEST_NAME = 64  # characters, as Telegram has it
BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # Unicode's controls of direction
JOINER = "\u200d"  # of emoji that are made of several
MAX_COMBINING = 3  # on one letter; more climb over the neighbouring lines
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"  # Unicode, UAX 9: what is between turns nothing outside
MAX_BUTTON_NAME = 22  # characters


class HasName(Protocol):
    """A user, as far as their name is concerned."""

    @property
    def telegram_id(self) -> int: ...
    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str | None: ...
    @property
    def username(self) -> str | None: ...


def display_name(person: HasName, most: int = LONGEST_NAME) -> str:
    """What a person is called: plain, in one line; their number where the name can't be seen."""
    whole = truncate(sanitize(f"{person.first_name} {person.last_name or ''}"), most)
    return isolate(whole) if whole else str(person.telegram_id)


def button_label(person: HasName) -> str:
    """A person on a button."""
    called = display_name(person, MAX_BUTTON_NAME)
    return f"{called} · @{truncate(person.username, MAX_BUTTON_NAME - 2)}" if person.username else called


def sanitize(text: str) -> str:
    """A text in one line, without what can't be seen, what turns the line, and piles of marks."""
    kept, combining = [], 0
    for character in text:
        combining = combining + 1 if unicodedata.combining(character) else 0
        if combining <= MAX_COMBINING:
            kept.append(character if character == JOINER or character.isprintable() else " ")
    line = " ".join("".join(kept).split()).strip(f"{JOINER}\u2800\u3164\u115f\u1160 ")
    return line if any(_is_visible(character) for character in line) else ""


def one_line(text: str, most: int) -> str:
    """As much of a text as fits, in one line that turns nothing around."""
    line = " ".join(text.translate(BIDI_CONTROLS).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def truncate(text: str, most: int) -> str:
    """The text in at most this many characters, with an ellipsis in place of the rest."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def isolate(text: str) -> str:
    """Between marks that keep letters written from right to left from moving their neighbours."""
    if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text):
        return f"{ISOLATE}{text}{END_OF_ISOLATE}"
    return text


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CMZ" and character not in "\u2800\u3164\u115f\u1160"
