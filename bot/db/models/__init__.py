"""All tables, a file a subject; whoever imports this package has them all in `Base.metadata`."""

from bot.db.base import Base
from bot.db.models.administration import AdministratorsChat, AuditEntry, ChangedSetting, Note, Sanction
from bot.db.models.broadcasts import Broadcast, BroadcastRecipient
from bot.db.models.dead_letters import DeadLetter
from bot.db.models.intake import InboxUpdate, Poller
from bot.db.models.outgoing import Chat, OutboxMessage
from bot.db.models.people import Asked, User
from bot.db.models.stats import ActiveWeek, ButtonCount, CohortReturn
from bot.db.models.timetable import Appointment

__all__ = [
    "ActiveWeek",
    "AdministratorsChat",
    "Appointment",
    "Asked",
    "AuditEntry",
    "Base",
    "Broadcast",
    "BroadcastRecipient",
    "ButtonCount",
    "ChangedSetting",
    "Chat",
    "CohortReturn",
    "DeadLetter",
    "InboxUpdate",
    "Note",
    "OutboxMessage",
    "Poller",
    "Sanction",
    "User",
]
