"""As which user an embedded PostgreSQL runs, which refuses to run as root, and how that user gets at its files."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.db.embedded.keeper import Files
from bot.errors import ConfigurationError

if sys.platform != "win32":
    import pwd

BARE_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # no PG* variable may get in


@dataclass(frozen=True)
class Account:
    """The user PostgreSQL runs as, and what goes before its commands when that user needs help to reach them."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()


def choose_account(files: Files) -> Account:
    """Ourselves, or for root, whom PostgreSQL refuses, the owner of what is there already, or else nobody."""
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
    if os.geteuid() == 0:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def make_home(files: Files, account: Account) -> None:
    missing = [folder for folder in files.home.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        give(folder, account)
    files.home.mkdir(mode=0o700, exist_ok=True)
    give(files.home, account)


def with_a_way_through(account: Account, files: Files, program: str) -> Account:
    """The account, helped through closed folders above the programs or the data: root's home is the usual case."""
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
    # initdb looks for its programs with access(2), for which the kernel takes the capabilities of all but root away.
    keeping = (f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}", "--securebits=+no_setuid_fixup")
    return Account(account.uid, account.gid, prefix=(setpriv, *to_account, *keeping, "--"))


def _reaches(account: Account, program: str, folder: str) -> bool:
    asked = ["/bin/sh", "-c", 'test -x "$0" && test -x "$1"', program, folder]
    done = subprocess.run(  # noqa: S603 - a fixed command, with paths as arguments
        asked, user=account.uid, group=account.gid, extra_groups=[], cwd="/", env=BARE_ENVIRONMENT, check=False
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
