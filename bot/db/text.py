"""Text and JSON that PostgreSQL can store."""

from typing import Any, overload

JsonObject = dict[str, Any]
"""An object as `json.loads` returns it."""


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: str | None) -> str | None: ...
def storable(text: str | None) -> str | None:
    """`text` without NUL, which PostgreSQL refuses, and with U+FFFD for lone surrogates, which UTF-8 can't encode."""
    if text is None:
        return None
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@overload
def storable_within(value: JsonObject) -> JsonObject: ...
@overload
def storable_within(value: object) -> object: ...
def storable_within(value: object) -> object:
    """A JSON value with `storable` applied to every text in it. Names stay, so that no two become the same."""
    match value:
        case str():
            return value if value.isascii() and "\0" not in value else storable(value)
        case dict():
            return {name: storable_within(inner) for name, inner in value.items()}
        case list():
            return [storable_within(inner) for inner in value]
        case _:
            return value
