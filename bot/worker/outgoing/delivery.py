"""Delivery: the outbox's queues by chat. Send, and strike off."""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence

import structlog
from telegram.error import TelegramError

from bot.db.tables.chats import Chats
from bot.db.tables.outbox import Outbox, Unsent
from bot.db.unit_of_work import DONE_WITHIN, UnitOfWork
from bot.errors import ChatRestsError, NoMoreTurnsError, TransientError, UnsendableError
from bot.messages import KINDS, ButtonAnswer, Call, Chart, call_of
from bot.worker.batcher import Batcher
from bot.worker.lanes import Lanes
from bot.worker.outgoing.limiter import Turn
from bot.worker.outgoing.pictures import Draw, drawn
from bot.worker.outgoing.reachability import Marks
from bot.worker.outgoing.send_errors import Refused, Undelivered
from bot.worker.outgoing.send_scheduler import Turns
from bot.worker.outgoing.transport import Api
from bot.worker.outgoing.weights import paid, weight
from bot.worker.vitals import Vitals

LEAST_AT_ONCE, MOST_AT_ONCE = 32, 256  # sends
LOADS_PER_BATCH = 200  # in one transaction at the most
CONNECTIONS = 2  # to the database, for what isn't a strike-off: the lanes of updates and /health need theirs
TELEGRAM_ANSWERS_WITHIN = 60.0  # seconds since the last answered poll
NOT_NOW = 120.0  # seconds; the term is about to end for this worker, and with it the wait
DATABASE_BACK_OFF = 1.0  # seconds
LEAST_SUPERGROUP = -1_000_000_000_000  # and below: supergroups and channels, which become nothing else

log = structlog.get_logger(__name__)


def sends_at_once(per_second: float) -> int:
    """As many as keep the rate where an answer takes a second; without a rate, as many as there may be at all."""
    wanted = math.ceil(per_second) + 2 if per_second > 0 else MOST_AT_ONCE
    return min(MOST_AT_ONCE, max(LEAST_AT_ONCE, wanted))


class Delivery:
    """Sends what the outbox holds, each chat's messages in order, chats side by side, when it is their turn.

    A message that was sent is struck off with others in one statement soon after; a crash in between repeats it.
    """

    def __init__(  # noqa: PLR0913 -- what it works with, each by its name
        self,
        bot_id: int,
        *,
        api: Api,
        unit_of_work: UnitOfWork,
        turns: Turns,
        vitals: Vitals,
        tasks: asyncio.TaskGroup,
        sent: set[int],
        leads: Callable[[], bool],
        draw: Draw,
        undelivered: Undelivered,
        at_once: int = LEAST_AT_ONCE,
    ) -> None:
        self._bot_id = bot_id
        self._vitals = vitals
        self._api = api
        self._unit_of_work = unit_of_work
        self._turns = turns
        self._tasks = tasks
        self._sent = sent  # and not struck off yet; outlives the term, for what can't be recorded in it
        self._leads = leads
        self._draw = draw
        self._few = asyncio.Semaphore(CONNECTIONS)
        self._answering: set[asyncio.Task[None]] = set()
        self._marks = Marks(bot_id, unit_of_work)
        self.mark_people = self._marks.write_down
        self.mark = self._marks.put
        self._something_sent = asyncio.Event()
        self._loads = Batcher(self._load_all, max_batch=LOADS_PER_BATCH)
        self.load = self._loads.run
        lanes: Lanes[Unsent] = Lanes(width=at_once, do=self._send, load=self._load, tasks=tasks, name="messages")
        self._lanes = lanes
        self.expect: Callable[[Iterable[Unsent]], None] = lanes.expect
        self.forget: Callable[[Iterable[Unsent]], None] = lanes.forget
        self.put: Callable[[Iterable[Unsent]], None] = lanes.put
        self.reload: Callable[[Iterable[int]], None] = lanes.reload
        self._refused = Refused(
            bot_id,
            unit_of_work,
            self._few,
            self._marks,
            self.others_get_through,
            self._struck_off_soon,
            self.reload,
            undelivered,
        )

    def answer(self, answers: Iterable[ButtonAnswer]) -> None:
        """Answer button presses at once, past the queues."""
        for answer in answers:
            task = self._tasks.create_task(self._answer(answer), name=f"answer to button {answer.query_id}")
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def strike_off(self) -> None:
        """Strike off what was sent, many in one statement, for as long as this runs."""
        while True:
            await self._something_sent.wait()
            await self.record()

    def begin_nothing_more(self) -> None:
        """Start no further send; what is put from now on stays in the outbox for the next term."""
        self._turns.close()
        self._lanes.pause()

    async def close(self) -> None:
        """Wait until the sends in flight have ended."""
        self.begin_nothing_more()
        await self._lanes.close()
        if self._answering:
            await asyncio.wait(self._answering)
        await self._marks.write_down_once()

    async def record(self, *, within: float = DONE_WITHIN) -> None:
        """Strike off what was sent so far."""
        self._something_sent.clear()
        sent = sorted(self._sent)
        if not sent:
            return
        try:
            async with self._unit_of_work.open(within=within) as work:
                await work.of(Outbox).acknowledge(sent)
        except TransientError as error:
            log.warning("what was sent can't be struck off yet", messages=len(sent), reason=str(error))
            await asyncio.sleep(DATABASE_BACK_OFF)
            self._something_sent.set()
        else:
            self._sent.difference_update(sent)

    async def _load(self, chat_id: int, besides: Collection[int], limit: int) -> list[Unsent]:
        return await self._loads.submit((chat_id, besides, limit))

    async def _load_all(self, asked: Sequence[tuple[int, Collection[int], int]]) -> list[list[Unsent]]:
        chats = [chat_id for chat_id, _, _ in asked]
        besides = self._sent.union(*(others for _, others, _ in asked))
        async with self._few, self._unit_of_work.open() as work:
            limit = max(limit for _, _, limit in asked)
            became = self._refused.became
            groups = [chat_id for chat_id in chats if LEAST_SUPERGROUP < chat_id < 0 and chat_id not in became]
            if groups:
                became.update(await work.of(Chats).became(self._bot_id, groups))
            found = await work.of(Outbox).next_of(self._bot_id, chats, KINDS, besides, limit)
        return [found[chat_id] for chat_id in chats]

    async def _send(self, message: Unsent) -> float | None:
        """Send one message. Returns None when it is done with, or the seconds after which to try it again."""
        if (supergroup := self._refused.became.get(message.chat_id)) is not None:
            return await self._refused.readdress(message, supergroup)
        try:
            method, call, items = await self._made(message)
        except UnsendableError as error:
            return await self._refused.bury(message, str(error)) if self._leads() else NOT_NOW
        return await self._send_call(message, method, call, items)

    async def _send_call(self, message: Unsent, method: str, call: Call, items: int) -> float | None:
        if 0 < (rest := self._turns.rest(message.chat_id, items)) < math.inf:
            return rest  # in the lane, which needs no slot for it
        try:
            async with self._turns.turn(message.chat_id, weight=items, patient=False) as turn:
                return await self._perform(message, method, call, turn)
        except ChatRestsError as error:  # for a flood wait has come meanwhile
            return error.seconds
        except NoMoreTurnsError:
            return NOT_NOW
        except TelegramError as error:
            ours = self._leads()  # otherwise what it means is left to who does
            return await self._refused.handle(message, method, call, error) if ours else NOT_NOW

    async def _made(self, message: Unsent) -> tuple[str, Call, int]:
        """The method, its parameters and how much it counts.

        Raises UnsendableError for what a newer version keeps otherwise under a kind that this one knows, too.
        """
        try:
            method, call = await self._call(message)
            return method, call, weight(method, call)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise UnsendableError(message.kind, error) from error

    async def _call(self, message: Unsent) -> tuple[str, Call]:
        """The row says which chat, for that may have changed since the payload was written."""
        if (instead := self._refused.instead.get(message.id)) is not None:
            return instead
        method, call = call_of(message.kind, message.payload)
        call |= {"chat_id": message.chat_id}
        if message.kind == Chart.kind:
            self._refused.instead[message.id] = method, call = await drawn(call, self._draw)
        return method, call

    async def _perform(self, message: Unsent, method: str, call: Call, turn: Turn) -> float | None:
        if not self._leads():
            return NOT_NOW
        began = time.monotonic()
        await self._api.perform(method, call | (paid(method) if turn.paid else {}))
        self._struck_off_soon(message.id)
        log.info(
            "message sent",
            chat_id=message.chat_id,
            kind=message.kind,
            outbox_id=message.id,
            milliseconds=_milliseconds(began),
        )
        return None

    def _struck_off_soon(self, message_id: int) -> None:
        self._refused.done_with(message_id)
        self._sent.add(message_id)
        self._something_sent.set()

    def others_get_through(self) -> bool:
        """Whether Telegram answers just now, as the polls tell."""
        last_poll_age = self._vitals.last_poll_age()
        return last_poll_age is not None and last_poll_age < TELEGRAM_ANSWERS_WITHIN

    async def _answer(self, answer: ButtonAnswer) -> None:
        if not self._leads():
            return
        try:
            await self._api.perform(answer.method, answer.parameters())
        except TelegramError as error:
            log.info("a button press is left without its answer", reason=error.message)


def _milliseconds(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
