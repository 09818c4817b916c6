"""Screens of settings, privacy, the start and the like stay within Telegram's limits in each language."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.features.privacy import views as privacy
from bot.features.settings import views as settings
from bot.features.settings.service import CHOOSABLE, Choices
from bot.features.start import views as start
from bot.framework import time_zones
from bot.framework.command_menu import menus
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.registry import Scope, listed
from bot.framework.screen import Screen
from bot.sandbox.world.html_parser import from_html
from tests.support.joined import REGISTRY

COMMANDS = REGISTRY.commands
LONGEST_TEXT = 4096
LONGEST_DATA = 64  # bytes
LONGEST_LABEL = 48  # characters: more is cut off on a telephone's screen
LONGEST_TOAST = 200
LONGEST_CAPTION = 1024
LONGEST_DESCRIPTION = 256  # of a command
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KEYS = (
    "framework-too-much", "start-leaves-group", "privacy-erased", "privacy-erased-but-the-ban", "privacy-in-private",
    "start-cancelled", "start-nothing-to-cancel",
)  # fmt: skip
TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)


def screens(texts: Texts) -> list[Screen]:
    return [
        *(settings.menu(texts, Choices(frozenset(CHOOSABLE), "ru", zone), NOW) for zone in (None, "x" * 500)),
        *(settings.menu(texts, Choices(time_zone=zone), NOW) for zone in sorted(time_zones.ZONES)),
        *(settings.languages(texts, language) for language in (None, *LANGUAGES)),
        settings.regions(texts),
        *(settings.zones(texts, region, "Europe/Minsk", NOW) for region in time_zones.REGIONS),
        *(privacy.overview(texts, days) for days in (1, 2, 36_500)),
        privacy.ask_to_erase(texts),
        *(Screen(texts.html(key)) for key in KEYS),
        start.help_(texts, COMMANDS),
    ]


@TEXTS
def test_every_screen_fits(texts: Texts) -> None:
    for screen in screens(texts):
        text = from_html(screen.text).text
        assert 0 < len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT
        for button in (button for row in screen.keyboard for button in row):
            assert 0 < len(button.label) <= LONGEST_LABEL, button.label
            assert 0 < len(button.data.encode()) <= LONGEST_DATA


@TEXTS
def test_toasts_captions_and_descriptions_fit(texts: Texts) -> None:
    toasts = (
        "settings-in-private", "privacy-in-private", "framework-too-much-toast", "framework-button-gone",
        "privacy-exported", "privacy-broadcast-under-way",
    )  # fmt: skip
    assert all(0 < len(texts.plain(toast)) <= LONGEST_TOAST for toast in toasts)
    assert 0 < len(texts.plain("privacy-caption")) <= LONGEST_CAPTION
    commands = menus(COMMANDS)["default"]["" if texts.language == "en" else texts.language]
    assert [name for name, _ in commands] == [one.name for one in COMMANDS if one.scope is Scope.EVERYWHERE]
    assert all(0 < len(description) <= LONGEST_DESCRIPTION for _, description in commands)


@TEXTS
def test_the_help_names_every_command(texts: Texts) -> None:
    for administrator in (False, True):
        shown = listed(COMMANDS, private=True, administrator=administrator)
        names = [one.name for one in COMMANDS if administrator or one.scope is not Scope.ADMINISTRATORS]
        assert re.findall(r"/([a-z]+) –", start.help_(texts, shown).text) == names


@TEXTS
def test_every_zone_has_a_name_of_its_own(texts: Texts) -> None:
    labels = [
        button.label
        for region in time_zones.REGIONS
        for row in settings.zones(texts, region, None, NOW).keyboard
        for button in row
        if ":set:" in button.data
    ]
    cities = [label.partition(" (")[0] for label in labels]
    assert len(set(cities)) == len(cities) == len(time_zones.ZONES)
    assert not any("/" in city for city in cities)


def test_offsets_are_those_of_the_day() -> None:
    june = datetime(2026, 6, 25, 12, tzinfo=UTC)
    assert time_zones.offset("Europe/Berlin", june) == timedelta(hours=2)
    assert time_zones.offset("Europe/Berlin", NOW) == timedelta(hours=1)
    assert time_zones.offset("Europe/Nowhere", NOW) is time_zones.offset("../etc/passwd", NOW) is None
    labels = [row[0].label for row in settings.zones(texts_in("en"), "americas", None, NOW).keyboard]
    assert labels[0] == "New York (-5)"
    kolkata = settings.menu(texts_in("en"), Choices(time_zone="Asia/Kolkata"), NOW).keyboard[3][0].label
    assert kolkata == "🕰 Time zone: Kolkata (+5:30)"


@TEXTS
def test_the_days_are_those_of_the_setting(texts: Texts) -> None:
    assert "7 d" in privacy.overview(texts, 7).text or "7 дней" in privacy.overview(texts, 7).text


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Ann", "Hello, Ann!"), ("a\nb\u202ec", "Hello, a b c!"), ("Z" + "\u0301" * 60, "Hello, Z\u0301\u0301\u0301!"),
        ("שלום", "Hello, \u2068שלום\u2069!"), ("\u200b\u3164", "Hello!"), ("w" * 70, f"Hello, {'w' * 63}…!"),
    ],
)  # fmt: skip
def test_the_welcome_keeps_its_shape_whatever_somebody_is_called(name: str, greeting: str) -> None:
    screen = start.welcome(texts_in("en"), name=name, bot="Bot", private=True)
    assert from_html(screen.text).text.partition("\n\n")[0] == greeting
