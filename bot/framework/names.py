"""People's names, made safe for sentences and buttons whatever characters they contain."""

import unicodedata
from typing import Protocol

LONGEST_NAME = 64  # characters, as in Telegram
BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # Unicode's controls of direction
JOINER = "\u200d"  # joins several emoji into one
MAX_COMBINING = 3  # on one letter; more would run into neighbouring lines
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"  # Unicode, UAX 9: isolate the text between them
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
    """A person's name as plain text in one line, or their id if the name is invisible."""
    whole = truncate(sanitize(f"{person.first_name} {person.last_name or ''}"), most)
    return isolate(whole) if whole else str(person.telegram_id)


def button_label(person: HasName) -> str:
    """A person's name and username for a button."""
    called = display_name(person, MAX_BUTTON_NAME)
    return f"{called} · @{truncate(person.username, MAX_BUTTON_NAME - 2)}" if person.username else called


def sanitize(text: str) -> str:
    """A text in one line, without invisible and direction-changing characters and piles of marks."""
    kept, combining = [], 0
    for character in text:
        combining = combining + 1 if unicodedata.combining(character) else 0
        if combining <= MAX_COMBINING:
            kept.append(character if character == JOINER or character.isprintable() else " ")
    line = " ".join("".join(kept).split()).strip(f"{JOINER}\u2800\u3164\u115f\u1160 ")
    return line if any(_is_visible(character) for character in line) else ""


def one_line(text: str, most: int) -> str:
    """As much of a text as fits, in one line without direction-changing characters."""
    line = " ".join(text.translate(BIDI_CONTROLS).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def truncate(text: str, most: int) -> str:
    """The text in at most this many characters, with an ellipsis in place of the rest."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def isolate(text: str) -> str:
    """The text in marks that keep right-to-left letters from moving their neighbours."""
    if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text):
        return f"{ISOLATE}{text}{END_OF_ISOLATE}"
    return text


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CMZ" and character not in "\u2800\u3164\u115f\u1160"
