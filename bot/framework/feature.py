"""A feature: a folder under `bot/features`, with everything that it adds to the bot."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Protocol

from telegram import Update

from bot.db.base import Base
from bot.db.personal_data import PersonalData
from bot.db.tables.outbox import SentCall, Unsent
from bot.db.unit_of_work import UnitOfWork, Work
from bot.framework.application import Setup
from bot.framework.background import MakeBackgroundPart
from bot.framework.registry import (
    Cancel,
    Command,
    ErasureWaits,
    MakeCardPart,
    MakeStatistics,
    PanelEntry,
    Registry,
    RightsLost,
)
from bot.framework.route import Guard, Route
from bot.framework.runtime_settings import Setting
from bot.framework.settings import FeatureSettings, JoinedSettings
from bot.framework.subcommand import Subcommand
from bot.messages import Message


@dataclass(frozen=True, slots=True)
class TermDeps:
    """Dependencies of features outside handlers, while the worker leads."""

    unit_of_work: UnitOfWork
    bot_id: int
    owners: frozenset[int]
    version: str
    clean: Callable[[str], str]  # removes secrets from a text
    registry: Registry
    settings: JoinedSettings
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
Apology = Callable[[Update, int], Sequence[Message]]
"""The messages to a user whose update has become the dead letter with this number."""
DrawChart = Callable[[Mapping[str, object]], Awaitable[bytes]]
"""Draws a chart's facts as a PNG. Raises ChartError."""
Sent = Callable[[Work, int, SentCall], Awaitable[None]]
"""Called with the bot's id and a sent call, in the transaction that ends it. If it fails, the call is a dead letter."""


class TermBegan(Protocol):
    """Called when a term begins, with whether it is the worker's first and whether the previous one crashed."""

    def __call__(self, deps: TermDeps, *, first: bool, crashed: bool) -> Coroutine[object, object, None]:
        """Return a coroutine that runs as a task beside the handling of updates."""


@dataclass(frozen=True, slots=True)
class Feature:
    """All parts are optional. `bot/framework/feature_set.py` joins the features and says in which order.

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
    statistics: MakeStatistics | None = None
    rights_lost: RightsLost | None = None
    cancel: Cancel | None = None
    tables: Mapping[type[Base], PersonalData | None] = field(default_factory=dict)  # None: nothing personal
    erasure_waits: ErasureWaits | None = None
    pruning: Mapping[str, Prune] = field(default_factory=dict)  # by the name in the log
    settings: type[FeatureSettings] | None = None
    runtime_settings: Callable[[JoinedSettings], Sequence[Setting]] = lambda _: ()
    subcommands: Sequence[Subcommand] = ()
    jobs: Callable[[TermDeps], Mapping[str, Job]] = lambda _: {}  # by the name in the table `timetable`
    tasks: Callable[[TermDeps], Sequence[Task]] = lambda _: ()
    background: MakeBackgroundPart | None = None
    term_began: TermBegan | None = None
    undelivered: Undelivered | None = None
    sent: Mapping[str, Sent] = field(default_factory=dict)  # by the name in a call's `on_sent`
    apology: Apology | None = None  # of one feature only, and so is the next
    draw_chart: DrawChart | None = None
    application_setup: Setup | None = None  # adds handlers to python-telegram-bot's Application


def feature_in(package: str) -> Feature:
    """The feature of a package. Raises TypeError if its `__init__.py` has no `FEATURE`, ImportError if it's missing."""
    feature: object = getattr(import_module(package), "FEATURE", None)
    if not isinstance(feature, Feature):
        raise TypeError(f"{package} has no FEATURE = Feature(…)")
    return feature
