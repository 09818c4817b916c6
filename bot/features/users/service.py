"""Rules about users: which actions are allowed and possible, and how users are searched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.db import trigrams
from bot.db.tables.administrators import Administrators
from bot.db.tables.audit import Action, Audit
from bot.db.unit_of_work import Work
from bot.errors import BotError
from bot.features.users.repository import Notes, Profile, Profiles
from bot.framework.permissions import Role
from bot.framework.registry import Registry

PAGE = 8
LONGEST_NOTE = 500  # characters
LONGEST_QUERY = 64  # characters; no name is longer
BATCH = 200  # candidates read at once
MAX_READ = 2_000  # candidates for one page
MAX_DIGITS = 19  # the database can't hold a longer number


class UserAction(StrEnum):
    """An administrator's action on a user."""

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
        """Tell each feature that this user is no longer an administrator."""
        for rights_lost in self.registry.rights_lost:
            await rights_lost(work, self.telegram_id, telegram_id)

    @property
    def is_owner(self) -> bool:
        return self.telegram_id in self.owners


@dataclass(frozen=True, slots=True)
class Card:
    """A user with the facts that administrators see."""

    profile: Profile
    role: Role
    notes: int
    allowed: frozenset[UserAction]  # to the administrator who looks at it


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of users. `more_before` is where the next page begins, None at the end."""

    people: Sequence[Profile]
    more_before: int | None


class UnknownUserError(BotError):
    """There is no such user, or not any more."""


class NotAllowedError(BotError):
    """The administrator may not do this action."""


class NotPossibleError(BotError):
    """The action has already been done, or is impossible in the user's present state."""


def role_of(profile: Profile, owners: frozenset[int]) -> Role:
    if profile.telegram_id in owners:
        return Role.OWNER
    return Role.ADMINISTRATOR if profile.role == Role.ADMINISTRATOR else Role.USER


def permitted(actor: Actor, profile: Profile) -> frozenset[UserAction]:
    """Actions that an administrator has the right to, whether they are possible now or not.

    Nobody acts on themselves. Administrators act neither on owners nor on each other's rights. A ban takes rights
    away, so they don't ban each other either.
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
    """Actions that make sense in the user's present state."""
    administers = profile.role == Role.ADMINISTRATOR
    return frozenset({
        UserAction.WRITE,
        UserAction.NOTE,
        UserAction.EXPORT,
        UserAction.UNBAN if profile.banned else UserAction.BAN,
        *([UserAction.DEMOTE] if administers else [] if profile.banned else [UserAction.PROMOTE]),
    })  # fmt: skip


async def card(work: Work, actor: Actor, telegram_id: int) -> Card:
    """Raises UnknownUserError."""
    profile = await _known(work, telegram_id, locked=False)
    notes = await work.of(Notes).of(telegram_id)
    allowed = permitted(actor, profile) & possible(profile)
    return Card(profile, role_of(profile, actor.owners), len(notes), allowed)


async def lock_for(work: Work, actor: Actor, telegram_id: int, action: UserAction) -> Profile:
    """The user, locked until the transaction ends.

    Raises UnknownUserError, NotAllowedError and NotPossibleError.
    """
    profile = await _known(work, telegram_id, locked=True)
    if action not in permitted(actor, profile):
        raise NotAllowedError(f"{actor.telegram_id} may not {action} {telegram_id}")
    if action not in possible(profile):
        raise NotPossibleError(f"{action} makes no sense for {telegram_id} just now")
    return profile


def query(text: str) -> str:
    """A search text in one line, without invisible characters."""
    seen = "".join(one if one.isprintable() or one == "\u200d" else " " for one in text)
    return " ".join(seen.split())[:LONGEST_QUERY].strip()


async def search(work: Work, wanted: str, before: int | None = None) -> SearchPage:
    """A page of users with this id or username, or with this in their names. An empty text finds all.

    A page can be short or empty and still have a next one, since a search stops after MAX_READ candidates.
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
    """Promote or demote. Raises the same errors as `lock_for`."""
    await lock_for(work, actor, telegram_id, action)
    role = Role.ADMINISTRATOR if action is UserAction.PROMOTE else Role.USER
    await work.of(Administrators).set_role(telegram_id, role.value)
    await work.of(Audit).add(actor.telegram_id, Action(action.value), telegram_id)
    if action is UserAction.DEMOTE:
        await actor.drop_rights(work, telegram_id)


async def note(work: Work, actor: Actor, telegram_id: int, text: str) -> None:
    """Raises the same errors as `lock_for`."""
    await lock_for(work, actor, telegram_id, UserAction.NOTE)
    await work.of(Notes).add(telegram_id, actor.telegram_id, text)
    await work.of(Audit).add(actor.telegram_id, Action.NOTE, telegram_id)


async def write_to(work: Work, actor: Actor, telegram_id: int, text: str) -> Profile | None:
    """Audit a letter and return its recipient, None if they can't be reached. Raises the same errors as `lock_for`."""
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
        raise UnknownUserError(f"no user has the number {telegram_id}")
    return profile
