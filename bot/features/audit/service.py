"""Pages of the audit log, with the names of everybody in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.db.redaction import NOBODY
from bot.db.tables import audit
from bot.db.tables.audit import Audit
from bot.db.unit_of_work import Work
from bot.features.users import PersonName, Profiles

ERASED = NOBODY  # in an erased actor's place
Action = audit.Action  # for views, which don't import the database
AuditEntry = audit.AuditEntry
PAGE = 8


class Scope(StrEnum):
    """Whose entries are shown, as callback data names it."""

    ALL = "all"
    ACTOR = "by"
    PERSON = "of"


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, the newest first. `more_before` is where the next page begins, None at the end."""

    scope: Scope
    telegram_id: int  # of the actor or the person; 0 for Scope.ALL
    entries: Sequence[AuditEntry]
    names: Mapping[int, PersonName]
    more_before: int | None


async def page(work: Work, scope: Scope, telegram_id: int, before: int | None) -> Page:
    actor = telegram_id if scope is Scope.ACTOR else None
    person = telegram_id if scope is Scope.PERSON else None
    found = await work.of(Audit).newest(PAGE + 1, before=before, actor_id=actor, person_id=person)
    entries = found[:PAGE]
    mentioned = {one for entry in entries for one in (entry.actor_id, entry.person_id) if one is not None}
    names = await work.of(Profiles).names(mentioned | ({telegram_id} if scope is not Scope.ALL else set()))
    return Page(scope, telegram_id, entries, names, entries[-1].number if len(found) > PAGE else None)
