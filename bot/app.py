"""The sole composition root: opens, joins, runs and stops all parts."""

import asyncio
import faulthandler
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import Any, TypeVar

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

from bot import __version__, log
from bot.commands import dead_letters as dead_letters_command
from bot.commands import stats as stats_command
from bot.config import Environment, LogLevel, Settings
from bot.db import embedded, schema
from bot.db.engine import RESERVED_CONNECTIONS, AsyncSessionLocal, Engines, Repair, Url, connected, described
from bot.db.lock import SessionLock
from bot.db.repositories.inbox import Term
from bot.db.uow import Deferred, UnitOfWork
from bot.errors import DatabaseAwayError, FatalError, LeadershipLostError, TransientError
from bot.handlers.context import Context, Means, reply
from bot.handlers.dispatch import App, Dispatcher, dispatch
from bot.handlers.floods import Floods
from bot.handlers.routes.order import allowed_updates, routes
from bot.handlers.rules import Rules
from bot.health.server import Health, looking_at, serving
from bot.intake.handling import Decision, Outcome
from bot.intake.inbox import reread
from bot.intake.leader import Leadership, lock_name
from bot.intake.poller import TOKEN_REFUSED
from bot.intake.term import BroadcastMeans, Worker, lead
from bot.jobs import notices, reports, starts
from bot.jobs.menus import Menus
from bot.jobs.presses import keep_counting
from bot.jobs.retention import keep_pruning
from bot.jobs.sanctions import keep_lifting
from bot.jobs.timetable import Entry, keep_time
from bot.outgoing.announcements import publish_commands, publish_commands_of_chats, remove_webhook
from bot.outgoing.delivery import sends_at_once
from bot.outgoing.limiter import Limiter
from bot.outgoing.messages import Text
from bot.outgoing.rate_limiter import RateLimiter
from bot.outgoing.transport import AiohttpRequest, Api, back_off
from bot.outgoing.turns import Turns
from bot.services import runtime_settings
from bot.services.broadcasts import Broadcast
from bot.services.people import Person
from bot.services.runtime_settings import Current
from bot.views import broadcast_reports
from bot.views import start as start_view
from bot.views.i18n import texts
from bot.vitals import Vitals

VERSION = __version__
DeadLettersAsked = dead_letters_command.Asked
OTHER_CONNECTIONS = 32  # to Telegram, besides those of messages: answers to buttons, questions
PAID_ABOVE = 30  # messages a second: what Telegram lets a bot send for nothing
STUCK_AFTER = 30.0  # seconds without a turn of the event loop
SPARE_CONNECTIONS = 10  # of the embedded server: locks, and commands beside the worker
LONGEST_BACK_OFF = 10.0  # seconds, while the database or Telegram is away at the start
BACK_TO_THE_LOCK_AFTER = 0.5  # seconds
WONT_MEND_ITSELF = ("28", "3D")  # SQLSTATE: a wrong password or user, no such database

MOST_AT_ONCE = 500  # recipients of a broadcast taken and not yet recorded, however fast they may be sent to

T = TypeVar("T")
logger = structlog.get_logger(__name__)


def set_up_log(config: Settings, *, quiet: bool = False) -> None:
    """Have everything logged as the settings say, without the secrets in them; `quiet` leaves the usual out."""
    level = LogLevel.WARNING if quiet and config.log_level is LogLevel.INFO else config.log_level
    log.set_up(level=level, as_json=config.json_logs, secrets=config.secrets)


def without_secrets(text: str, config: Settings) -> str:
    return log.redactor(config.secrets)(text)


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
    async with _at_head(config):
        pass


async def dead_letters(config: Settings, asked: DeadLettersAsked) -> str:
    """Do what the operator asked for, and return what is to be printed. Raises a BotError where it can't be done."""
    async with _at_head(config) as unit_of_work:
        means = dead_letters_command.Means(reread, clean=log.redactor(config.secrets))
        return await dead_letters_command.answer(unit_of_work, asked, means)


async def stats(config: Settings, *, as_json: bool) -> str:
    """The numbers that administrators see; what is one bot's own only where a token says which bot."""
    async with _at_head(config) as unit_of_work:
        bot_id = None if config.bot_token is None else config.bot_id
        return await stats_command.answer(unit_of_work, bot_id, as_json=as_json)


@asynccontextmanager
async def _at_head(config: Settings) -> AsyncIterator[UnitOfWork]:
    """The database with its schema at head, for a command that gives up where the worker would wait."""
    async with database(config) as opened:
        try:
            await schema.upgrade(opened.pool)
        except DatabaseAwayError as error:
            raise FatalError(f"{error}. Check DATABASE_URL") from error
        yield UnitOfWork(AsyncSessionLocal)


async def run(config: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set; then finish what can be finished within `config.shutdown_timeout` seconds.

    Raises FatalError for what another start has to mend.
    """
    vitals = Vitals(VERSION)
    health = Health(vitals)
    async with AsyncExitStack() as opened:  # closed in reverse: /health answers to the last
        opened.enter_context(stuck_loop_ends())
        await opened.enter_async_context(serving(health, config.host, config.port))
        logger.info("worker starts", version=VERSION, bot_id=config.bot_id, port=config.port)
        worker = await unless_stopped(stop, _start(config, vitals, health, opened))
        while worker is not None and not stop.is_set():
            await _next_term(worker, stop)
        vitals.stops()
    logger.info("worker stopped", updates=dict(vitals.updates))


@contextmanager
def stuck_loop_ends() -> Iterator[None]:
    """End the process, with all stacks on stderr, if the event loop does nothing for STUCK_AFTER seconds."""
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def rearm() -> None:
        faulthandler.dump_traceback_later(STUCK_AFTER, exit=True)
        timers[:] = [loop.call_later(STUCK_AFTER / 6, rearm)]

    rearm()
    try:
        yield
    finally:
        timers[0].cancel()
        faulthandler.cancel_dump_traceback_later()


async def _start(config: Settings, vitals: Vitals, health: Health, opened: AsyncExitStack) -> Worker:
    """Open database, schema and bot, however long each is away."""
    engines = await opened.enter_async_context(database(config))
    await _until_it_works("the database", partial(schema.upgrade, engines.pool))
    unit_of_work = UnitOfWork(AsyncSessionLocal)
    health.look = looking_at(unit_of_work, config.bot_id)
    at_once = sends_at_once(config.messages_per_second)
    sending, polling = AiohttpRequest(at_once + OTHER_CONNECTIONS), AiohttpRequest(connections=1)
    await opened.enter_async_context(sending)
    await opened.enter_async_context(polling)
    turns = Turns(Limiter(config.messages_per_second, paid_above=PAID_ABOVE if config.paid_broadcast else None))
    application = _application(config, sending, polling, RateLimiter(turns))
    opened.push_async_callback(application.bot.shutdown)
    await _until_it_works("Telegram", application.bot.initialize)
    logger.info("bot", username=application.bot.username, id=application.bot.id)
    lock = SessionLock(engines.lock, lock_name(config.bot_id))
    leadership = Leadership(lock, unit_of_work, config.bot_id, config.telegram_api_url)
    opened.push_async_callback(leadership.end)
    sends, polls = (
        Api(request, config.telegram_api_url, config.token, leadership.check) for request in (sending, polling)
    )
    clean = log.redactor(config.secrets)
    settings = Current(runtime_settings.listed(config.floods_per_minute, leave_groups=config.leave_groups))
    means = Means(reread, clean, settings)
    menus = Menus(unit_of_work, config.bot_id, config.admin_ids)
    told = notices.Means(unit_of_work, config.bot_id, config.admin_ids, VERSION, clean)
    return Worker(
        bot=application.bot,
        sends=sends,
        polls=polls,
        unit_of_work=unit_of_work,
        forget_connections=partial(_forget_connections, engines, unit_of_work),
        leadership=leadership,
        turns=turns,
        vitals=vitals,
        dispatch=partial(_decide, Dispatcher(application, routes(), config.admin_ids, _rules(config, settings), means)),
        apology=_apology,
        prepare=partial(remove_webhook, sends),
        beside=(
            partial(publish_commands, sends, start_view.command_lists()),
            partial(publish_commands_of_chats, sends, menus.lists, menus.shown),
            partial(keep_pruning, unit_of_work, config.bot_id, config.retention_days),
            partial(keep_lifting, unit_of_work, config.bot_id, config.admin_ids),
            partial(keep_counting, unit_of_work, vitals.presses),
            partial(keep_time, unit_of_work, config.bot_id, _timetable(config, told)),
        ),
        allowed_updates=allowed_updates(),
        handler_concurrency=config.handler_concurrency,
        sends_at_once=at_once,
        shutdown_timeout=config.shutdown_timeout,
        broadcasts=BroadcastMeans(
            owners=config.admin_ids,
            progress=broadcast_reports.to_author,
            report=_report,
            messages_at_once=round(min(config.messages_per_second, MOST_AT_ONCE) or MOST_AT_ONCE) or 1,
        ),
        began=partial(starts.tell_of_start if config.admin_notices else _tell_nobody, told),
        settings_read=settings.read,
    )


def _timetable(config: Settings, told: notices.Means) -> dict[str, Entry]:
    entries = {reports.WHAT: reports.daily_report(config.bot_id, config.admin_ids)}
    if config.admin_notices:
        entries |= {notices.ERRORS: notices.errors(told), starts.STARTS: starts.starts(told)}
    return entries


async def _tell_nobody(_: notices.Means, *, first: bool, crashed: bool) -> None:
    """The operator wants no notices: what they would say is in the log."""
    logger.debug("nobody is told of the start", first=first, crashed=crashed)


async def _forget_connections(engines: Engines, unit_of_work: UnitOfWork) -> None:
    """Cut those in use, and let go of the idle ones without a goodbye that may never be answered."""
    unit_of_work.cut_all()
    await engines.pool.dispose(close=False)


def _application(config: Settings, sending: AiohttpRequest, polling: AiohttpRequest, rate_limiter: RateLimiter) -> App:
    bot = ExtBot(
        config.token,
        base_url=f"{config.telegram_api_url}/bot",
        base_file_url=f"{config.telegram_api_url}/file/bot",
        request=sending,
        get_updates_request=polling,
        rate_limiter=rate_limiter,
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
        except (TransientError, TelegramError) as error:
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
    except* (TransientError, LeadershipLostError) as group:
        logger.warning("stands by", reason="; ".join(str(error) for error in group.exceptions))
        worker.vitals.stands_by()
        await worker.forget_connections()  # they may have died without a word
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


async def _decide(decides: Dispatcher, update: Update, work: Deferred, person: Person | None) -> Decision:
    taken = await dispatch(decides, update, work.work, person)
    if taken is None:
        return Decision(Outcome.NOBODYS)
    return Decision(Outcome.DROPPED if taken.dropped else Outcome.HANDLED, taken.route, taken.said)


def _rules(config: Settings, current: Current) -> Rules:
    floods = Floods(lambda: current.flood_per_minute)
    return Rules(floods, config.terms_version, retention_days=config.retention_days)


def _report(broadcast: Broadcast) -> list[Text]:
    screen = broadcast_reports.report(broadcast)
    return [Text(broadcast.author_id, screen.text, screen.keyboard)]


def _apology(update: Update, number: int) -> list[Text]:
    """Only whoever addressed the bot is told: in private, by a command or by a button."""
    message, chat = update.message, update.effective_chat
    commanded = message is not None and (message.text or "").startswith("/")
    addressed = commanded or update.callback_query is not None or (chat is not None and chat.type == chat.PRIVATE)
    if not addressed or update.effective_user is None:
        return []
    said = reply(update, start_view.failed(texts(update.effective_user.language_code), number))
    return [] if said is None else [said]
