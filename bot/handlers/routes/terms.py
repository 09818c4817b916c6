"""Agreeing to the terms."""

from bot.handlers import terms
from bot.handlers.routes.route import Route, always, button
from bot.views import terms as view


def routes() -> tuple[Route, ...]:
    return (always(button(f"{view.AGREE}:([A-Za-z0-9._-]{{1,32}})", terms.agreed)),)
