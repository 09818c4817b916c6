"""Dead letters for an operator, in a terminal or as JSON."""

import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.features.dead_letters.service import Letter, LetterSummary

Clean = Callable[[str], str]
"""Takes secrets out of a text."""

HEADINGS = ("NUMBER", "WHEN (UTC)", "BOT", "ORIGIN", "KIND", "CHAT", "REASON")
MIN_FOR_REASON = 20  # columns, however narrow the terminal is
MAX_FOR_KIND = 26  # columns; a kind that isn't Telegram's can be of any length
GAP = "  "
UNKNOWN = "-"
NONE = "There are no dead letters."


def table(letters: Sequence[LetterSummary], *, total: int, width: int | None, clean: Clean) -> str:
    """A line for each letter. Reasons end where a terminal of `width` columns ends; None leaves them whole."""
    if not letters:
        return NONE
    rows = [HEADINGS, *(_row(letter, clean) for letter in letters)]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)][:-1]
    room = None if width is None else max(MIN_FOR_REASON, width - sum(widths) - len(GAP) * len(widths))
    lines = [_line(row, widths, room) for row in rows]
    if total > len(letters):
        lines.append(f"These are the newest {len(letters)} of {total}; --limit shows more.")
    return "\n".join(lines)


def as_json(letters: Sequence[LetterSummary], *, clean: Clean) -> str:
    """A JSON array in ASCII."""
    return json.dumps([_facts(letter, clean) for letter in letters], indent=2)


def details(letter: Letter, *, clean: Clean) -> str:
    """All facts about a dead letter."""
    facts = {
        "when": f"{_when(letter.created_at)} UTC",
        "bot": str(letter.bot_id),
        "origin": letter.origin,
        "update": _known(letter.update_id),
        "kind": _known(letter.kind),
        "chat": _known(letter.chat_id),
    }
    lines = [f"  {name:<8}{one_line(clean(fact))}" for name, fact in facts.items()]
    sections = [
        "\n".join([f"Dead letter {letter.number}", *lines]),
        _titled("Reason", letter.reason, clean),
        _titled("Traceback", letter.traceback, clean) if letter.traceback else "",
        _titled(f"Payload ({len(letter.payload)} bytes)", readable(letter.payload), clean),
    ]
    return "\n\n".join(printable(part) for part in sections if part)


def retried(letter: Letter) -> str:
    where = {"update": "inbox", "message": "outbox"}[letter.origin]
    return f"Dead letter {letter.number} is in the {where} again; the worker that leads takes it up from there."


def discarded(letter: Letter) -> str:
    return f"Dead letter {letter.number} is deleted."


def _row(letter: LetterSummary, clean: Clean) -> tuple[str, ...]:
    return (
        str(letter.number),
        _when(letter.created_at),
        str(letter.bot_id),
        one_line(clean(letter.origin)),
        shortened(one_line(clean(_known(letter.kind))), MAX_FOR_KIND),
        _known(letter.chat_id),
        one_line(clean(letter.reason)),
    )


def _line(row: Sequence[str], widths: Sequence[int], room: int | None) -> str:
    *cells, reason = row
    cells = [padded(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return GAP.join([*cells, reason if room is None else shortened(reason, room)])


def _facts(letter: LetterSummary, clean: Clean) -> dict[str, object]:
    return {
        "number": letter.number,
        "created_at": letter.created_at.isoformat(),
        "bot_id": letter.bot_id,
        "origin": clean(letter.origin),
        "update_id": letter.update_id,
        "chat_id": letter.chat_id,
        "kind": clean(letter.kind) if letter.kind else None,
        "reason": clean(letter.reason),
    }


def _titled(title: str, text: str, clean: Clean) -> str:
    return f"{title}\n{clean(text).rstrip()}"


def readable(payload: bytes) -> str:
    """Indented JSON with the sizes of files in place of their contents, or the bytes as text if they are no JSON."""
    try:
        return json.dumps(_without_contents(json.loads(payload)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return payload.decode(errors="backslashreplace")


def _without_contents(payload: object) -> object:
    match payload:
        case {"files": dict(files), **rest}:
            return rest | {"files": {name: _without_content(file) for name, file in files.items()}}
    return payload


def _without_content(file: object) -> object:
    match file:
        case {"content": str(content), **rest}:
            return rest | {"content": f"{len(content) * 3 // 4 - content.count('=')} bytes"}
    return file


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _known(fact: object) -> str:
    return UNKNOWN if fact in {None, ""} else str(fact)


WIDE = ("W", "F")
"""East Asian widths of two columns. Source: Unicode Standard Annex 11."""
ON_TOP = ("Mn", "Me")
"""Categories of characters that are drawn onto the previous one."""
TAB = "    "


def printable(text: str) -> str:
    """`text` with an escape for each invisible character, such as controls and surrogates.

    Line breaks stay, and tabs become blanks.
    """
    lines = text.replace("\t", TAB).split("\n")
    return "\n".join(line if line.isprintable() else "".join(map(_drawn, line)) for line in lines)


def one_line(text: str) -> str:
    """`text` in one printable line, with single blanks."""
    return printable(" ".join(text.split()))


def columns(text: str) -> int:
    """The columns that `text` takes in a terminal."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def shortened(text: str, width: int) -> str:
    """`text`, or its beginning and an ellipsis in `width` columns."""
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
