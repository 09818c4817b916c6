"""The composition root: opens, joins, runs and stops all parts."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from telegram import Update

from bot import __version__, log
from bot.config.settings import Settings
from bot.config.values import Environment, LogLevel
from bot.db import schema
from bot.db.embedded import cluster as embedded
from bot.db.engine import RESERVED_CONNECTIONS, AsyncSessionLocal, Engines, Repair, Url, connected, described
from bot.db.lock import SessionLock
from bot.db.tables.users import UserFacts
from bot.db.unit_of_work import LazyUnitOfWork, UnitOfWork
from bot.errors import DatabaseAwayError, FatalError
from bot.features.admin.jobs import AdminMenus
from bot.framework import command_menu
from bot.framework.application import TermBot
from bot.framework.background import BackgroundDeps, BackgroundPart
from bot.framework.context import HandlerDeps
from bot.framework.dispatcher import Dispatcher, dispatch
from bot.framework.feature import TermDeps
from bot.framework.feature_set import FeatureSet
from bot.framework.floods import Floods
from bot.framework.ptb_lifecycle import TermApplication
from bot.framework.runtime_settings import FLOOD_PER_MINUTE, CurrentSettings, flood_limit
from bot.framework.settings import JoinedSettings
from bot.framework.subcommand import Subcommand, SubcommandDeps
from bot.worker.health import Health, database_probe, serving, stuck_loop_ends
from bot.worker.intake.handling import Decision, Outcome
from bot.worker.intake.inbox import reread
from bot.worker.leadership import Leadership, lock_name
from bot.worker.outgoing.background_services import Services
from bot.worker.outgoing.delivery import sends_at_once
from bot.worker.outgoing.limiter import Limiter
from bot.worker.outgoing.ptb_rate_limiter import RateLimiter
from bot.worker.outgoing.reachability import Reachability
from bot.worker.outgoing.send_scheduler import SendScheduler
from bot.worker.outgoing.sent_hooks import SentHooks
from bot.worker.outgoing.term_setup import publish_commands, publish_commands_of_chats, remove_webhook
from bot.worker.outgoing.transport import AiohttpRequest, Api
from bot.worker.retention import Retention
from bot.worker.scheduler import run_jobs
from bot.worker.standby import next_term, unless_stopped
from bot.worker.start_retries import retry_until_ready
from bot.worker.vitals import Vitals
from bot.worker.worker import Worker

VERSION = __version__
OTHER_CONNECTIONS = 32  # to Telegram, besides those for messages: answers to buttons, lookups
PAID_ABOVE = 30  # messages a second, which are free of charge
SPARE_CONNECTIONS = 10  # of the embedded server, for locks and for commands run alongside the worker

logger = structlog.get_logger(__name__)


def set_up_log(config: Settings, *, quiet: bool = False) -> None:
    """Set up logging by the settings, with their secrets redacted. `quiet` leaves out INFO."""
    level = LogLevel.WARNING if quiet and config.log_level is LogLevel.INFO else config.log_level
    log.set_up(level=level, as_json=config.json_logs, secrets=config.secrets)


def without_secrets(text: str, config: Settings) -> str:
    return log.redactor(config.secrets)(text)


@asynccontextmanager
async def database(config: Settings) -> AsyncIterator[Engines]:
    """Connect to the database that the settings name, or else to an embedded server, which is started if needed."""
    async with AsyncExitStack() as opened:
        connections = config.handler_concurrency + RESERVED_CONNECTIONS
        url: Url | None = config.async_database_url
        repair: Repair | None = None
        if url is None:
            if config.environment is Environment.PRODUCTION:
                logger.warning("DATABASE_URL is unset: the data lie in DATA_DIR, and are lost unless that is a volume")
            server = embedded.running(config.data_dir, max_connections=connections + SPARE_CONNECTIONS)
            cluster = await opened.enter_async_context(server)
            url, repair = cluster.url(), cluster.ensure
        logger.info("database", **described(url), embedded=config.async_database_url is None)
        yield await opened.enter_async_context(connected(url, connections=connections, repair=repair))


async def migrate(config: Settings) -> None:
    """Bring the schema to head. Raises FatalError if that fails."""
    async with _at_head(config):
        pass


async def subcommand(
    config: Settings, features: FeatureSet, chosen: Subcommand, arguments: Namespace, *, width: int | None
) -> str:
    """Run a feature's subcommand and return the text to print. Raises a BotError if it can't be done."""
    _require_data(config)
    async with _at_head(config) as unit_of_work:
        bot_id = None if config.bot_token is None else config.bot_id
        clean = log.redactor(config.secrets)
        deps = SubcommandDeps(unit_of_work, bot_id, features.registry, reread=reread, clean=clean, width=width)
        return await chosen.run(deps, arguments)


def _require_data(config: Settings) -> None:
    """Raise FatalError for a DATA_DIR without a database: it is probably mistyped, and a new one would be empty."""
    if config.async_database_url is None and not embedded.holds_data(config.data_dir):
        raise FatalError(f"there is no database under {config.data_dir}; set DATA_DIR or DATABASE_URL")


@asynccontextmanager
async def _at_head(config: Settings) -> AsyncIterator[UnitOfWork]:
    """The database with its schema at head, for commands: they give up where the worker would wait."""
    async with database(config) as opened:
        try:
            await schema.upgrade(opened.pool)
        except DatabaseAwayError as error:
            raise FatalError(f"{error}. Check DATABASE_URL") from error
        yield UnitOfWork(AsyncSessionLocal)


async def run(config: Settings, features: FeatureSet, stop: asyncio.Event) -> None:
    """Work until `stop` is set, and stop within `config.shutdown_timeout` seconds. Raises FatalError."""
    vitals = Vitals(VERSION)
    health = Health(vitals)
    async with AsyncExitStack() as opened:  # closed in reverse: /health answers until the end
        opened.enter_context(stuck_loop_ends())
        await opened.enter_async_context(serving(health, config.host, config.port))
        logger.info("worker starts", version=VERSION, bot_id=config.bot_id, port=config.port)
        worker = await unless_stopped(stop, _start(config, features, vitals, health, opened))
        while worker is not None and not stop.is_set():
            await next_term(worker, stop)
        vitals.stops()
    logger.info("worker stopped", updates=dict(vitals.updates))


async def _start(
    config: Settings, features: FeatureSet, vitals: Vitals, health: Health, opened: AsyncExitStack
) -> Worker:
    """Open database, schema and bot, waiting for each as long as it is away, and join all parts."""
    engines = await opened.enter_async_context(database(config))
    await retry_until_ready("the database", partial(schema.upgrade, engines.pool))
    unit_of_work = UnitOfWork(AsyncSessionLocal)
    health.probe = database_probe(unit_of_work, config.bot_id)
    limiter = Limiter(config.messages_per_second, paid_above=PAID_ABOVE if config.paid_broadcast else None)
    scheduler = SendScheduler(limiter)
    lock = SessionLock(engines.lock, lock_name(config.bot_id))
    leadership = Leadership(lock, unit_of_work, config.bot_id, config.telegram_api_url)
    connections = sends_at_once(config.messages_per_second) + OTHER_CONNECTIONS
    sending, polling = AiohttpRequest(connections), AiohttpRequest(connections=1)
    for request in (sending, polling):
        await opened.enter_async_context(request)
    reachability = Reachability(config.bot_id, unit_of_work)
    bot = _bot(config, sending, polling, RateLimiter(scheduler, leadership.check, reachability.note))
    await retry_until_ready("Telegram", bot.initialize)
    logger.info("bot", username=bot.username, id=bot.id)
    opened.push_async_callback(leadership.end)
    api = partial(Api, base_url=config.telegram_api_url, token=config.token, check=leadership.check)
    opened_parts = _Opened(
        engines, unit_of_work, bot, leadership, scheduler, reachability, sends=api(sending), polls=api(polling)
    )
    return _joined(config, features, vitals, opened_parts)


def _bot(config: Settings, sending: AiohttpRequest, polling: AiohttpRequest, rate_limiter: RateLimiter) -> TermBot:
    return TermBot(
        config.token,
        base_url=f"{config.telegram_api_url}/bot",
        base_file_url=f"{config.telegram_api_url}/file/bot",
        request=sending,
        get_updates_request=polling,
        rate_limiter=rate_limiter,
    )


@dataclass(frozen=True)
class _Opened:
    """Everything that stays open while the worker runs."""

    engines: Engines
    unit_of_work: UnitOfWork
    bot: TermBot
    leadership: Leadership
    scheduler: SendScheduler
    reachability: Reachability
    sends: Api
    polls: Api


def _joined(config: Settings, features: FeatureSet, vitals: Vitals, opened: _Opened) -> Worker:
    """Join all parts into a worker."""
    settings = JoinedSettings([config.of_feature(kind) for kind in features.settings])
    changeable = (flood_limit(config.floods_per_minute), *features.runtime_settings(settings))
    runtime_settings = CurrentSettings({setting.name: setting for setting in changeable})
    commands = features.registry.commands
    application = _term_application(config, features, opened)
    menus = AdminMenus(opened.unit_of_work, config.bot_id, config.admin_ids, commands)
    deps = TermDeps(
        opened.unit_of_work,
        config.bot_id,
        owners=config.admin_ids,
        version=VERSION,
        clean=log.redactor(config.secrets),
        registry=features.registry,
        settings=settings,
        admin_notices=config.admin_notices,
        button_presses=vitals.presses,
    )
    return Worker(
        bot=opened.bot,
        sends=opened.sends,
        polls=opened.polls,
        unit_of_work=opened.unit_of_work,
        forget_connections=partial(_forget_connections, opened.engines, opened.unit_of_work),
        leadership=opened.leadership,
        send_scheduler=opened.scheduler,
        vitals=vitals,
        dispatch=partial(_decide, _dispatcher(config, application, features, settings, runtime_settings)),
        apology=features.apology,
        prepare=partial(remove_webhook, opened.sends),
        beside=(
            partial(publish_commands, opened.sends, command_menu.menus(commands)),
            partial(publish_commands_of_chats, opened.sends, menus.pending, menus.mark_published),
            Retention(opened.unit_of_work, config.bot_id, config.retention_days, features.pruning).run,
            partial(run_jobs, opened.unit_of_work, config.bot_id, features.jobs(deps)),
            *features.tasks(deps),
        ),
        allowed_updates=features.kinds | application.kinds | {Update.MY_CHAT_MEMBER},
        handler_concurrency=config.handler_concurrency,
        sends_at_once=sends_at_once(config.messages_per_second),
        shutdown_timeout=config.shutdown_timeout,
        background=partial(_background, config, features),
        began=partial(features.term_began, deps),
        draw=features.draw_chart,
        undelivered=partial(features.undelivered, config.bot_id),
        reachability=opened.reachability,
        sent_hooks=SentHooks(config.bot_id, opened.unit_of_work, features.sent),
        settings_read=runtime_settings.read,
        application=application if application.used else None,
    )


def _term_application(config: Settings, features: FeatureSet, opened: _Opened) -> TermApplication:
    """The Application with what features add to it."""
    made = TermApplication(
        opened.bot,
        features.application_setups,
        unit_of_work=opened.unit_of_work,
        bot_id=config.bot_id,
        check=opened.leadership.check,
    )
    for name in sorted(made.commands & {route.command for route in features.routes}):
        logger.warning("a route takes this command before the Application's handler can", command=name)
    return made


def _background(config: Settings, features: FeatureSet, worker: Services) -> list[BackgroundPart]:
    return features.background(BackgroundDeps(worker, config.admin_ids, config.messages_per_second))


def _dispatcher(
    config: Settings,
    application: TermApplication,
    features: FeatureSet,
    settings: JoinedSettings,
    runtime_settings: CurrentSettings,
) -> Dispatcher:
    return Dispatcher(
        application,
        routes=features.routes,
        fallbacks=features.fallbacks,
        guards=features.guards,
        floods=Floods(lambda: runtime_settings.number(FLOOD_PER_MINUTE)),
        deps=HandlerDeps(
            owners=config.admin_ids,
            registry=features.registry,
            settings=settings,
            runtime_settings=runtime_settings,
            reread=reread,
            clean=log.redactor(config.secrets),
            retention_days=config.retention_days,
        ),
    )


async def _decide(dispatcher: Dispatcher, update: Update, work: LazyUnitOfWork, person: UserFacts | None) -> Decision:
    taken = await dispatch(dispatcher, update, work, person)
    if taken is None:
        return Decision(Outcome.NOBODYS)
    return Decision(Outcome.DROPPED if taken.dropped else Outcome.HANDLED, taken.route, taken.outgoing)


async def _forget_connections(engines: Engines, unit_of_work: UnitOfWork) -> None:
    """Cut connections in use, and drop idle ones without closing them: the database may not answer."""
    unit_of_work.cut_all()
    await engines.pool.dispose(close=False)
