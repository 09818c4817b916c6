"""Broadcast categories that people choose with /settings."""

import asyncio

import pytest

from tests.support.joined import needs
from tests.support.telegram import Telegram


async def test_each_category_is_turned_off_and_on_in_one_message(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/settings")
    menu = await ann.hears("What may I write to you about")
    own = ["🌐 Language: English", "🕰 Time zone: not chosen (UTC)"]
    assert menu.buttons == ["✅ News: on", "✅ Offers: on", *own, "‹ Back"]
    await ann.presses("✅ News: on", shows="❌ News: off")
    await ann.presses("✅ Offers: on", shows="❌ Offers: off")
    assert await _opted_out(telegram) == ["news", "offers"]
    await ann.presses("❌ News: off", shows="✅ News: on")
    assert await _opted_out(telegram) == ["offers"]
    assert len(ann.history()) == 1


async def test_two_quick_presses_end_in_what_the_menu_shows(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/settings")
    await ann.hears("What may I write to you about")
    await asyncio.gather(*(ann.presses("✅ News: on") for _ in range(2)))
    assert (await ann.sees()).buttons[0] == "❌ News: off"
    assert await _opted_out(telegram) == ["news"]
    assert await telegram.rows("SELECT * FROM dead_letters") == []


async def test_it_is_reached_from_the_start_and_named_in_the_help(telegram: Telegram) -> None:
    ann = telegram.person("Аня", language="ru")
    await ann.says("/start")
    await ann.hears("Здравствуйте")
    await ann.presses("⚙️ Настройки", shows="✅ Новости: да")
    await ann.presses("‹ Назад", shows="Здравствуйте")
    assert "/broadcast" not in await ann.presses("❓ Помощь", shows="/settings")


@needs("broadcasts")
async def test_the_help_names_broadcasts_to_administrators_in_private(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    await olga.says("/help")
    assert "/broadcast" in await olga.hears("What I can do")
    group = telegram.group("Friends", [olga])
    await olga.says("/help", group=group)
    assert "/broadcast" not in await olga.hears("What I can do", group=group)


async def test_in_a_group_there_are_no_settings(telegram: Telegram) -> None:
    ann = telegram.person("Ann")
    group = telegram.group("Friends", [ann])
    await ann.says("/settings", group=group)
    answer = await ann.hears("to me in private", group=group)
    await ann.says("/start", group=group)
    assert len((await ann.hears("Hello", group=group)).buttons) == 2
    for data in ("settings", "settings:news:off"):
        assert "in private" in await ann.forges(data, on=answer, group=group)
    assert await _opted_out(telegram) == []


@pytest.mark.parametrize("data", ["settings:system:off", "settings:news:maybe", "settings:news:off\n"])
async def test_forged_choices_are_buttons_that_are_gone(telegram: Telegram, data: str) -> None:
    ann = telegram.person()
    await ann.says("/settings")
    await ann.hears("What may I write to you about")
    assert "earlier menu" in await ann.forges(data)
    assert await _opted_out(telegram) == []


async def _opted_out(telegram: Telegram) -> list[str]:
    (user,) = await telegram.rows("SELECT opted_out FROM users")
    return sorted(user["opted_out"])
