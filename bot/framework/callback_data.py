"""Callback data: what a button sends when somebody presses it."""

from dataclasses import dataclass

NUMBER = "([0-9]{1,18})"
"""A number in callback data, as a pattern."""


@dataclass(frozen=True, slots=True)
class CallbackData:
    """Callback data that begins with `prefix`: where `CARD` is `CallbackData("a:card")`, `CARD(1001)` is `a:card:1001`.

    Called with patterns, it gives the pattern of the whole. Telegram takes 1 to 64 bytes.
    Source: Bot API, InlineKeyboardButton.
    """

    prefix: str

    def __call__(self, *arguments: object) -> str:
        return ":".join([self.prefix, *map(str, arguments)])
