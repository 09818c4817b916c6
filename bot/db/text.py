"""What PostgreSQL can hold in a text column."""

from typing import Any, overload


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: str | None) -> str | None: ...
def storable(text: str | None) -> str | None:
    """`text` without NUL, which PostgreSQL refuses, and with U+FFFD for lone surrogates, which UTF-8 can't encode."""
    if text is None:
        return None
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def storable_within(value: Any) -> Any:
    """What JSON says, with every text in it as `storable` makes it; names stay, lest one become another."""
    match value:
        case str():
            return value if value.isascii() and "\0" not in value else storable(value)
        case dict():
            return {name: storable_within(inner) for name, inner in value.items()}
        case list():
            return [storable_within(inner) for inner in value]
        case _:
            return value
