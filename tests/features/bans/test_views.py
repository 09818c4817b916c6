"""Screens of bans stay within Telegram's limits, alone and as a part of a user's card."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.db.unit_of_work import UnitOfWork, Work
from bot.features.bans import handlers
from bot.features.bans import views as sanctions
from bot.features.bans.repository import Ban
from bot.features.bans.service import DURATIONS, MAX_LIST, CheckedList, parse_list
from bot.features.users import views as people
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.permissions import Role
from bot.framework.registry import CardPart, CardSubject
from bot.framework.screen import Screen, headed
from tests.support.joined import REGISTRY
from tests.support.profiles import CARD, FINE, ID, LATER, NOW, WORST
from tests.support.screens import shown_within_limits

TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)
BAN = Ban(1, ID, "<&\n" * 50, ID, silent=False, told_at=NOW, expires_at=LATER, lifted_at=None, lifted_by=None,
          created_at=NOW)  # fmt: skip
BANS = [BAN, replace(BAN, expires_at=None, lifted_at=NOW), replace(BAN, reason="", lifted_at=NOW, lifted_by=ID)] * 10


@TEXTS
def test_every_screen_keeps_telegrams_limits(texts: Texts) -> None:
    everybody = CheckedList([FINE] * 500, [WORST] * 500, [WORST] * 500, ["<&>" * 1_000] * 500)
    for screen in (
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
    ):
        assert "\u202e" not in shown_within_limits(screen)


@TEXTS
async def test_a_card_with_the_parts_of_all_features_does(unit_of_work: UnitOfWork, texts: Texts) -> None:
    async with unit_of_work.open() as work:
        banned = await parts(work, texts, BANS, BAN)
        free = await parts(work, texts, [], None)
    for card in (
        people.card(texts, CARD, banned),
        headed("x" * 100, people.card(texts, replace(CARD, profile=FINE, role=Role.USER), free)),
    ):
        assert "\u202e" not in shown_within_limits(card)


async def parts(work: Work, texts: Texts, bans: Sequence[Ban], running: Ban | None) -> list[CardPart]:
    subject = CardSubject(ID, Role.OWNER, banned=running is not None)
    others = [make for make in REGISTRY.user_card if make is not handlers.on_card]
    return [sanctions.on_card(texts, ID, bans, running), *[await make(work, texts, subject) for make in others]]


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
