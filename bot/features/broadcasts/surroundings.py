"""What all broadcasts of a term share."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.db.unit_of_work import UnitOfWork, Work
from bot.features.broadcasts.actions import Done
from bot.features.broadcasts.calls import Means
from bot.features.broadcasts.repository.broadcasts import Broadcast
from bot.features.broadcasts.repository.recipients import Fate
from bot.messages import Edit, Message
from bot.worker.outgoing.delivery import Delivery

Progress = Callable[[Broadcast, float | None], Edit | None]
"""How it goes, given how many are done a second; None where no message shows it."""
Report = Callable[[Work, Broadcast], Awaitable[Sequence[Message]]]
"""What is said of one that has ended, in the transaction that ends it."""
Unrecorded = dict[tuple[int, Fate], list[Done]]
"""By broadcast and what was being done to its recipients: outcomes that the ledger doesn't know yet."""


@dataclass(frozen=True)
class Surroundings:
    """What all broadcasts of a term share."""

    means: Means
    unit_of_work: UnitOfWork
    delivery: Delivery
    tasks: asyncio.TaskGroup
    owners: frozenset[int]
    progress: Progress
    report: Report
    messages_at_once: int  # taken and not recorded: a second's worth
    epoch: int
    unrecorded: Unrecorded = field(default_factory=dict)  # outlives the term
