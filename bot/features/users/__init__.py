"""Users, as administrators see them: search, cards, roles, notes, letters, exports."""

from bot.features.users import answers, handlers
from bot.features.users.answers import user_answer
from bot.features.users.handlers import DENIED, actor, card, denial, deny, user_button, user_to_act_on
from bot.features.users.models import Note
from bot.features.users.repository import NOTES_DATA, Profiles
from bot.features.users.service import (
    LONGEST_NOTE,
    MAX_DIGITS,
    Actor,
    NotAllowedError,
    NotPossibleError,
    PersonName,
    Profile,
    UnknownUserError,
    UserAction,
    lock_for,
    permitted,
)
from bot.features.users.views import (
    CARD,
    DEMOTE,
    EXPORT,
    FOUND,
    LONGEST_LETTER,
    NOTE,
    NOTES,
    PEOPLE,
    PROMOTE,
    SEARCH,
    WRITE,
    over,
)
from bot.framework.feature import Feature
from bot.framework.registry import PanelEntry
from bot.framework.screen import NUMBER

__all__ = [
    "CARD",
    "DENIED",
    "FEATURE",
    "MAX_DIGITS",
    "PEOPLE",
    "Actor",
    "NotAllowedError",
    "NotPossibleError",
    "PersonName",
    "Profile",
    "Profiles",
    "UnknownUserError",
    "UserAction",
    "actor",
    "card",
    "denial",
    "deny",
    "lock_for",
    "over",
    "permitted",
    "user_answer",
    "user_button",
    "user_to_act_on",
]

FEATURE = Feature(
    name="users",
    admin_routes=(
        user_button(PEOPLE, handlers.show_people),
        user_button(SEARCH, handlers.search),
        user_button(FOUND, handlers.show_found, NUMBER),
        user_button(CARD, handlers.show_card, NUMBER),
        user_button(PROMOTE, handlers.promote, NUMBER),
        user_button(DEMOTE, handlers.demote, NUMBER),
        user_button(WRITE, handlers.ask_letter, NUMBER),
        user_button(NOTES, handlers.show_notes, NUMBER),
        user_button(NOTE, handlers.ask_note, NUMBER),
        user_button(EXPORT, handlers.export, NUMBER),
        user_answer(handlers.SEARCH, answers.search),
        user_answer(handlers.LETTER, answers.letter, LONGEST_LETTER),
        user_answer(handlers.NOTE, answers.note, LONGEST_NOTE),
    ),
    panel=(PanelEntry("users-panel-entry", PEOPLE(), rank=10),),
    tables={Note: NOTES_DATA},
)
