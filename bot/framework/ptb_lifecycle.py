"""The Application's life: it is made when a term of leadership begins, and ends with it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from telegram.ext import ExtBot, Job, JobQueue
from telegram.ext._handlers.conversationhandler import _ConversationTimeoutContext as ConversationTimeout

from bot.db.unit_of_work import UnitOfWork
from bot.errors import FatalError, LeadershipLostError, TransientError, UnstorableError
from bot.framework.application import App, Setup, application
from bot.framework.context import Context
from bot.framework.ptb_data import DataScope, StoredData
from bot.framework.ptb_updates import allowed_updates, commands, conversations, require_blocking

STOPS_WITHIN = 5.0  # seconds, if the term ends otherwise than by a stop

Hook = Callable[[App], Coroutine[Any, Any, None]]
Step = Callable[[], Coroutine[Any, Any, None]]

log = structlog.get_logger(__name__)


class TermJobs(JobQueue[Context]):
    """A JobQueue whose jobs have their chat's and user's data, and store them at their end."""

    stored: StoredData

    def __init__(self) -> None:
        super().__init__()
        self.at_work: set[asyncio.Task[Any]] = set()

    @staticmethod
    async def job_callback(job_queue: JobQueue[Context], job: Job[Context]) -> None:
        """Run a job. Sources: PTB, JobQueue.job_callback, and Job.run, which shields the job from `end`."""
        assert isinstance(job_queue, TermJobs)
        task = asyncio.current_task()
        assert task is not None
        job_queue.at_work.add(task)
        try:
            async with job_queue.stored.on_its_own(_scope_of(job)):
                await job._run(job_queue.application)  # noqa: SLF001 -- `run` can't be cancelled
        finally:
            job_queue.at_work.discard(task)

    async def end(self, within: float) -> None:
        """Start no more jobs, and cancel running ones."""
        await self.stop(wait=False)
        for task in self.at_work:
            task.cancel()
        if self.at_work:
            await asyncio.wait(self.at_work, timeout=within)


@dataclass(frozen=True, slots=True)
class Hooks:
    """One feature's hooks, which it sets on the Application as `post_init`, `post_stop` and `post_shutdown`."""

    post_init: Hook | None
    post_stop: Hook | None
    post_shutdown: Hook | None


class TermApplication:
    """The Application that features have set up, made anew for each term.

    One that was shut down has lost its jobs. Raises FatalError for handlers that can't run.
    """

    def __init__(
        self,
        bot: ExtBot[int],
        setups: Sequence[Setup],
        *,
        unit_of_work: UnitOfWork,
        bot_id: int,
        check: Callable[[], None],
    ) -> None:
        self._bot = bot
        self._setups = setups
        self._unit_of_work = unit_of_work
        self._bot_id = bot_id
        self._check = check
        self._ran = False
        self._to_stop: deque[Step] = deque()
        self._make()
        self.used = self._is_used()
        """True if features have added a handler, a job or a hook."""

    @property
    def current(self) -> App:
        """The Application of this term, or of the next."""
        return self.stored.application

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of updates that its handlers take."""
        return allowed_updates(self.current)

    @property
    def commands(self) -> frozenset[str]:
        """The commands that its handlers wait for, without their slash."""
        return commands(self.current)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Initialize and start an Application for the block, as `run_polling` does, and end it afterwards."""
        if self._ran:
            self._make()
        self._ran = True
        await self.current.initialize()
        try:
            async with self.stored.on_its_own(DataScope()):
                for post_init in self._calls("post_init"):
                    await post_init()
            await self.current.start()
            self._to_stop = deque([self.current.stop, *self._calls("post_stop"), self._store_rest])
            yield
        finally:
            await self._end()

    async def stop(self) -> None:
        """Wait for running jobs, and store what is left to store. No update is handled any more.

        A step that is cut off isn't repeated by the next call, which goes on with the others.
        """
        while self._to_stop:
            await _attempted(self._to_stop.popleft())

    async def _store_rest(self) -> None:
        try:
            async with self.stored.on_its_own(DataScope()):
                pass
        except (TransientError, LeadershipLostError, UnstorableError) as error:
            log.warning("what handlers have changed since the last update is lost", reason=str(error))

    async def _end(self) -> None:
        """Shut down, whatever fails: the next term has to begin."""
        try:
            async with asyncio.timeout(STOPS_WITHIN):
                await self.stop()
        except TimeoutError:
            log.warning("the Application takes too long to stop")
        finally:
            if self._jobs is not None:
                await self._jobs.end(STOPS_WITHIN)
            for step in (self.current.shutdown, *self._calls("post_shutdown")):
                await _attempted(step)

    def _calls(self, kind: str) -> list[Step]:
        hooks: list[Hook | None] = [getattr(one, kind) for one in self._hooks]
        return [partial(hook, self.current) for hook in hooks if hook is not None]

    def _is_used(self) -> bool:
        hooks = [hook for one in self._hooks for hook in (one.post_init, one.post_stop, one.post_shutdown)]
        return bool(self.current.handlers or any(hooks) or (self._jobs is not None and self._jobs.jobs()))

    def _make(self) -> None:
        self._jobs = _jobs()
        made = application(self._bot, self._jobs)
        self._hooks = [_set_up(made, setup) for setup in self._setups]
        require_blocking(made)
        self.stored = StoredData(
            made, conversations(made), unit_of_work=self._unit_of_work, bot_id=self._bot_id, check=self._check
        )
        if self._jobs is not None:
            self._jobs.stored = self.stored


async def _attempted(step: Step) -> None:
    """Do one step of the end. It may be a feature's hook, whose failure keeps no other step from being done."""
    try:
        await step()
    except FatalError:
        raise
    except Exception:
        log.exception("the Application could not be ended in order")


def _set_up(made: App, setup: Setup) -> Hooks:
    """Set up one feature, and take its hooks off the Application, which holds one of each."""
    setup(made)
    hooks = Hooks(made.post_init, made.post_stop, made.post_shutdown)
    made.post_init = made.post_stop = made.post_shutdown = None
    return hooks


def _jobs() -> TermJobs | None:
    """None without APScheduler, which is an extra of python-telegram-bot's."""
    try:
        return TermJobs()
    except RuntimeError:
        return None


def _scope_of(job: Job[Context]) -> DataScope:
    """The scope of a job's data; for the end of a conversation's time, those of its last update."""
    if isinstance(job.data, ConversationTimeout):
        return DataScope.of(job.data.update)
    return DataScope(job.chat_id, job.user_id)
