"""Broadcast categories that people choose with /settings."""

import pytest

from bot.sandbox.world.callback_queries import CallbackQuery
from tests.support.shared_worker import Administrator, SharedWorker


async def test_each_category_is_turned_off_and_on_in_one_message(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())  # anybody
    ann.chat.says("/settings")
    menu = await ann.chat.receives("What may I write to you about")
    own = ["🌐 Language: English", "🕰 Time zone: not chosen (UTC)"]
    assert ann.labels(menu) == ["✅ News: on", "✅ Offers: on", *own, "‹ Back"]
    await ann.presses(menu, "✅ News: on", shows="❌ News: off")
    await ann.presses(menu, "✅ Offers: on", shows="❌ Offers: off")
    assert await _opted_out(shared_worker) == ["news", "offers"]
    await ann.presses(menu, "❌ News: off", shows="✅ News: on")
    assert await _opted_out(shared_worker) == ["offers"]
    assert len(ann.chat.received) == 1


async def test_two_quick_presses_end_in_what_the_menu_shows(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    ann.chat.says("/settings")
    menu = await ann.chat.receives("What may I write to you about")
    presses = [ann.chat.press(menu, "✅ News: on") for _ in range(2)]
    await shared_worker.telegram.until(lambda: all(press.answer is not None for press in presses))
    await shared_worker.settles()
    assert ann.labels(menu)[0] == "❌ News: off"
    assert await _opted_out(shared_worker) == ["news"]
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


async def test_it_is_reached_from_the_start_and_named_in_the_help(shared_worker: SharedWorker) -> None:
    ann = Administrator(
        shared_worker, shared_worker.telegram.private_chat(shared_worker.telegram.person("Аня", language_code="ru"))
    )
    ann.chat.says("/start")
    menu = await ann.chat.receives("Здравствуйте")
    await ann.presses(menu, "⚙️ Настройки", shows="✅ Новости: да")
    await ann.presses(menu, "‹ Назад", shows="Здравствуйте")
    await ann.presses(menu, "❓ Помощь", shows="/settings")
    assert "/broadcast" not in menu.text


async def test_the_help_names_broadcasts_to_administrators_in_private(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    olga.chat.says("/help")
    assert "/broadcast" in (await olga.chat.receives("What I can do")).text
    group = shared_worker.telegram.group("Friends", [olga.chat.person])
    group.says("/help", by=olga.chat.person)
    assert "/broadcast" not in (await group.receives("What I can do")).text


async def test_in_a_group_there_are_no_settings(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.person("Ann")
    group = shared_worker.telegram.group("Friends", [ann])
    group.says("/settings", by=ann)
    answer = await group.receives("to me in private")
    group.says("/start", by=ann)
    assert len((await group.receives("Hello")).buttons) == 2
    for data in ("settings", "settings:news:off"):
        await _answered(shared_worker, group.press_forged(answer, data, by=ann), "in private")
    assert await _opted_out(shared_worker) == []


@pytest.mark.parametrize("data", ["settings:system:off", "settings:news:maybe", "settings:news:off\n"])
async def test_forged_choices_are_buttons_that_are_gone(shared_worker: SharedWorker, data: str) -> None:
    chat = shared_worker.telegram.private_chat()
    chat.says("/settings")
    menu = await chat.receives("What may I write to you about")
    await _answered(shared_worker, chat.press_forged(menu, data), "earlier menu")
    assert await _opted_out(shared_worker) == []


async def _answered(shared_worker: SharedWorker, press: CallbackQuery, sentence: str) -> None:
    await shared_worker.telegram.until(lambda: press.answer is not None)
    assert press.answer is not None
    assert sentence in (press.answer.text or "")


async def _opted_out(shared_worker: SharedWorker) -> list[str]:
    rows = await shared_worker.rows("SELECT opted_out FROM users")
    return sorted(rows[0]["opted_out"])
