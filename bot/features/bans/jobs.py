"""Expired bans are lifted on time, also after a restart."""

import asyncio

import structlog

from bot.db.tables.outbox import Outbox
from bot.db.unit_of_work import LockTimeouts
from bot.errors import ConflictError, FatalError, TransientError
from bot.features.bans import service as sanctions
from bot.features.bans.repository import Sanctions
from bot.framework.feature import TermDeps

LOOK_EVERY = 30.0  # seconds; the shortest ban is longer, so none is lifted late
MIN_REST = 0.05  # seconds, so that clocks that differ a little don't cause a busy loop
AT_ONCE = 100

log = structlog.get_logger(__name__)


async def keep_lifting(deps: TermDeps, *, look_every: float = LOOK_EVERY) -> None:
    """Lift expired bans, and sleep until the next one expires, until cancelled."""
    while True:
        rest = look_every
        try:
            await lift_expired(deps)
            async with deps.unit_of_work.open() as work:
                seconds = await work.of(Sanctions).seconds_to_next()
            rest = look_every if seconds is None else min(look_every, seconds + MIN_REST)
        except TransientError as error:
            log.warning("expired bans can't be lifted now", again_in=rest, reason=str(error))
        except FatalError:
            raise
        except Exception:  # it would end this worker, and then the next one
            log.exception("expired bans aren't lifted", again_in=rest)
        await asyncio.sleep(rest)


async def lift_expired(deps: TermDeps) -> int:
    """Lift expired bans and return their number.

    A user whose row is locked is left for the next time: an expired ban counts as no ban anyway.
    """
    async with deps.unit_of_work.open() as work:
        over = await work.of(Sanctions).expired(AT_ONCE)
    lifted = 0
    for telegram_id in over:
        try:
            async with deps.unit_of_work.open(LockTimeouts()) as work:
                free = await sanctions.expire(work, telegram_id)
                if free is not None:
                    menus = sanctions.menu_after_ban(deps.registry.commands, free, deps.owners, banned=False)
                    await work.of(Outbox).enqueue(deps.bot_id, menus)
        except ConflictError as error:
            log.info("an expired ban can't be lifted yet", telegram_id=telegram_id, reason=str(error))
        else:
            lifted += 1
    if lifted:
        log.info("expired bans lifted", lifted=lifted)
    return lifted
