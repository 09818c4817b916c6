"""All features, joined: what the worker runs, in which order, and what features read of each other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from bot.db.tables.outbox import Unsent
from bot.db.unit_of_work import Work
from bot.errors import ChartError, FatalError
from bot.framework.application import Setup
from bot.framework.background import BackgroundDeps, BackgroundPart
from bot.framework.feature import Apology, DrawChart, Feature, Job, Prune, Sent, Task, TermDeps
from bot.framework.registry import Registry
from bot.framework.route import Guard, Route, for_administrators
from bot.framework.runtime_settings import Setting
from bot.framework.settings import FeatureSettings, JoinedSettings
from bot.framework.subcommand import Subcommand

CORE_SUBCOMMANDS = ("run", "migrate", "sandbox")


@dataclass(frozen=True)
class FeatureSet:
    """The features of a bot, joined once.

    An update meets the guards, then the routes, and then the fallbacks. The dispatcher says where handlers of
    python-telegram-bot come in.
    """

    features: Sequence[Feature]
    registry: Registry
    guards: Sequence[Guard]
    routes: Sequence[Route]
    fallbacks: Sequence[Route]
    settings: Sequence[type[FeatureSettings]]
    subcommands: Sequence[Subcommand]
    pruning: dict[str, Prune]  # by the name in the log
    sent: dict[str, Sent]  # by the name in a call's `on_sent`
    apology: Apology
    draw_chart: DrawChart

    @classmethod
    def join(cls, features: Sequence[Feature]) -> Self:
        """Join features in their order. Raises FatalError if two of them claim the same name."""
        _require_distinct(features)
        every = chain.from_iterable
        return cls(
            features,
            registry=_registry(features),
            guards=tuple(every(one.guards for one in features)),
            routes=tuple(every((*one.routes, *map(for_administrators, one.admin_routes)) for one in features)),
            fallbacks=tuple(every(one.fallbacks for one in features)),
            settings=tuple(one.settings for one in features if one.settings is not None),
            subcommands=tuple(every(one.subcommands for one in features)),
            pruning={name: prune for one in features for name, prune in one.pruning.items()},
            sent={name: function for one in features for name, function in one.sent.items()},
            apology=next((one.apology for one in features if one.apology is not None), lambda _, __: ()),
            draw_chart=next((one.draw_chart for one in features if one.draw_chart is not None), _draws_nothing),
        )

    @property
    def kinds(self) -> set[str]:
        """The kinds of updates that a route takes."""
        return {route.kind for route in (*self.routes, *self.fallbacks)}

    @property
    def application_setups(self) -> list[Setup]:
        """The functions that add handlers to python-telegram-bot's Application."""
        return [one.application_setup for one in self.features if one.application_setup is not None]

    def runtime_settings(self, settings: JoinedSettings) -> list[Setting]:
        """The settings that features let administrators change."""
        return [setting for one in self.features for setting in one.runtime_settings(settings)]

    def jobs(self, deps: TermDeps) -> dict[str, Job]:
        """All jobs by their name in the table `timetable`."""
        return {name: job for one in self.features for name, job in one.jobs(deps).items()}

    def tasks(self, deps: TermDeps) -> list[Task]:
        """The tasks that run for as long as the worker leads."""
        return [task for one in self.features for task in one.tasks(deps)]

    def background(self, deps: BackgroundDeps) -> list[BackgroundPart]:
        """The background parts of a term."""
        return [one.background(deps) for one in self.features if one.background is not None]

    async def term_began(self, deps: TermDeps, *, first: bool, crashed: bool) -> None:
        """Tell the features, one after the other, that a term has begun."""
        for one in self.features:
            if one.term_began is not None:
                await one.term_began(deps, first=first, crashed=crashed)

    async def undelivered(self, bot_id: int, work: Work, message: Unsent) -> None:
        """Tell the features that a message is given up."""
        for one in self.features:
            if one.undelivered is not None:
                await one.undelivered(work, bot_id, message)


def _registry(features: Sequence[Feature]) -> Registry:
    every = chain.from_iterable
    return Registry(
        commands=sorted(every(one.commands for one in features), key=lambda one: one.rank),
        panel=sorted(every(one.panel for one in features), key=lambda one: one.rank),
        users_panel=sorted(every(one.users_panel for one in features), key=lambda one: one.rank),
        user_card=tuple(one.user_card for one in features if one.user_card is not None),
        statistics=tuple(one.statistics for one in features if one.statistics is not None),
        rights_lost=tuple(one.rights_lost for one in features if one.rights_lost is not None),
        erasure_waits=tuple(one.erasure_waits for one in features if one.erasure_waits is not None),
        tables={model: held for one in features for model, held in one.tables.items()},
        cancels=tuple(one.cancel for one in features if one.cancel is not None),
    )


def _require_distinct(features: Sequence[Feature]) -> None:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for name in CORE_SUBCOMMANDS:
        owners[f"the subcommand {name}"].append("core")
    for one in features:
        for claimed in set(_claims(one)):
            owners[claimed].append(one.name)
    for claimed, names in owners.items():
        if len(names) > 1:
            raise FatalError(f"{' and '.join(names)} both have {claimed}; rename one")


def _claims(feature: Feature) -> Iterable[str]:
    """The names that only one feature may have."""
    yield f"the name {feature.name}"
    for route in (*feature.routes, *feature.admin_routes):
        if route.command is not None:
            yield f"the command /{route.command}"
        elif route.button is not None:
            yield f"buttons that begin with {route.button.prefix}"
    for what, names in (
        ("the table", (model.__tablename__ for model in feature.tables)),
        ("the pruning", feature.pruning),
        ("the function for sent calls", feature.sent),
        ("the subcommand", (one.name for one in feature.subcommands)),
        ("the variable", (name.upper() for name in (feature.settings.model_fields if feature.settings else ()))),
        ("an apology", ("",) if feature.apology is not None else ()),
        ("the drawing of charts", ("",) if feature.draw_chart is not None else ()),
    ):
        yield from (f"{what} {name}".rstrip() for name in names)


async def _draws_nothing(_: object) -> bytes:
    raise ChartError("no feature draws charts")
