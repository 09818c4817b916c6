"""Bans, one by one and by lists; notices to banned users; the end of bans."""

from functools import partial

from bot.features.bans import handlers, jobs, service
from bot.features.bans.models import Sanction
from bot.features.bans.repository import PERSONAL_DATA
from bot.features.bans.service import DURATIONS, LONGEST_REASON
from bot.features.bans.views import BAN, BAN_NOW, BULK, TOKEN_BYTES, UNBAN
from bot.features.users import user_answer, user_button
from bot.framework.feature import Feature
from bot.framework.registry import PanelEntry
from bot.framework.route import Guard, keeping_prompt
from bot.framework.screen import NUMBER

DURATION = f"({'|'.join(DURATIONS)})"
NOTIFIED_OR_NOT = "(told|silent)"
TOKEN = f"([0-9a-f]{{{2 * TOKEN_BYTES}}})"


FEATURE = Feature(
    name="bans",
    guards=(Guard("banned", handlers.is_banned, handlers.turn_away, before_routes=True, limited=True),),
    admin_routes=(
        user_button(BAN, handlers.choose_duration, NUMBER),
        user_button(BAN, handlers.choose_notification, NUMBER, DURATION),
        user_button(BAN, handlers.ask_reason, NUMBER, DURATION, NOTIFIED_OR_NOT),
        keeping_prompt(user_button(BAN_NOW, handlers.ban_without_reason, NUMBER, DURATION, NOTIFIED_OR_NOT)),
        user_answer(handlers.REASON, handlers.reason, LONGEST_REASON),
        user_button(UNBAN, handlers.unban, NUMBER),
        user_button(BULK, handlers.ask_list),
        keeping_prompt(user_button(BULK, handlers.confirm_list, TOKEN, DURATION)),
        keeping_prompt(user_button(BULK, handlers.ban_list, TOKEN, DURATION, NOTIFIED_OR_NOT)),
        user_answer(handlers.LIST, handlers.listed),
    ),
    users_panel=(PanelEntry("bans-panel-entry", BULK(), rank=10),),
    user_card=handlers.on_card,
    tables={Sanction: PERSONAL_DATA},
    tasks=lambda deps: (partial(jobs.keep_lifting, deps),),
    undelivered=service.undelivered,
)
