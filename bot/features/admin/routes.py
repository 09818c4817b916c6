"""The administrators' panel; and the kinds of routes of what is reached from it."""

from functools import partial

from telegram.ext import filters

from bot.features.admin import handlers as panel
from bot.features.admin import views as view
from bot.features.admin.views import Press
from bot.features.users import answers as people_answers
from bot.framework.route import Route, button, command, new_message, when_asked

ANSWER = ~filters.COMMAND & ~filters.StatusUpdate.ALL
"""What can be an answer to a question."""
MOST_ANSWERED = 4096  # characters: a message's


def routes() -> tuple[Route, ...]:
    return (
        command(view.COMMAND, panel.panel),
        admin_button(panel.show_panel, Press.PANEL),
    )


def admin_button(action: panel.Action, press: Press, *arguments: str) -> Route:
    """The groups in the patterns `arguments` are what the action is given."""
    return button(view.data(press, *arguments), partial(panel.pressed, action))


def admin_answer(what: str, answer: people_answers.Answer, most: int = MOST_ANSWERED) -> Route:
    """`most` characters, and no more, are taken."""
    callback = partial(people_answers.answered, answer, most)
    return when_asked(what, new_message(ANSWER, callback, f"answer to {what}"))
