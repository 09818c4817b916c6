"""Delivery: the outbox's queues by chat. Send, strike off; and what each refusal means."""

import asyncio
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.db.repositories.dead_letters import NewDeadLetter, Origin
from bot.db.repositories.outbox import NewMessage, Unsent
from bot.db.uow import DONE_WITHIN, Patience, UnitOfWork, Work
from bot.errors import ChatRestsError, NoMoreTurnsError, TransientError, UnsendableError
from bot.lanes import Lanes
from bot.outgoing.limiter import Turn
from bot.outgoing.marks import FOR_LOCKS, Marks
from bot.outgoing.messages import KINDS, ButtonAnswer, Call, Chart, Edit, Text, ban_told_of, call_of, said_instead
from bot.outgoing.parts import without_the_refused_part
from bot.outgoing.pictures import Draw, drawn
from bot.outgoing.refusals import refusal_of
from bot.outgoing.transport import Api, back_off, told_to_wait
from bot.outgoing.turns import Turns
from bot.outgoing.weights import paid, weight
from bot.together import Together
from bot.vitals import Vitals

LEAST_AT_ONCE, MOST_AT_ONCE = 32, 256  # sends
LOADS_TOGETHER = 200  # in one transaction at the most
CONNECTIONS = 2  # to the database, for what isn't a strike-off: the lanes of updates and /health need theirs
TRIES = 10  # of a message that Telegram answers with an error of its own or not at all
TELEGRAM_ANSWERS_WITHIN = 60.0  # seconds since the last answered poll
LONGEST_BETWEEN_TRIES = 200.0  # seconds
LONGEST_BACK_OFF = 120.0  # seconds, where tries aren't counted
DATABASE_BACK_OFF = 1.0  # seconds
AT_ONCE = 0.0  # seconds

log = structlog.get_logger(__name__)


NOTHING_LOST = ("message is not modified", "query is too old", "query id is invalid")
"""Refusals that leave nothing undone."""
NOTHING_LOST_BY_EDITS = ("message to edit not found", "message_id_invalid")
"""The same for edits: whoever deleted the message doesn't want to see what it reads now."""
LEAST_SUPERGROUP = -1_000_000_000_000  # and below: supergroups and channels, which become nothing else


def sends_at_once(per_second: float) -> int:
    """As many as keep the rate where an answer takes a second; without a rate, as many as there may be at all."""
    wanted = math.ceil(per_second) + 2 if per_second > 0 else MOST_AT_ONCE
    return min(MOST_AT_ONCE, max(LEAST_AT_ONCE, wanted))


def until_next_try(tries: int) -> float:
    """Seconds to wait after so many tries. All of them take about ten minutes, a restart in between or not."""
    return back_off(tries + 1, longest=LONGEST_BETWEEN_TRIES)


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
        self._failures: Counter[int] = Counter()  # by row, while it is tried again
        self._instead: dict[int, tuple[str, Call]] = {}  # by row: the call without what it was refused for, or drawn
        self._became: dict[int, int] = {}  # groups, and the supergroups that they have become
        self._marks = Marks(bot_id, unit_of_work)
        self.mark_people = self._marks.write_down
        self.mark = self._marks.put
        self._something_sent = asyncio.Event()
        self._loads = Together(self._load_all, at_most=LOADS_TOGETHER)
        self.load = self._loads.run
        lanes: Lanes[Unsent] = Lanes(width=at_once, do=self._send, load=self._load, tasks=tasks, name="messages")
        self._lanes = lanes
        self.expect: Callable[[Iterable[Unsent]], None] = lanes.expect
        self.forget: Callable[[Iterable[Unsent]], None] = lanes.forget
        self.put: Callable[[Iterable[Unsent]], None] = lanes.put
        self.look: Callable[[Iterable[int]], None] = lanes.look

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
                await work.outbox.strike_off(sent)
        except TransientError as error:
            log.warning("what was sent can't be struck off yet", messages=len(sent), reason=str(error))
            await asyncio.sleep(DATABASE_BACK_OFF)
            self._something_sent.set()
        else:
            self._sent.difference_update(sent)

    async def _load(self, chat_id: int, besides: Collection[int], limit: int) -> list[Unsent]:
        return await self._loads.ask((chat_id, besides, limit))

    async def _load_all(self, asked: Sequence[tuple[int, Collection[int], int]]) -> list[list[Unsent]]:
        chats = [chat_id for chat_id, _, _ in asked]
        besides = self._sent.union(*(others for _, others, _ in asked))
        async with self._few, self._unit_of_work.open() as work:
            limit = max(limit for _, _, limit in asked)
            groups = [chat_id for chat_id in chats if LEAST_SUPERGROUP < chat_id < 0 and chat_id not in self._became]
            if groups:
                self._became |= await work.chats.became(self._bot_id, groups)
            found = await work.outbox.next_of(self._bot_id, chats, KINDS, besides, limit)
        return [found[chat_id] for chat_id in chats]

    async def _send(self, message: Unsent) -> float | None:
        """Send one message. Returns None when it is done with, or the seconds after which to try it again."""
        if (supergroup := self._became.get(message.chat_id)) is not None:
            return await self._readdress(message, supergroup)
        try:
            method, call, items = await self._made(message)
        except UnsendableError as error:
            return await self._bury(message, str(error)) if self._leads() else LONGEST_BACK_OFF
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
            return LONGEST_BACK_OFF
        except TelegramError as error:
            ours = self._leads()  # otherwise what it means is left to who does
            return await self._refused(message, method, call, error) if ours else LONGEST_BACK_OFF

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
        if (instead := self._instead.get(message.id)) is not None:
            return instead
        method, call = call_of(message.kind, message.payload)
        call |= {"chat_id": message.chat_id}
        if message.kind == Chart.kind:
            self._instead[message.id] = method, call = await drawn(call, self._draw)
        return method, call

    def _shortened(self, message: Unsent, method: str, call: Call, error: TelegramError) -> bool:
        """Remember the call without the part it is refused for, if there is one; the row stays as it is."""
        less = without_the_refused_part(method, call, error.message) if isinstance(error, BadRequest) else None
        if less is None:
            return False
        self._instead[message.id] = (method, less)
        log.info("message goes without a part", chat_id=message.chat_id, outbox_id=message.id, reason=error.message)
        return True

    async def _perform(self, message: Unsent, method: str, call: Call, turn: Turn) -> float | None:
        if not self._leads():
            return LONGEST_BACK_OFF
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

    def _done_with(self, message_id: int) -> None:
        self._failures.pop(message_id, None)
        self._instead.pop(message_id, None)

    def _struck_off_soon(self, message_id: int) -> None:
        self._done_with(message_id)
        self._sent.add(message_id)
        self._something_sent.set()

    async def _refused(self, message: Unsent, method: str, call: Call, error: TelegramError) -> float | None:
        """The table of refusals: what each means for the message."""
        if isinstance(error, RetryAfter):
            return told_to_wait(error)  # and everyone heeds it: the turn saw it, too
        if _loses_nothing(message.kind, error.message.lower()):
            self._struck_off_soon(message.id)
            return None
        if self._shortened(message, method, call, error):
            return AT_ONCE
        if isinstance(error, ChatMigrated):
            return await self._readdress(message, error.new_chat_id)
        if isinstance(error, BadRequest | Forbidden) or not isinstance(error, NetworkError | InvalidToken):
            return await self._bury(message, error.message)
        return await self._try_again(message, error)

    async def _try_again(self, message: Unsent, error: TelegramError) -> float | None:
        """After trouble on the way: with back-off, and without end while nothing else gets through either."""
        self._failures[message.id] += 1
        rest = back_off(self._failures[message.id], longest=LONGEST_BACK_OFF)
        if self.others_get_through():
            try:
                async with self._few, self._unit_of_work.open() as work:
                    tries = await work.outbox.count_attempt(message.id)
            except TransientError:
                return DATABASE_BACK_OFF
            if tries >= TRIES:
                return await self._bury(message, error.message)
            rest = until_next_try(tries)
        log.warning("message not sent", chat_id=message.chat_id, again_in=round(rest, 1), reason=error.message)
        return rest

    def others_get_through(self) -> bool:
        """Whether Telegram answers just now, as the polls tell."""
        last_poll_age = self._vitals.last_poll_age()
        return last_poll_age is not None and last_poll_age < TELEGRAM_ANSWERS_WITHIN

    async def _readdress(self, message: Unsent, chat_id: int) -> float | None:
        """Follow a group that has become a supergroup, with all that waits for it."""
        self._became[message.chat_id] = chat_id
        try:
            async with self._few, self._unit_of_work.open() as work:
                await work.chats.mark_became(self._bot_id, message.chat_id, chat_id)
                await work.outbox.readdress(self._bot_id, message.chat_id, chat_id)
        except TransientError:
            return DATABASE_BACK_OFF
        self._done_with(message.id)
        log.info("a group has become a supergroup", chat_id=message.chat_id, new_chat_id=chat_id)
        self.look([chat_id])
        return None

    async def _bury(self, message: Unsent, reason: str) -> float | None:
        """Make it a dead letter, and mark the person where the refusal says something about them.

        Striking it off is the fence: a row that is gone was put away before, by a commit whose answer was lost.
        """
        instead = said_instead(message.chat_id, message.payload, reason)
        letter = NewDeadLetter(
            Origin.MESSAGE,
            json.dumps(message.payload).encode(),
            reason,
            chat_id=message.chat_id,
            kind=message.kind,
        )
        number: int | None = None
        # It may be a notice of a ban, and the person's row held by somebody: then all of this is tried again.
        try:
            async with self._few, self._unit_of_work.open(Patience(for_locks=FOR_LOCKS)) as work:
                if await work.outbox.strike_off([message.id]):
                    number = await work.dead_letters.add(self._bot_id, letter)
                    await self._say_instead(work, message, instead)
        except TransientError as failure:
            log.warning("a refused message can't be put away yet", outbox_id=message.id, reason=str(failure))
            return DATABASE_BACK_OFF
        if (refusal := refusal_of(reason, message.chat_id)) is not None:
            self._marks.put(message.chat_id, refusal)
        self._done_with(message.id)
        if instead:
            self.look([message.chat_id])
        log.warning("message refused", chat_id=message.chat_id, dead_letter=number, reason=reason)
        return None

    async def _say_instead(self, work: Work, message: Unsent, instead: Sequence[Text]) -> None:
        await work.outbox.add(self._bot_id, [NewMessage(one.chat_id, one.kind, one.parameters()) for one in instead])
        if (ban := ban_told_of(message.payload)) is not None:
            await work.sanctions.not_told(message.chat_id, ban)
            await work.wake(self._bot_id)  # whoever remembers this person has to look again

    async def _answer(self, answer: ButtonAnswer) -> None:
        if not self._leads():
            return
        try:
            await self._api.perform(answer.method, answer.parameters())
        except TelegramError as error:
            log.info("a button press is left without its answer", reason=error.message)


def _loses_nothing(kind: str, said: str) -> bool:
    known = NOTHING_LOST + (NOTHING_LOST_BY_EDITS if kind == Edit.kind else ())
    return any(words in said for words in known)


def _milliseconds(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
