"""Screens of the bot's settings stay within Telegram's limits."""

from datetime import UTC, datetime

import pytest

from bot.db.tables.changed_settings import ChangedValue
from bot.features.bot_settings import views
from bot.features.start.handlers import StartSettings
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.runtime_settings import SettingState
from bot.framework.screen import Screen, under_panel
from bot.framework.settings import JoinedSettings
from tests.support.joined import runtime_settings
from tests.support.screens import LONGEST_TOAST, shown_within_limits

LONGEST_LABEL = 56  # characters
NOW = datetime(2026, 9, 30, 23, 52, 7, tzinfo=UTC)
NASTY = "<b>&\u202e\n" + "w" * 5_000
TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)
STATES = [
    SettingState(setting, setting.default, stored, unreadable=unreadable)
    for setting in runtime_settings(JoinedSettings([StartSettings(leave_groups=True)]), 6_000).values()
    for stored, unreadable in ((None, False), (ChangedValue(0, NOW), False), (ChangedValue(NASTY, NOW), True))
]


@TEXTS
def test_every_screen_keeps_telegrams_limits(texts: Texts) -> None:
    for screen in (
        under_panel(texts, views.every(texts, STATES)),
        *(views.one(texts, state) for state in STATES),
        views.screen(texts, on=True),
        views.screen(texts, on=False),
        Screen(texts.html("bot_settings-maintenance-notice")),
    ):
        shown_within_limits(screen, longest_label=LONGEST_LABEL)


@TEXTS
def test_every_toast_does(texts: Texts) -> None:
    for key in ("maintenance-notice", "refused", "unknown"):
        assert 0 < len(texts.plain(f"bot_settings-{key}")) <= LONGEST_TOAST
