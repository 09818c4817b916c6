"""The PostgreSQL under DATA_DIR, used without DATABASE_URL. The first worker starts it, and the last one stops it."""

import asyncio
import errno
import os
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from threading import Event

from sqlalchemy.engine import URL

from bot.db.embedded import programs, shutdown, startup
from bot.db.embedded.programs import installed, pause
from bot.db.embedded.shutdown import Files, connected, open_file, opened, read_note, taken
from bot.db.embedded.startup import DATABASE, Options
from bot.errors import BotError, ConfigurationError, FatalError

if sys.platform != "win32":
    import fcntl

__all__ = ["DATABASE", "Cluster", "holds_data", "installed", "running", "stop_abandoned", "url"]

_DYING_SERVER_LIMIT = 60  # seconds, for an earlier server to answer or to end
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # Source: PostgreSQL, Message Formats


@asynccontextmanager
async def running(data_dir: Path, *, durable: bool = True, max_connections: int = 40) -> AsyncIterator["Cluster"]:
    """Use the server under `data_dir` as it is, or start it. It stops when nobody uses it. Raises a BotError."""
    cluster = Cluster(data_dir, durable=durable, max_connections=max_connections)
    try:
        await cluster.ensure()
        yield cluster
    finally:
        await _in_thread(lambda _given_up: cluster.leave())


def url(socket_folder: Path, database: str = DATABASE) -> URL:
    """The server's address. As text its folder becomes `%2F…`, which Alembic's ini file can't hold."""
    # Otherwise PGPORT and PGTARGETSESSIONATTRS would be read from the environment.
    query = {"host": str(socket_folder), "port": "5432", "target_session_attrs": "any"}
    return URL.create("postgresql+asyncpg", username="postgres", database=database, query=query)


class Cluster:
    """The server under a DATA_DIR, and this process's use of it."""

    socket_folder: Path
    """The folder of the server's socket, set at the first start. A restart doesn't change it."""

    def __init__(self, data_dir: Path, *, durable: bool = True, max_connections: int = 40) -> None:
        self._home = data_dir.resolve() / "postgres"
        self._options = Options(durable, max_connections)
        self._users: int | None = None
        self._repair = asyncio.Lock()

    def url(self, database: str = DATABASE) -> URL:
        """The address of a database on this server."""
        return url(self.socket_folder, database)

    async def ensure(self) -> None:
        """Return once the server answers. Call it again when a connection is refused: the server may have died."""
        async with self._repair:
            await _in_thread(self.start)

    def start(self, given_up: Event | None = None) -> None:
        """Like `ensure`, but blocks; raises GivenUpError once `given_up` is set. Always call `leave` in the end."""
        given_up = given_up or Event()
        files = _files(self._home)
        with _sentences(files):
            programs.make_home(files, programs.choose_account(files))
            startup.check_version(files)
            with _locked(files, given_up):
                self._hold(files)
                _ensure_keeper(files)
                self.socket_folder = _adopt_or_start(files, self._options, given_up)

    def leave(self) -> None:
        """Stop using the server, and stop it if nobody else uses it. Blocks."""
        if self._users is None:
            return
        files = _files(self._home)
        try:
            # Without the files there is nothing to lock, and the server ends by itself.
            with suppress(FileNotFoundError), _locked(files, Event()):
                shutdown.stop_if_unused(files, self._users)
        finally:
            os.close(self._users)
            self._users = None

    def _hold(self, files: Files) -> None:
        """Lock the current `users` file, since an earlier one may have been removed with its folder."""
        before, self._users = self._users, open_file(files.users)
        fcntl.flock(self._users, fcntl.LOCK_SH)
        if before is not None:
            os.close(before)


def holds_data(data_dir: Path) -> bool:
    """Return whether there is a cluster of any version under `data_dir`. `running` would create one."""
    files = _files(data_dir.resolve() / "postgres")
    with _sentences(files):
        return files.home.is_dir() and any(entry.name.isdecimal() for entry in files.home.iterdir())


def stop_abandoned(data_dir: Path) -> bool:
    """Stop a server whose workers are all gone. Returns False if one still uses it. Blocks."""
    files = _files(data_dir.resolve() / "postgres")
    if not files.home.exists():
        return True
    with _locked(files, Event()), opened(files.users) as users:
        return shutdown.stop_if_unused(files, users)


def _files(home: Path) -> Files:
    if not installed():
        raise ConfigurationError(
            "There is no database to use: set DATABASE_URL, or install PostgreSQL with the bot by "
            "`poetry install --with embedded` (`make` does it; on Windows this works inside WSL only)."
        )
    if "\n" in str(home):
        raise ConfigurationError("DATA_DIR must not have a line break in it: set another one, or set DATABASE_URL.")
    return Files(home, programs.major_version())


@contextmanager
def _locked(files: Files, given_up: Event) -> Iterator[None]:
    with opened(files.lock) as lock:
        while not taken(lock):
            pause(given_up, 0.02)
        yield


def _ensure_keeper(files: Files) -> None:
    with opened(files.keeper) as keeper_lock:
        if not taken(keeper_lock):
            return
        # By its path and without site-packages, to save memory.
        program = [sys.executable, "-I", "-S", shutdown.__file__]
        child = subprocess.Popen(  # noqa: S603 - our own program
            [*program, str(files.home), files.major, str(keeper_lock)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            pass_fds=(keeper_lock,),
            start_new_session=True,
        )
    programs.reap(child)


def _adopt_or_start(files: Files, options: Options, given_up: Event) -> Path:
    user = programs.choose_account(files)
    user = programs.with_a_way_through(user, files, programs.program("postgres"))
    until = time.monotonic() + _DYING_SERVER_LIMIT
    while time.monotonic() < until:
        with opened(files.server) as server_lock:
            if taken(server_lock):
                return startup.start(files, user, options, server_lock, given_up)
        note = read_note(files)
        if note and note.ready and _answers(note.socket_folder):
            return note.socket_folder
        pause(given_up, 0.02)
    raise FatalError(
        f"An earlier PostgreSQL in {files.home} (DATA_DIR) neither answers nor ends: end its processes, set another "
        "DATA_DIR, or set DATABASE_URL."
    )


def _answers(socket_folder: Path) -> bool:
    """Send a TLS request, the cheapest one there is: a dying server still accepts connections for a moment."""
    with suppress(OSError), connected(socket_folder) as peer:
        peer.sendall(_SSL_REQUEST)
        return peer.recv(1) != b""
    return False


@contextmanager
def _sentences(files: Files) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _explained(error, files) from error


def _explained(error: OSError, files: Files) -> BotError:
    path = error.filename or files.home
    remedy = "or set another DATA_DIR or DATABASE_URL."
    match error.errno:
        case errno.EROFS:
            return ConfigurationError(f"DATA_DIR: {path} is on a read-only file system. Make it writable, {remedy}")
        case errno.EACCES | errno.EPERM:
            return ConfigurationError(
                f"DATA_DIR: there is no permission for {path}. If an earlier run as root or as another user has made "
                f"it, run as that user again or give {files.home} to this one with chown -R, {remedy}"
            )
        case errno.EEXIST | errno.ENOTDIR | errno.EISDIR:
            return ConfigurationError(f"DATA_DIR: something else is in the way at {path}. Move it away, {remedy}")
        case errno.ENOSPC | errno.EDQUOT:
            return FatalError(f"DATA_DIR: there is no room left on the disk for {files.home}. Make room, {remedy}")
    return FatalError(f"DATA_DIR: PostgreSQL can't use {path}: {error.strerror}. Mend that, {remedy}")


async def _in_thread(work: Callable[[Event], None]) -> None:
    """Await blocking work. A cancellation makes it give up, and it is awaited all the same, so that it cleans up."""
    given_up = Event()
    done = asyncio.get_running_loop().run_in_executor(None, work, given_up)
    try:
        await asyncio.wait([done])
    except asyncio.CancelledError:
        given_up.set()
        while not done.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([done])
        done.exception()  # retrieve it, or asyncio logs it
        raise
    done.result()
