"""Dead letters in the chat: seen, opened, had as a file, retried and discarded by an administrator."""

import json

from tests.support.heard import Heard
from tests.support.people import Person
from tests.support.telegram import Telegram


async def opens(olga: Person) -> Heard:
    await olga.says("/deadletters")
    return await olga.hears("Dead letters")


async def add_letter(
    telegram: Telegram, number: int = 1, *, payload: str = "{}", kind: str = "'message'", bot: int = 0
) -> int:
    """So many dead letters; the number of the last one."""
    for _ in range(number):
        await telegram.execute(
            "INSERT INTO dead_letters (bot_id, origin, update_id, chat_id, kind, payload, reason, traceback) VALUES"
            f" ({bot or telegram.emulator.bot.id}, 'update', 7, 1, {kind}, convert_to('{payload}', 'UTF8'),"
            " 'ValueError: <b>no & ', 'Traceback: in <module>')"
        )
    return int(str(await telegram.value("SELECT max(id) FROM dead_letters")))


async def test_there_are_none(telegram: Telegram) -> None:
    assert "There are none" in await opens(telegram.person(administrator=True))


async def test_pages_one_with_its_reason_and_the_update_as_a_file(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    await add_letter(telegram, bot=77)
    last = await add_letter(telegram, 7, payload='{"update_id": 7, "message": {"text": "Привет"}}')
    menu = await opens(olga)
    assert "ValueError: <b>no &" in menu
    assert len([label for label in menu.buttons if "ValueError" in label]) == 5
    menu = await olga.presses("Older ›", shows=f"{last - 6} ·")
    assert len([label for label in menu.buttons if "ValueError" in label]) == 2
    await olga.presses("🔄 Newest", shows=f"{last} ·")
    assert "Traceback: in <module>" in await olga.presses(f"{last} ·", shows=f"Dead letter {last}")
    await olga.presses("📄 As a file", shows="Dead letter")
    sent = await olga.hears(f"Dead letter {last}: the update")
    assert sent.kind == "document"
    assert json.loads(sent.file_content)["message"]["text"] == "Привет"


async def test_a_retry_is_done_once_and_audited(telegram: Telegram) -> None:
    olga, ann = telegram.person(administrator=True), telegram.person("Ann")
    refusal = telegram.refuses("sendMessage", 400, "Bad Request: not today", to=ann)
    await ann.says("/start")
    await telegram.emulator.until(lambda: refusal.met)
    await telegram.settles()
    assert "Not today" in await opens(olga)
    menu = await olga.presses("Not today", shows="🔁 Retry")
    retry = next(button["callback_data"] for button in menu.message.buttons if "Retry" in button["text"])
    await olga.presses("🔁 Retry", shows="There are none")
    assert "is tried again" in olga.toast
    await ann.hears("Hello, ")
    assert "is gone" in await olga.forges(retry)
    assert len(ann.history()) == 1
    (entry,) = await telegram.rows("SELECT * FROM audit")
    assert entry["actor_id"] == olga.id
    assert entry["action"] == "dead letter retried"


async def test_discarding_asks_once_more(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    last = await add_letter(telegram)
    await opens(olga)
    await olga.presses(f"{last} ·", shows="🗑 Discard")
    await olga.presses("🗑 Discard", shows="can't be taken back")
    await olga.presses("‹ Keep it", shows="🗑 Discard")
    await olga.presses("🗑 Discard", shows="can't be taken back")
    await olga.presses("Yes, discard it", shows="There are none")
    assert "discarded" in olga.toast
    assert await telegram.rows("SELECT * FROM dead_letters") == []
    assert await telegram.value("SELECT action FROM audit") == "dead letter discarded"


async def test_what_cant_be_retried_stays_and_another_bots_is_nobodys(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    others = await add_letter(telegram, bot=77)
    last = await add_letter(telegram)
    await telegram.execute(f"UPDATE dead_letters SET origin = 'message', kind = NULL WHERE id = {last}")
    await opens(olga)
    await olga.presses(f"{last} ·", shows="🔁 Retry")
    await olga.presses("🔁 Retry", shows="🔁 Retry")
    assert "can't be retried" in olga.toast
    for action in ("show", "file", "retry", "discard", "discard-yes"):
        assert "is gone" in await olga.forges(f"s:dead:{action}:{others}")
    assert len(await telegram.rows("SELECT * FROM dead_letters")) == 2


async def test_it_is_in_russian_for_who_reads_russian(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True, language="ru")
    last = await add_letter(telegram)
    await olga.says("/deadletters")
    await olga.hears("Мёртвые письма")
    assert "обновление" in await olga.presses(f"{last} ·", shows="🔁 Повторить")
