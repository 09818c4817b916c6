"""The administrators' panel."""

from collections.abc import Sequence

from bot.framework.i18n import Texts
from bot.framework.registry import PanelEntry
from bot.framework.screen import Screen
from bot.messages import Button


def panel(words: Texts, entries: Sequence[PanelEntry]) -> Screen:
    return Screen(words.html("admin-panel"), tuple((Button(words.plain(one.text), one.data),) for one in entries))
