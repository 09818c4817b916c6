"""Banning people, one by one and by lists, and lifting bans."""

from bot.features.admin.routes import admin_answer, admin_button
from bot.features.admin.views import Press
from bot.features.bans import handlers as sanctions
from bot.features.bans.service import LONGEST_REASON, TERMS
from bot.features.bans.views import TOKEN_BYTES
from bot.features.users import answers as people_answers
from bot.framework.route import NUMBER, Route, under_question

TERM = f"({'|'.join(TERMS)})"
TOLD_OR_NOT = "(told|silent)"
TOKEN = f"([0-9a-f]{{{2 * TOKEN_BYTES}}})"


def routes() -> tuple[Route, ...]:
    return (
        admin_button(sanctions.choose_term, Press.BAN, NUMBER),
        admin_button(sanctions.choose_silence, Press.BAN, NUMBER, TERM),
        admin_button(sanctions.ask_reason, Press.BAN, NUMBER, TERM, TOLD_OR_NOT),
        under_question(admin_button(sanctions.ban_without_reason, Press.UNREASONED, NUMBER, TERM, TOLD_OR_NOT)),
        admin_answer(sanctions.REASON, people_answers.reason, LONGEST_REASON),
        admin_button(sanctions.unban, Press.UNBAN, NUMBER),
        admin_button(sanctions.ask_list, Press.BULK),
        under_question(admin_button(sanctions.confirm_list, Press.BULK, TOKEN, TERM)),
        under_question(admin_button(sanctions.ban_list, Press.BULK, TOKEN, TERM, TOLD_OR_NOT)),
        admin_answer(sanctions.LIST, sanctions.listed),
    )
