"""Lengths and offsets in UTF-16 code units, which Telegram counts in."""


def length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def index(text: str, offset: int) -> int:
    """Return the character index for an offset in UTF-16 units."""
    if text.isascii():
        return offset
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * offset].decode("utf-16-le", "replace"))
