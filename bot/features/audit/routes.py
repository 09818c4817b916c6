"""Who did what to whom."""

from bot.features.admin.routes import admin_button
from bot.features.admin.views import Press
from bot.features.audit import handlers as audit
from bot.framework.route import NUMBER, Route


def routes() -> tuple[Route, ...]:
    return (
        admin_button(audit.show_newest, Press.AUDIT),
        admin_button(audit.show_page, Press.AUDIT, "(all|by|of)", NUMBER, NUMBER),
    )
