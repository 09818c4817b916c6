"""A form: its routes, and what follows each answer and each press.

An open form is the row of a pending prompt. An answer is stored together with the next question, in the transaction
that ends the update. So `kill -9` leaves a form where it was.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Generic, TypeVar

from telegram import Update
from telegram.ext import filters

from bot.db.tables.prompts import LIFETIME, Prompts
from bot.db.tables.users import UserFacts
from bot.db.text import JsonObject
from bot.framework import prompts
from bot.framework.context import Context
from bot.framework.forms import views as view
from bot.framework.forms.readers import CHOICE, Refusal
from bot.framework.forms.steps import Questionnaire, Step
from bot.framework.forms.views import FormButtons, Press
from bot.framework.i18n import Texts
from bot.framework.route import Route, button, keeping_prompt, new_message, private_button
from bot.framework.screen import Screen, headed

A = TypeVar("A")
NAME = re.compile("[a-z][a-z0-9-]{0,19}")  # with a token and a choice it fits into callback data
TOKEN_BYTES = 4
TOKEN = f"([0-9a-f]{{{2 * TOKEN_BYTES}}})"


@dataclass(frozen=True, slots=True)
class _Filling:
    """An open form: its answers, and the token that binds buttons to the question above them.

    It has expired when its time is up, or if another version stored it without a field that this one needs.
    """

    answers: JsonObject
    token: str = field(default_factory=lambda: secrets.token_hex(TOKEN_BYTES))
    expired: bool = False


@dataclass(frozen=True)
class Form(Generic[A]):
    """Questions in a private chat, whose answers become an `A`: a dataclass with a field for each step.

    `name` names the form in the database. Without `confirm`, the last answer finishes the form. A form that gets no
    message for `lifetime` expires. Raises ValueError or TypeError for a mistake in its declaration.
    """

    name: str
    answers: type[A]
    steps: Sequence[Step]
    done: Callable[[Context, A], Awaitable[Screen]]
    confirm: Callable[[Texts, A], Screen] | None = None
    lifetime: timedelta = LIFETIME

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"the form's name {self.name!r} has to match {NAME.pattern}")
        _ = self._questionnaire

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes of answers and buttons. They have to come before routes that take any message."""
        data = view.data_of(self.name)
        messages = prompts.ANSWERS & filters.ChatType.PRIVATE
        buttons = (
            private_button(data, self._begin_pressed, view.BEGIN, elsewhere="framework-form-private"),
            keeping_prompt(button(data, self._pressed, TOKEN, f"({'|'.join(Press)})")),
            keeping_prompt(button(data, self._choice_pressed, TOKEN, view.CHOOSE, CHOICE)),
        )
        return (
            replace(new_message(messages, self._answered, f"answer to {self.name}"), takes=self._is_open),
            *(replace(route, name=f"form {self.name}") for route in buttons),
        )

    @property
    def begin_data(self) -> str:
        """Callback data of a button that begins the form."""
        return view.data_of(self.name)(view.BEGIN)

    async def begin(self, _: Update, context: Context) -> None:
        """Handle the command that begins the form. An open one begins anew."""
        context.reply(await self.open(context) if context.private else view.only_private(context.texts))

    async def open(self, context: Context, **known: object) -> Screen:
        """Open the form in the user's private chat, and return its first question.

        It replaces the pending prompt or form. `known` are fields that aren't asked for: all those without a step, and
        answers that are known already. Raises TypeError if a field is missing.
        """
        missing = self._questionnaire.without_step - known.keys()
        if missing:
            raise TypeError(f"form {self.name}: no step asks for {', '.join(sorted(missing))}; name them in open()")
        return await self._go_on(context, {n: self._questionnaire.to_json(n, value) for n, value in known.items()})

    @cached_property
    def _questionnaire(self) -> Questionnaire[A]:
        return Questionnaire(self.answers, self.steps)

    def _is_open(self, person: UserFacts | None) -> bool:
        """Return whether a user's last prompt is this form, even if it has expired."""
        return person is not None and person.prompt == self.name

    async def _answered(self, update: Update, context: Context) -> None:
        assert update.message is not None
        filling = await self._filling(context)
        if filling is None or filling.expired:
            context.reply(await self._time_out(context))
            return
        step = self._questionnaire.open_step(filling.answers)
        if step is None:
            confirmation = await self._go_on(context, filling.answers)
            context.reply(headed(view.buttons_wanted(context.texts), confirmation))
            return
        answer = await step.read.read(context, update.message)
        if isinstance(answer, Refusal):
            await self._store(context, filling)
            context.reply(Screen(answer.text))
        else:
            stored = self._questionnaire.to_json(step.name, answer)
            context.reply(await self._go_on(context, filling.answers | {step.name: stored}))

    async def _begin_pressed(self, context: Context) -> None:
        context.show(await self.open(context))

    async def _pressed(self, context: Context, token: str, press: str) -> None:
        answers = await self._answers_above(context, token)
        if answers is not None:
            _show(context, await self._after_press(context, answers, Press(press)))

    async def _choice_pressed(self, context: Context, token: str, value: str) -> None:
        answers = await self._answers_above(context, token)
        if answers is not None:
            _show(context, await self._after_choice(context, answers, value))

    async def _answers_above(self, context: Context, token: str) -> JsonObject | None:
        """The answers so far if the pressed button belongs to the open question. Otherwise says so and returns None."""
        filling = await self._filling(context)
        if filling is None or filling.token != token:
            context.outdated()
        elif filling.expired:
            context.show(await self._time_out(context))
        else:
            return filling.answers
        return None

    async def _after_press(self, context: Context, answers: JsonObject, press: Press) -> Screen | None:
        """The screen that follows a press; None if the open question has no such button."""
        step, answered = self._questionnaire.open_step(answers), self._questionnaire.answered(answers)
        match press:
            case Press.YES if step is None:
                return await self._finish(context, answers)
            case Press.START_OVER if step is None:
                return await self._go_on(context, _without(answers, answered))
            case Press.BACK if answered:
                return await self._go_on(context, _without(answers, answered[-1:]))
            case Press.SKIP if step is not None and step.optional:
                return await self._go_on(context, answers | {step.name: None})
            case Press.CANCEL:
                await prompts.end(context)
                return view.cancelled(context.texts)
        return None

    async def _after_choice(self, context: Context, answers: JsonObject, value: str) -> Screen | None:
        """The screen that follows the choice of a value; None if the open question doesn't offer it."""
        step = self._questionnaire.open_step(answers)
        if step is None or all(value != offered.value for offered in step.read.choices(context.texts)):
            return None
        return await self._go_on(context, answers | {step.name: value})

    async def _go_on(self, context: Context, answers: JsonObject) -> Screen:
        """Store the answers, and return the next question. After the last answer, ask to confirm or finish."""
        if self._questionnaire.open_step(answers) is None and self.confirm is None:
            return await self._finish(context, answers)
        filling = _Filling(answers)
        await self._store(context, filling)
        return self._screen(context.texts, filling)

    async def _finish(self, context: Context, answers: JsonObject) -> Screen:
        await prompts.end(context)
        return await self.done(context, self._questionnaire.filled(answers))

    async def _time_out(self, context: Context) -> Screen:
        await prompts.end(context)
        return view.timed_out(context.texts, self.name, can_begin=not self._questionnaire.without_step)

    async def _filling(self, context: Context) -> _Filling | None:
        latest = await (await context.work()).of(Prompts).latest(context.person_id, context.person_id)
        if latest is None or latest.name != self.name:
            return None
        answers = self._questionnaire.readable(latest.details["answers"])
        expired = latest.expired or not self._questionnaire.without_step <= answers.keys()
        return _Filling(answers, latest.details["token"], expired)

    async def _store(self, context: Context, filling: _Filling) -> None:
        """Store an open form. Its lifetime begins again."""
        who, stored = context.person_id, (await context.work()).of(Prompts)
        await stored.ask(who, who, self.name, self.lifetime, answers=filling.answers, token=filling.token)

    def _screen(self, texts: Texts, filling: _Filling) -> Screen:
        """The open question, or the answers to be confirmed."""
        buttons = FormButtons(texts, self.name, filling.token)
        step = self._questionnaire.open_step(filling.answers)
        if step is not None:
            back = (Press.BACK,) if self._questionnaire.answered(filling.answers) else ()
            presses = (*back, *((Press.SKIP,) if step.optional else ()), Press.CANCEL)
            return buttons.under_question(step.ask(texts), step.read.choices(texts), presses)
        assert self.confirm is not None
        return buttons.under_confirmation(self.confirm(texts, self._questionnaire.filled(filling.answers)))


def _show(context: Context, screen: Screen | None) -> None:
    if screen is None:
        context.outdated()
    else:
        context.show(screen)


def _without(answers: JsonObject, steps: Collection[str]) -> JsonObject:
    return {name: value for name, value in answers.items() if name not in steps}
