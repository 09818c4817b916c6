"""The Application is initialized and started when a term begins, and stopped when it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from telegram import Update
from telegram.ext import CommandHandler, ConversationHandler, MessageHandler, filters

from bot.db.unit_of_work import UnitOfWork
from bot.errors import FatalError, NoUpdateError
from bot.framework.application import App, Handler, Setup, TermBot
from bot.framework.context import Context, HandlerDeps
from bot.framework.ptb_handlers import UpdateHandlers
from bot.framework.ptb_lifecycle import Hook, TermApplication
from bot.sandbox.server.emulator import Emulator
from bot.worker.outgoing.transport import AiohttpRequest
from tests.support.system import eventually, select


@pytest.fixture
async def bot(telegram: Emulator, telegram_url: str) -> AsyncIterator[TermBot]:
    async with AsyncExitStack() as opened:
        requests = [await opened.enter_async_context(AiohttpRequest(1)) for _ in range(2)]
        made = TermBot(telegram.bot.token, f"{telegram_url}/bot", request=requests[0], get_updates_request=requests[1])
        await made.initialize()
        yield made


@pytest.fixture
def made(bot: TermBot, unit_of_work: UnitOfWork) -> Callable[..., TermApplication]:
    def make(*setups: Setup) -> TermApplication:
        return TermApplication(bot, setups, unit_of_work=unit_of_work, bot_id=bot.id, check=lambda: None)

    return make


Make = Callable[..., TermApplication]


async def nothing(_: Update, __: Context) -> None: ...


def recording(seen: list[str], name: str) -> Setup:
    """Sets hooks that record themselves, and whether the Application is initialized and running then."""

    def hook(kind: str) -> Hook:
        async def call(app: App) -> None:
            seen.append(f"{name} {kind} {'running' if app.running else 'not running'}")

        return call

    def set_up(app: App) -> None:
        app.post_init, app.post_stop, app.post_shutdown = map(hook, ("init", "stop", "shutdown"))

    return set_up


async def test_each_features_hooks_are_called_in_the_order_of_run_polling(made: Make) -> None:
    seen: list[str] = []
    term = made(recording(seen, "a"), recording(seen, "b"))
    async with term.running():
        assert term.current.running
        assert seen == ["a init not running", "b init not running"]
        await term.stop()
        assert not term.current.running
    assert seen[2:] == [f"{name} {kind} not running" for kind in ("stop", "shutdown") for name in ("a", "b")]


async def test_each_term_gets_an_application_of_its_own(made: Make) -> None:
    term = made(lambda app: app.add_handler(CommandHandler("go", nothing)))
    applications = []
    for _ in range(2):
        async with term.running():
            applications.append(term.current)
            assert term.current.running
            assert len(term.current.handlers[0]) == 1
    assert applications[0] is not applications[1]
    assert not applications[0].running


async def test_the_bots_connections_outlive_it(made: Make, bot: TermBot) -> None:
    async with made(recording([], "a")).running():
        pass
    assert (await bot.get_me()).id == bot.id


async def test_a_term_that_fails_ends_the_application(made: Make) -> None:
    seen: list[str] = []
    term = made(recording(seen, "a"))
    with pytest.raises(LookupError):
        async with term.running():
            raise LookupError
    assert not term.current.running
    assert seen == ["a init not running", "a stop not running", "a shutdown not running"]


async def test_a_hook_that_fails_at_the_end_keeps_no_term_from_beginning(made: Make) -> None:
    async def fail(_: App) -> None:
        raise LookupError

    def set_up(app: App) -> None:
        app.post_stop = app.post_shutdown = fail

    term = made(set_up)
    for _ in range(2):
        async with term.running():
            assert term.current.running


async def test_a_hook_that_fails_keeps_none_of_the_rest_from_its_end(made: Make) -> None:
    """The rest of a stop is done once, even if the stop is cut off."""
    seen: list[str] = []

    async def fail(_: App) -> None:
        raise LookupError

    async def hang(_: App) -> None:
        seen.append("hangs")
        await asyncio.Event().wait()

    def set_up(hook: Hook) -> Setup:
        return lambda app: setattr(app, "post_stop", hook)

    term = made(set_up(fail), set_up(hang), recording(seen, "c"))
    async with term.running():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await term.stop()
        assert seen == ["c init not running", "hangs"]
    assert seen[2:] == ["c stop not running", "c shutdown not running"]


async def test_a_hook_whose_failure_has_to_end_the_worker_is_raised_after_the_shutdown(made: Make) -> None:
    seen: list[str] = []

    async def fail(_: App) -> None:
        raise FatalError("on purpose")

    def set_up(app: App) -> None:
        app.post_stop = fail

    with pytest.raises(FatalError, match="on purpose"):
        async with made(set_up, recording(seen, "b")).running():
            pass
    assert seen[-1] == "b shutdown not running"


async def test_what_post_init_puts_into_bot_data_is_stored(made: Make, engine: AsyncEngine) -> None:
    async def count(app: App) -> None:
        app.bot_data["starts"] = [*app.bot_data.get("starts", []), "once"]  # type: ignore[misc] # it is a list

    def set_up(app: App) -> None:
        app.post_init = count

    term = made(set_up)
    for _ in range(2):
        async with term.running():
            pass
    [row] = await select(engine, "SELECT value FROM ptb_data WHERE kind = 'bot'")
    assert row["value"] == {"starts": ["once", "once"]}


def with_handler(app: App) -> None:
    app.add_handler(CommandHandler("go", nothing))


def with_hook(app: App) -> None:
    async def hook(_: App) -> None: ...

    app.post_shutdown = hook


@pytest.mark.parametrize(
    ("setups", "used"), [((), False), ((lambda _: None,), False), ((with_handler,), True), ((with_hook,), True)]
)
async def test_it_is_used_if_there_is_a_handler_or_a_hook(made: Make, setups: tuple[Setup, ...], used: bool) -> None:
    assert made(*setups).used is used


async def test_handlers_that_leave_their_lane_are_refused_at_the_start(made: Make) -> None:
    with pytest.raises(FatalError, match="block=False"):
        made(lambda app: app.add_handler(CommandHandler("go", nothing, block=False)))


async def test_jobs_run_with_their_data_and_store_them(made: Make, engine: AsyncEngine) -> None:
    async def tick(context: Context) -> None:
        assert context.user_data is not None
        context.user_data["ticks"] = [*context.user_data.get("ticks", []), 1]  # type: ignore[misc] # it is a list

    def set_up(app: App) -> None:
        assert app.job_queue is not None
        app.job_queue.run_repeating(tick, 0.05, first=0, user_id=1001)

    async def ticked() -> bool:
        rows = await select(engine, "SELECT value FROM ptb_data WHERE kind = 'user' AND user_id = 1001")
        return bool(rows) and len(rows[0]["value"]["ticks"]) >= 3

    term = made(set_up)
    assert term.used
    async with term.running():
        await eventually(ticked)


async def test_no_job_outlives_its_term(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.framework.ptb_lifecycle.STOPS_WITHIN", 0.1)
    begun = asyncio.Event()
    ended: list[int] = []

    async def hang(_: Context) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(1)

    def set_up(app: App) -> None:
        assert app.job_queue is not None
        app.job_queue.run_once(hang, 0)

    async with made(set_up).running():
        await begun.wait()
    assert ended == [1]


async def test_a_conversations_time_runs_out(made: Make, unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    """The job finds the state, which memory doesn't hold between updates, and its end is stored."""
    told: list[object] = []
    refused: list[str] = []

    async def begin(_: Update, context: Context) -> int:
        assert context.user_data is not None
        context.user_data["name"] = "Ann"
        return 1

    async def tell(_: Update, context: Context) -> None:
        assert context.user_data is not None
        told.append(context.user_data["name"])
        try:
            await context.work()
        except NoUpdateError as error:
            refused.append(str(error))

    def set_up(app: App) -> None:
        everything = filters.ALL
        states: dict[object, list[Handler]] = {
            1: [MessageHandler(everything, nothing)],
            ConversationHandler.TIMEOUT: [MessageHandler(everything, tell)],
        }
        entry: list[Handler] = [MessageHandler(everything, begin)]
        form = ConversationHandler(entry, states, [], conversation_timeout=0.3, name="form", persistent=True)
        app.add_handler(form)

    async def ended() -> bool:
        return not await select(engine, "SELECT 1 FROM ptb_data WHERE kind = 'conversation form'")

    term = made(set_up)
    async with term.running():
        await handle(term, unit_of_work)
        assert not await ended()
        await eventually(ended)
    assert told == ["Ann"]
    assert "context.bot" in refused[0]


async def handle(term: TermApplication, unit_of_work: UnitOfWork) -> None:
    """Handle a message of Ann's, and store its data."""
    person = {"id": 1001, "is_bot": False, "first_name": "Ann"}
    message = {"message_id": 7, "date": 1, "from": person, "chat": {"id": 1001, "type": "private"}, "text": "hm"}
    update = Update.de_json({"update_id": 1, "message": message}, term.current.bot)
    context = Context.from_update(update, term.current)
    async with unit_of_work.lazy() as work:
        context.take(update, work.work, None, HandlerDeps())
        handlers = UpdateHandlers(term.stored, update, context, work)
        await handlers.run_from_zero()
        await handlers.store()
