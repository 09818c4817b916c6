"""Telegram counts text in UTF-16 code units."""


def length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def index(text: str, offset: int) -> int:
    """Where in `text` the character begins that lies `offset` UTF-16 units in."""
    if text.isascii():
        return offset
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * offset].decode("utf-16-le", "replace"))
