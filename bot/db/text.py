"""What PostgreSQL can hold in a text column."""

from typing import overload


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: str | None) -> str | None: ...
def storable(text: str | None) -> str | None:
    """`text` without NUL, which PostgreSQL refuses, and with U+FFFD for lone surrogates, which UTF-8 can't encode."""
    if text is None:
        return None
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
