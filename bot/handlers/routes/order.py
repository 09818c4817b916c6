"""All routes, in the order in which they are asked: the first that takes an update has it.

Commands and buttons exclude each other, so that for these no order is needed. It says something in three places:
the banned come before everything, what is being asked for comes before broadcasts, which put any other message of
an administrator's into the draft, and what nobody took comes last.
"""

from telegram import Update

from bot.handlers.routes import (
    audit,
    banned,
    bot_settings,
    broadcasts,
    dead_letters,
    groups,
    maintenance,
    panel,
    people,
    privacy,
    sanctions,
    settings,
    start,
    stats,
    terms,
    unknown,
)
from bot.handlers.routes.route import Route, for_administrators


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
