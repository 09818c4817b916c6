"""From a message to a reply, through the real worker, PostgreSQL and the emulator."""

import pytest

from tests.support.telegram import Telegram


async def test_start_is_welcomed_with_one_message_and_the_person_is_in_the_database(telegram: Telegram) -> None:
    ann = telegram.person("Ann <b>", username="ann")
    await ann.says("/start")
    welcome = await ann.hears("Hello, Ann <b>!")
    assert welcome.buttons == ["❓ Help", "🪪 My number", "⚙️ Settings"]
    (user,) = await telegram.rows("SELECT * FROM users")
    assert len(ann.history()) == 1
    assert (user["telegram_id"], user["username"], user["first_name"]) == (ann.id, "ann", "Ann <b>")
    assert (user["language_code"], user["message_count"]) == ("en", 1)
    assert user["private_since"] == user["last_seen_at"]
    assert user["private_since"].utcoffset().total_seconds() == 0
    assert user["blocked_at"] is user["unreachable_at"] is user["banned_at"] is user["source"] is None


async def test_help_is_answered_with_exactly_one_message(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/help")
    assert "What I can do" in await ann.hears()
    await ann.hears_nothing()


async def test_id_tells_ones_number_and_where_an_owner_puts_it(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/id")
    assert "ADMIN_IDS" in await ann.hears(str(ann.id))


async def test_the_persons_language_is_spoken(telegram: Telegram) -> None:
    anya = telegram.person("Аня", language="ru")
    await anya.says("/start")
    assert (await anya.hears("Здравствуйте, Аня!")).buttons[0] == "❓ Помощь"


async def test_buttons_change_the_message_in_place_and_are_answered(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/start")
    await ann.hears("Hello")
    for label, shows in (("❓ Help", "What I can do"), ("‹ Back", "Hello"), ("🪪 My number", str(ann.id))):
        await ann.presses(label, shows=shows)
    await ann.hears_nothing()


async def test_a_button_of_an_earlier_menu_is_answered_with_a_sentence(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/start")
    await ann.hears("Hello")
    assert "earlier menu" in await ann.forges("of-last-year")


@pytest.mark.parametrize(
    ("message", "answered"), [("/nonsense", "don't know this command"), ("hm", "don't understand")]
)
async def test_what_it_does_not_understand_is_answered_helpfully(
    telegram: Telegram, message: str, answered: str
) -> None:
    ann = telegram.person()
    await ann.says(message)
    assert "/help" in await ann.hears(answered)


async def test_the_first_deep_link_parameter_is_kept_as_where_the_person_came_from(telegram: Telegram) -> None:
    ann = telegram.person()
    for message in ("/start bad.parameter", "/start spring-ad", "/start autumn-ad"):
        await ann.says(message)
    for _ in range(3):
        await ann.hears("Hello")
    assert await telegram.value("SELECT source FROM users") == "spring-ad"


async def test_in_a_group_only_what_is_addressed_to_the_bot_is_answered(telegram: Telegram) -> None:
    ann = telegram.person("Ann")
    group = telegram.group("Friends", [ann])
    for unaddressed in ("hello", "/nonsense", "/help@another_bot", "@another_bot hi"):
        await ann.says(unaddressed, group=group)
    await ann.says("/help@test_bot", group=group)
    first = await ann.hears("What I can do", group=group)
    await ann.says("@test_bot what now", group=group)
    await ann.hears("don't understand", group=group)
    await ann.says("thanks", group=group, reply_to=first)
    await ann.hears("don't understand", group=group)
    await telegram.settles()
    assert len(ann.history(group=group)) == 3


async def test_an_edited_message_is_neither_a_command_nor_counted(telegram: Telegram) -> None:
    ann = telegram.person()
    message = await ann.says("/help")
    await ann.hears("What I can do")
    await ann.edits(message, "/start")
    await ann.says("/id")
    assert "Telegram number" in await ann.hears()
    await ann.hears_nothing()
    assert await telegram.value("SELECT message_count FROM users") == 2


async def test_blocking_the_bot_is_noted_and_writing_to_it_again_takes_that_back(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/start")
    await ann.hears("Hello")
    await ann.blocks_bot()
    assert await telegram.value("SELECT blocked_at FROM users") is not None
    await ann.unblocks_bot()
    await ann.says("/start")
    await ann.hears("Hello")
    assert await telegram.value("SELECT blocked_at FROM users") is None


async def test_a_reply_to_someone_who_can_not_be_reached_is_a_dead_letter_and_marks_them(telegram: Telegram) -> None:
    ann = telegram.person()
    telegram.emulator.push({"message": _message_of(ann.id)})
    (user,) = await telegram.until_rows("SELECT * FROM users WHERE unreachable_at IS NOT NULL")
    assert "initiate conversation" in user["unreachable_reason"]
    (letter,) = await telegram.rows("SELECT * FROM dead_letters")
    assert (letter["origin"], letter["chat_id"], letter["kind"]) == ("message", ann.id, "text")
    assert "initiate conversation" in letter["reason"]


async def test_commands_are_listed_for_each_language(telegram: Telegram) -> None:
    await telegram.emulator.until(lambda: len(telegram.calls.of("setMyCommands")) == 2)
    languages = {call.parameters.get("language_code") for call in telegram.calls.of("setMyCommands")}
    assert languages == {None, "ru"}


def _message_of(telegram_id: int) -> dict[str, object]:
    person = {"id": telegram_id, "is_bot": False, "first_name": "Ann"}
    chat = {"id": telegram_id, "type": "private", "first_name": "Ann"}
    return {"message_id": 1, "date": 1_700_000_000, "from": person, "chat": chat, "text": "/nonsense"}
