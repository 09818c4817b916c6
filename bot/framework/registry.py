"""Joins what features add to each other's screens and actions.

The help, the panel, the user card and `/cancel` read the registry and don't know which features exist.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.db.base import Base
from bot.db.personal_data import PersonalData
from bot.db.unit_of_work import Work
from bot.framework.i18n import Texts
from bot.framework.permissions import Role
from bot.messages import Button


@dataclass(frozen=True, slots=True)
class Command:
    """A command in the menu that Telegram shows, described by the text `text`."""

    name: str
    text: str
    rank: int  # the lowest comes first
    for_administrators: bool = False


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """A button of one of the administrators' panels: the key of its label, and its callback data."""

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
    """What a feature adds to a user's card."""

    states: Sequence[str] = ()  # HTML lines about how things stand
    facts: Sequence[str] = ()  # HTML lines at the end
    actions: Mapping[str, Button] = field(default_factory=dict)  # by the permission that an administrator needs
    links: Sequence[Button] = ()  # one row


MakeCardPart = Callable[[Work, Texts, CardSubject], Awaitable[CardPart]]
RightsLost = Callable[[Work, int, int], Awaitable[None]]
"""Called in the transaction that ends somebody's administrator role, with the actor's and their Telegram id."""
ErasureWaits = Callable[[Work, int], Awaitable[bool]]
"""Whether a person can't be erased yet. The answer holds until the transaction ends."""
Cancel = Callable[[Work, Texts, int, int], Awaitable[str | None]]
"""Ends what a user (bot id, Telegram id) began in a feature, and returns a sentence about it."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What all features contribute."""

    commands: Sequence[Command] = ()
    panel: Sequence[PanelEntry] = ()
    users_panel: Sequence[PanelEntry] = ()
    user_card: Sequence[MakeCardPart] = ()
    rights_lost: Sequence[RightsLost] = ()
    cancels: Sequence[Cancel] = ()
    erasure_waits: Sequence[ErasureWaits] = ()
    tables: Mapping[type[Base], PersonalData | None] = field(default_factory=dict)
