"""Notices stay within Telegram's limits and clean what they show."""

from datetime import UTC, datetime

import pytest

from bot.db.tables.dead_letters import LetterGroup
from bot.features.admin import views as notices
from bot.framework.command_menu import menu_of
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.screen import Screen
from tests.support.joined import REGISTRY
from tests.support.screens import LONGEST_DESCRIPTION, shown_within_limits

NOW = datetime(2026, 9, 30, 23, 52, 7, tzinfo=UTC)
MANY = 123_456_789
NASTY = "<b>&\u202e\n" + "w" * 5_000
TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)
GROUPS = [LetterGroup("message", NASTY, MANY)] * (notices.MAX_GROUPS + 1)
START = notices.Start(MANY, MANY, NOW, NASTY[:60], "fee0a78eb795", MANY, MANY, MANY)


@TEXTS
def test_every_notice_keeps_telegrams_limits(texts: Texts) -> None:
    for notice in (
        notices.started(texts, START),
        notices.errors(texts, GROUPS, NOW, clean=str, listed_by="deadletters"),
        notices.errors(texts, GROUPS[:1], NOW, clean=str, listed_by=None),
    ):
        shown_within_limits(Screen(notice))


@TEXTS
def test_descriptions_of_commands_do(texts: Texts) -> None:
    menu = menu_of(REGISTRY.commands, 1001, texts.language, None, administrator=True)
    assert all(0 < len(does) <= LONGEST_DESCRIPTION for _, does in menu.commands)


def test_what_others_wrote_is_cleaned() -> None:
    cleaned = notices.errors(texts_in("en"), GROUPS, NOW, clean=lambda text: text.replace("w", "*"), listed_by=None)
    assert "ww" not in cleaned


@pytest.mark.parametrize(
    ("letters", "expected"),
    [(1, "1 мёртвое письмо"), (2, "2 мёртвых письма"), (5, "5 мёртвых писем")],
)
def test_plurals(letters: int, expected: str) -> None:
    assert expected in notices.errors(
        texts_in("ru"), [LetterGroup("update", "no", letters)], NOW, clean=str, listed_by=None
    )


@pytest.mark.parametrize(
    ("groups", "listed_by", "end"),
    [
        (1, None, []),
        (1, "deadletters", ["/deadletters shows them."]),
        (notices.MAX_GROUPS + 1, None, ["… and others."]),
        (notices.MAX_GROUPS + 1, "deadletters", ["… and others. /deadletters shows them all."]),
    ],
)
def test_a_notice_says_what_it_leaves_out_and_names_the_command_if_there_is_one(
    groups: int, listed_by: str | None, end: list[str]
) -> None:
    notice = notices.errors(texts_in("en"), GROUPS[:groups], NOW, clean=str, listed_by=listed_by)
    after_the_groups = notice.splitlines()[1 + min(groups, notices.MAX_GROUPS) :]
    assert after_the_groups == end
