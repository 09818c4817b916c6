"""Finding people by a part of their names, in any script: the runs of three characters in a name, as an array.

Not pg_trgm: it takes letters as the database's locale does, and with a locale of C that is ASCII alone.
"""

import unicodedata
from collections.abc import Iterable

LENGTH = 3


def folded(text: str) -> str:
    """As it is compared: without case, and with one form of each character. Source: Unicode 3.13, caseless matching."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def grams(texts: Iterable[str | None]) -> list[str]:
    """What is kept of a person's names: each run of three characters, and of one and two at the beginning of a word."""
    found: set[str] = set()
    for text in texts:
        for word in folded(text or "").split():
            found.update(word[:length] for length in range(1, LENGTH))
            found.update(word[start : start + LENGTH] for start in range(len(word) - LENGTH + 1))
    return sorted(found)


def wanted(query: str) -> list[str]:
    """What a person must have for `query` to be a part of a name of theirs, or the beginning if it is short."""
    found: set[str] = set()
    for word in folded(query).split():
        if len(word) < LENGTH:
            found.add(word)
        found.update(word[start : start + LENGTH] for start in range(len(word) - LENGTH + 1))
    return sorted(found)
