"""What a handler queues reaches the chat, through a whole worker, and survives kill -9."""

from pathlib import Path

import pytest

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Reply
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.user_actions import PIXEL
from tests.faults.injection import InjectedFault
from tests.support.fork_server import ForkedWorker, forked_command
from tests.support.joined import needs
from tests.support.workers import Drained

SENDING = Path(__file__).with_name("sending_worker.py")
SEND = "bot.worker.outgoing.transport:Api.perform"
HOOKS = "bot.worker.outgoing.sent_hooks:SentHooks.run"
COMMIT = "asyncpg.transaction:Transaction.commit"
KINDS = [
    *["text"] * 4, "photo", "document", "video", "animation", "video_note", "audio", "voice", "sticker",
    "document", "document", "location", "venue", "contact", "poll", "dice",
]  # fmt: skip


@pytest.fixture
def chat(emulator: Emulator) -> PrivateChat:
    emulator.limits.enabled = False
    return emulator.private_chat(emulator.person("Ann"))


async def started(worker: ForkedWorker) -> None:
    await worker.start(program=SENDING)


async def test_every_form_sends_its_kind(worker: ForkedWorker, chat: PrivateChat, drained: Drained) -> None:
    await started(worker)
    chat.says("/everything")
    await drained()
    assert [message.kind for message in chat.received] == KINDS
    assert [message.text for message in chat.received[:5]] == ["Screen", "<b>plain", "bold", "Silent", "Photo"]
    assert [len(message.buttons) for message in chat.received[:4]] == [1, 0, 0, 1]


async def test_in_a_topic_every_form_is_a_reply_there(
    worker: ForkedWorker, emulator: Emulator, drained: Drained
) -> None:
    emulator.limits.enabled = False
    ann = emulator.person("Ann")
    group = emulator.group("Friends", [ann])
    group.says("Let's have topics", by=ann)
    topic = group.opens_topic("Ideas", ann)
    await started(worker)
    asked = group.says("/everything", by=ann, thread=topic)
    await drained()
    assert [message.kind for message in group.received] == KINDS
    assert {(message.thread, message.reply_to) for message in group.received} == {(topic, asked)}


async def test_what_is_done_with_messages_is_done_in_order(
    worker: ForkedWorker, emulator: Emulator, chat: PrivateChat, drained: Drained
) -> None:
    await started(worker)
    asked = chat.says("/act")
    await chat.receives("done")
    copy, forward, _ = chat.received
    assert asked.reactions == [{"type": "emoji", "emoji": "👍"}]
    assert (asked.deleted, asked.pinned) == (True, False)
    assert emulator.calls.count("pinChatMessage") == 1
    assert (copy.text, copy.origin, forward.text, forward.origin is None) == ("/act", None, "/act", False)
    chat.press(copy, "More")
    await drained()
    assert (copy.text, [button["text"] for button in copy.buttons]) == ("<b>", ["Same"])


async def test_an_inline_query_is_answered(worker: ForkedWorker, emulator: Emulator, chat: PrivateChat) -> None:
    await started(worker)
    query = chat.types_inline("cats")
    await emulator.until(lambda: query.results)
    assert query.results is not None
    assert [result["title"] for result in query.results] == ["cats"]


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        (InjectedFault(SEND, given="'sendPhoto'"), 1),
        (InjectedFault(SEND, given="'sendPhoto'", after=True), 2),
        (InjectedFault(COMMIT, within=HOOKS), 2),
        (InjectedFault(COMMIT, within=HOOKS, after=True), 1),
    ],
    ids=["before the send", "after the send", "before the hook's commit", "after the hook's commit"],
)
async def test_a_file_survives_kill_9_and_its_hook_takes_effect_once(
    worker: ForkedWorker, chat: PrivateChat, drained: Drained, fault: InjectedFault, sent: int
) -> None:
    worker.fault = fault
    await started(worker)
    chat.says("/photo")
    assert await worker.ended() == -9, worker.log.read_text()
    worker.fault = None
    await started(worker)
    await drained()
    *photos, told = chat.received
    assert [message.kind for message in photos] == ["photo"] * sent
    assert told.text == f"photo {photos[-1].message_id}"


@needs("dead_letters")
async def test_a_refused_file_is_sent_when_its_dead_letter_is_retried(
    worker: ForkedWorker, emulator: Emulator, chat: PrivateChat, drained: Drained, fork_server_address: Path
) -> None:
    emulator.faults.next(Reply.refusal(400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN"), "sendPhoto")
    await started(worker)
    chat.says("/photo")
    await drained()

    async def dead_letters(*arguments: str) -> str:
        folder, url = worker.log.parent, worker.variables["DATABASE_URL"]
        result = await forked_command(fork_server_address, folder, "dead-letters", *arguments, DATABASE_URL=url)
        assert result.code == 0, result.output
        return result.output

    shown = await dead_letters("show", "1")
    assert "Chat_send_photos_forbidden" in shown
    assert f'"content": "{len(PIXEL)} bytes"' in shown
    await dead_letters("retry", "1")
    await chat.receives("photo")
    assert chat.received[0].kind == "photo"
    assert [call.parameters["photo"].content for call in emulator.calls.of("sendPhoto")] == [PIXEL, PIXEL]
