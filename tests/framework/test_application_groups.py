"""Handlers in the Application's groups: which of them see an update, in what order, and what ends it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from telegram import Update
from telegram.error import BadRequest, Forbidden
from telegram.ext import ApplicationHandlerStop, BaseHandler, ConversationHandler, MessageHandler, filters

from bot.db.tables.users import ADMINISTRATOR, UserFacts
from bot.db.unit_of_work import UnitOfWork, in_transaction
from bot.errors import DatabaseAwayError, NoUpdateError
from bot.framework.application import App, TermBot
from bot.framework.context import Context
from bot.framework.dispatcher import Dispatched, Dispatcher, dispatch
from bot.framework.floods import BURST, Floods
from bot.framework.ptb_lifecycle import TermApplication
from bot.framework.route import Guard, for_administrators, new_message
from tests.support.system import count

BOT, ANN = 42, 1001
Act = Callable[[Update, Context], Awaitable[Any]]


def update(text: str = "hm", kind: str = "message", number: int = 1) -> Update:
    person = {"id": ANN, "is_bot": False, "first_name": "Ann"}
    message = {"message_id": 7, "date": 1, "from": person, "chat": {"id": ANN, "type": "private"}, "text": text}
    return Update.de_json({"update_id": number, kind: message}, None)


class Bench:
    """A dispatcher with a guard, a route and a fallback, and an Application. All record their names in `seen`."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self.unit_of_work = unit_of_work
        self.seen: list[str] = []
        self.setups: list[Callable[[App], None]] = []
        self.routes = (new_message(filters.Text(["route"]), self.named("route"), "route"),)
        self.guarded = ""

    def named(self, name: str, act: Act | None = None) -> Callable[[Any, Context], Any]:
        async def handler(update: Any, context: Context) -> object:
            self.seen.append(name)
            return None if act is None else await act(update, context)

        return handler

    def add(self, name: str, group: int = 0, act: Act | None = None, only: str | None = None) -> None:
        which = filters.ALL if only is None else filters.Text([only])
        self.setups.append(lambda app: app.add_handler(MessageHandler(which, self.named(name, act)), group))

    def add_error_handler(self, name: str, act: Act | None = None) -> None:
        self.setups.append(lambda app: app.add_error_handler(self.named(name, act)))

    def dispatcher(self) -> Dispatcher:
        bot = TermBot("42:T")
        self.added = TermApplication(bot, self.setups, unit_of_work=self.unit_of_work, bot_id=BOT, check=lambda: None)
        return Dispatcher(
            self.added,
            routes=self.routes,
            fallbacks=(new_message(filters.ALL, self.named("fallback"), "fallback"),),
            guards=(
                Guard("early", lambda *_: self.guarded == "early", self.named("early guard"), before_routes=True),
                Guard("late", lambda *_: self.guarded == "late", self.named("late guard")),
            ),
        )

    async def handle(self, text: str = "hm", person: UserFacts | None = None) -> Dispatched | None:
        async with self.unit_of_work.lazy() as work:
            return await dispatch(self.dispatcher(), update(text), work, person)


@pytest.fixture
def bench(unit_of_work: UnitOfWork) -> Bench:
    return Bench(unit_of_work)


@pytest.mark.parametrize(
    ("text", "guarded", "seen"),
    [
        ("hm", "", ["below", "from zero", "last"]),
        ("route", "", ["below", "route"]),
        ("other", "", ["below", "fallback"]),
        ("hm", "early", ["below", "early guard"]),
        ("hm", "late", ["below", "late guard"]),
        ("other", "late", ["below", "late guard"]),
    ],
)
async def test_groups_below_0_come_first_and_from_0_see_what_no_route_takes(
    bench: Bench, text: str, guarded: str, seen: list[str]
) -> None:
    bench.guarded = guarded
    bench.add("last", 5, only="hm")
    bench.add("from zero", 0, only="hm")
    bench.add("below", -1)
    await bench.handle(text)
    assert bench.seen == seen


async def test_of_a_group_the_first_handler_that_matches_is_called(bench: Bench) -> None:
    for name, only in (("none", "other"), ("first", "hm"), ("second", "hm")):
        bench.add(name, only=only)
    assert (taken := await bench.handle()) is not None
    assert bench.seen == ["first"]
    assert taken.route.startswith("application ")


@pytest.mark.parametrize(("group", "seen"), [(-2, ["stops"]), (0, ["below", "stops"])])
async def test_application_handler_stop_ends_the_update(bench: Bench, group: int, seen: list[str]) -> None:
    async def stop(*_: object) -> None:
        raise ApplicationHandlerStop

    bench.add("stops", group, stop)
    bench.add("below", -1)
    bench.add("later", 1)
    assert await bench.handle() is not None
    assert bench.seen == seen


async def test_application_handler_stop_sets_a_conversations_state(bench: Bench, engine: AsyncEngine) -> None:
    async def stop(*_: object) -> None:
        raise ApplicationHandlerStop(3)

    def with_conversation(app: App) -> None:
        steps: list[BaseHandler[Update, Context, object]] = [MessageHandler(filters.ALL, bench.named("asks", stop))]
        states: dict[object, list[BaseHandler[Update, Context, object]]] = {3: []}
        app.add_handler(ConversationHandler(steps, states, [], name="form", persistent=True))

    bench.setups.append(with_conversation)
    bench.add("later", 1)
    await bench.handle()
    assert bench.seen == ["asks"]
    assert await count(engine, "ptb_data WHERE kind = 'conversation form' AND value::text = '3'") == 1


async def fails(*_: object) -> None:
    raise LookupError("no")


async def test_an_error_goes_to_the_error_handlers_and_then_on(bench: Bench, engine: AsyncEngine) -> None:
    async def keeps(_: object, context: Context) -> None:
        assert isinstance(context.error, LookupError)
        assert context.user_data is not None
        context.user_data["failed"] = True

    bench.add("fails", 0, fails)
    bench.add("later", 1)
    bench.add_error_handler("first", keeps)
    bench.add_error_handler("second")
    with pytest.raises(LookupError):
        await bench.handle()
    assert bench.seen == ["fails", "first", "second", "later"]
    assert await count(engine, "ptb_data") == 0


async def test_an_error_handler_can_stop_the_update(bench: Bench) -> None:
    async def stop(*_: object) -> None:
        raise ApplicationHandlerStop

    bench.add("fails", -1, fails)
    bench.add("later", -1, only="other")
    bench.add("later", 0)
    bench.add_error_handler("stops", stop)
    bench.add_error_handler("second")
    with pytest.raises(LookupError):
        await bench.handle()
    assert bench.seen == ["fails", "stops"]


async def test_whoever_cannot_be_written_to_is_no_failure(bench: Bench, engine: AsyncEngine) -> None:
    async def blocked(_: object, context: Context) -> None:
        assert context.user_data is not None
        context.user_data["asked"] = True
        raise Forbidden("Forbidden: bot was blocked by the user")

    bench.add("blocked", act=blocked)
    bench.add_error_handler("sees it")
    assert await bench.handle() is not None
    assert bench.seen == ["blocked", "sees it"]
    assert await count(engine, "ptb_data") == 1


async def test_an_error_that_is_no_handlers_fault_is_seen_by_none(bench: Bench) -> None:
    async def away(*_: object) -> None:
        raise DatabaseAwayError("gone")

    bench.add("away", act=away)
    bench.add_error_handler("sees it")
    with pytest.raises(DatabaseAwayError):
        await bench.handle()
    assert bench.seen == ["away"]


async def test_a_filter_that_raises_is_an_error_of_its_handler(bench: Bench) -> None:
    class Broken(filters.UpdateFilter):
        def filter(self, _: Update) -> bool:
            raise BadRequest("no")

    bench.setups.append(lambda app: app.add_handler(MessageHandler(Broken(), bench.named("never"))))
    bench.add_error_handler("sees it")
    with pytest.raises(BadRequest):
        await bench.handle()
    assert bench.seen == ["sees it"]


async def test_no_unit_of_work_is_open_while_they_run_even_after_a_route_has_read(bench: Bench) -> None:
    """A route for administrators reads whether its sender still is one."""
    opened: list[bool] = []

    async def look(*_: object) -> None:
        opened.append(in_transaction())

    bench.routes = (for_administrators(new_message(filters.ALL, bench.named("admin"), "admin")),)
    bench.add("below", -1, look)
    bench.add("from zero", 0, look)
    await bench.handle(person=UserFacts(ANN, ADMINISTRATOR))
    assert opened == [False, False]
    assert bench.seen == ["below", "from zero"]


async def test_handlers_may_use_the_updates_unit_of_work_and_messages(bench: Bench) -> None:
    async def work(_: object, context: Context) -> None:
        await (await context.work()).now()
        context.not_understood()

    bench.add("works", act=work)
    assert (taken := await bench.handle()) is not None
    assert len(taken.outgoing) == 1


@pytest.mark.parametrize(("kind", "ends"), [("message", True), ("edited_message", False)])
async def test_a_new_message_ends_the_pending_prompt_and_an_edited_one_does_not(
    bench: Bench, kind: str, *, ends: bool
) -> None:
    bench.add("takes it")
    async with bench.unit_of_work.lazy() as work:
        await dispatch(bench.dispatcher(), update(kind=kind), work, UserFacts(ANN, prompt="name"))
        assert work.changed_people == ({ANN} if ends else set())


async def test_a_flood_loads_no_data(bench: Bench, engine: AsyncEngine) -> None:
    floods = Floods(lambda: 1)
    bench.add("takes it")
    dispatcher = replace(bench.dispatcher(), floods=floods)
    for number in range(BURST + 1):
        floods.judge_update(update(number=number))
    assert not floods.goes_on(update(number=BURST))  # the first that is too much, which is answered
    statements: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    async with bench.unit_of_work.lazy() as work:
        taken = await dispatch(dispatcher, update(number=BURST + 1), work, None)
    assert taken is not None
    assert taken.dropped
    assert not statements


async def test_without_handlers_there_is_neither_a_query_nor_an_application(bench: Bench, engine: AsyncEngine) -> None:
    bench.setups.append(lambda _: None)
    statements: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    await bench.handle()
    assert bench.seen == ["fallback"]
    assert not bench.added.used
    assert not statements


async def test_contexts_without_an_update_say_so(bench: Bench) -> None:
    """That of an error handler, and one that is used after the update's end."""
    contexts: list[Context] = []

    async def fail(_: Update, context: Context) -> None:
        contexts.append(context)
        context.reply("goes out")
        raise LookupError

    async def answer(_: Update, context: Context) -> None:
        with pytest.raises(NoUpdateError, match=r"context\.bot"):
            context.reply("goes nowhere")
        with pytest.raises(NoUpdateError):
            await context.work()

    bench.add("fails", act=fail)
    bench.add_error_handler("error handler", act=answer)
    with pytest.raises(LookupError):
        await bench.handle()
    assert bench.seen == ["fails", "error handler"]
    with pytest.raises(NoUpdateError, match=r"context\.bot"):
        contexts[0].reply("goes nowhere")
