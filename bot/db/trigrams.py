"""Trigrams for finding users by a part of their names, in any script.

pg_trgm isn't used because its letters depend on the database's locale; with locale C they are ASCII only.
"""

import unicodedata
from collections.abc import Iterable

LENGTH = 3


def folded(text: str) -> str:
    """Text in the form in which it is compared: caseless and normalised. Source: Unicode 3.13, caseless matching.

    Invisible characters are removed, so that they can't hide a user. The two Turkish letters i count as one, since
    other languages mix up their upper and lower case forms.
    """
    while (caseless := _folded_once(text)) != text:  # a removed character may join two others
        text = caseless
    return text


def _folded_once(text: str) -> str:
    if not text.isprintable():
        text = "".join(one for one in text if unicodedata.category(one) != "Cf")
    caseless = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return caseless.replace("i\u0307", "i").replace("ı", "i")


def trigrams(texts: Iterable[str | None]) -> list[str]:
    """The trigrams of a user's names, and the first one and two characters of each word.

    In scripts without case, such as Chinese, Japanese and Korean, one or two characters can be a word anywhere in a
    name, so all runs of one and two characters are included.
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
    """The trigrams that a user must have for `query` to be part of a name, or its beginning if it is short."""
    found: set[str] = set()
    for word in folded(query).split():
        if len(word) < LENGTH:
            found.add(word)
        found.update(_runs(word, LENGTH))
    return sorted(found)


def is_part(query: str, texts: Iterable[str | None]) -> bool:
    """Return whether each word of `query` is part of one of these names. `wanted` finds these users and some others."""
    words = [word for text in texts for word in folded(text or "").split()]
    return all(any(_is_in(part, word) for word in words) for part in folded(query).split())


def _is_in(part: str, word: str) -> bool:
    return part in word if len(part) >= LENGTH or all(map(_caseless, part)) else word.startswith(part)


def _runs(word: str, length: int) -> list[str]:
    return [word[start : start + length] for start in range(len(word) - length + 1)]


def _caseless(character: str) -> bool:
    return unicodedata.category(character) == "Lo"
