"""Who did what to whom."""

from bot.handlers.admin import audit
from bot.handlers.routes.panel import admin_button
from bot.handlers.routes.route import NUMBER, Route
from bot.views.admin import Press


def routes() -> tuple[Route, ...]:
    return (
        admin_button(audit.show_newest, Press.AUDIT),
        admin_button(audit.show_page, Press.AUDIT, "(all|by|of)", NUMBER, NUMBER),
    )
