"""What becomes of the bot in groups."""

from bot.features.start import groups
from bot.framework.route import Route, always, own_standing


def routes() -> tuple[Route, ...]:
    return (always(own_standing(groups.standing_changed)),)
