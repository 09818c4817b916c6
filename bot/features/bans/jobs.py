"""Bans that have run out are lifted, on time and also after a restart."""

import asyncio

import structlog

from bot.db.tables.outbox import Outbox
from bot.db.unit_of_work import LockTimeouts
from bot.errors import ConflictError, DatabaseAwayError, FatalError
from bot.features.bans import service as sanctions
from bot.features.bans.repository import Sanctions
from bot.framework.command_menu import menu_after_ban
from bot.framework.feature import TermDeps

LOOK_EVERY = 30.0  # seconds; the shortest ban is longer, so none is met too late
MIN_REST = 0.05  # seconds, lest clocks that differ a little make it look again and again
AT_ONCE = 100

log = structlog.get_logger(__name__)


async def keep_lifting(deps: TermDeps, *, look_every: float = LOOK_EVERY) -> None:
    """Lift what has run out, and rest until the next does, for as long as this runs."""
    while True:
        rest = look_every
        try:
            await lift_expired(deps)
            async with deps.unit_of_work.open() as work:
                seconds = await work.of(Sanctions).seconds_to_next()
            rest = look_every if seconds is None else min(look_every, seconds + MIN_REST)
        except (DatabaseAwayError, ConflictError) as error:
            log.warning("bans that have run out can't be lifted now", again_in=rest, reason=str(error))
        except FatalError:
            raise
        except Exception:  # which would end the worker, and the next one, too
            log.exception("bans that have run out aren't lifted", again_in=rest)
        await asyncio.sleep(rest)


async def lift_expired(deps: TermDeps) -> int:
    """Returns how many. Whose row somebody holds is lifted the next time; nobody takes them for banned meanwhile."""
    async with deps.unit_of_work.open() as work:
        over = await work.of(Sanctions).expired(AT_ONCE)
    lifted = 0
    for telegram_id in over:
        try:
            async with deps.unit_of_work.open(LockTimeouts()) as work:
                free = await sanctions.expire(work, telegram_id)
                if free is not None:
                    menus = menu_after_ban(deps.registry.commands, free, deps.owners, banned=False)
                    await work.of(Outbox).enqueue(deps.bot_id, menus)
        except ConflictError as error:
            log.info("a ban that has run out can't be lifted yet", telegram_id=telegram_id, reason=str(error))
        else:
            lifted += 1
    if lifted:
        log.info("bans have run out", lifted=lifted)
    return lifted
