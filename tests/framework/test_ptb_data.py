"""Data of python-telegram-bot's handlers commit with the update that changed them, and memory is never ahead."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from telegram.ext import CommandHandler, ConversationHandler

from bot.db.engine import AsyncSessionLocal
from bot.db.tables.ptb_data import BOT_DATA, DataKey, PtbData
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import ConflictError, DataInUseError, LeadershipLostError, UnstorableError
from bot.framework.application import App, TermBot, application
from bot.framework.context import Context
from bot.framework.ptb_data import DataScope, StoredData
from bot.framework.ptb_updates import conversations
from tests.support.system import count, eventually

BOT, ANN, BOB, GROUP = 42, 1001, 1002, -7
ANN_IN_PRIVATE, ANN_IN_GROUP, BOB_IN_PRIVATE = DataScope(ANN, ANN), DataScope(GROUP, ANN), DataScope(BOB, BOB)


async def nothing(_: Any, __: Context) -> None: ...


class Harness:
    """An Application with a conversation `form`, and its data."""

    def __init__(self, unit_of_work: UnitOfWork, check: Callable[[], None] = lambda: None, **options: Any) -> None:
        self.unit_of_work = unit_of_work
        self.application = application(TermBot("42:T"))
        self.form: ConversationHandler[Context] = ConversationHandler(
            [CommandHandler("form", nothing)], {}, [], name="form", persistent=True, **options
        )
        self.application.add_handler(self.form)
        self.data = StoredData(
            self.application, conversations(self.application), unit_of_work=unit_of_work, bot_id=BOT, check=check
        )

    @asynccontextmanager
    async def update(self, scope: DataScope) -> AsyncIterator[App]:
        """Handle an update as the worker does: its data, the block, one transaction."""
        async with self.unit_of_work.lazy() as work:
            data = await work.enter(self.data.loaded(scope))
            yield self.application
            await data.store(work.work)

    async def stored(self, *keys: DataKey) -> dict[DataKey, object]:
        async with self.unit_of_work.open() as work:
            return await work.of(PtbData).read(BOT, keys)


@pytest.fixture
def harness(unit_of_work: UnitOfWork) -> Harness:
    return Harness(unit_of_work)


async def test_data_are_there_for_the_next_update_and_after_a_restart(harness: Harness) -> None:
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.user_data[ANN]["name"] = "Ann"
        app.chat_data[ANN]["pages"] = {1: "a"}
        app.bot_data["total"] = 5
        harness.form._conversations[ANN, ANN] = 3
    for each in (harness, Harness(harness.unit_of_work)):
        async with each.update(ANN_IN_PRIVATE) as app:
            assert app.user_data[ANN] == {"name": "Ann"}
            assert app.chat_data[ANN] == {"pages": {1: "a"}}
            assert app.bot_data == {"total": 5}
            assert dict(each.form._conversations) == {(ANN, ANN): 3}


async def test_memory_holds_nothing_of_chats_that_are_not_at_work(harness: Harness) -> None:
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.user_data[ANN]["name"] = "Ann"
        harness.form._conversations[ANN, ANN] = 3
    assert not harness.application.user_data
    assert not harness.application.chat_data
    assert not harness.form._conversations
    assert not harness.data._locks._locks


async def test_a_failure_leaves_nothing_behind(harness: Harness, engine: AsyncEngine) -> None:
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.bot_data["total"] = 1

    async def fail() -> None:
        async with harness.update(ANN_IN_PRIVATE) as app:
            app.user_data[ANN]["name"] = "Ann"
            app.bot_data["total"] += 1  # type: ignore[operator] # it is a number
            harness.form._conversations[ANN, ANN] = 3
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with harness.update(ANN_IN_PRIVATE) as app:
        assert (app.user_data[ANN], app.bot_data, dict(harness.form._conversations)) == ({}, {"total": 1}, {})
    assert await count(engine, "ptb_data") == 1


async def test_a_failed_commit_leaves_nothing_behind(harness: Harness, engine: AsyncEngine) -> None:
    async def fail() -> None:
        async with harness.unit_of_work.lazy() as work:
            data = await work.enter(harness.data.loaded(ANN_IN_PRIVATE))
            harness.application.bot_data["total"] = 1
            await data.store(work.work)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with harness.update(ANN_IN_PRIVATE) as app:
        assert app.bot_data == {}
    assert await count(engine, "ptb_data") == 0


async def test_unchanged_data_open_no_unit_of_work(harness: Harness) -> None:
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.user_data[ANN]["tags"] = {"a", "b", "c"}
    async with harness.unit_of_work.lazy() as work:
        data = await work.enter(harness.data.loaded(ANN_IN_PRIVATE))
        await data.store(work.work)
        assert not work.begun


async def test_emptied_data_and_ended_conversations_are_deleted(harness: Harness, engine: AsyncEngine) -> None:
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.user_data[ANN]["name"] = "Ann"
        app.chat_data[ANN]["pages"] = 1
        harness.form._conversations[ANN, ANN] = 3
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.user_data[ANN].clear()
        app.drop_chat_data(ANN)
        del harness.form._conversations[ANN, ANN]
    assert await count(engine, "ptb_data") == 0


async def test_a_user_in_two_chats_is_handled_in_one_at_a_time(harness: Harness) -> None:
    inside = asyncio.Event()
    go_on = asyncio.Event()

    async def in_private() -> None:
        async with harness.update(ANN_IN_PRIVATE) as app:
            inside.set()
            await go_on.wait()
            app.user_data[ANN]["n"] = 1

    async def in_group() -> None:
        async with harness.update(ANN_IN_GROUP) as app:
            assert app.user_data[ANN] == {"n": 1}

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(in_private())
        await inside.wait()
        tasks.create_task(in_group())
        async with harness.update(BOB_IN_PRIVATE):  # nobody else waits
            go_on.set()


async def test_an_update_does_not_wait_long_for_data_in_use(harness: Harness) -> None:
    async with harness.update(ANN_IN_PRIVATE):
        with pytest.raises(DataInUseError):
            async with harness.data.loaded(ANN_IN_GROUP, within=0.01):
                pass
    async with harness.data.loaded(ANN_IN_GROUP, within=0.01):
        pass
    assert not harness.data._locks._locks


async def test_bot_data_are_shared_and_no_change_is_lost(harness: Harness) -> None:
    async def one_more(scope: DataScope) -> None:
        async with harness.update(scope) as app:
            app.bot_data["n"] = app.bot_data.get("n", 0) + 1  # type: ignore[operator] # it is a number
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        for number in range(1, 20):
            tasks.create_task(one_more(DataScope(number, number)))
    assert await harness.stored(BOT_DATA) == {BOT_DATA: {"n": 19}}


async def test_what_is_erased_elsewhere_does_not_come_back(harness: Harness) -> None:
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.bot_data["last"] = ANN
    async with harness.unit_of_work.open() as work:
        await work.of(PtbData).write(BOT, {BOT_DATA: {"last": 0}})
    async with harness.update(BOB_IN_PRIVATE) as app:
        app.bot_data["n"] = 1
    assert await harness.stored(BOT_DATA) == {BOT_DATA: {"last": 0, "n": 1}}


async def test_an_update_does_not_store_over_what_is_erased_meanwhile(harness: Harness) -> None:
    ann = DataKey.of_user(ANN)
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.user_data[ANN]["friend"] = BOB
    async with harness.data.loaded(ANN_IN_PRIVATE) as data, harness.unit_of_work.lazy() as lazy:
        app.user_data[ANN]["n"] = 1
        async with harness.unit_of_work.open() as work:
            await work.of(PtbData).write(BOT, {ann: {"friend": 0}})
        with pytest.raises(ConflictError):
            await data.store(lazy.work)
    assert await harness.stored(ann) == {ann: {"friend": 0}}


class SlowReads(UnitOfWork):
    """While `gate` isn't set, a transaction that has ended returns late."""

    def __init__(self) -> None:
        super().__init__(AsyncSessionLocal)
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = asyncio.Event()

    @asynccontextmanager
    async def open(self, *arguments: Any, **named: Any) -> AsyncIterator[Work]:
        async with super().open(*arguments, **named) as work:
            yield work
        self.waiting.set()
        await self.gate.wait()


async def test_what_was_read_before_another_commit_is_not_taken_after_it(engine: AsyncEngine) -> None:
    slow = SlowReads()
    harness = Harness(slow)
    async with harness.update(BOB_IN_PRIVATE) as app:
        app.bot_data["n"] = 1

    async def reader() -> None:
        async with harness.update(ANN_IN_PRIVATE) as app:
            assert app.bot_data == {"n": 2}

    async with asyncio.TaskGroup() as tasks, harness.update(BOB_IN_PRIVATE) as app:
        slow.gate.clear()
        slow.waiting.clear()
        tasks.create_task(reader())
        await slow.waiting.wait()  # it has read
        app.bot_data["n"] = 2
        slow.gate.set()


async def test_a_failed_updates_changes_of_bot_data_are_not_stored_by_another(harness: Harness) -> None:
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.bot_data["total"] = 1

    async def fail() -> None:
        async with harness.unit_of_work.lazy() as work:
            data = await work.enter(harness.data.loaded(ANN_IN_PRIVATE))
            harness.application.bot_data["total"] = 2
            await data.store(work.work)
            raise LookupError

    async with harness.update(BOB_IN_PRIVATE) as app:
        with pytest.raises(LookupError):
            await fail()
        app.bot_data["n"] = 1
    assert await harness.stored(BOT_DATA) == {BOT_DATA: {"total": 1, "n": 1}}


async def test_what_this_update_has_erased_is_not_stored_again(harness: Harness, engine: AsyncEngine) -> None:
    """A handler below 0 counts updates, and then a route erases its sender."""
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.user_data[ANN].update(seen=1, name="Ann")
    async with harness.unit_of_work.lazy() as work:
        data = await work.enter(harness.data.loaded(ANN_IN_PRIVATE))
        harness.application.user_data[ANN]["seen"] = 2
        await (await work.work()).of(PtbData).write(BOT, {DataKey.of_user(ANN): None})
        await data.store(work.work)
    assert await count(engine, "ptb_data") == 0


async def test_data_of_others_are_merged_when_marked(harness: Harness) -> None:
    bob = DataKey.of_user(BOB)
    async with harness.update(BOB_IN_PRIVATE) as app:
        app.user_data[BOB].update(name="Bob", debts=1)
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.user_data[BOB]["debts"] = 2
        app.mark_data_for_update_persistence(user_ids=BOB)
    assert await harness.stored(bob) == {bob: {"name": "Bob", "debts": 2}}
    async with harness.update(ANN_IN_PRIVATE) as app:
        app.drop_user_data(BOB)
    assert await harness.stored(bob) == {}


async def test_marks_on_data_in_use_are_left_to_whoever_uses_them(harness: Harness) -> None:
    bob = DataKey.of_user(BOB)
    async with harness.update(BOB_IN_PRIVATE) as app:
        app.user_data[BOB]["cart"] = "pizza"
    async with harness.update(BOB_IN_PRIVATE) as app:
        async with harness.update(ANN_IN_PRIVATE):
            app.user_data[BOB]["debts"] = 2
            app.mark_data_for_update_persistence(user_ids=BOB)
        assert app.user_data[BOB] == {"cart": "pizza", "debts": 2}
    assert await harness.stored(bob) == {bob: {"cart": "pizza", "debts": 2}}


async def test_marked_data_that_are_loaded_meanwhile_keep_both_changes(harness: Harness) -> None:
    bob = DataKey.of_user(BOB)
    async with harness.update(BOB_IN_PRIVATE) as app:
        app.user_data[BOB]["cart"] = "pizza"
    async with harness.update(ANN_IN_PRIVATE):
        app.user_data[BOB]["debts"] = 2
        app.mark_data_for_update_persistence(user_ids=BOB)
        async with harness.update(BOB_IN_PRIVATE):
            app.user_data[BOB]["cart"] = "pasta"
    assert await harness.stored(bob) == {bob: {"cart": "pasta", "debts": 2}}
    async with harness.update(ANN_IN_PRIVATE):
        app.drop_user_data(BOB)
        async with harness.update(BOB_IN_PRIVATE):
            assert app.user_data[BOB] == {}
    assert await harness.stored(bob) == {}


async def test_a_groups_data_follow_it_to_its_supergroup(harness: Harness) -> None:
    new = DataKey.of_chat(-100)
    async with harness.update(ANN_IN_GROUP) as app:
        app.chat_data[GROUP]["topic"] = "tea"
    async with harness.update(ANN_IN_GROUP) as app:
        app.migrate_chat_data(old_chat_id=GROUP, new_chat_id=-100)
    assert await harness.stored(new, DataKey.of_chat(GROUP)) == {new: {"topic": "tea"}}


@pytest.mark.parametrize(
    ("options", "scope", "key"),
    [
        ({}, ANN_IN_GROUP, (GROUP, ANN)),
        ({"per_user": False}, ANN_IN_GROUP, (GROUP,)),
        ({"per_chat": False}, ANN_IN_GROUP, (ANN,)),
        ({"per_message": True}, DataScope(GROUP, ANN, 5), (GROUP, ANN, 5)),
    ],
)
@pytest.mark.filterwarnings("ignore:If 'per_message=True'")
async def test_a_conversation_belongs_to_chat_user_and_message_as_told(
    unit_of_work: UnitOfWork, options: dict[str, Any], scope: DataScope, key: tuple[int, ...]
) -> None:
    for harness in (Harness(unit_of_work, **options), Harness(unit_of_work, **options)):
        async with harness.update(scope):
            harness.form._conversations.setdefault(key, 1)
            assert dict(harness.form._conversations) == {key: 1}
        async with harness.update(BOB_IN_PRIVATE):
            assert not harness.form._conversations


async def test_what_cannot_be_stored_fails_its_update_alone(harness: Harness) -> None:
    with pytest.raises(UnstorableError, match=r"bot_data\['pool'\] holds a object"):
        async with harness.update(ANN_IN_PRIVATE) as app:
            app.bot_data["pool"] = object()
    async with harness.update(BOB_IN_PRIVATE) as app:
        app.bot_data["n"] = 1
    assert await harness.stored(BOT_DATA) == {BOT_DATA: {"n": 1}}


async def test_jobs_store_their_data_only_while_this_worker_leads(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    def lost() -> None:
        raise LeadershipLostError

    harness = Harness(unit_of_work, lost)
    with pytest.raises(LeadershipLostError):
        async with harness.data.on_its_own(ANN_IN_PRIVATE):
            harness.application.user_data[ANN]["name"] = "Ann"
    assert await count(engine, "ptb_data") == 0
    harness = Harness(unit_of_work)
    async with harness.data.on_its_own(ANN_IN_PRIVATE):
        harness.application.user_data[ANN]["name"] = "Ann"
    assert await eventually(lambda: count(engine, "ptb_data")) == 1
