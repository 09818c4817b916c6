"""A feature: a folder under `bot/features`, with everything that it adds to the bot."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Protocol

from bot.db.base import Base
from bot.db.personal_data import PersonalData
from bot.db.tables.outbox import Unsent
from bot.db.unit_of_work import UnitOfWork, Work
from bot.framework.background import MakeBackgroundPart
from bot.framework.registry import Cancel, Command, ErasureWaits, MakeCardPart, PanelEntry, Registry, RightsLost
from bot.framework.route import Guard, Route, for_administrators


@dataclass(frozen=True, slots=True)
class TermDeps:
    """Dependencies of features outside handlers, while the worker leads."""

    unit_of_work: UnitOfWork
    bot_id: int
    owners: frozenset[int]
    version: str
    clean: Callable[[str], str]  # removes secrets from a text
    registry: Registry
    admin_notices: bool
    button_presses: Counter[tuple[str, date]]  # by button and day, not stored yet


@dataclass(frozen=True, slots=True)
class Job:
    """A job run by the clock. `run` gets the time at which it was due, and returns the next one."""

    first: Callable[[datetime], datetime]
    run: Callable[[Work, datetime], Awaitable[datetime]]


Prune = Callable[[Work, int, timedelta, int], Awaitable[int]]
"""Deletes a bot's rows older than an age, up to a limit. Returns their number."""
Task = Callable[[], Coroutine[object, object, None]]
"""Runs for as long as the worker leads."""
Undelivered = Callable[[Work, int, Unsent], Awaitable[None]]
"""Called for a message that is given up, in the transaction that makes it a dead letter."""


class TermBegan(Protocol):
    """Called when a term begins, with whether it is the worker's first and whether the previous one crashed."""

    def __call__(self, deps: TermDeps, *, first: bool, crashed: bool) -> Coroutine[object, object, None]:
        """Return a coroutine that runs as a task beside the handling of updates."""


@dataclass(frozen=True, slots=True)
class Feature:
    """All parts are optional. Routes are tried in the order of `FEATURES`, and fallbacks after all routes.

    What a function raises fails the transaction or the screen that calls it. A task, a background part or `term_began`
    that raises ends the worker's term.
    """

    name: str
    routes: Sequence[Route] = ()
    admin_routes: Sequence[Route] = ()  # only for administrators in their private chat
    fallbacks: Sequence[Route] = ()
    guards: Sequence[Guard] = ()
    commands: Sequence[Command] = ()
    panel: Sequence[PanelEntry] = ()
    users_panel: Sequence[PanelEntry] = ()
    user_card: MakeCardPart | None = None
    rights_lost: RightsLost | None = None
    cancel: Cancel | None = None
    tables: Mapping[type[Base], PersonalData | None] = field(default_factory=dict)  # None: nothing personal
    erasure_waits: ErasureWaits | None = None
    pruning: Mapping[str, Prune] = field(default_factory=dict)  # by the name in the log
    jobs: Callable[[TermDeps], Mapping[str, Job]] = lambda _: {}  # by the name in the table `timetable`
    tasks: Callable[[TermDeps], Sequence[Task]] = lambda _: ()
    background: MakeBackgroundPart | None = None
    term_began: TermBegan | None = None
    undelivered: Undelivered | None = None


def routes(features: Sequence[Feature]) -> tuple[Route, ...]:
    """All routes in the order in which they are tried."""
    found = [route for one in features for route in (*one.routes, *map(for_administrators, one.admin_routes))]
    return (*found, *chain.from_iterable(one.fallbacks for one in features))


def guards(features: Sequence[Feature]) -> tuple[Guard, ...]:
    """All guards in the order in which they are tried."""
    return tuple(chain.from_iterable(one.guards for one in features))


def registry(features: Sequence[Feature]) -> Registry:
    """Everything that features contribute to each other."""
    return Registry(
        commands=sorted(chain.from_iterable(one.commands for one in features), key=lambda one: one.rank),
        panel=sorted(chain.from_iterable(one.panel for one in features), key=lambda one: one.rank),
        users_panel=sorted(chain.from_iterable(one.users_panel for one in features), key=lambda one: one.rank),
        user_card=tuple(one.user_card for one in features if one.user_card is not None),
        rights_lost=tuple(one.rights_lost for one in features if one.rights_lost is not None),
        erasure_waits=tuple(one.erasure_waits for one in features if one.erasure_waits is not None),
        tables={model: held for one in features for model, held in one.tables.items()},
        cancels=tuple(one.cancel for one in features if one.cancel is not None),
    )


def jobs(features: Sequence[Feature], deps: TermDeps) -> dict[str, Job]:
    """All jobs by their name in the table `timetable`."""
    return {name: job for one in features for name, job in one.jobs(deps).items()}


def pruning(features: Sequence[Feature]) -> dict[str, Prune]:
    """Functions that delete old rows of the features' tables, by their name in the log."""
    return {name: prune for one in features for name, prune in one.pruning.items()}
