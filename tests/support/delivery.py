"""Fixtures for tests of delivery: a running delivery, and queries of its tables."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from bot.db.engine import AsyncSessionLocal
from bot.db.tables.outbox import Outbox, StoredMessage, Unsent
from bot.db.tables.seen_users import SeenUser, SeenUsers
from bot.db.unit_of_work import DONE_WITHIN, LockTimeouts, UnitOfWork, Work
from bot.errors import DatabaseAwayError
from bot.messages import ApiCall, Chart, Composed, Document, Edit, Text
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.conversations import Conversation, PrivateChat
from bot.worker.outgoing.delivery import Delivery, sends_at_once
from bot.worker.outgoing.limiter import Limiter
from bot.worker.outgoing.payloads import Draw
from bot.worker.outgoing.reachability import Reachability
from bot.worker.outgoing.send_scheduler import SendScheduler
from bot.worker.outgoing.sent_hooks import Hook, SentHooks
from bot.worker.outgoing.transport import AiohttpRequest, Api
from bot.worker.vitals import Vitals
from tests.support.joined import JOINED
from tests.support.system import count, eventually, select

Sendable = Text | Edit | Composed | Document | Chart | ApiCall | StoredMessage


class HaltRecordingLimiter(Limiter):
    """Sets an event when a 429 halts a chat."""

    def __init__(self, per_second: float) -> None:
        super().__init__(per_second)
        self.halted = asyncio.Event()

    def halt(self, chat_id: int, now: float, seconds: float) -> bool:
        self.halted.set()
        return super().halt(chat_id, now, seconds)


class FlakyUnitOfWork(UnitOfWork):
    """Fails to open the next `away` transactions, and loses the answers to the next `answers_lost` commits.

    With `loses_within`, answers are lost only in transactions that are opened with this time limit.
    """

    away = 0
    answers_lost = 0

    def __init__(self, sessions: async_sessionmaker[AsyncSession], *, loses_within: float | None = None) -> None:
        super().__init__(sessions)
        self._loses_within = loses_within

    @asynccontextmanager
    async def open(
        self, lock_timeouts: LockTimeouts | None = None, *, within: float | None = DONE_WITHIN
    ) -> AsyncIterator[Work]:
        if self.away:
            self.away -= 1
            raise DatabaseAwayError("gone for a walk")
        async with super().open(lock_timeouts, within=within) as work:
            yield work
        if self.answers_lost and self._loses_within in {None, within}:
            self.answers_lost -= 1
            raise DatabaseAwayError("its answer was lost")


@dataclass
class DeliveryHarness:
    """A delivery, its dependencies, and queries of its tables."""

    delivery: Delivery
    unit_of_work: FlakyUnitOfWork
    engine: AsyncEngine
    limiter: HaltRecordingLimiter
    vitals: Vitals
    telegram: Emulator

    async def keep(self, *messages: Sendable, bot_id: int | None = None) -> list[Unsent]:
        """Commit messages to the outbox, as a handler does."""
        async with self.unit_of_work.open() as work:
            unsent = await work.of(Outbox).add(bot_id or self.telegram.bot.id, messages)
            self.delivery.expect(unsent)
        return unsent

    async def say(self, *messages: Sendable) -> None:
        self.delivery.put(await self.keep(*messages))

    async def rows(self, table: str = "outbox") -> Sequence[RowMapping]:
        return await select(self.engine, f"SELECT * FROM {table} ORDER BY id")

    async def until_rows(self, number: int, table: str = "outbox") -> Sequence[RowMapping]:
        """Wait until `table` has that many rows, and return them."""

        async def has_number() -> bool:
            return await count(self.engine, table) == number

        await eventually(has_number, every=0.005)
        return await self.rows(table)

    async def all_sent(self) -> None:
        await self.until_rows(0)
        assert await self.rows("dead_letters") == []

    async def knows(self, person: UserAccount) -> None:
        facts: dict[str, Any] = {"username": None, "first_name": person.first_name, "last_name": None}
        facts |= {"language_code": None, "messages": 1, "seen_at": datetime.now(UTC), "private_since": None}
        async with self.unit_of_work.open() as work:
            await work.of(SeenUsers).upsert([SeenUser(telegram_id=person.id, **facts, reachable=None)])


OpenDelivery = Callable[..., AbstractAsyncContextManager[DeliveryHarness]]


@pytest.fixture
def open_delivery(emulator: Emulator, telegram_url: str, engine: AsyncEngine) -> OpenDelivery:
    """Opens a delivery in its own task group, as a term does."""

    @asynccontextmanager
    async def open_delivery(
        per_second: float = 0,
        *,
        acknowledges: bool = True,
        url: str = telegram_url,
        draw: Draw = JOINED.draw_chart,
        hooks: Mapping[str, Hook] | None = None,
        sent_hooks: SentHooks | None = None,
    ) -> AsyncIterator[DeliveryHarness]:
        unit_of_work, limiter, vitals = (
            FlakyUnitOfWork(AsyncSessionLocal),
            HaltRecordingLimiter(per_second),
            Vitals("tests"),
        )
        vitals.poll_answered()
        at_once = sends_at_once(per_second)
        async with AiohttpRequest(connections=at_once) as request, asyncio.TaskGroup() as tasks:
            delivery = Delivery(
                emulator.bot.id,
                api=Api(request, url, emulator.bot.token),
                unit_of_work=unit_of_work,
                scheduler=SendScheduler(limiter),
                vitals=vitals,
                tasks=tasks,
                sent=set(),
                leads=lambda: True,
                draw=draw,
                undelivered=partial(JOINED.undelivered, emulator.bot.id),
                sent_hooks=sent_hooks or SentHooks(emulator.bot.id, unit_of_work, hooks or {}),
                reachability=Reachability(emulator.bot.id, unit_of_work),
                at_once=at_once,
            )
            beside = [tasks.create_task(delivery.load()), tasks.create_task(delivery.keep_marking())]
            if acknowledges:
                beside.append(tasks.create_task(delivery.keep_acknowledging()))
            yield DeliveryHarness(delivery, unit_of_work, engine, limiter, vitals, emulator)
            await delivery.close()
            for task in beside:
                task.cancel()

    return open_delivery


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the waits between tries."""
    monkeypatch.setattr("bot.worker.outgoing.transport.random.uniform", lambda *_: 0.001)
    for module in ("delivery", "send_errors"):
        monkeypatch.setattr(f"bot.worker.outgoing.{module}.DATABASE_BACK_OFF", 0.001)


def private_chat(telegram: Emulator, name: str) -> PrivateChat:
    """A private chat in which somebody has written to the bot."""
    chat = telegram.private_chat(telegram.person(name))
    chat.says("/start")
    return chat


def texts(chat: Conversation) -> list[str]:
    return [message.text for message in chat.received]
