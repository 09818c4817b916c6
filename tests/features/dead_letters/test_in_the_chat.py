"""Dead letters in the chat: seen, opened, had as a file, retried and discarded by an administrator."""

import json

from bot.sandbox.server.faults import Reply
from bot.sandbox.world.messages import Message
from tests.support.shared_worker import Administrator, SharedWorker


async def opens(olga: Administrator) -> Message:
    olga.chat.says("/deadletters")
    return await olga.chat.receives("Dead letters")


async def add_letter(
    shared_worker: SharedWorker, number: int = 1, *, payload: str = "{}", kind: str = "'message'", bot: int = 0
) -> int:
    """So many dead letters; the number of the last one."""
    for _ in range(number):
        await shared_worker.execute(
            "INSERT INTO dead_letters (bot_id, origin, update_id, chat_id, kind, payload, reason, traceback) VALUES"
            f" ({bot or shared_worker.telegram.bot.id}, 'update', 7, 1, {kind}, convert_to('{payload}', 'UTF8'),"
            " 'ValueError: <b>no & ', 'Traceback: in <module>')"
        )
    return int((await shared_worker.rows("SELECT max(id) AS id FROM dead_letters"))[0]["id"])


async def test_there_are_none(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    assert "There are none" in (await opens(olga)).text


async def test_pages_one_with_its_reason_and_the_update_as_a_file(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await add_letter(shared_worker, bot=77)
    last = await add_letter(shared_worker, 7, payload='{"update_id": 7, "message": {"text": "Привет"}}')
    menu = await opens(olga)
    assert "ValueError: <b>no &" in menu.text
    assert len([label for label in olga.labels(menu) if "ValueError" in label]) == 5
    await olga.presses(menu, "Older ›", shows=f"{last - 6} ·")
    assert len([label for label in olga.labels(menu) if "ValueError" in label]) == 2
    await olga.presses(menu, "🔄 Newest", shows=f"{last} ·")
    await olga.presses(menu, f"{last} ·", shows=f"Dead letter {last}")
    assert "Traceback: in <module>" in menu.text
    await olga.presses(menu, "📄 As a file", shows="Dead letter")
    sent = await olga.chat.receives(f"Dead letter {last}: the update")
    assert sent.kind == "document"
    assert sent.content.media is not None
    file = shared_worker.telegram.state.files.by_id(sent.content.media["document"]["file_id"])
    assert file is not None
    assert json.loads(file.content)["message"]["text"] == "Привет"


async def test_a_retry_is_done_once_and_audited(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    ann = shared_worker.telegram.private_chat(shared_worker.telegram.person("Ann"))
    order = shared_worker.telegram.faults.next(
        Reply.refusal(400, "Bad Request: not today"), "sendMessage", chat_id=ann.id
    )
    ann.says("/start")
    await shared_worker.telegram.until(lambda: order.met)
    await shared_worker.settles()
    menu = await opens(olga)
    assert "Not today" in menu.text
    await olga.presses(menu, "Not today", shows="🔁 Retry")
    retry = next(button["callback_data"] for button in menu.buttons if "Retry" in button["text"])
    assert "is tried again" in await olga.presses(menu, "🔁 Retry", shows="There are none")
    await ann.receives("Hello, ")
    assert "is gone" in await olga.forges(menu, retry)
    assert len(ann.received) == 1
    (entry,) = await shared_worker.rows("SELECT * FROM audit")
    assert entry["actor_id"] == olga.chat.id
    assert entry["action"] == "dead letter retried"


async def test_discarding_asks_once_more(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    last = await add_letter(shared_worker)
    menu = await opens(olga)
    await olga.presses(menu, f"{last} ·", shows="🗑 Discard")
    await olga.presses(menu, "🗑 Discard", shows="can't be taken back")
    await olga.presses(menu, "‹ Keep it", shows="🗑 Discard")
    await olga.presses(menu, "🗑 Discard", shows="can't be taken back")
    assert "discarded" in await olga.presses(menu, "Yes, discard it", shows="There are none")
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []
    assert [row["action"] for row in await shared_worker.rows("SELECT * FROM audit")] == ["dead letter discarded"]


async def test_what_cant_be_retried_stays_and_another_bots_is_nobodys(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    others = await add_letter(shared_worker, bot=77)
    last = await add_letter(shared_worker)
    await shared_worker.execute(f"UPDATE dead_letters SET origin = 'message', kind = NULL WHERE id = {last}")
    menu = await opens(olga)
    await olga.presses(menu, f"{last} ·", shows="🔁 Retry")
    assert "can't be retried" in await olga.presses(menu, "🔁 Retry", shows="🔁 Retry")
    for action in ("show", "file", "retry", "discard", "discard-yes"):
        assert "is gone" in await olga.forges(menu, f"s:dead:{action}:{others}")
    assert len(await shared_worker.rows("SELECT * FROM dead_letters")) == 2


async def test_it_is_in_russian_for_who_reads_russian(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator("ru")
    last = await add_letter(shared_worker)
    olga.chat.says("/deadletters")
    menu = await olga.chat.receives("Мёртвые письма")
    await olga.presses(menu, f"{last} ·", shows="🔁 Повторить")
    assert "обновление" in menu.text
