"""The parts that features add to each other's screens and actions.

The help, the panel, the user card and `/cancel` read the registry instead of a list of features.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.db.base import Base
from bot.db.personal_data import PersonalData
from bot.db.unit_of_work import Work
from bot.framework.i18n import Texts
from bot.framework.permissions import Role
from bot.messages import Button


class Scope(StrEnum):
    """The chats that list a command. Source: Bot API, BotCommandScope."""

    EVERYWHERE = "everywhere"
    PRIVATE = "private chats"
    GROUPS = "groups"
    ADMINISTRATORS = "administrators"  # in their private chats


@dataclass(frozen=True, slots=True)
class Command:
    """A command in the menu that Telegram shows, and in the help.

    `text` is the key of its description, and `help` of a longer one for the help, in HTML.
    """

    name: str
    text: str
    rank: int  # the lowest comes first
    scope: Scope = Scope.EVERYWHERE
    help: str | None = None


def listed(commands: Sequence[Command], *, private: bool, administrator: bool = False) -> list[Command]:
    """The commands that a chat lists, those for administrators at the end."""
    scopes = (Scope.EVERYWHERE, Scope.PRIVATE if private else Scope.GROUPS)
    shown = [one for one in commands if one.scope in scopes]
    return shown + [one for one in commands if one.scope is Scope.ADMINISTRATORS and administrator]


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """A button on a panel: the key of its label, and its callback data."""

    text: str
    data: str
    rank: int  # the lowest comes first


@dataclass(frozen=True, slots=True)
class CardSubject:
    """The user whose card is shown."""

    telegram_id: int
    role: Role
    banned: bool


@dataclass(frozen=True, slots=True)
class CardPart:
    """A feature's part of a user's card."""

    states: Sequence[str] = ()  # HTML lines about the present state
    facts: Sequence[str] = ()  # HTML lines at the end
    actions: Mapping[str, Button] = field(default_factory=dict)  # by the action that has to be allowed
    links: Sequence[Button] = ()  # one row


@dataclass(frozen=True, slots=True)
class Statistic:
    """A number that a feature adds to the statistics: the key of its name, and its value."""

    text: str
    value: int


MakeStatistics = Callable[[Work], Awaitable[Sequence[Statistic]]]
MakeCardPart = Callable[[Work, Texts, CardSubject], Awaitable[CardPart]]
RightsLost = Callable[[Work, int, int], Awaitable[None]]
"""Called with the actor's and the user's ids, in the transaction in which a user stops being an administrator."""
ErasureWaits = Callable[[Work, int], Awaitable[bool]]
"""Returns whether a user can't be erased yet. The answer holds until the transaction ends."""
Cancel = Callable[[Work, Texts, int, int], Awaitable[str | None]]
"""Cancels what a user (bot id, Telegram id) has begun in a feature. Returns the answer, None if there is nothing."""


@dataclass(frozen=True, slots=True)
class Registry:
    """The contributions of all features."""

    commands: Sequence[Command] = ()
    panel: Sequence[PanelEntry] = ()
    users_panel: Sequence[PanelEntry] = ()
    user_card: Sequence[MakeCardPart] = ()
    statistics: Sequence[MakeStatistics] = ()
    rights_lost: Sequence[RightsLost] = ()
    cancels: Sequence[Cancel] = ()
    erasure_waits: Sequence[ErasureWaits] = ()
    tables: Mapping[type[Base], PersonalData | None] = field(default_factory=dict)
