"""Who did what to whom: pages of it, with everybody's names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.db import redaction as traces
from bot.db.tables import audit
from bot.db.tables.audit import Audit
from bot.db.unit_of_work import Work
from bot.features.users import Named, Profiles

ERASED = traces.NOBODY  # in an actor's place
Action = audit.Action  # for handlers and views, which know services and not the database
AuditEntry = audit.AuditEntry
PAGE = 8


class Of(StrEnum):
    """Whose deeds are looked at, as callback data has it."""

    ALL = "all"
    ACTOR = "by"
    PERSON = "of"


@dataclass(frozen=True, slots=True)
class Page:
    """Deeds, the newest first; `more_before` is where the next page begins, None at the end."""

    of: Of
    telegram_id: int  # of the actor or the person; 0 for everybody's
    deeds: Sequence[AuditEntry]
    names: Mapping[int, Named]
    more_before: int | None


async def page(work: Work, of: Of, telegram_id: int, before: int | None) -> Page:
    actor = telegram_id if of is Of.ACTOR else None
    person = telegram_id if of is Of.PERSON else None
    found = await work.of(Audit).newest(PAGE + 1, before=before, actor_id=actor, person_id=person)
    deeds = found[:PAGE]
    mentioned = {one for deed in deeds for one in (deed.actor_id, deed.person_id) if one is not None}
    names = await work.of(Profiles).names(mentioned | ({telegram_id} if of is not Of.ALL else set()))
    return Page(of, telegram_id, deeds, names, deeds[-1].number if len(found) > PAGE else None)
