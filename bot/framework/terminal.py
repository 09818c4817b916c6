"""Text for a terminal: nothing in it may move the cursor, change colours or reorder what is read."""

import unicodedata

WIDE = ("W", "F")
"""East Asian widths that take two columns. Source: Unicode Standard Annex 11."""
ON_TOP = ("Mn", "Me")
"""Categories of what is drawn onto the character before."""
TAB = "    "


def printable(text: str) -> str:
    """`text` with an escape for every character that isn't drawn: controls, what steers them, surrogates.

    Line breaks stay, and tabs become blanks.
    """
    lines = text.replace("\t", TAB).split("\n")
    return "\n".join(line if line.isprintable() else "".join(map(_drawn, line)) for line in lines)


def one_line(text: str) -> str:
    """`text` with every run of blanks and line breaks as one blank, and printable."""
    return printable(" ".join(text.split()))


def columns(text: str) -> int:
    """How wide a terminal draws `text`."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def shortened(text: str, width: int) -> str:
    """`text`, or as much of its beginning as fits into `width` columns with an ellipsis."""
    if columns(text) <= width:
        return text
    kept, left = "", width - 1
    for character in text:
        left -= _columns_of(character)
        if left < 0:
            break
        kept += character
    return f"{kept.rstrip()}…"


def padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _drawn(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ON_TOP:
        return 0
    return 2 if unicodedata.east_asian_width(character) in WIDE else 1
