"""Agreeing to the terms."""

from bot.features.terms import handlers as terms
from bot.features.terms import views as view
from bot.framework.route import Route, always, button


def routes() -> tuple[Route, ...]:
    return (always(button(f"{view.AGREE}:([A-Za-z0-9._-]{{1,32}})", terms.agreed)),)
