"""People as administrators look at them, and what an administrator may do about whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.db import trigrams
from bot.db.tables.administrators import Administrators
from bot.db.tables.audit import Action, Audit
from bot.db.unit_of_work import Work
from bot.errors import BotError
from bot.features.users import repository as profiles
from bot.features.users.repository import Notes, Profiles
from bot.framework.permissions import Role
from bot.framework.registry import Registry

Profile = profiles.Profile  # for handlers and views, which know services and not the database
Counts = profiles.Counts
PersonName = profiles.PersonName

PAGE = 8
LONGEST_NOTE = 500  # characters
LONGEST_QUERY = 64  # characters; no name is longer
BATCH = 200  # people at once, whose names may have what is searched for
MAX_READ = 2_000  # for one page
MAX_DIGITS = 19  # and more aren't a number that the database could hold


class UserAction(StrEnum):
    """What an administrator does about a person."""

    BAN = "ban"
    UNBAN = "unban"
    PROMOTE = "promote"
    DEMOTE = "demote"
    WRITE = "write"
    NOTE = "note"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Actor:
    """An administrator, and who the owners are."""

    telegram_id: int
    owners: frozenset[int]
    registry: Registry = field(default_factory=Registry)

    async def drop_rights(self, work: Work, telegram_id: int) -> None:
        """Tell each feature that somebody stops being an administrator."""
        for rights_lost in self.registry.rights_lost:
            await rights_lost(work, self.telegram_id, telegram_id)

    @property
    def is_owner(self) -> bool:
        return self.telegram_id in self.owners


@dataclass(frozen=True, slots=True)
class Card:
    """A person with what there is between them and the administrators."""

    profile: Profile
    role: Role
    notes: int
    allowed: frozenset[UserAction]  # to whoever looks at it


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of people; `more_before` is where the next one begins, None at the end."""

    people: Sequence[Profile]
    more_before: int | None


class UnknownUserError(BotError):
    """There is no such person, or no more."""


class NotAllowedError(BotError):
    """Whoever wants this has no right to it."""


class NotPossibleError(BotError):
    """It is done already, or can't be done as things are."""


def role_of(profile: Profile, owners: frozenset[int]) -> Role:
    if profile.telegram_id in owners:
        return Role.OWNER
    return Role.ADMINISTRATOR if profile.role == Role.ADMINISTRATOR else Role.USER


def permitted(actor: Actor, profile: Profile) -> frozenset[UserAction]:
    """What somebody may do about a person, whether it makes sense just now or not.

    Nobody acts on themselves, and administrators neither on owners nor on each other's rights: who bans an
    administrator takes those away.
    """
    role = role_of(profile, actor.owners)
    if actor.telegram_id == profile.telegram_id or (role is Role.OWNER and not actor.is_owner):
        return frozenset()
    if role is Role.OWNER:
        return frozenset({UserAction.WRITE, UserAction.NOTE})
    if actor.is_owner:
        return frozenset(UserAction)
    return frozenset(
        {UserAction.WRITE, UserAction.NOTE}
        if role is Role.ADMINISTRATOR
        else set(UserAction) - {UserAction.PROMOTE, UserAction.DEMOTE}
    )


def possible(profile: Profile) -> frozenset[UserAction]:
    """What can be done about a person as things are."""
    administers = profile.role == Role.ADMINISTRATOR
    return frozenset({
        UserAction.WRITE,
        UserAction.NOTE,
        UserAction.EXPORT,
        UserAction.UNBAN if profile.banned else UserAction.BAN,
        *([UserAction.DEMOTE] if administers else [] if profile.banned else [UserAction.PROMOTE]),
    })  # fmt: skip


async def card(work: Work, actor: Actor, telegram_id: int) -> Card:
    """Raises NobodyError."""
    profile = await _known(work, telegram_id, locked=False)
    notes = await work.of(Notes).of(telegram_id)
    allowed = permitted(actor, profile) & possible(profile)
    return Card(profile, role_of(profile, actor.owners), len(notes), allowed)


async def lock_for(work: Work, actor: Actor, telegram_id: int, action: UserAction) -> Profile:
    """The person, locked until the transaction ends. Raises NobodyError, NotAllowedError and NotNowError."""
    profile = await _known(work, telegram_id, locked=True)
    if action not in permitted(actor, profile):
        raise NotAllowedError(f"{actor.telegram_id} may not {action} {telegram_id}")
    if action not in possible(profile):
        raise NotPossibleError(f"{action} makes no sense for {telegram_id} just now")
    return profile


def query(text: str) -> str:
    """What is searched for: one line without what can't be seen."""
    seen = "".join(one if one.isprintable() or one == "\u200d" else " " for one in text)
    return " ".join(seen.split())[:LONGEST_QUERY].strip()


async def search(work: Work, wanted: str, before: int | None = None) -> SearchPage:
    """A page of the people whose number or username that is, or else a part of whose names; all, if it is empty.

    A page can be short, or empty, and yet have one after it: a search doesn't go on for ever.
    """
    exactly = await _exact_match(work, wanted)
    if exactly is not None:
        return SearchPage([exactly], None)
    name = wanted.removeprefix("@")
    having, found, read = trigrams.wanted(name), list[Profile](), 0
    if wanted != "" and not having:
        return SearchPage([], None)
    while read < MAX_READ:
        some = await work.of(Profiles).newest(having, BATCH if having else PAGE + 1, before=before)
        found += [one for one in some if _matches(one, wanted, name)]
        if len(found) > PAGE:
            return SearchPage(found[:PAGE], found[PAGE - 1].number)
        if len(some) < BATCH:
            return SearchPage(found, None)
        before, read = some[-1].number, read + len(some)
    return SearchPage(found, before)


async def give_role(work: Work, actor: Actor, telegram_id: int, action: UserAction) -> None:
    """Promote or demote. Raises as `lock_for`."""
    await lock_for(work, actor, telegram_id, action)
    role = Role.ADMINISTRATOR if action is UserAction.PROMOTE else Role.USER
    await work.of(Administrators).set_role(telegram_id, role.value)
    await work.of(Audit).add(actor.telegram_id, Action(action.value), telegram_id)
    if action is UserAction.DEMOTE:
        await actor.drop_rights(work, telegram_id)


async def note(work: Work, actor: Actor, telegram_id: int, text: str) -> None:
    """Raises as `lock_for`."""
    await lock_for(work, actor, telegram_id, UserAction.NOTE)
    await work.of(Notes).add(telegram_id, actor.telegram_id, text)
    await work.of(Audit).add(actor.telegram_id, Action.NOTE, telegram_id)


async def write_to(work: Work, actor: Actor, telegram_id: int, text: str) -> Profile | None:
    """Whom to send it to; None if they can't be reached. Raises as `lock_for`."""
    profile = await lock_for(work, actor, telegram_id, UserAction.WRITE)
    if not profile.reachable:
        return None
    await work.of(Audit).add(actor.telegram_id, Action.WRITE, telegram_id, text=text)
    return profile


def _matches(profile: Profile, wanted: str, name: str) -> bool:
    names = [profile.username]
    if not wanted.startswith("@"):
        names += [profile.first_name, profile.last_name]
    return trigrams.is_part(name, names)


async def _exact_match(work: Work, wanted: str) -> Profile | None:
    if wanted.isascii() and wanted.isdigit() and len(wanted) < MAX_DIGITS:
        return await work.of(Profiles).one(int(wanted))
    return await work.of(Profiles).by_username(wanted[1:]) if wanted.startswith("@") else None


async def _known(work: Work, telegram_id: int, *, locked: bool) -> Profile:
    profile = await work.of(Profiles).one(telegram_id, locked=locked)
    if profile is None:
        raise UnknownUserError(f"nobody has the number {telegram_id}")
    return profile
