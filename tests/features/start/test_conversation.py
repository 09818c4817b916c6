"""From a message to a reply, through the real worker, PostgreSQL and the emulator."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.callback_queries import CallbackQuery
from bot.sandbox.world.messages import Message
from tests.support.worker_process import WorkerProcess
from tests.support.workers import Drained


@pytest.fixture(autouse=True)
async def started(worker: WorkerProcess, telegram: Emulator) -> None:
    telegram.limits.enabled = False
    await worker.start()
    await telegram.until(lambda: telegram.waiting_polls == 1, within=30)


async def test_start_is_welcomed_with_one_message_and_the_person_is_in_the_database(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    ann = telegram.person("Ann <b>", username="ann", language_code="en")
    chat = telegram.private_chat(ann)
    chat.says("/start")
    welcome = await chat.receives("Hello, Ann <b>!")
    assert [button["text"] for button in welcome.buttons] == ["❓ Help", "🪪 My number", "⚙️ Settings"]
    await drained()
    assert len(chat.received) == 1
    async with engine.connect() as connection:
        user = (await connection.execute(text("SELECT * FROM users"))).mappings().one()
    assert (user["telegram_id"], user["username"], user["first_name"]) == (ann.id, "ann", "Ann <b>")
    assert (user["language_code"], user["message_count"]) == ("en", 1)
    assert user["private_since"] == user["last_seen_at"]
    assert user["private_since"].utcoffset().total_seconds() == 0
    assert user["blocked_at"] is user["unreachable_at"] is user["banned_at"] is user["source"] is None


async def test_help_is_answered_with_exactly_one_message(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    chat.says("/help")
    await chat.receives("What I can do")
    await drained()
    assert len(chat.received) == 1


async def test_id_tells_ones_number_and_where_an_owner_puts_it(telegram: Emulator) -> None:
    chat = telegram.private_chat()
    chat.says("/id")
    answer = await chat.receives(str(chat.person.id))
    assert "ADMIN_IDS" in answer.text


async def test_the_persons_language_is_spoken(telegram: Emulator) -> None:
    chat = telegram.private_chat(telegram.person("Аня", language_code="ru"))
    chat.says("/start")
    welcome = await chat.receives("Здравствуйте, Аня!")
    assert welcome.buttons[0]["text"] == "❓ Помощь"


async def test_buttons_change_the_message_in_place_and_are_answered(telegram: Emulator) -> None:
    chat = telegram.private_chat()
    chat.says("/start")
    menu = await chat.receives("Hello")
    for label, shows in (("❓ Help", "What I can do"), ("‹ Back", "Hello"), ("🪪 My number", str(chat.person.id))):
        press = chat.press(menu, label)
        await telegram.until(partial(_shown, press, menu, shows))
    assert len(chat.received) == 1


async def test_a_button_of_an_earlier_menu_is_answered_with_a_sentence(telegram: Emulator) -> None:
    chat = telegram.private_chat()
    chat.says("/start")
    press = chat.press_forged(await chat.receives("Hello"), "of-last-year")
    await telegram.until(lambda: press.answer is not None)
    assert press.answer is not None
    assert "earlier menu" in (press.answer.text or "")


@pytest.mark.parametrize(
    ("message", "answered"), [("/nonsense", "don't know this command"), ("hm", "don't understand")]
)
async def test_what_it_does_not_understand_is_answered_helpfully(
    telegram: Emulator, message: str, answered: str
) -> None:
    chat = telegram.private_chat()
    chat.says(message)
    assert "/help" in (await chat.receives(answered)).text


async def test_the_first_deep_link_parameter_is_kept_as_where_the_person_came_from(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    for message in ("/start bad.parameter", "/start spring-ad", "/start autumn-ad"):
        chat.says(message)
    await chat.receives("Hello", times=3)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT source FROM users")) == "spring-ad"


async def test_in_a_group_only_what_is_addressed_to_the_bot_is_answered(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    ann = telegram.person("Ann")
    group = telegram.group("Friends", [ann])
    for unaddressed in ("hello", "/nonsense", "/help@another_bot", "@another_bot hi"):
        group.says(unaddressed, by=ann)
    group.says(f"/help@{telegram.bot.username}", by=ann)
    first = await group.receives("What I can do")
    group.says(f"@{telegram.bot.username} what now", by=ann)
    await group.receives("don't understand")
    group.replies_to(first, "thanks", by=ann)
    await group.receives("don't understand", times=2)
    await drained()
    assert len(group.received) == 3


async def test_an_edited_message_is_neither_a_command_nor_counted(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    message = chat.says("/help")
    await chat.receives("What I can do")
    chat.edits(message, "/start")
    chat.says("/id")
    await chat.receives("Telegram number")
    await drained()
    assert len(chat.received) == 2
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT message_count FROM users")) == 2


async def test_blocking_the_bot_is_noted_and_writing_to_it_again_takes_that_back(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello")
    chat.blocks()
    await drained()
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT blocked_at FROM users")) is not None
    chat.unblocks()
    chat.says("/start")
    await chat.receives("Hello", times=2)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT blocked_at FROM users")) is None


async def test_a_reply_to_someone_who_can_not_be_reached_is_a_dead_letter_and_marks_them(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    telegram.push({"message": _message_of(chat.person.id)})
    await telegram.until(lambda: bool(telegram.calls.of("sendMessage")))
    await drained()
    user = await _marked_user(engine)
    assert "initiate conversation" in user["unreachable_reason"]
    async with engine.connect() as connection:
        letter = (await connection.execute(text("SELECT * FROM dead_letters"))).mappings().one()
    assert (letter["origin"], letter["chat_id"], letter["kind"]) == ("message", chat.person.id, "text")
    assert "initiate conversation" in letter["reason"]


async def test_commands_are_listed_for_each_language(telegram: Emulator) -> None:
    await telegram.until(lambda: len(telegram.calls.of("setMyCommands")) == 2)
    languages = {call.parameters.get("language_code") for call in telegram.calls.of("setMyCommands")}
    assert languages == {None, "ru"}


def _shown(press: CallbackQuery, menu: Message, text: str) -> bool:
    return press.answer is not None and text in menu.text


async def _marked_user(engine: AsyncEngine) -> RowMapping:
    """The only user, once it is marked; that happens soon after the message was put away."""
    async with asyncio.timeout(10):
        while True:
            async with engine.connect() as connection:
                user = (await connection.execute(text("SELECT * FROM users"))).mappings().one()
            if user["unreachable_at"] is not None:
                return user
            await asyncio.sleep(0.02)


def _message_of(telegram_id: int) -> dict[str, object]:
    person = {"id": telegram_id, "is_bot": False, "first_name": "Ann"}
    chat = {"id": telegram_id, "type": "private", "first_name": "Ann"}
    return {"message_id": 1, "date": 1_700_000_000, "from": person, "chat": chat, "text": "/nonsense"}
