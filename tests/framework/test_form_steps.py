"""Parts of a form: types, readers, fields without a step, no confirmation."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import pytest
from telegram import Message, Update
from telegram.ext import filters

from bot.db.tables.prompts import Prompts
from bot.db.tables.users import UserFacts
from bot.db.unit_of_work import UnitOfWork
from bot.framework.application import TermBot
from bot.framework.context import Context
from bot.framework.dispatcher import Dispatcher, dispatch
from bot.framework.forms import Form, Reader, Refusal, Step, choice, number, photo, text
from bot.framework.forms.steps import Questionnaire
from bot.framework.i18n import Texts
from bot.framework.ptb_lifecycle import TermApplication
from bot.framework.route import new_message
from bot.framework.screen import Screen
from bot.messages import Edit, Outgoing, Text

ANN = 1001
MOST_DATA = 64  # bytes of callback data that Telegram takes
LONGEST_NAME = "a" * 20


class Size(StrEnum):
    SMALL = "small"
    HUGE = "huge-beyond-all-bounds"


@dataclass(frozen=True, slots=True)
class Order:
    customer: int
    size: Size
    number: int
    day: date


async def read_day(context: Context, message: Message) -> date | Refusal:
    assert context.private
    try:
        return date.fromisoformat(message.text or "")
    except ValueError:
        return Refusal("A day, please.")


def size_name(_: Texts, size: Size) -> str:
    return f"Size {size}"


STEPS = (
    Step("size", lambda _: Screen("Which size?"), choice(Size, size_name)),
    Step("number", lambda _: Screen("How many?"), number(1, 1_000)),
    Step("day", lambda _: Screen("When?"), Reader(date, read_day)),
)


@dataclass
class Ann:
    """A user of a form of orders. Each of her updates is a transaction, as in the worker."""

    unit_of_work: UnitOfWork
    known: dict[str, object] = field(default_factory=lambda: {"customer": 7})
    lifetime: timedelta = timedelta(hours=2)
    orders: list[Order] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.form = Form(LONGEST_NAME, Order, STEPS, self._order, lifetime=self.lifetime)

    async def begins(self) -> Text:
        return await self.says("begin")

    async def says(self, words: str) -> Text:
        """Send a text, and return the answer."""
        [answer] = await self._sends(message=_message(text=words))
        assert isinstance(answer, Text)
        return answer

    async def presses(self, message: Text, label: str) -> str:
        """Press a button, and return what its message shows after that."""
        data = next(button.data for row in message.keyboard for button in row if button.label == label)
        query = {"id": "1", "from": _message()["from"], "chat_instance": "1", "data": data, "message": _message()}
        _, shown = await self._sends(callback_query=query)
        assert isinstance(shown, Edit)
        return shown.text

    async def _sends(self, **update: Any) -> list[Outgoing]:
        bot = TermBot("42:TEST")
        application = TermApplication(bot, (), unit_of_work=self.unit_of_work, bot_id=42, check=lambda: None)
        async with self.unit_of_work.open() as work:
            prompt = await work.of(Prompts).pending(ANN, ANN)
        begin = new_message(filters.Text(["begin"]), self._begin)
        dispatcher = Dispatcher(application, (begin, *self.form.routes))
        received = Update.de_json({"update_id": 1, **update}, bot)
        facts = UserFacts(ANN, prompt=None if prompt is None else prompt.name)
        async with self.unit_of_work.lazy() as lazy:
            dispatched = await dispatch(dispatcher, received, lazy, facts)
        assert dispatched is not None
        return dispatched.outgoing

    async def _begin(self, _: Update, context: Context) -> None:
        context.reply(await self.form.open(context, **self.known))

    async def _order(self, _: Context, order: Order) -> Screen:
        self.orders.append(order)
        return Screen("Ordered.")


def _message(**fields: Any) -> dict[str, Any]:
    user = {"id": ANN, "first_name": "Ann"}
    chat = {**user, "type": "private"}
    return {"message_id": 1, "date": 1_700_000_000, "chat": chat, "from": {**user, "is_bot": False}, **fields}


async def test_answers_come_back_in_their_types(unit_of_work: UnitOfWork) -> None:
    ann = Ann(unit_of_work)
    question = await ann.begins()
    assert await ann.presses(question, "Size huge-beyond-all-bounds") == "How many?"
    assert (await ann.says("+12")).text == "When?"
    assert (await ann.says("tomorrow")).text == "A day, please."
    assert (await ann.says("2026-12-01")).text == "Ordered."
    assert ann.orders == [Order(7, Size.HUGE, 12, date(2026, 12, 1))]


async def test_a_known_answer_is_not_asked_for(unit_of_work: UnitOfWork) -> None:
    ann = Ann(unit_of_work, known={"customer": 7, "size": Size.SMALL, "day": date(2026, 12, 1)})
    assert (await ann.begins()).text == "How many?"
    assert (await ann.says("1")).text == "Ordered."
    assert ann.orders == [Order(7, Size.SMALL, 1, date(2026, 12, 1))]


async def test_a_field_without_a_step_has_to_be_known(unit_of_work: UnitOfWork) -> None:
    with pytest.raises(TypeError, match="customer"):
        await Ann(unit_of_work, known={}).begins()


@pytest.mark.parametrize("words", ["0", "1001", "-1", "1.5", "many", "1" * 5_000, "²"])
async def test_a_number_outside_its_range_is_refused(unit_of_work: UnitOfWork, words: str) -> None:
    ann = Ann(unit_of_work, known={"customer": 7, "size": Size.SMALL})
    await ann.begins()
    assert "from 1 to 1,000" in (await ann.says(words)).text


async def test_a_form_is_over_after_its_own_lifetime(unit_of_work: UnitOfWork) -> None:
    ann = Ann(unit_of_work, lifetime=timedelta(0))
    await ann.begins()
    async with unit_of_work.open() as work:
        latest = await work.of(Prompts).latest(ANN, ANN)
    assert latest is not None
    assert latest.expired


async def test_the_longest_callback_data_is_taken_by_telegram(unit_of_work: UnitOfWork) -> None:
    question = await Ann(unit_of_work).begins()
    assert max(len(button.data.encode()) for row in question.keyboard for button in row) == MOST_DATA


def test_answers_that_another_version_stored_are_kept_as_far_as_they_fit() -> None:
    stored = {"customer": 7, "size": "medium", "number": 3, "day": "2026-12-01", "colour": "red"}
    questions = Questionnaire(Order, STEPS)
    answers = questions.readable(stored)
    assert answers == {"customer": 7, "number": 3, "day": "2026-12-01"}
    open_step = questions.open_step(answers)
    assert open_step is not None
    assert open_step.name == "size"


async def done(_: Context, order: Order) -> Screen:
    return Screen(str(order))


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        (
            Step("number", lambda _: Screen(""), text()),
            "Order.number is <class 'int'>, but its step reads <class 'str'>",
        ),
        (Step("number", lambda _: Screen(""), number(1, 2), optional=True), "reads int | None"),
        (Step("colour", lambda _: Screen(""), photo()), "Order.colour is None"),
    ],
)
def test_a_step_that_does_not_fit_its_field_is_refused_at_once(step: Step, complaint: str) -> None:
    with pytest.raises(TypeError, match=re.escape(complaint)):
        Form("order", Order, (step,), done)


def test_names_that_do_not_fit_into_callback_data_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="name"):
        Form(f"{LONGEST_NAME}a", Order, STEPS, done)
    long = StrEnum("long", {"LONG": "x" * 23})
    with pytest.raises(ValueError, match="LONG"):
        choice(long, lambda _, member: str(member))
