"""Keeps track of the users of an embedded PostgreSQL, and stops it when there are none left.

Run by its path, this module is a program, the keeper. It sleeps until the last worker of a server is gone, even by
kill -9, and then stops the server. It lives as long as the server, so it imports only the standard library (14 MB).
"""

import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":  # `embedded` refuses to start there, but must be importable
    import fcntl

SOCKET = ".s.PGSQL.5432"
# A fast shutdown comes first: it rolls back. SIGTERM would wait for clients, perhaps for ever.
_ENDINGS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 5.0)) if sys.platform != "win32" else ()


@dataclass(frozen=True)
class Files:
    """The files in `DATA_DIR/postgres`: the cluster, named by its major version, the log, and four lock files.

    Locks are flocks, which the kernel releases when their last holder dies, however it dies. They also work between
    containers, where a pid means nothing.
    """

    home: Path
    major: str

    @property
    def cluster(self) -> Path:
        return self.home / self.major

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def lock(self) -> Path:
        """Locked during each start and stop."""
        return self.home / "lock"

    @property
    def users(self) -> Path:
        """Share-locked by each worker that uses the server."""
        return self.home / "users"

    @property
    def server(self) -> Path:
        """Locked by initdb and all processes of the server, which inherit it: it is free once they have all ended."""
        return self.home / "server"

    @property
    def keeper(self) -> Path:
        """Locked by the keeper."""
        return self.home / "keeper"


@dataclass(frozen=True)
class Note:
    """The content of postmaster.pid, which outlives a kill -9."""

    pid: int
    socket_folder: Path
    ready: bool


def read_note(files: Files) -> Note | None:
    """The note of the server, if it has written one."""
    try:
        lines = (files.cluster / "postmaster.pid").read_text(errors="surrogateescape").split("\n")
        return Note(int(lines[0]), Path(lines[4]), ready=lines[7].strip() == "ready")
    except (FileNotFoundError, IndexError, ValueError):  # there is no server, or it is still writing the file
        return None


def open_file(path: Path, flags: int = 0) -> int:
    """Open a file, and create it if necessary."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)
    if os.geteuid() == 0:  # otherwise the folder's owner couldn't start the server after root did
        owner = path.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


@contextmanager
def opened(path: Path, flags: int = 0) -> Iterator[int]:
    """A file's descriptor for the block."""
    descriptor = open_file(path, flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def taken(descriptor: int, seconds: float = 0) -> bool:
    """Lock exclusively within `seconds`. Returns False if others hold the lock; our own shared lock is lost then."""
    until = time.monotonic() + seconds
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(0.01)


@contextmanager
def connected(socket_folder: Path) -> Iterator[socket.socket]:
    """A connection to the server's socket for the block."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(1)
        peer.connect(str(socket_folder / SOCKET))
        yield peer


def stop_if_unused(files: Files, users: int) -> bool:
    """Release `users` and stop the server unless others use it; returns whether none do. Call it under `lock`."""
    # A keeper that checks for users holds `users` for a moment.
    if not taken(users, seconds=0.1):
        return False
    _stop(files)
    return True


def _stop(files: Files) -> None:
    note = read_note(files)
    with opened(files.server) as server:
        if not any(_ended_by(number, seconds, files, server) for number, seconds in _ENDINGS):
            return  # out of reach, in another container: the next start waits for it and says so
    if note and note.socket_folder != files.cluster:
        remove_sockets(note.socket_folder)
        with suppress(OSError):
            note.socket_folder.rmdir()


def _ended_by(number: signal.Signals, seconds: float, files: Files, server: int) -> bool:
    """Signal the server once it is found. Returns whether all its processes ended within `seconds`."""
    until = time.monotonic() + seconds
    signalled = False
    while time.monotonic() < until:
        if taken(server):
            return True
        signalled = signalled or _signal(number, files)
        time.sleep(0.01)
    return False


def _signal(number: signal.Signals, files: Files) -> bool:
    note = read_note(files)
    with suppress(OSError):
        if note and (pid := _listener(note)):
            os.kill(pid, number)
            return True
    return False


def _listener(note: Note) -> int:
    """The pid of the server, or 0 if it isn't visible from here.

    On Linux the kernel gives the listening process: the pid in postmaster.pid may belong to another process by now, or
    come from another container.
    """
    if sys.platform != "linux":
        return note.pid
    with connected(note.socket_folder) as peer:
        credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[0])


def remove_sockets(folder: Path) -> None:
    """Remove the server's socket and its lock file."""
    (folder / SOCKET).unlink(missing_ok=True)
    (folder / f"{SOCKET}.lock").unlink(missing_ok=True)


def keep(files: Files, keeper: int) -> None:
    """Wait until the server has no users, and stop it. `keeper` is the locked file of that name."""
    with opened(files.lock) as lock, opened(files.users) as users:
        while True:
            fcntl.flock(users, fcntl.LOCK_EX)  # blocks until the last user is gone
            fcntl.flock(users, fcntl.LOCK_UN)  # a new user must not wait for the keeper
            fcntl.flock(lock, fcntl.LOCK_EX)
            if stop_if_unused(files, users):
                # Before `lock` is released: its next holder must see that there is no keeper.
                fcntl.flock(keeper, fcntl.LOCK_UN)
                return
            fcntl.flock(lock, fcntl.LOCK_UN)


if __name__ == "__main__":
    keep(Files(Path(sys.argv[1]), major=sys.argv[2]), keeper=int(sys.argv[3]))
