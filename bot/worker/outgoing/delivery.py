"""Delivery: sends the messages in the outbox, chat by chat, and acknowledges them."""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence

import structlog
from telegram.error import TelegramError

from bot.db.tables.chats import Chats
from bot.db.tables.outbox import Outbox, Unsent
from bot.db.unit_of_work import DONE_WITHIN, UnitOfWork
from bot.errors import ChatRestsError, NoMorePermitsError, SentHookError, TransientError, UnsendableError
from bot.messages import KINDS, ButtonAnswer, Call, Chart
from bot.worker.batcher import BatchedLoads
from bot.worker.lanes import Lanes
from bot.worker.outgoing.limiter import Permit, paid, weight
from bot.worker.outgoing.payloads import Draw, call_of, drawn, goes_to_its_chat
from bot.worker.outgoing.reachability import Reachability
from bot.worker.outgoing.send_errors import SendErrors, Undelivered
from bot.worker.outgoing.send_scheduler import SendScheduler
from bot.worker.outgoing.sent_hooks import SentHooks
from bot.worker.outgoing.transport import Api
from bot.worker.vitals import Vitals

LEAST_AT_ONCE, MOST_AT_ONCE = 32, 256  # sends
CONNECTIONS = 2  # to the database, besides acknowledging: the lanes of updates and /health need theirs
HOOKS_AT_ONCE = 2  # each takes a connection, and may wait for a lock
TELEGRAM_ANSWERS_WITHIN = 60.0  # seconds since the last answered poll
NOT_NOW = 120.0  # seconds; the term, and with it the wait, is about to end
DATABASE_BACK_OFF = 1.0  # seconds
LEAST_SUPERGROUP = -1_000_000_000_000  # and below: supergroups and channels, which never migrate

log = structlog.get_logger(__name__)


def sends_at_once(per_second: float) -> int:
    """Enough to keep the rate if an answer takes a second; without a rate, the most that is allowed."""
    wanted = math.ceil(per_second) + 2 if per_second > 0 else MOST_AT_ONCE
    return min(MOST_AT_ONCE, max(LEAST_AT_ONCE, wanted))


class Delivery:
    """Sends the messages in the outbox: each chat's in order, chats in parallel, each send with a permit.

    Sent messages are acknowledged soon after, many in one statement; a crash in between repeats them.
    """

    def __init__(  # noqa: PLR0913 -- its dependencies, each by name
        self,
        bot_id: int,
        *,
        api: Api,
        unit_of_work: UnitOfWork,
        scheduler: SendScheduler,
        vitals: Vitals,
        tasks: asyncio.TaskGroup,
        sent: set[int],
        leads: Callable[[], bool],
        draw: Draw,
        undelivered: Undelivered,
        sent_hooks: SentHooks,
        reachability: Reachability,
        at_once: int = LEAST_AT_ONCE,
    ) -> None:
        self._bot_id = bot_id
        self._vitals = vitals
        self._api = api
        self._unit_of_work = unit_of_work
        self._scheduler = scheduler
        self._tasks = tasks
        self._sent = sent  # not acknowledged yet; outlives the term
        self._leads = leads
        self._draw = draw
        self._sent_hooks = sent_hooks
        self._few = asyncio.Semaphore(CONNECTIONS)
        self._few_hooks = asyncio.Semaphore(HOOKS_AT_ONCE)
        self._answering: set[asyncio.Task[None]] = set()
        self._reachability = reachability
        self.keep_marking = reachability.keep_writing
        self.mark = reachability.note
        self._something_sent = asyncio.Event()
        self._loads = BatchedLoads(self._load)
        lanes: Lanes[Unsent] = Lanes(width=at_once, do=self._send, load=self._loads.load, tasks=tasks, name="messages")
        self._lanes = lanes
        self.expect: Callable[[Iterable[Unsent]], None] = lanes.expect
        self.forget: Callable[[Iterable[Unsent]], None] = lanes.forget
        self.put: Callable[[Iterable[Unsent]], None] = lanes.put
        self.reload: Callable[[Iterable[int]], None] = lanes.reload
        self._send_errors = SendErrors(
            bot_id,
            unit_of_work,
            self._few,
            reachability,
            self.others_get_through,
            self._acknowledge_soon,
            self.reload,
            undelivered,
        )

    def answer(self, answers: Iterable[ButtonAnswer]) -> None:
        """Answer button presses at once, bypassing the queues."""
        for answer in answers:
            task = self._tasks.create_task(self._answer(answer), name=f"answer to button {answer.query_id}")
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def load(self) -> None:
        """Load the messages that lanes ask for, until cancelled."""
        await self._sent_hooks.forget_ended()
        await self._loads.run()

    async def keep_acknowledging(self) -> None:
        """Delete sent rows, many in one statement, until cancelled."""
        while True:
            await self._something_sent.wait()
            await self.acknowledge()

    def stop_new_sends(self) -> None:
        """Begin no further sends. New messages stay in the outbox for the next term."""
        self._scheduler.close()
        self._lanes.pause()

    async def close(self) -> None:
        """Wait until the sends in flight have ended."""
        self.stop_new_sends()
        await self._lanes.close()
        if self._answering:
            await asyncio.wait(self._answering)
        await self._reachability.write()

    async def acknowledge(self, *, within: float = DONE_WITHIN) -> None:
        """Delete the rows sent so far."""
        self._something_sent.clear()
        sent = sorted(self._sent)
        if not sent:
            return
        try:
            async with self._unit_of_work.open(within=within) as work:
                await work.of(Outbox).acknowledge(sent)
        except TransientError as error:
            log.warning("sent messages can't be acknowledged yet", messages=len(sent), reason=str(error))
            await asyncio.sleep(DATABASE_BACK_OFF)
            self._something_sent.set()
        else:
            self._sent.difference_update(sent)

    async def _load(self, chats: Sequence[int], exclude: Collection[int], limit: int) -> dict[int, list[Unsent]]:
        async with self._few, self._unit_of_work.open() as work:
            migrated = self._send_errors.migrated
            groups = [chat_id for chat_id in chats if LEAST_SUPERGROUP < chat_id < 0 and chat_id not in migrated]
            if groups:
                migrated.update(await work.of(Chats).became(self._bot_id, groups))
            return await work.of(Outbox).next_of(self._bot_id, chats, KINDS, self._sent.union(exclude), limit)

    async def _send(self, message: Unsent) -> float | None:
        """Send one message. Returns None when it is finished, or the seconds until the next try."""
        if self._sent_hooks.awaits(message):
            return await self._finish(message)
        if (supergroup := self._send_errors.migrated.get(message.chat_id)) is not None:
            return await self._send_errors.readdress(message, supergroup)
        try:
            method, call, items = await self._prepare(message)
        except UnsendableError as error:
            return await self._send_errors.dead_letter(message, str(error)) if self._leads() else NOT_NOW
        return await self._send_call(message, method, call, items)

    async def _send_call(self, message: Unsent, method: str, call: Call, items: int) -> float | None:
        if 0 < (rest := self._scheduler.chat_wait(message.chat_id, items)) < math.inf:
            return rest  # the lane waits, which takes no slot
        try:
            async with self._scheduler.permit(message.chat_id, weight=items, wait=False) as permit:
                if not self._leads():
                    return NOT_NOW
                hooked = await self._perform(message, method, call, permit)
        except ChatRestsError as error:  # a flood wait has begun meanwhile
            return error.seconds
        except NoMorePermitsError:
            return NOT_NOW
        except TelegramError as error:
            leads = self._leads()  # if not, the leader decides what the error means
            return await self._send_errors.handle(message, method, call, error) if leads else NOT_NOW
        return await self._finish(message) if hooked else None

    async def _prepare(self, message: Unsent) -> tuple[str, Call, int]:
        """The method, its parameters and its weight. Raises UnsendableError for a payload of a newer version."""
        try:
            self._sent_hooks.check(message)
            method, call = await self._call(message)
            return method, call, weight(method, call)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise UnsendableError(message.kind, error) from error

    async def _call(self, message: Unsent) -> tuple[str, Call]:
        """The method and its parameters, with the row's chat: it may have changed since the payload was written."""
        if (prepared := self._send_errors.prepared.get(message.id)) is not None:
            return prepared
        method, call = call_of(message.kind, message.payload)
        if goes_to_its_chat(message.kind, message.payload):
            call |= {"chat_id": message.chat_id}
        if message.kind == Chart.kind:
            self._send_errors.prepared[message.id] = method, call = await drawn(message.chat_id, call, self._draw)
        return method, call

    async def _perform(self, message: Unsent, method: str, call: Call, permit: Permit) -> bool:
        """Send the message. Returns whether its hook has to be called; if not, it is acknowledged soon."""
        began = time.monotonic()
        result = await self._api.perform(method, call | (paid(method) if permit.paid else {}))
        hooked = self._sent_hooks.note(message, method, result)
        if not hooked:
            self._acknowledge_soon(message.id)
        took = round((time.monotonic() - began) * 1000)
        facts = {"chat_id": message.chat_id, "kind": message.kind, "outbox_id": message.id}
        log.info("message sent", **facts, milliseconds=took)
        return hooked

    async def _finish(self, message: Unsent) -> float | None:
        """Call the hook of a sent message. Returns the seconds until the next try if it can't be called now."""
        try:
            async with self._few_hooks:
                rest = await self._sent_hooks.run(message)
        except SentHookError as error:
            log.exception("a sent call can't be recorded", outbox_id=message.id)
            rest = await self._send_errors.dead_letter(message, str(error))
        if rest is None:
            self._send_errors.done_with(message.id)
            self._sent_hooks.forget(message)
        return rest

    def _acknowledge_soon(self, message_id: int) -> None:
        self._send_errors.done_with(message_id)
        self._sent.add(message_id)
        self._something_sent.set()

    def others_get_through(self) -> bool:
        """Return whether Telegram answers polls now."""
        last_poll_age = self._vitals.last_poll_age()
        return last_poll_age is not None and last_poll_age < TELEGRAM_ANSWERS_WITHIN

    async def _answer(self, answer: ButtonAnswer) -> None:
        if not self._leads():
            return
        try:
            await self._api.perform(answer.method, answer.parameters())
        except TelegramError as error:
            log.info("a button press is left without its answer", reason=error.message)
