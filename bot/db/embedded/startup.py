"""Creates a cluster and starts its server. Called under the `lock` file; blocks."""

import errno
import hashlib
import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from bot.db.embedded.programs import Account, Run, begin_log, give, pause, program, reap
from bot.db.embedded.shutdown import SOCKET, Files, read_note, remove_sockets
from bot.errors import FatalError

DATABASE = "bot"
_LONGEST_SOCKET = 103  # bytes of a whole path on macOS; Linux takes 107


@dataclass(frozen=True)
class Options:
    """Options of the server. `durable=False` is for tests: only a crash of the machine may lose data."""

    durable: bool
    max_connections: int

    def for_server(self, socket_folder: Path) -> Iterable[str]:
        """Command-line settings. They aren't in postgresql.conf, so that a new version of the bot can change them."""
        quoted = str(socket_folder).replace('"', '""')
        settings = {
            "unix_socket_directories": f'"{quoted}"',
            "unix_socket_permissions": "0700",
            "listen_addresses": "",
            "max_connections": str(self.max_connections),
            "shared_buffers": "32MB",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_logical_replication_workers": "0",  # saves a process
            "max_wal_size": "256MB",
            "min_wal_size": "32MB",
            "io_method": "sync",  # saves three processes
            "jit": "off",
            "max_parallel_workers_per_gather": "0",
            "autovacuum_worker_slots": "2",
            "autovacuum_max_workers": "1",
            "dynamic_shared_memory_type": "mmap",  # a kill -9 leaves 1 MB in /dev/shm otherwise
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return (f"--{name}={value}" for name, value in settings.items())


def check_version(files: Files) -> None:
    """Raise FatalError for data of another major version, which would seem lost."""
    others = (entry.name for entry in files.home.iterdir() if entry.name.isdecimal() and entry.name != files.major)
    for other in others:
        raise FatalError(
            f"The data in {files.home / other} (DATA_DIR) were written by PostgreSQL {other}, this version of the bot "
            f"brings {files.major}: dump them with pg_dump from the old version, move that folder away and restore "
            "into the new one, or set DATABASE_URL."
        )


def start(files: Files, account: Account, options: Options, server: int, given_up: Event) -> Path:
    """Start the server and return its socket's folder. `server` is the locked file, so no earlier process is left."""
    begin_log(files)
    for left_over in files.home.glob(f"{files.major}.tmp*"):
        shutil.rmtree(left_over)
    if not files.cluster.exists():
        _make_cluster(Run(files, account, server), given_up)
    _check_cluster(files, account)
    socket_folder = _socket_folder(files, account)
    # No server runs, so these are stale. PostgreSQL would wait for ever for the pids in them if they now belong to
    # other processes of its user.
    (files.cluster / "postmaster.pid").unlink(missing_ok=True)
    remove_sockets(socket_folder)
    _launch(Run(files, account, server), options.for_server(socket_folder), given_up)
    return socket_folder


def _make_cluster(run: Run, given_up: Event) -> None:
    """Create the cluster under another name and rename it when complete, so that it always has its database."""
    new = run.files.home / f"{run.files.major}.tmp"
    new.mkdir(mode=0o700)
    give(new, run.account)
    try:
        # The builtin locale needs none of the system's, and no upgrade of libc can change the order of an index.
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
        trust = ("--username=postgres", "--auth=trust")  # safe: only the server's user can reach the socket
        memory = ("--set", "dynamic_shared_memory_type=mmap")  # as for the server
        initdb = (program("initdb"), "-D", str(new), *locale, *trust, *memory, "--no-instructions")
        run.to_the_end(*initdb, given_up=given_up)
        alone = (program("postgres"), "--single", "-D", str(new), "-c", "exit_on_error=on", "postgres")
        run.to_the_end(*alone, given_up=given_up, stdin=f"CREATE DATABASE {DATABASE}\n".encode())
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    new.rename(run.files.cluster)
    _sync(run.files.home)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_cluster(files: Files, account: Account) -> None:
    cluster = files.cluster
    if not (cluster / "PG_VERSION").is_file():
        raise FatalError(
            f"{cluster} (DATA_DIR) holds no PostgreSQL data, for PG_VERSION is missing: restore it from a backup, "
            "remove it to begin with an empty database, or set DATABASE_URL."
        )
    owner = cluster.stat().st_uid
    if owner == 0:
        raise FatalError(
            f"{cluster} (DATA_DIR) belongs to root, as whom PostgreSQL doesn't run: give it to another user with "
            f"chown -R, for example nobody, or set DATABASE_URL."
        )
    if owner != account.uid:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(cluster))


def _socket_folder(files: Files, account: Account) -> Path:
    """The cluster's folder, which no other user can enter, or one under /tmp if its path doesn't suit a socket.

    The name under /tmp is derived from the path of the data, so that URLs stay valid after a restart.
    """
    too_long = len(os.fsencode(files.cluster / SOCKET)) > _LONGEST_SOCKET
    if not too_long and "," not in str(files.cluster):  # SQLAlchemy splits a host at commas
        return files.cluster
    name = hashlib.sha256(os.fsencode(files.cluster)).hexdigest()[:16]
    folder = Path(f"/tmp/bot-postgres-{account.uid}-{name}")  # noqa: S108 - its owner is checked below
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid == os.geteuid():
        give(folder, account)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise FatalError(
            f"{folder}, where the socket of the data in DATA_DIR has to lie, was made by somebody else: remove it, "
            "choose a DATA_DIR with a shorter path and no comma, or set DATABASE_URL."
        )
    return folder


def _launch(run: Run, settings: Iterable[str], given_up: Event) -> None:
    written = run.files.log.stat().st_size
    child = run.popen(program("postgres"), "-D", str(run.files.cluster), *settings)
    try:
        while child.poll() is None and not _is_ready(child, run.files):  # recovery after a crash may take long
            pause(given_up, 0.01)
    except BaseException:
        _quit(child)
        raise
    if child.returncode is not None:
        raise run.failure("start", written)
    reap(child)


def _is_ready(child: subprocess.Popen[bytes], files: Files) -> bool:
    note = read_note(files)
    return note is not None and note.ready and note.pid == child.pid


def _quit(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGQUIT)
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
