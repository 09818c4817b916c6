"""The engine: driver, TLS and timeouts. `app` binds AsyncSessionLocal to it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

Url = str | URL
Repair = Callable[[], Awaitable[None]]

AsyncSessionLocal: async_sessionmaker[AsyncSession] = async_sessionmaker(
    expire_on_commit=False,
    # No objects are loaded that statements would have to keep up to date.
    execution_options={"synchronize_session": False},
)

CONNECT_TIMEOUT = 10.0  # seconds
RESERVED_CONNECTIONS = 7  # beyond the handlers': accepting, sending, acknowledgements, hooks of sent calls, /health
AT_START = {"application_name": "telegram-bot-worker", "timezone": "UTC"}
"""Parameters of the startup message. Poolers refuse or silently drop all others."""
SESSION_SETTINGS = {
    # A paused process keeps its row locks, and its kernel keeps answering. The server releases them before a handler of
    # the next leader that waits for one has failed.
    "idle_in_transaction_session_timeout": "90s",
    "tcp_keepalives_idle": "4",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "8000",
}
KNOWN_PARAMETERS = {
    # asyncpg reads these from an address. It would send any other (such as channel_binding or pgbouncer, which
    # platforms add for libpq or an ORM) to the server as a setting, which refuses it.
    "host", "port", "user", "password", "passfile", "dbname", "database", "service", "application_name", "options",
    "sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "sslpassword", "sslnegotiation",
    "ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs", "krbsrvname", "gsslib",
}  # fmt: skip
KEEP_ALIVE = {"TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 2, "TCP_USER_TIMEOUT": 8000}
"""Seconds, seconds, probes, milliseconds: they detect a connection whose other end vanished silently."""
DISPOSED_WITHIN = 1.0  # seconds; a server may not answer when a connection is closed


def engine_for(url: Url, *, connections: int, repair: Repair | None = None, **settings: str) -> AsyncEngine:
    """An engine on `url` with at most `connections` connections, and `settings` besides SESSION_SETTINGS.

    `url` has asyncpg's scheme and, as text, perhaps libpq's parameters (such as `sslmode` and `host`). If the server
    can't be reached, `repair` is awaited, and the connection is tried once more.
    """
    connect = partial(asyncpg.connect, dsn=dsn(url), timeout=CONNECT_TIMEOUT, server_settings=AT_START)
    set_all = "; ".join(f"SET {name} = '{value}'" for name, value in {**SESSION_SETTINGS, **settings}.items())

    async def connection() -> asyncpg.Connection:
        try:
            return await _configured(await connect(), set_all)
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            if repair is None:
                raise
            await repair()
            return await _configured(await connect(), set_all)

    return create_async_engine(
        "postgresql+asyncpg://", async_creator=connection, pool_pre_ping=True, pool_size=connections, max_overflow=0
    )


async def _configured(connection: asyncpg.Connection, set_all: str) -> asyncpg.Connection:
    """Apply the session settings to a new connection."""
    _keep_alive(connection)
    try:
        await connection.execute(set_all, timeout=CONNECT_TIMEOUT)
    except BaseException:
        connection.terminate()
        raise
    return connection


def _keep_alive(connection: asyncpg.Connection) -> None:
    """Turn on TCP keep-alives, for which asyncpg has no setting."""
    raw = connection._transport.get_extra_info("socket")  # noqa: SLF001
    if raw is not None and raw.family in {socket.AF_INET, socket.AF_INET6}:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEP_ALIVE.items():
            if hasattr(socket, name):  # available options differ by system
                raw.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


@dataclass(frozen=True, slots=True)
class Engines:
    """The pool behind AsyncSessionLocal, and an engine with one connection for the leader's lock."""

    pool: AsyncEngine
    lock: AsyncEngine


@asynccontextmanager
async def connected(url: Url, *, connections: int, repair: Repair | None = None) -> AsyncIterator[Engines]:
    """Engines on `url` for the block; see `engine_for`. They connect at first use."""
    pool = engine_for(url, connections=connections, repair=repair)
    # A stopped process would keep its connection, and with it the lock, for ever.
    lock = engine_for(url, connections=1, repair=repair, idle_session_timeout="8s")
    AsyncSessionLocal.configure(bind=pool)
    try:
        yield Engines(pool, lock)
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(DISPOSED_WITHIN):
                await lock.dispose()
                await pool.dispose()


def dsn(url: Url) -> str:
    """`url` in the form that asyncpg parses itself, TLS parameters included."""
    text = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    parts = urlsplit(text)
    named = [("sslmode" if name == "ssl" else name, value) for name, value in parse_qsl(parts.query)]
    query = [(name, value) for name, value in named if name in KNOWN_PARAMETERS]
    return urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(query), ""))


def described(url: Url) -> Mapping[str, str | None]:
    """The database's host and name for the log, without user and password."""
    parts = urlsplit(dsn(url))
    return {"host": parts.hostname or dict(parse_qsl(parts.query)).get("host"), "database": parts.path.lstrip("/")}
