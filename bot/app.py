"""The sole composition root: opens, joins, runs and stops all parts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

from bot import __version__, log
from bot.config import Environment, Settings
from bot.db import embedded, schema
from bot.db.engine import RESERVED_CONNECTIONS, AsyncSessionLocal, Engines, Repair, Url, connected, described
from bot.db.lock import SessionLock
from bot.db.repositories.inbox import Term
from bot.db.uow import Deferred, UnitOfWork
from bot.errors import DatabaseAwayError, FatalError, LeadershipLostError
from bot.handlers.context import Context
from bot.handlers.dispatch import App, dispatch
from bot.handlers.routes import Route, allowed_updates, routes
from bot.health.server import Health, looking_at, serving
from bot.intake.handling import Decision, Outcome
from bot.intake.leader import Leadership, lock_name
from bot.intake.poller import TOKEN_REFUSED
from bot.intake.term import Worker, lead
from bot.outgoing.limiter import Limiter
from bot.outgoing.messages import Text
from bot.outgoing.transport import AiohttpRequest, Api, back_off
from bot.views import start as start_view
from bot.views.i18n import FALLBACK, texts
from bot.vitals import Vitals

VERSION = __version__
SENDING_CONNECTIONS = 64
SPARE_CONNECTIONS = 10  # of the embedded server: locks, and commands beside the worker
LONGEST_BACK_OFF = 10.0  # seconds, while the database or Telegram is away at the start
BACK_TO_THE_LOCK_AFTER = 0.5  # seconds
PUBLISHING_TRIES = 5
WONT_MEND_ITSELF = ("28", "3D")  # SQLSTATE: a wrong password or user, no such database

T = TypeVar("T")
logger = structlog.get_logger(__name__)


def set_up_log(config: Settings) -> None:
    """Have everything logged as the settings say, without the secrets in them."""
    log.set_up(level=config.log_level, as_json=config.json_logs, secrets=config.secrets)


@asynccontextmanager
async def database(config: Settings) -> AsyncIterator[Engines]:
    """The database that the settings name.

    Where they name none, an embedded server under DATA_DIR is started, or joined, and left at the end.
    """
    async with AsyncExitStack() as opened:
        connections = config.handler_concurrency + RESERVED_CONNECTIONS
        url: Url | None = config.async_database_url
        repair: Repair | None = None
        if url is None:
            _warn_of_a_short_memory(config)
            server = embedded.running(config.data_dir, max_connections=connections + SPARE_CONNECTIONS)
            cluster = await opened.enter_async_context(server)
            url, repair = cluster.url(), cluster.ensure
        logger.info("database", **described(url), embedded=config.async_database_url is None)
        yield await opened.enter_async_context(connected(url, connections=connections, repair=repair))


def _warn_of_a_short_memory(config: Settings) -> None:
    if config.environment is Environment.PRODUCTION:
        logger.warning("DATABASE_URL is unset: the data lie in DATA_DIR, and are lost unless that is a volume")


async def migrate(config: Settings) -> None:
    """Bring the schema to head. Raises FatalError with the reason where that fails."""
    async with database(config) as opened:
        try:
            await schema.upgrade(opened.pool)
        except DatabaseAwayError as error:
            raise FatalError(f"{error}. Check DATABASE_URL") from error


async def run(config: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set; then finish what can be finished within `config.shutdown_timeout` seconds.

    Raises FatalError for what another start has to mend.
    """
    vitals = Vitals(VERSION)
    health = Health(vitals)
    async with AsyncExitStack() as opened:  # closed in reverse: /health answers to the last
        await opened.enter_async_context(serving(health, config.host, config.port))
        logger.info("worker starts", version=VERSION, bot_id=config.bot_id, port=config.port)
        worker = await unless_stopped(stop, _start(config, vitals, health, opened))
        while worker is not None and not stop.is_set():
            await _next_term(worker, stop)
        vitals.stops()
    logger.info("worker stopped")


async def _start(config: Settings, vitals: Vitals, health: Health, opened: AsyncExitStack) -> Worker:
    """Open database, schema and bot, however long each is away."""
    engines = await opened.enter_async_context(database(config))
    await _until_it_works("the database", partial(schema.upgrade, engines.pool))
    unit_of_work = UnitOfWork(AsyncSessionLocal)
    health.look = looking_at(unit_of_work, config.bot_id)
    sending, polling = AiohttpRequest(SENDING_CONNECTIONS), AiohttpRequest(connections=1)
    await opened.enter_async_context(sending)
    await opened.enter_async_context(polling)
    application = _application(config, sending, polling)
    opened.push_async_callback(application.bot.shutdown)
    await _until_it_works("Telegram", application.bot.initialize)
    logger.info("bot", username=application.bot.username, id=application.bot.id)
    lock = SessionLock(engines.lock, lock_name(config.bot_id))
    leadership = Leadership(lock, unit_of_work, config.bot_id, config.telegram_api_url)
    opened.push_async_callback(leadership.end)
    sends = Api(sending, config.telegram_api_url, config.token)
    return Worker(
        bot=application.bot,
        sends=sends,
        polls=Api(polling, config.telegram_api_url, config.token),
        unit_of_work=unit_of_work,
        leadership=leadership,
        limiter=Limiter(config.messages_per_second),
        vitals=vitals,
        dispatch=partial(_decide, application, routes()),
        apology=_apology,
        prepare=partial(_remove_webhook, sends),
        announce=partial(_publish_commands, sends),
        allowed_updates=allowed_updates(),
        handler_concurrency=config.handler_concurrency,
        shutdown_timeout=config.shutdown_timeout,
    )


def _application(config: Settings, sending: AiohttpRequest, polling: AiohttpRequest) -> App:
    bot: ExtBot[None] = ExtBot(
        config.token,
        base_url=f"{config.telegram_api_url}/bot",
        base_file_url=f"{config.telegram_api_url}/file/bot",
        request=sending,
        get_updates_request=polling,
    )
    return Application.builder().bot(bot).updater(None).context_types(ContextTypes(context=Context)).build()


async def _until_it_works(what: str, attempt: Callable[[], Awaitable[object]]) -> None:
    """Try with back-off, without end, for as long as `what` is away. Raises FatalError for what won't mend itself."""
    failures = 0
    while True:
        try:
            await attempt()
        except InvalidToken:
            raise FatalError(TOKEN_REFUSED) from None  # its text holds the token
        except (DatabaseAwayError, TelegramError) as error:
            if isinstance(error, DatabaseAwayError) and (error.sqlstate or "").startswith(WONT_MEND_ITSELF):
                raise FatalError(f"{error}. Check DATABASE_URL") from error
            failures += 1
            rest = back_off(failures, longest=LONGEST_BACK_OFF)
            logger.warning("%s is away", what, reason=str(error), failures=failures, again_in=round(rest, 1))
            await asyncio.sleep(rest)
        else:
            return


async def _next_term(worker: Worker, stop: asyncio.Event) -> None:
    """Stand by until this worker leads, then lead until `stop` is set or leadership is lost."""
    try:
        term = await unless_stopped(stop, _leadership(worker))
        if term is not None:
            await lead(worker, term, stop)
    except* (DatabaseAwayError, LeadershipLostError) as group:
        logger.warning("stands by", reason="; ".join(str(error) for error in group.exceptions))
        worker.vitals.stands_by()
        await unless_stopped(stop, asyncio.sleep(BACK_TO_THE_LOCK_AFTER))
    finally:
        await worker.leadership.end()


async def _leadership(worker: Worker) -> Term:
    term = await worker.leadership.try_to_lead()
    if term is not None:
        return term
    worker.vitals.stands_by()
    logger.info("stands by: another worker leads")
    return await worker.leadership.wait()


async def unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` returns; or None once `stop` is set, with `work` cancelled."""
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(work, name="unless stopped")
        waiting = tasks.create_task(stop.wait(), name="stop")
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        waiting.cancel()
    return None if working.cancelled() else working.result()


async def _decide(application: App, handlers: Sequence[Route], update: Update, work: Deferred) -> Decision:
    taken = await dispatch(application, handlers, update, work.work)
    if taken is None:
        return Decision(Outcome.NOBODYS)
    handler, said = taken
    return Decision(Outcome.HANDLED, handler, said)


def _apology(update: Update, number: int) -> list[Text]:
    """The person is told where they would have been answered: in private, or where they pressed or commanded."""
    chat, user, message = update.effective_chat, update.effective_user, update.effective_message
    if chat is None or user is None or message is None:
        return []
    return [Text(chat.id, start_view.failed(texts(user.language_code), number).text)]


async def _remove_webhook(api: Api) -> None:
    """A webhook left set would keep every poll from being answered. Pending updates stay."""
    try:
        webhook = await api.perform("getWebhookInfo", {})
        if webhook["url"]:
            await api.perform("deleteWebhook", {"drop_pending_updates": False})
            logger.warning("a webhook was set for this bot and has been removed; updates come by polling")
    except (TelegramError, LookupError, TypeError) as error:
        logger.warning("whether a webhook is set could not be found out", reason=_named(error))


async def _publish_commands(api: Api) -> None:
    """Tell Telegram the list of commands in each language; what fails is tried again a few times."""
    for language, commands in start_view.command_lists().items():
        listed: dict[str, object] = {"commands": [{"command": c, "description": d} for c, d in commands]}
        if language != FALLBACK:
            listed["language_code"] = language
        for attempt in range(1, PUBLISHING_TRIES + 1):
            try:
                await api.perform("setMyCommands", listed)
                break
            except TelegramError as error:
                logger.warning("the list of commands could not be set", language=language, reason=_named(error))
                await asyncio.sleep(back_off(attempt, longest=LONGEST_BACK_OFF))


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
