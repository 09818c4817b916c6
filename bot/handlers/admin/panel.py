"""The administrators' panel, one message edited in place; and what all its buttons have in common."""

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.handlers.context import Context
from bot.services.profiles import Actor, NobodyError, NotAllowedError, NotNowError
from bot.views import admin as view
from bot.views import people as people_view

Action = Callable[..., Awaitable[None]]
"""What a button does, given the context and the groups of its pattern."""

QUESTIONS = "people-"
"""How the names of the questions begin that are asked from here."""


async def panel(_: Update, context: Context) -> None:
    await leave_question(context)
    context.reply(view.panel(context.words))


async def show_panel(context: Context) -> None:
    context.show(view.panel(context.words))


async def pressed(action: Action, _: Update, context: Context) -> None:
    """Go on from whatever was asked, and do what a button is for; or say why that can't be done."""
    assert context.matches is not None
    await leave_question(context)
    await attempted(action, context)


async def attempted(action: Action, context: Context) -> None:
    """As `pressed`, for buttons under a question: it is still being asked."""
    assert context.matches is not None
    try:
        await action(context, *context.matches[0].groups())
    except NobodyError:
        context.answer(people_view.nobody(context.words))


async def leave_question(context: Context) -> None:
    """Ask no more what was asked from here: its asker goes on to something else."""
    person = context.person
    if person is not None and (person.asked or "").startswith(QUESTIONS):
        await (await context.work()).questions.answered(context.person_id, context.person_id)


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
