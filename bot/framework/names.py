"""Names of users, made safe for sentences and buttons."""

import unicodedata
from typing import Protocol

LONGEST_NAME = 64  # characters, as in Telegram
BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # Unicode's controls of text direction
JOINER = "\u200d"  # joins several emoji into one
MAX_COMBINING = 3  # marks on one letter; more would cover the lines above
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"  # Unicode, UAX 9: text between them doesn't turn text outside
MAX_BUTTON_NAME = 22  # characters


class HasName(Protocol):
    """A user's names and id."""

    @property
    def telegram_id(self) -> int:
        """Shown if the name is invisible."""

    @property
    def first_name(self) -> str:
        """The first name."""

    @property
    def last_name(self) -> str | None:
        """The last name, if any."""

    @property
    def username(self) -> str | None:
        """The username without @, if any."""


def display_name(person: HasName, most: int = LONGEST_NAME) -> str:
    """A user's name as plain text in one line; their id if the name is invisible."""
    whole = truncate(sanitize(f"{person.first_name} {person.last_name or ''}"), most)
    return isolate(whole) if whole else str(person.telegram_id)


def button_label(person: HasName) -> str:
    """A user's name on a button."""
    called = display_name(person, MAX_BUTTON_NAME)
    return f"{called} · @{truncate(person.username, MAX_BUTTON_NAME - 2)}" if person.username else called


def sanitize(text: str) -> str:
    """A text in one line, without invisible characters, controls of direction and piles of marks."""
    kept, combining = [], 0
    for character in text:
        combining = combining + 1 if unicodedata.combining(character) else 0
        if combining <= MAX_COMBINING:
            kept.append(character if character == JOINER or character.isprintable() else " ")
    line = " ".join("".join(kept).split()).strip(f"{JOINER}\u2800\u3164\u115f\u1160 ")
    return line if any(_is_visible(character) for character in line) else ""


def one_line(text: str, most: int) -> str:
    """A text in one line, without controls of direction, truncated to `most` characters."""
    line = " ".join(text.translate(BIDI_CONTROLS).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def truncate(text: str, most: int) -> str:
    """A text, or its beginning and an ellipsis in `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def isolate(text: str) -> str:
    """A text between isolates if it has right-to-left letters, which would otherwise move their neighbours."""
    if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text):
        return f"{ISOLATE}{text}{END_OF_ISOLATE}"
    return text


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CMZ" and character not in "\u2800\u3164\u115f\u1160"
