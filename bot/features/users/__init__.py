"""Users, as administrators see them: search, cards, roles, notes, letters, exports."""

from bot.features.users import handlers, views
from bot.features.users.handlers import DENIED, actor, card, deny, user_answer, user_button, user_to_act_on
from bot.features.users.models import Note
from bot.features.users.repository import NOTES_DATA, PersonName, Profile, Profiles
from bot.features.users.service import (
    LONGEST_NOTE,
    MAX_DIGITS,
    Actor,
    NotAllowedError,
    NotPossibleError,
    UnknownUserError,
    UserAction,
    lock_for,
    permitted,
)
from bot.features.users.views import CARD, LONGEST_LETTER, PEOPLE, over
from bot.framework.feature import Feature
from bot.framework.registry import PanelEntry
from bot.framework.screen import NUMBER

__all__ = [
    "CARD", "DENIED", "FEATURE", "MAX_DIGITS", "PEOPLE", "Actor", "NotAllowedError", "NotPossibleError", "PersonName",
    "Profile", "Profiles", "UnknownUserError", "UserAction", "actor", "card", "deny", "lock_for", "over", "permitted",
    "user_answer", "user_button", "user_to_act_on",
]  # fmt: skip

FEATURE = Feature(
    name="users",
    admin_routes=(
        user_button(PEOPLE, handlers.show_people),
        user_button(views.SEARCH, handlers.search),
        user_button(views.FOUND, handlers.show_found, NUMBER),
        user_button(CARD, handlers.show_card, NUMBER),
        user_button(views.PROMOTE, handlers.promote, NUMBER),
        user_button(views.DEMOTE, handlers.demote, NUMBER),
        user_button(views.WRITE, handlers.ask_letter, NUMBER),
        user_button(views.NOTES, handlers.show_notes, NUMBER),
        user_button(views.NOTE, handlers.ask_note, NUMBER),
        user_button(views.EXPORT, handlers.export, NUMBER),
        user_answer(handlers.SEARCH, handlers.search_answer),
        user_answer(handlers.LETTER, handlers.letter_answer, LONGEST_LETTER),
        user_answer(handlers.NOTE, handlers.note_answer, LONGEST_NOTE),
    ),
    panel=(PanelEntry("users-panel-entry", PEOPLE(), rank=10),),
    tables={Note: NOTES_DATA},
)
