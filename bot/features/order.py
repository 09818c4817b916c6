"""All routes, in the order in which they are asked: the first that takes an update has it.

Commands and buttons exclude each other, so that for these no order is needed. It says something in three places:
the banned come before everything, what is being asked for comes before broadcasts, which put any other message of
an administrator's into the draft, and what nobody took comes last.
"""

from telegram import Update

from bot.features.admin import routes as panel
from bot.features.audit import routes as audit
from bot.features.bans import banned_routes as banned
from bot.features.bans import routes as sanctions
from bot.features.bot_settings import maintenance_routes as maintenance
from bot.features.bot_settings import routes as bot_settings
from bot.features.broadcasts import routes as broadcasts
from bot.features.dead_letters import routes as dead_letters
from bot.features.privacy import routes as privacy
from bot.features.settings import routes as settings
from bot.features.start import group_routes as groups
from bot.features.start import routes as start
from bot.features.start import unknown_routes as unknown
from bot.features.statistics import routes as stats
from bot.features.terms import routes as terms
from bot.features.users import routes as people
from bot.framework.route import Route, for_administrators


def routes() -> tuple[Route, ...]:
    return (*banned.routes(), *for_everybody(), *map(for_administrators, of_administration()), *unknown.routes())


def for_everybody() -> tuple[Route, ...]:
    return (
        *start.routes(),
        *settings.routes(),
        *privacy.routes(),
        *terms.routes(),
        *groups.routes(),
    )


def of_administration() -> tuple[Route, ...]:
    """Asked for administrators alone; an answer to a question of another feature's is before `broadcasts`."""
    return (
        *panel.routes(),
        *people.routes(),
        *audit.routes(),
        *sanctions.routes(),
        *stats.routes(),
        *dead_letters.routes(),
        *maintenance.routes(),
        *bot_settings.routes(),
        *broadcasts.routes(),
    )


def allowed_updates() -> set[str]:
    """What Telegram is asked for: what the routes take, and who blocks the bot or starts it again."""
    return {route.kind for route in routes()} | {Update.MY_CHAT_MEMBER}
