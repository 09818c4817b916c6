"""Exit codes and output of the commands: one sentence, no traceback, no secret."""

import json
import socket
from pathlib import Path

import pytest

from bot import __version__
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from tests.conftest import libpq_url
from tests.support.worker_process import CommandResult, WorkerProcess, command, free_port

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PASSWORD = "corr3ct-h0rse"
BAD = {"BOT_TOKEN": "secret", "DATABASE_URL": f"mysql://u:{PASSWORD}@h/d", "PORT": "none", "LOG_LEVEL": "loud"}


def with_password(url: str) -> str:
    """The test server accepts any password."""
    return url.replace("postgres@", f"postgres:{PASSWORD}@")


def only_line(ended: CommandResult) -> str:
    """The only line that isn't a log line."""
    lines = [line for line in ended.output.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, ended.output
    return lines[0]


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("subcommand", ["run", "migrate", "sandbox"])
async def test_bad_configuration_ends_every_command_with_2_and_one_message(subcommand: str, tmp_path: Path) -> None:
    ended = await command(tmp_path, subcommand, within=60, **BAD)
    head, *complaints = ended.output.splitlines()
    assert ended.code == 2
    assert head == "The configuration can't be used:"
    assert {line.split()[0] for line in complaints} == BAD.keys()
    assert all(line.startswith("  ") and "expected" in line for line in complaints)
    assert not any(value in ended.output for value in (*BAD.values(), PASSWORD))
    assert left_in(tmp_path) == [], "nothing was begun"


async def test_a_missing_token_ends_the_worker_with_2_and_names_its_source(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_TOKEN=\n")
    ended = await command(tmp_path)
    assert ended.code == 2
    assert "BOT_TOKEN is missing" in ended.output
    assert "@BotFather" in ended.output
    assert "python -m bot sandbox" in ended.output
    assert "Traceback" not in ended.output
    assert left_in(tmp_path) == [".env"], "it did not fall into the sandbox by itself"


async def test_an_unreadable_env_file_ends_with_2_and_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(f"BOT_TOKEN={TOKEN}\n".encode("utf-16"))
    assert await command(tmp_path, "run") == CommandResult(
        2, ".env can't be read: it is not UTF-8 text. Mend or remove the file.\n"
    )


async def test_an_unknown_command_ends_with_2_and_names_the_commands(tmp_path: Path) -> None:
    ended = await command(tmp_path, "dance")
    assert ended.code == 2
    assert "'dance'" in ended.output
    assert all(name in ended.output for name in ("run", "sandbox", "migrate"))
    assert "Traceback" not in ended.output


async def test_version_is_printed(tmp_path: Path) -> None:
    assert await command(tmp_path, "--version") == CommandResult(0, f"{__version__}\n")


async def test_a_port_in_use_ends_the_start_with_1_and_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = await command(tmp_path, "run", BOT_TOKEN=TOKEN, HOST="127.0.0.1", PORT=port, LOG_FORMAT="json")
    assert ended.code == 1
    line = only_line(ended)
    assert f"port {port}" in line
    assert "set PORT" in line
    assert left_in(tmp_path) == [], "no database was started for nothing"


@pytest.mark.parametrize(("subcommand", "token"), [("run", TOKEN), ("migrate", "")])
async def test_a_database_that_doesnt_exist_ends_with_1_and_a_sentence(
    subcommand: str, token: str, tmp_path: Path, socket_folder: Path
) -> None:
    """`migrate` gets this far without a token."""
    ended = await command(
        tmp_path,
        subcommand,
        BOT_TOKEN=token,
        DATABASE_URL=with_password(libpq_url(socket_folder, "no_such_database")),
        HOST="127.0.0.1",
        PORT=str(free_port()),
        LOG_FORMAT="json",
        LOG_LEVEL="DEBUG",
    )
    assert ended.code == 1
    line = only_line(ended)
    assert '"no_such_database" does not exist' in line
    assert "DATABASE_URL" in line
    assert PASSWORD not in ended.output


async def test_a_refused_token_ends_with_1_and_a_sentence(tmp_path: Path, database_url: str) -> None:
    telegram = Emulator()
    telegram.revoke()
    async with serving(telegram) as url:
        ended = await command(
            tmp_path,
            BOT_TOKEN=telegram.bot.token,
            TELEGRAM_API_URL=url,
            DATABASE_URL=database_url,
            HOST="127.0.0.1",
            PORT=str(free_port()),
            LOG_FORMAT="json",
            LOG_LEVEL="DEBUG",
        )
    assert ended.code == 1
    line = only_line(ended)
    assert "Telegram refused BOT_TOKEN" in line
    assert "@BotFather" in line
    assert telegram.bot.token not in ended.output


async def test_neither_token_nor_password_is_ever_printed_and_every_line_is_json(
    worker: WorkerProcess, telegram: Emulator, database_url: str
) -> None:
    await worker.start(DATABASE_URL=with_password(database_url), LOG_LEVEL="DEBUG", LOG_FORMAT="json")
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello")
    assert await worker.stop() == 0
    log = worker.log.read_text()
    assert telegram.bot.token not in log
    assert PASSWORD not in log
    assert "update" in {json.loads(line)["message"].split()[0] for line in log.splitlines()}
