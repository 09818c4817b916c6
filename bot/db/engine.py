"""The engine: driver, TLS, time-outs. And AsyncSessionLocal, which `app` binds to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

Url = str | URL
Repair = Callable[[], Awaitable[None]]

AsyncSessionLocal: async_sessionmaker[AsyncSession] = async_sessionmaker(
    expire_on_commit=False,
    # Statements speak for themselves here; no loaded objects have to be kept in step with them.
    execution_options={"synchronize_session": False},
)

CONNECT_TIMEOUT = 10.0  # seconds
RESERVED_CONNECTIONS = 6  # beyond the handlers': accepting, strike-offs, /health
SESSION_SETTINGS = {
    "application_name": "telegram-bot-worker",
    "timezone": "UTC",
    # A paused process keeps its row locks, and its kernel goes on answering: the server lets go of them.
    "idle_in_transaction_session_timeout": "150s",
    "tcp_keepalives_idle": "4",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "8000",
}
LIBPQ_ONLY = {
    # What platforms put into their URLs for libpq or an ORM and asyncpg would send to the server, which refuses it.
    "channel_binding", "connect_timeout", "gssencmode", "keepalives", "keepalives_idle", "keepalives_interval",
    "keepalives_count", "require_auth", "client_encoding", "fallback_application_name", "sslcompression", "sslsni",
    "tcp_user_timeout", "pgbouncer", "connection_limit", "pool_timeout", "schema", "prepared_statement_cache_size",
}  # fmt: skip


def engine_for(url: Url, *, connections: int, repair: Repair | None = None, **settings: str) -> AsyncEngine:
    """An engine on `url` with at most `connections` of them.

    Args:
        url: an address with asyncpg's scheme; as text, with libpq's parameters (`sslmode` and its kin, `host`).
        connections: how many at the most.
        repair: is awaited when the server can't be reached, and then it is tried once more.
        settings: of the server's sessions, beside SESSION_SETTINGS.
    """
    connect = partial(
        asyncpg.connect,
        dsn=dsn(url),
        timeout=CONNECT_TIMEOUT,
        server_settings={**SESSION_SETTINGS, **settings},
    )

    async def connection() -> asyncpg.Connection:
        try:
            return await connect()
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            if repair is None:
                raise
            await repair()
            return await connect()

    return create_async_engine(
        "postgresql+asyncpg://", async_creator=connection, pool_pre_ping=True, pool_size=connections, max_overflow=0
    )


@dataclass(frozen=True, slots=True)
class Engines:
    """The pool, whose sessions AsyncSessionLocal makes, and one connection outside it for the leader's lock."""

    pool: AsyncEngine
    lock: AsyncEngine


@asynccontextmanager
async def connected(url: Url, *, connections: int, repair: Repair | None = None) -> AsyncIterator[Engines]:
    """The engines on `url` for as long as the block lasts; see `engine_for`. Nothing is connected yet."""
    pool = engine_for(url, connections=connections, repair=repair)
    # A stopped process keeps its connections alive for ever: the server gives its lock to another.
    lock = engine_for(url, connections=1, repair=repair, idle_session_timeout="8s")
    AsyncSessionLocal.configure(bind=pool)
    try:
        yield Engines(pool, lock)
    finally:
        await lock.dispose()
        await pool.dispose()


def dsn(url: Url) -> str:
    """`url` as asyncpg reads it by itself, TLS parameters included."""
    text = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    parts = urlsplit(text)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in LIBPQ_ONLY]
    return urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(_with_tls_named(query)), ""))


def _with_tls_named(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("sslmode" if name == "ssl" else name, value) for name, value in query]


def described(url: Url) -> Mapping[str, Any]:
    """Where the database is, without who and with what password: for the log."""
    parts = urlsplit(dsn(url))
    return {"host": parts.hostname or dict(parse_qsl(parts.query)).get("host"), "database": parts.path.lstrip("/")}
