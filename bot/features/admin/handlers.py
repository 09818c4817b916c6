"""The administrators' panel, one message edited in place; and what all its buttons have in common."""

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.features.admin import views as view
from bot.features.users import views as people_view
from bot.features.users.service import Actor, NobodyError, NotAllowedError, NotNowError
from bot.framework.context import Context

Action = Callable[..., Awaitable[None]]
"""What a button does, given the context and the groups of its pattern."""


async def panel(_: Update, context: Context) -> None:
    context.reply(view.panel(context.words))


async def show_panel(context: Context) -> None:
    context.show(view.panel(context.words))


async def pressed(action: Action, _: Update, context: Context) -> None:
    """Do what a button is for; or say why that can't be done."""
    assert context.matches is not None
    try:
        await action(context, *context.matches[0].groups())
    except NobodyError:
        context.answer(people_view.nobody(context.words))


def actor(context: Context) -> Actor:
    return Actor(context.person_id, context.owners)


REFUSED = (NotAllowedError, NotNowError)
"""What the card as it is now answers, with a sentence."""


def why_not(context: Context, error: Exception) -> str:
    return (
        people_view.not_allowed(context.words)
        if isinstance(error, NotAllowedError)
        else people_view.changed(context.words)
    )
