"""Bans, one by one and by lists; what banned people are told; the end of bans."""

from bot.features.bans import handlers, jobs, service
from bot.features.bans.models import Sanction
from bot.features.bans.repository import PERSONAL_DATA
from bot.features.bans.service import LONGEST_REASON, TERMS
from bot.features.bans.views import BAN, BULK, TOKEN_BYTES, UNBAN, UNREASONED
from bot.features.users import user_answer, user_button
from bot.framework.feature import Feature, Task, TermDeps
from bot.framework.registry import PanelEntry
from bot.framework.route import Guard, keeping_prompt
from bot.framework.screen import NUMBER

TERM = f"({'|'.join(TERMS)})"
NOTIFIED_OR_NOT = "(told|silent)"
TOKEN = f"([0-9a-f]{{{2 * TOKEN_BYTES}}})"


def _tasks(deps: TermDeps) -> tuple[Task, ...]:
    return (lambda: jobs.keep_lifting(deps),)


FEATURE = Feature(
    name="bans",
    guards=(Guard("banned", handlers.is_banned, handlers.turn_away, before_routes=True, limited=True),),
    routes=(
        user_button(BAN, handlers.choose_term, NUMBER),
        user_button(BAN, handlers.choose_silence, NUMBER, TERM),
        user_button(BAN, handlers.ask_reason, NUMBER, TERM, NOTIFIED_OR_NOT),
        keeping_prompt(user_button(UNREASONED, handlers.ban_without_reason, NUMBER, TERM, NOTIFIED_OR_NOT)),
        user_answer(handlers.REASON, handlers.reason, LONGEST_REASON),
        user_button(UNBAN, handlers.unban, NUMBER),
        user_button(BULK, handlers.ask_list),
        keeping_prompt(user_button(BULK, handlers.confirm_list, TOKEN, TERM)),
        keeping_prompt(user_button(BULK, handlers.ban_list, TOKEN, TERM, NOTIFIED_OR_NOT)),
        user_answer(handlers.LIST, handlers.listed),
    ),
    users_panel=(PanelEntry("bans-panel-entry", BULK(), rank=10),),
    user_card=handlers.on_card,
    tables={Sanction: PERSONAL_DATA},
    tasks=_tasks,
    undelivered=service.undelivered,
)
