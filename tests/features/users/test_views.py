"""Screens of people stay within Telegram's limits, and escape and sanitize names."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.features.admin import views as admin
from bot.features.audit import views as audit
from bot.features.audit.service import PAGE, Action, AuditEntry, Page, Scope
from bot.features.bans import views as sanctions
from bot.features.bans.repository import Ban
from bot.features.bans.service import DURATIONS, MAX_LIST, CheckedList, parse_list
from bot.features.users import views as people
from bot.features.users.repository import Counts, PersonName, Profile, WrittenNote
from bot.features.users.service import Actor, Card, SearchPage, UserAction, permitted, possible, role_of
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.names import button_label, display_name, sanitize
from bot.framework.permissions import Role
from bot.framework.registry import CardPart, CardSubject
from bot.framework.screen import Screen, headed
from bot.framework.settings import JoinedSettings
from bot.sandbox.world.html_parser import from_html
from tests.support.joined import REGISTRY, runtime_settings

SETTINGS = runtime_settings(JoinedSettings())

LONGEST_TEXT = 4096
LONGEST_DATA = 64  # bytes
LONGEST_LABEL = 48  # characters: more is cut off on a telephone's screen
LONGEST_TOAST = 200
NOW = datetime(2026, 9, 30, 23, 52, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
MANY = 1_234_567_890
ID = 2**52 - 1
TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)

WORST = Profile(
    number=MANY,
    telegram_id=ID,
    username="w" * 64,
    first_name="<b>&\u202e\n" + "م" * 250,
    last_name="</code>" + "w" * 249,
    language_code="zz-" + "x" * 32,
    language=None,
    time_zone="Europe/Minsk",
    source="<&>" + "s" * 61,
    message_count=MANY,
    created_at=NOW,
    last_seen_at=NOW,
    private_since=None,
    blocked_at=NOW,
    unreachable_at=NOW,
    unreachable_reason="bot can't initiate conversation with a user" * 5,
    role="administrator",
    banned_at=NOW,
    banned_until=LATER,
    now=NOW,
)
FINE = replace(
    WORST, unreachable_at=None, blocked_at=None, banned_at=None, banned_until=None, role="user", private_since=NOW
)
BAN = Ban(1, ID, "<&\n" * 50, ID, silent=False, told_at=NOW, expires_at=LATER, lifted_at=None, lifted_by=None,
          created_at=NOW)  # fmt: skip
BANS = [BAN, replace(BAN, expires_at=None, lifted_at=NOW), replace(BAN, reason="", lifted_at=NOW, lifted_by=ID)] * 10
NAMED = PersonName(ID, WORST.first_name, WORST.last_name, WORST.username)
CARD = Card(WORST, Role.OWNER, MANY, frozenset(UserAction))


def parts(texts: Texts, bans: Sequence[Ban], running: Ban | None) -> list[CardPart]:
    subject = CardSubject(ID, Role.OWNER, banned=running is not None)
    return [sanctions.on_card(texts, ID, bans, running), audit.on_card(texts, subject)]


ENTRY = AuditEntry(MANY, ID, ID, "ban", {"reason": "<&" * 150, "until": LATER.isoformat(), "silent": True}, NOW)


def screens(texts: Texts) -> list[Screen]:
    entries = [replace(ENTRY, action=action) for action in (*Action, "<unheard of>" * 20, Action.BAN)]
    pages = range(0, len(entries), PAGE)
    nobodys = [replace(ENTRY, actor_id=None, person_id=None, details={})]
    everybody = CheckedList([FINE] * 500, [WORST] * 500, [WORST] * 500, ["<&>" * 1_000] * 500)
    return [
        admin.panel(texts, REGISTRY.panel),
        people.panel(texts, Counts(MANY, MANY, MANY, MANY), REGISTRY.users_panel),
        people.search_prompt(texts),
        people.found(texts, "<&>" * 21, SearchPage([WORST] * 8, MANY), first=False),
        people.found(texts, "<&>" * 21, SearchPage([], None), first=True),
        people.found(texts, "", SearchPage([WORST], None), first=True),
        people.card(texts, CARD, parts(texts, BANS, BAN)),
        headed("x" * 100, people.card(texts, replace(CARD, profile=FINE, role=Role.USER), parts(texts, [], None))),
        people.letter_prompt(texts, WORST),
        *people.letter(replace(WORST, language=texts.language), "&" * people.LONGEST_LETTER),
        people.note_prompt(texts, WORST),
        people.notes(texts, CARD, [WrittenNote(1, ID, "<&" * 250, NOW)] * 100, {ID: NAMED}),
        people.notes(texts, CARD, [WrittenNote(1, None, "x", NOW)], {}),
        people.notes(texts, CARD, [], {}),
        Screen(texts.html("framework-prompt-text-wanted")),
        Screen(texts.html("framework-prompt-too-long", most=300)),
        sanctions.choose_duration(texts, WORST, BANS),
        sanctions.choose_duration(texts, WORST, []),
        *(sanctions.choose_notification(texts, WORST, term) for term in DURATIONS),
        *(sanctions.reason_prompt(texts, WORST, term, silent=silent) for term in DURATIONS for silent in (True, False)),
        *(sanctions.notice(texts, ban) for ban in BANS[:3]),
        sanctions.list_prompt(texts),
        Screen(texts.html("bans-bulk-too-many", most=MAX_LIST)),
        sanctions.preview(texts, everybody, "<&>" * 50, "0" * 8),
        sanctions.preview(texts, CheckedList([], [], [], []), "", "0" * 8),
        *(sanctions.confirm(texts, [WORST] * 11, 500, "0" * 8, term) for term in DURATIONS),
        sanctions.bulk_done(texts, 500),
        *(
            audit.page(texts, Page(of, ID, entries[at : at + PAGE], {ID: NAMED}, MANY), SETTINGS)
            for of in Scope
            for at in pages
        ),
        *(audit.page(texts, Page(of, 0, nobodys, {}, None), SETTINGS) for of in Scope),
        audit.page(texts, Page(Scope.ALL, 0, [], {}, None), SETTINGS),
    ]


@TEXTS
def test_every_screen_keeps_telegrams_limits(texts: Texts) -> None:
    for screen in screens(texts):
        text = from_html(screen.text).text
        assert 0 < len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT, screen
        assert "\u202e" not in text
        for button in (button for row in screen.keyboard for button in row):
            assert 0 < len(button.label) <= LONGEST_LABEL, button
            assert 0 < len(button.data.encode()) <= LONGEST_DATA, button


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


@TEXTS
def test_every_audit_entry_has_a_text_of_its_own(texts: Texts) -> None:
    page = Page(
        Scope.ALL, 0, [replace(ENTRY, action=action, person_id=None, details={}) for action in Action], {}, None
    )
    expected = [entry.partition("</b>: ")[2] for entry in audit.page(texts, page, SETTINGS).text.split("\n\n")[1:]]
    assert len({one for one in expected if one}) == len(Action)
    assert not set(expected) & set(Action) - {"ban", "unban"}


@pytest.mark.parametrize(
    ("action", "details", "english", "russian"),
    [
        (Action.BROADCAST_SCHEDULED, {"number": 5, "due": NOW.isoformat()},
         "scheduled broadcast 5\nfor Wed 30 Sep 2026, 23:52 UTC",
         "рассылка 5 отложена до срока\nсрок: ср 30 сент. 2026, 23:52 UTC"),
        (Action.BROADCAST_PAUSED, {"number": 5}, "paused broadcast 5", "приостановка рассылки 5"),
        (Action.LETTER_RETRIED, {"number": 7, "origin": "update", "kind": "message"},
         "had dead letter 7 tried again\norigin: update, kind: message",
         "повтор мёртвого письма 7\nпроисхождение: обновление, вид: message"),
        (Action.SETTING, {"setting": "leave_groups", "from": False, "to": True},
         "changed the setting “Leave groups”\nwas: off, now: on",
         "изменение настройки «Уходить из групп»\nбыло: нет, стало: да"),
        (Action.SETTING, {"setting": "flood_per_minute", "from": "by day", "to": 0},
         "changed the setting “Limit for one person”\nwas: by day a minute, now: no limit",
         "изменение настройки «Предел для одного человека»\nбыло: by day в минуту, стало: без предела"),
        ("invented later", {"n": 1, "due": 3}, "invented later\nn: 1, for 3", "invented later\nn: 1, срок: 3"),
    ],
)  # fmt: skip
def test_audit_entries_are_written_in_the_readers_language(
    action: str, details: dict[str, object], english: str, russian: str
) -> None:
    entry = replace(ENTRY, person_id=None, action=action, details=details)
    for language, expected in (("en", english), ("ru", russian)):
        text = from_html(audit.page(texts_in(language), Page(Scope.ALL, 0, [entry], {}, None), SETTINGS).text).text
        assert text.endswith(f": {expected}"), text


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


def test_what_became_of_a_notice() -> None:
    assert sanctions.notice_status(replace(BAN, silent=True)) == "silent"
    assert sanctions.notice_status(replace(BAN, told_at=None)) == "waiting"
    assert sanctions.notice_status(BAN) == "told"


def test_a_list_is_read_line_by_line() -> None:
    assert parse_list(" @Ann \n\n#  Raid\n12\nhttps://t.me/Bob\n12\nann") == (["ann", "12", "bob"], "Raid")


@pytest.mark.parametrize(
    ("bans", "expected"), [(1, "Был 1 бан:"), (2, "Было 2 бана, сначала новые:"), (21, "Был 21 бан, сначала новые:")]
)
def test_one_ban_is_not_the_newest_of_several(bans: int, expected: str) -> None:
    assert sanctions.history(texts_in("ru"), [BAN] * bans).partition("\n")[0] == expected
