"""With TERMS_VERSION nothing is done for anybody in private before they have agreed."""

import pytest

from tests.support.joined import needs
from tests.support.telegram import Telegram

pytestmark = pytest.mark.settings(TERMS_VERSION="2026-11")


async def test_one_is_asked_first_and_then_goes_on(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/start from-1")
    terms = await ann.hears("The terms (version 2026-11)")
    assert terms.buttons == ["✅ I agree", "🔒 Privacy"]
    await ann.says("hm")
    await ann.hears("The terms")
    await ann.presses("✅ I agree", on=terms, shows="send it again")
    await ann.presses("▶️ Begin", shows="Hello")
    await ann.says("/start")
    await ann.hears("Hello")
    (row,) = await telegram.rows(
        "SELECT consent_version, consent_at > now() - interval '1 minute' AS now, source FROM users"
    )
    assert dict(row) == {"consent_version": "2026-11", "now": True, "source": "from-1"}


async def test_what_everybody_is_owed_works_before(telegram: Telegram) -> None:
    ann = telegram.person()
    for command, answer in (("/help", "What I can do"), ("/cancel", "nothing to cancel"), ("/privacy", "What I keep")):
        await ann.says(command)
        await ann.hears(answer)
    await ann.presses("🗑 Erase me", shows="Shall I erase")
    await ann.presses("Yes", shows="is erased")
    assert await telegram.rows("SELECT * FROM users") == []
    assert ann.history("The terms") == []


async def test_a_button_from_before_is_answered_with_the_terms(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/help")
    await ann.hears("What I can do")
    assert "agree" in await ann.forges("settings:news:off")
    await ann.hears("The terms")
    assert await telegram.value("SELECT opted_out FROM users") == []


async def test_another_version_has_to_be_agreed_to_again(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/start")
    await ann.hears("The terms")
    old = await ann.presses("✅ I agree", shows="Thank you")
    await telegram.restarts(TERMS_VERSION="2026-12")
    await ann.says("/start")
    new = await ann.hears("The terms (version 2026-12)")
    assert "have changed" in await ann.forges("agree:2026-11", on=old)
    await ann.sees("2026-12", on=old)
    await ann.presses("✅ I agree", on=new, shows="Thank you")
    await ann.says("/start")
    await ann.hears("Hello")
    assert await telegram.value("SELECT consent_version FROM users") == "2026-12"


async def test_administrators_groups_and_who_blocks_the_bot_are_not_asked(telegram: Telegram) -> None:
    olga, ann = telegram.person(administrator=True), telegram.person()
    await olga.says("/start")
    await olga.hears("Hello")
    group = telegram.group("Friends", [ann])
    await ann.says("/start@test_bot", group=group)
    await ann.hears("Hello", group=group)
    await ann.blocks_bot()
    await ann.unblocks_bot()
    await ann.hears_nothing()
    assert await telegram.rows("SELECT * FROM dead_letters") == []


async def test_there_is_nothing_to_agree_to_in_a_group(telegram: Telegram) -> None:
    ann = telegram.person("Ann")
    group = telegram.group("Friends", [ann])
    await ann.says("/help@test_bot", group=group)
    await ann.hears("What I can do", group=group)
    await ann.forges("agree:2026-11", group=group)
    assert await telegram.value("SELECT consent_at FROM users") is None


@needs("bans")
async def test_a_banned_person_is_not_asked_but_told_of_the_ban_once_or_nothing(telegram: Telegram) -> None:
    [silent] = await telegram.people(1, banned_at="now()", silenced="true")
    [notified] = await telegram.people(1, banned_at="now()")
    await telegram.execute(f"INSERT INTO sanctions (telegram_id, kind, reason) VALUES ({notified.id}, 'ban', '')")
    for person in (silent, notified):
        await person.says("/start")
        await person.says("hm")
    await silent.hears_nothing()
    assert [text[:22] for text in notified.history()] == ["🚫 You have been banned"]
