"""Prompts: the bot asks for a text, and the next message in the private chat is the answer.

The pending prompt is a row, so it survives a restart.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Update
from telegram.ext import filters

from bot.db.tables.prompts import Prompts
from bot.framework.context import Context
from bot.framework.route import Route, new_message, when_prompted
from bot.framework.screen import Screen

ANSWERS = ~filters.COMMAND & ~filters.StatusUpdate.ALL
"""Messages that can be answers."""
LONGEST_ANSWER = 4096  # characters of a message

Details = dict[str, Any]
"""Facts kept with a prompt, as JSON."""


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """The screen that follows an answer, and whether the prompt stays open."""

    screen: Screen
    stays_open: bool = False


Answer = Callable[[Context, Details, str], Awaitable[AnswerResult]]
"""Takes an answer, given the facts kept with the prompt."""


async def ask(context: Context, prompt: str, **details: Any) -> None:
    """Make this the pending prompt, replacing any other."""
    work = await context.work()
    await work.of(Prompts).ask(context.person_id, context.person_id, prompt, **details)


async def pending(context: Context, prompt: str) -> Details | None:
    """The facts kept with the prompt; None if it isn't the pending one."""
    work = await context.work()
    found = await work.of(Prompts).pending(context.person_id, context.person_id)
    return found.details if found is not None and found.name == prompt else None


async def end(context: Context) -> None:
    """End the pending prompt."""
    await (await context.work()).of(Prompts).close(context.person_id, context.person_id)


def answer_to(prompt: str, answer: Answer, most: int = LONGEST_ANSWER) -> Route:
    """A route for answers of up to `most` characters to a prompt."""
    return when_prompted(prompt, new_message(ANSWERS, partial(_answered, answer, most), f"answer to {prompt}"))


async def _answered(answer: Answer, most: int, update: Update, context: Context) -> None:
    assert update.message is not None
    work = await context.work()
    found = await work.of(Prompts).pending(context.person_id, context.person_id)
    if found is None:
        context.not_understood()
        return
    text = update.message.text
    if text is None:
        after = AnswerResult(Screen(context.texts.html("framework-prompt-text-wanted")), stays_open=True)
    elif len(text) > most:
        after = AnswerResult(Screen(context.texts.html("framework-prompt-too-long", most=most)), stays_open=True)
    else:
        after = await answer(context, found.details, text)
    if not after.stays_open:
        await end(context)
    context.reply(after.screen)
