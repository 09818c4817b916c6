"""Rules about bans. Each action and its audit entry are written in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.db.tables.audit import Action, Audit
from bot.db.tables.outbox import Unsent
from bot.db.unit_of_work import Work
from bot.features.bans.repository import Ban, Sanctions
from bot.features.users import (
    MAX_DIGITS,
    Actor,
    NotAllowedError,
    NotPossibleError,
    Profile,
    Profiles,
    UnknownUserError,
    UserAction,
    lock_for,
    permitted,
)
from bot.framework.command_menu import menu_of
from bot.framework.permissions import Role
from bot.framework.registry import Command
from bot.messages import Commands, ban_of_notice

DURATIONS: Mapping[str, timedelta | None] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "ever": None,
}
"""Durations of a ban, by their names in callback data."""
MAX_LIST = 500  # users on one list
LONGEST_REASON = 150  # characters


async def undelivered(work: Work, bot_id: int, message: Unsent) -> None:
    """Note that Telegram rejected a ban's notice, so that the user gets it when they write again."""
    if (ban := ban_of_notice(message.payload)) is not None:
        await work.of(Sanctions).mark_not_notified(message.chat_id, ban)
        await work.wake(bot_id)  # the leader caches users and has to read this one again


@dataclass(frozen=True, slots=True)
class BanOptions:
    duration: str  # a key of DURATIONS
    silent: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckedList:
    """A list of users, sorted by whether they can be banned."""

    bannable: Sequence[Profile]
    banned_already: Sequence[Profile]
    not_allowed: Sequence[Profile]
    unknown: Sequence[str]  # lines


async def ban(work: Work, actor: Actor, telegram_id: int, options: BanOptions) -> tuple[Profile, Ban | None]:
    """Ban a user. Returns the ban too if they are to be notified now. Raises as `users.lock_for`.

    A user whom the bot can't reach now is notified when they write again.
    """
    profile = await lock_for(work, actor, telegram_id, UserAction.BAN)
    if profile.banned_at is not None:  # an expired ban that isn't lifted yet
        await expire(work, telegram_id)
    duration = DURATIONS[options.duration]
    until = None if duration is None else profile.now + duration
    await work.of(Sanctions).ban(telegram_id, options.reason, actor.telegram_id, until, silent=options.silent)
    ends = None if until is None else until.isoformat()
    facts = {"until": ends, "silent": options.silent, "reason": options.reason}
    await work.of(Audit).add(actor.telegram_id, Action.BAN, telegram_id, **facts)
    await actor.drop_rights(work, telegram_id)
    running = await work.of(Sanctions).running(telegram_id)
    if running is None or options.silent or not profile.reachable:
        return profile, None
    await work.of(Sanctions).mark_notified(running.number)
    return profile, running


async def unban(work: Work, actor: Actor, telegram_id: int) -> Profile:
    """Lift a user's ban. Raises as `users.lock_for`."""
    profile = await lock_for(work, actor, telegram_id, UserAction.UNBAN)
    await work.of(Sanctions).lift(telegram_id, actor.telegram_id)
    await work.of(Audit).add(actor.telegram_id, Action.UNBAN, telegram_id)
    return profile


async def expire(work: Work, telegram_id: int) -> Profile | None:
    """Lift a user's ban if it has expired. Returns the user if so."""
    if not await work.of(Sanctions).lift(telegram_id, None, if_over=True):
        return None
    await work.of(Audit).add(None, Action.UNBAN, telegram_id)
    return await work.of(Profiles).one(telegram_id)


async def ban_to_notify(work: Work, telegram_id: int) -> Ban | None:
    """Mark a user as notified and return their ban; None if they were notified before or the ban is silent."""
    running = await work.of(Sanctions).running(telegram_id)
    if running is None or running.silent or not await work.of(Sanctions).mark_notified(running.number):
        return None
    return running


def menu_after_ban(
    commands: Sequence[Command], user: Profile, owners: frozenset[int], *, banned: bool
) -> list[Commands]:
    """The new menu of an administrator, who loses it with a ban and gets it back; nothing for other users."""
    if user.role != Role.ADMINISTRATOR or user.telegram_id in owners or user.private_since is None:
        return []
    return [menu_of(commands, user.telegram_id, user.language, user.language_code, administrator=not banned)]


def parse_list(text: str) -> tuple[list[str], str]:
    """Numbers and usernames, one a line and without repeats, and the reason from a line that begins with #."""
    lines = [line.strip() for line in text.splitlines()]
    reason = next((line[1:].strip() for line in lines if line.startswith("#")), "")
    people = [line.removeprefix("https://t.me/").removeprefix("@").lower() for line in lines if line[:1] != "#"]
    return list(dict.fromkeys(one for one in people if one)), reason[:LONGEST_REASON]


async def check_list(work: Work, actor: Actor, lines: Collection[str]) -> CheckedList:
    """Sort a list by whether the bot knows each user and this administrator may ban them."""
    ids = [int(line) for line in lines if _is_id(line)]
    known = await work.of(Profiles).among(ids, [line for line in lines if not _is_id(line)])
    known_names = {str(one.telegram_id) for one in known} | {(one.username or "").lower() for one in known}
    allowed = [one for one in known if UserAction.BAN in permitted(actor, one)]
    return CheckedList(
        bannable=[one for one in allowed if not one.banned],
        banned_already=[one for one in allowed if one.banned],
        not_allowed=[one for one in known if one not in allowed],
        unknown=[line for line in lines if line not in known_names],
    )


async def ban_all(
    work: Work, actor: Actor, telegram_ids: Sequence[int], options: BanOptions
) -> list[tuple[Profile, Ban | None]]:
    """Ban each user who still can be banned. Returns them as `ban` does."""
    done = []
    for telegram_id in sorted(telegram_ids):  # one order for all transactions prevents deadlocks
        try:
            done.append(await ban(work, actor, telegram_id, options))
        except (UnknownUserError, NotAllowedError, NotPossibleError):
            continue
    return done


def _is_id(line: str) -> bool:
    return line.isascii() and line.isdigit() and len(line) < MAX_DIGITS
