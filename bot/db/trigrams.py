"""Finding people by a part of their names, in any script: the runs of three characters in a name, as an array.

Not pg_trgm: it takes letters as the database's locale does, and with a locale of C that is ASCII alone.
"""

import unicodedata
from collections.abc import Iterable

LENGTH = 3


def folded(text: str) -> str:
    """As it is compared: without case, and with one form of each character. Source: Unicode 3.13, caseless matching.

    What can't be seen is left out, lest it hide somebody. Turkish has two letters i, whose upper and lower forms others
    take for the one's: they are one letter here.
    """
    while (caseless := _folded_once(text)) != text:  # what one step takes away may let two others come together
        text = caseless
    return text


def _folded_once(text: str) -> str:
    if not text.isprintable():
        text = "".join(one for one in text if unicodedata.category(one) != "Cf")
    caseless = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return caseless.replace("i\u0307", "i").replace("ı", "i")


def trigrams(texts: Iterable[str | None]) -> list[str]:
    """What is kept of a person's names: each run of three characters, and of one and two at the beginning of a word.

    In scripts without case, which Chinese, Japanese and Korean are among, one or two characters are a word of their own
    and stand anywhere in a name: each such run is kept.
    """
    found: set[str] = set()
    for text in texts:
        for word in folded(text or "").split():
            for length in range(1, LENGTH):
                found.add(word[:length])
                if not word.isascii():
                    found.update(run for run in _runs(word, length) if all(map(_caseless, run)))
            found.update(_runs(word, LENGTH))
    return sorted(found)


def wanted(query: str) -> list[str]:
    """What a person must have for `query` to be a part of a name of theirs, or the beginning if it is short."""
    found: set[str] = set()
    for word in folded(query).split():
        if len(word) < LENGTH:
            found.add(word)
        found.update(_runs(word, LENGTH))
    return sorted(found)


def is_part(query: str, texts: Iterable[str | None]) -> bool:
    """Whether each word of `query` is a part of one of these names: `wanted` finds all such people, and some others."""
    words = [word for text in texts for word in folded(text or "").split()]
    return all(any(_is_in(part, word) for word in words) for part in folded(query).split())


def _is_in(part: str, word: str) -> bool:
    return part in word if len(part) >= LENGTH or all(map(_caseless, part)) else word.startswith(part)


def _runs(word: str, length: int) -> list[str]:
    return [word[start : start + length] for start in range(len(word) - length + 1)]


def _caseless(character: str) -> bool:
    return unicodedata.category(character) == "Lo"
