"""Telegram's limits on what a screen shows."""

from bot.framework.screen import Screen
from bot.sandbox.world.html_parser import from_html

LONGEST_TEXT = 4096  # UTF-16 units
LONGEST_CAPTION = 1024
LONGEST_TOAST = 200
LONGEST_DESCRIPTION = 256  # of a command
LONGEST_DATA = 64  # bytes
LONGEST_LABEL = 48  # characters: more is cut off on a telephone's screen


def shown_within_limits(screen: Screen, *, longest_label: int = LONGEST_LABEL) -> str:
    """Assert that a screen keeps the limits, and return its text without markup."""
    text = from_html(screen.text).text
    assert 0 < len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT, screen
    for button in (button for row in screen.keyboard for button in row):
        assert 0 < len(button.label) <= longest_label, button
        assert 0 < len(button.data.encode()) <= LONGEST_DATA, button
    return text
