"""Screens of people stay within Telegram's limits, and escape and sanitize names."""

from dataclasses import replace
from typing import Any

import pytest

from bot.features.admin import views as admin
from bot.features.users import views as people
from bot.features.users.repository import Counts, PersonName, Profile, WrittenNote
from bot.features.users.service import Actor, SearchPage, UserAction, permitted, possible, role_of
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.names import button_label, display_name, sanitize
from bot.framework.permissions import Role
from bot.framework.screen import Screen, headed
from tests.support.joined import REGISTRY
from tests.support.profiles import CARD, FINE, ID, MANY, NAMED, NOW, WORST
from tests.support.screens import LONGEST_TOAST, shown_within_limits

TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)


def screens(texts: Texts) -> list[Screen]:
    return [
        admin.panel(texts, REGISTRY.panel),
        people.panel(texts, Counts(MANY, MANY, MANY, MANY), REGISTRY.users_panel),
        people.search_prompt(texts),
        people.found(texts, "<&>" * 21, SearchPage([WORST] * 8, MANY), first=False),
        people.found(texts, "<&>" * 21, SearchPage([], None), first=True),
        people.found(texts, "", SearchPage([WORST], None), first=True),
        people.card(texts, CARD, ()),
        headed("x" * 100, people.card(texts, replace(CARD, profile=FINE, role=Role.USER), ())),
        people.letter_prompt(texts, WORST),
        *people.letter(replace(WORST, language=texts.language), "&" * people.LONGEST_LETTER),
        people.note_prompt(texts, WORST),
        people.notes(texts, CARD, [WrittenNote(1, ID, "<&" * 250, NOW)] * 100, {ID: NAMED}),
        people.notes(texts, CARD, [WrittenNote(1, None, "x", NOW)], {}),
        people.notes(texts, CARD, [], {}),
        Screen(texts.html("framework-prompt-text-wanted")),
        Screen(texts.html("framework-prompt-too-long", most=300)),
    ]


@TEXTS
def test_every_screen_keeps_telegrams_limits(texts: Texts) -> None:
    for screen in screens(texts):
        assert "\u202e" not in shown_within_limits(screen)


@TEXTS
def test_every_toast_keeps_telegrams_limits(texts: Texts) -> None:
    for key in ("users-nobody", "users-not-allowed", "users-changed", "users-over", "users-unreachable"):
        assert 0 < len(texts.plain(key)) <= LONGEST_TOAST


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("Ann", "Lee", "Ann Lee"), ("<b>", None, "<b>"), ("a\u202eb\u2066c", None, "a b c"), ("a\nb\tc", None, "a b c"),
        ("\u200b\u2060", None, "77"), ("\u200d\u200d", None, "77"), ("\u3164", "\u2800", "77"), ("", None, "77"),
        ("\u0301" * 9, None, "77"), ("Z" + "\u0301" * 60, None, "Z" + "\u0301" * 3),
        ("👩\u200d👩\u200d👧", "🏳️\u200d🌈", "👩\u200d👩\u200d👧 🏳️\u200d🌈"),
        ("שלום", None, "\u2068שלום\u2069"), ("w" * 64, "x" * 64, "w" * 63 + "…"),
    ],
)  # fmt: skip
def test_names_stay_in_their_place(first: str, last: str | None, shown: str) -> None:
    assert display_name(PersonName(77, first, last, None)) == shown


def test_a_label_has_the_username_too() -> None:
    assert button_label(PersonName(1, "Ann", None, "ann")) == "Ann · @ann"
    assert sanitize("a\u200db") == "a\u200db"


def _profile(telegram_id: int, **facts: Any) -> Profile:
    return replace(FINE, telegram_id=telegram_id, **facts)


OWNERS = frozenset({1, 2})
ALL = frozenset(UserAction)


@pytest.mark.parametrize(
    ("actor", "user", "allowed"),
    [
        (1, _profile(1), frozenset()),
        (1, _profile(2), {UserAction.WRITE, UserAction.NOTE}),
        (1, _profile(3, role="administrator"), ALL),
        (1, _profile(9), ALL),
        (3, _profile(1), frozenset()),
        (3, _profile(3, role="administrator"), frozenset()),
        (3, _profile(4, role="administrator"), {UserAction.WRITE, UserAction.NOTE}),
        (3, _profile(9), ALL - {UserAction.PROMOTE, UserAction.DEMOTE}),
    ],
)
def test_who_may_do_what_about_whom(actor: int, user: Profile, allowed: frozenset[UserAction]) -> None:
    assert permitted(Actor(actor, OWNERS), user) == allowed


def test_what_makes_sense() -> None:
    always = {UserAction.WRITE, UserAction.NOTE, UserAction.EXPORT}
    assert possible(FINE) == {*always, UserAction.BAN, UserAction.PROMOTE}
    assert possible(replace(FINE, banned_at=NOW)) == {*always, UserAction.UNBAN}
    expired = replace(FINE, banned_at=NOW, banned_until=NOW)
    assert possible(expired) == {*always, UserAction.BAN, UserAction.PROMOTE}
    assert possible(replace(FINE, role="administrator")) == {*always, UserAction.BAN, UserAction.DEMOTE}
    assert role_of(_profile(1, role="administrator"), OWNERS) is Role.OWNER
