"""What becomes of the bot in groups."""

from bot.handlers import groups
from bot.handlers.routes.route import Route, always, own_standing


def routes() -> tuple[Route, ...]:
    return (always(own_standing(groups.standing_changed)),)
