"""Dead-lettering an update: dead letter, apology with its number and completion, in one transaction."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from telegram import Update

from bot.db.tables.dead_letters import DeadLetters, NewDeadLetter, Origin
from bot.db.tables.updates import Waiting
from bot.db.unit_of_work import UnitOfWork
from bot.errors import AlreadyEndedError, BotError, FatalError, LeadershipLostError, TransientError
from bot.messages import Message
from bot.worker.intake.completion import Completion
from bot.worker.lanes import put_after_commit
from bot.worker.outgoing.delivery import Delivery

log = structlog.get_logger(__name__)

Apology = Callable[[Update, int], Sequence[Message]]
"""Makes the messages to the user whose update became the dead letter of that number."""


@dataclass(frozen=True, slots=True)
class DeadLettering:
    """Makes dead letters of updates that can't be handled."""

    bot_id: int
    unit_of_work: UnitOfWork
    completion: Completion
    delivery: Delivery
    apology: Apology

    async def dead_letter(self, waiting: Waiting, update: Update | None, error: Exception) -> int:
        """Make an update a dead letter and return its number. If the apology fails, store the letter without it.

        `update` is None if there is nobody to apologise to. Raises AlreadyEndedError, LeadershipLostError and what
        UnitOfWork.open raises.
        """
        letter = NewDeadLetter(
            Origin.UPDATE,
            waiting.payload,
            reason_of(error),
            update_id=waiting.update_id,
            chat_id=waiting.chat_id,
            kind=waiting.kind,
            traceback="".join(traceback.format_exception(error)),
        )
        try:
            return await self._store(waiting, letter, update)
        except (AlreadyEndedError, TransientError, LeadershipLostError, FatalError):
            raise
        except Exception:
            if update is None:
                raise
            log.exception("the apology failed, too", update_id=waiting.update_id, chat_id=waiting.chat_id)
            return await self._store(waiting, letter, None)

    async def _store(self, waiting: Waiting, letter: NewDeadLetter, update: Update | None) -> int:
        async with put_after_commit(self.delivery) as announce, self.unit_of_work.open() as work:
            number = await work.of(DeadLetters).add(self.bot_id, letter)
            apology = [] if update is None else self.apology(update, number)
            announce(await self.completion.complete_within(work, waiting, apology))
        return number


def reason_of(error: Exception) -> str:
    """An error's text for the dead letter."""
    return str(error) if isinstance(error, BotError) else f"{type(error).__name__}: {error}"
