"""python-telegram-bot's BaseRateLimiter over the send scheduler: `context.bot` keeps the limits, too."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.db.unit_of_work import in_transaction
from bot.errors import TransactionOpenError
from bot.worker.outgoing.error_catalogue import Unreachable, seconds_to_wait, unreachable_from
from bot.worker.outgoing.limiter import paid, weight
from bot.worker.outgoing.send_scheduler import SendScheduler
from bot.worker.outgoing.transport import Check, checked_by

RETRIES = 10  # after a 429
LOOKUPS = "get"  # prefix of methods that change nothing; any worker may call them
Note = Callable[[int, Unreachable], None]
Answer = bool | dict[str, object] | list[dict[str, object]]


class RateLimiter(BaseRateLimiter[int]):
    """Calls that send or edit messages wait for a permit, as replies do. Others pass.

    `rate_limit_args` is the number of retries after a 429, `RETRIES` if not given; after them it is raised. `check` is
    called before a call that changes something is written, and raises if this worker no longer leads. `note` is told
    of chats that can't be reached; the error is raised all the same.
    """

    def __init__(self, scheduler: SendScheduler, check: Check, note: Note) -> None:
        self._scheduler = scheduler
        self._check = check
        self._note = note

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do: the term closes the scheduler."""

    async def process_request(  # noqa: PLR0913, PLR0917 -- the signature is python-telegram-bot's
        self,
        callback: Callable[..., Coroutine[object, object, Answer]],
        args: Iterable[object],
        kwargs: dict[str, object],
        endpoint: str,
        data: dict[str, object],
        rate_limit_args: int | None,
    ) -> Answer:
        if in_transaction():  # before the wait, which would be a wait for the network, too
            raise TransactionOpenError(endpoint)
        with checked_by(None if endpoint.startswith(LOOKUPS) else self._check):
            again = RETRIES if rate_limit_args is None else rate_limit_args
            return await self._in_turn(partial(callback, *args, **kwargs), endpoint, data, again)

    async def _in_turn(
        self, call: Callable[[], Awaitable[Answer]], endpoint: str, data: dict[str, object], again: int
    ) -> Answer:
        chat_id = _chat_id(data.get("chat_id"))
        while True:
            try:
                return await self._with_permit(call, endpoint, data, chat_id)
            except RetryAfter as error:
                if not again:
                    raise
                again -= 1
                if not (chat_id and weight(endpoint, data)):  # otherwise the next permit comes after the wait
                    await asyncio.sleep(seconds_to_wait(error))
            except TelegramError as error:
                if chat_id and weight(endpoint, data) and (found := unreachable_from(error.message, chat_id)):
                    self._note(chat_id, found)
                raise

    async def _with_permit(
        self, call: Callable[[], Awaitable[Answer]], endpoint: str, data: dict[str, object], chat_id: int | None
    ) -> Answer:
        items = weight(endpoint, data)
        if chat_id is None or not items:
            return await call()
        async with self._scheduler.permit(chat_id, weight=items) as permit:
            data |= paid(endpoint) if permit.paid else {}
            return await call()


def _chat_id(given: object) -> int | None:
    """The chat's id. For a public chat's name, a constant number that is no chat's id."""
    if isinstance(given, int):
        return given
    if not isinstance(given, str):
        return None
    try:
        return int(given)
    except ValueError:
        return -1 - zlib.crc32(given.lower().encode())
