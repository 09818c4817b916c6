"""The log: readable by machines and people, and never showing the token or a password."""

import asyncio
import io
import json
import logging
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import structlog

from bot import log
from tests.support.worker_process import clean_environment

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PASSWORD = "corr3ct-h0rse"
URL = f"postgresql://bot:{PASSWORD}@db.example:5432/bot"
SECRETS = (TOKEN, PASSWORD, URL)

HARD_PASSWORDS = (
    'say "friend"',
    "it's",
    "back\\slash\\\\twice",
    "100%sure%41",
    "пароль-Ünï",
    "kéy🔑",
    "a+b c/d?e#f@g",
    "tab\tand\nline",
    "{curly}",
    "<b>&amp;",
)
WORDS = ("bot", "secret", "1234", "пароль", "info", "level", "true", "1", "_")


class Written(io.StringIO):
    """The log's output."""

    def __init__(self, *, terminal: bool = False) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def text(self) -> str:
        return self.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line, parse_constant=_no_json) for line in self.text.split("\n")[:-1]]

    @property
    def only(self) -> dict[str, Any]:
        (line,) = self.lines
        return line


def _no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON, whatever Python says")


SetUp = Callable[..., Written]


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetUp]:
    """Set up the log to write into memory. Restores the process's logging at the end."""
    for where, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(where, name, getattr(where, name))
    monkeypatch.setattr(logging.root, "handlers", [])
    level = logging.root.level
    levels = {name: logging.getLogger(name).level for name in log.TALKATIVE}

    def begin(
        *secrets: str, as_json: bool = True, level: str = "DEBUG", terminal: bool = False, stream: Written | None = None
    ) -> Written:
        written = stream or Written(terminal=terminal)
        log.set_up(level=level, as_json=as_json, secrets=secrets or SECRETS, stream=written)
        return written

    yield begin
    logging.captureWarnings(capture=False)
    logging.root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def _raise(message: str) -> None:
    raise ValueError(message)


def _chained(secret: str) -> None:
    try:
        _raise(f"first {secret}")
    except ValueError as error:
        raise RuntimeError(f"second {secret}") from error


def _grouped(secret: str) -> None:
    error = ValueError(f"inner {secret}")
    error.add_note(f"a note on {secret}")
    raise ExceptionGroup(f"group {secret}", [error])


class Shown:
    """An object whose repr shows everything, as that of PTB's Bot does."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return f"Shown[{self._secret}]"


class Unshowable:
    """An object whose repr fails with a secret in the error."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        raise RuntimeError(self._secret)


class Odd(Exception):  # noqa: N818 -- as odd as libraries are
    def __str__(self) -> str:
        return f"odd {self.args[0]!r}"


def _with_traceback(fail: Callable[[str], None], say: Callable[[], None]) -> Callable[[str], None]:
    def leak(secret: str) -> None:
        try:
            fail(secret)
        except (Exception, ExceptionGroup):  # noqa: BLE001 -- each case fails in its own way
            say()

    return leak


def _odd(secret: str) -> None:
    raise Odd(secret)


def _cycle(secret: str) -> None:
    inner: list[object] = [secret]
    inner.append(inner)
    structlog.get_logger("bot").info("in a cycle", inner=inner)


def _bound_for_the_task(secret: str) -> None:
    structlog.contextvars.bind_contextvars(bound=secret)
    structlog.get_logger("bot").info("bound before")


def _warn(secret: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"deprecated: {secret}", stacklevel=1)


def _foreign() -> logging.Logger:
    return logging.getLogger("somebodys.library")


def _ours() -> Any:
    return structlog.get_logger("bot.test")


LEAKS: dict[str, Callable[[str], None]] = {
    "our message": lambda secret: _ours().info(f"hello {secret}"),
    "our message's argument": lambda secret: _ours().info("hello %s and %r", secret, secret),
    "a field": lambda secret: _ours().info("hello", token=secret),
    "a field's name": lambda secret: _ours().info("hello", **{secret: 1}),
    "a field for readers of logs": lambda secret: _foreign().info(
        "hello", extra={"level": secret, "timestamp": secret}
    ),
    "a bound field": lambda secret: _ours().bind(token=secret).info("hello"),
    "a field bound for the task": _bound_for_the_task,
    "a nested field": lambda secret: _ours().info("hello", a={"b": [{"c": (secret, {secret})}], secret: None}),
    "bytes": lambda secret: _ours().info("hello", body=f"token={secret}".encode()),
    "an object's repr": lambda secret: _ours().info("hello", bot=Shown(secret), bots=[Shown(secret)]),
    "a repr that fails": lambda secret: _ours().info("hello", bot=Unshowable(secret), token=secret),
    "something in a cycle": _cycle,
    "a key that JSON doesn't know": lambda secret: _ours().info("hello", by={(1, secret): float("nan")}),
    "another library's message": lambda secret: _foreign().info(f"GET https://api.telegram.org/bot{secret}/getMe"),
    "another library's argument": lambda secret: _foreign().warning("GET %s", f"https://x/bot{secret}/getMe"),
    "another library's named argument": lambda secret: _foreign().error("%(url)s", {"url": secret}),
    "another library's extra": lambda secret: _foreign().info("hello", extra={"url": secret}),
    "another library's wrong argument": lambda secret: _foreign().info("%d seconds", secret),
    "too many arguments": lambda secret: _foreign().info("hello", secret),
    "httpx": lambda secret: logging.getLogger("httpx").warning("HTTP Request: POST https://x/bot%s/getMe", secret),
    "asyncio": lambda secret: logging.getLogger("asyncio").error("Task exception was never retrieved %s", secret),
    "a logger's name": lambda secret: logging.getLogger(f"telegram.bot.{secret}").info("hello"),
    "a warning": _warn,
    "a traceback": _with_traceback(_raise, lambda: _ours().exception("failed")),
    "a traceback from a library": _with_traceback(_raise, lambda: _foreign().exception("failed")),
    "chained exceptions": _with_traceback(_chained, lambda: _ours().error("failed", exc_info=True)),
    "a group of exceptions": _with_traceback(_grouped, lambda: _foreign().exception("failed")),
    "an exception with a text of its own": _with_traceback(_odd, lambda: _ours().exception("failed")),
    "a stack": lambda secret: _foreign().info("hello %s", secret, stack_info=True),
}
FORMATS = {
    "json": {"as_json": True},
    "console": {"as_json": False},
    "coloured console": {"as_json": False, "terminal": True},
}


@pytest.fixture(params=list(FORMATS.values()), ids=list(FORMATS))
def set_up_as(request: pytest.FixtureRequest, set_up: SetUp) -> SetUp:
    """The log in one of its formats."""
    chosen: dict[str, bool] = request.param
    return lambda *secrets: set_up(*secrets, **chosen)


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_no_way_of_logging_shows_a_secret(
    set_up_as: SetUp, leak: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    written = set_up_as()
    leak(f"({TOKEN}, {PASSWORD}, {URL})")
    assert written.text
    output = written.text + "".join(capfd.readouterr())
    assert TOKEN not in output
    assert PASSWORD not in output


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_every_way_of_logging_gives_whole_lines_of_json(set_up: SetUp, leak: Callable[[str], None]) -> None:
    written = set_up()
    leak(TOKEN)
    assert {"message", "level", "logger", "timestamp"} <= written.only.keys()


WRITINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in a URL": lambda secret: quote(secret, safe=""),
    "in a URL's path": quote,
    "in a form": quote_plus,
    "in a URL within a URL": lambda secret: quote(quote(secret, safe=""), safe=""),
    "in a URL with small letters": lambda secret: re.sub("%..", lambda code: code[0].lower(), quote(secret, safe="")),
    "in JSON": json.dumps,
    "in JSON without escapes": lambda secret: json.dumps(secret, ensure_ascii=False),
    "in JSON within JSON": lambda secret: json.dumps(json.dumps({"password": secret})),
    "as a repr": repr,
    "as an ascii repr": ascii,
    "as a repr of bytes": lambda secret: repr(secret.encode()),
    "as a repr within a repr": lambda secret: repr([repr([secret])]),
    "as a repr within JSON": lambda secret: json.dumps(repr({"password": secret})),
}


@pytest.mark.parametrize("write", WRITINGS.values(), ids=WRITINGS.keys())
@pytest.mark.parametrize("secret", [*HARD_PASSWORDS, TOKEN, PASSWORD])
def test_a_secret_is_found_however_it_is_written(secret: str, write: Callable[[str], str]) -> None:
    redacted = log.redactor([secret])(write(f"Begin{secret}End"))
    assert _between(redacted) == "***"


@pytest.mark.parametrize("write", WRITINGS.values(), ids=WRITINGS.keys())
@pytest.mark.parametrize("word", WORDS)
def test_a_short_password_is_found_where_it_stands_by_itself(word: str, write: Callable[[str], str]) -> None:
    for separator in (" ", "\n", ":", "/", "'", "№"):
        redacted = log.redactor([word])(write(f"Begin{separator}{word}{separator}End"))
        assert "***" in _between(redacted), separator


def _between(text: str) -> str:
    found = re.search("Begin(.*)End", text, re.DOTALL)
    assert found, text
    return found[1]


def test_a_short_password_is_left_within_words_that_happen_to_hold_it() -> None:
    clean = log.redactor(["bot"])
    assert clean("robots and bots: bot, bot_id") == "robots and bots: ***, bot_id"


@pytest.mark.parametrize("secret", [*HARD_PASSWORDS, *WORDS, '"', ":", ",", "{", "}", "\\", "e"])
def test_no_password_breaks_the_json(set_up: SetUp, secret: str) -> None:
    written = set_up(secret)
    facts = {"count": 1, "yes": True, "none": None, "text": f"a {secret} b", "list": [1, f"'{secret}'"], "ratio": 0.5}
    structlog.get_logger("bot.test").info("update handled", facts=facts)
    assert written.only.keys() == {"message", "facts", "level", "logger", "timestamp"}
    assert written.only["level"] == "info"
    assert datetime.fromisoformat(written.only["timestamp"]).utcoffset() == timedelta(0)
    assert f"a {secret} b" not in written.text


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_doesnt_know_are_written_as_text(set_up: SetUp, number: float) -> None:
    written = set_up()
    _ours().info("hello", ratio=number, ratios=[number, 1.5])
    assert (written.only["ratio"], written.only["ratios"]) == (repr(number), [repr(number), 1.5])


def test_a_password_that_is_a_number_is_taken_out_of_numbers_fields_and_keys(set_up: SetUp) -> None:
    written = set_up("1234")
    _ours().info("hello", port=1234, other=12345, by={1234: "a"})
    assert (written.only["port"], written.only["other"], written.only["by"]) == ("***", 12345, {"***": "a"})


def test_a_short_password_is_found_between_colours(set_up: SetUp) -> None:
    written = set_up("hunter", as_json=False, terminal=True)
    _ours().info("hello", password="hunter", user="hunter2")
    assert re.sub(r"\x1b\[\d+m", "", written.text).split()[-2:] == ["password=***", "user=hunter2"]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"https://api.telegram.org/bot{TOKEN}/getMe", "https://api.telegram.org/bot***/getMe"),
        (f"token {TOKEN}.", "token ***."),
        (f"x?token={quote(TOKEN)}&y", "x?token=***&y"),
        (f"x?token={quote(TOKEN).lower()}&y", "x?token=***&y"),
        ("postgresql://u:pa:ss@h/d and http://:x@h", "postgresql://u:***@h/d and http://:***@h"),
    ],
)
def test_what_looks_like_a_secret_is_redacted_without_being_registered(text: str, redacted: str) -> None:
    assert log.redactor([])(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "chat 110201543: hello",
        "http://[::1]:8081/x, ann@example.org",
        "12:34:56.789 2026-01-22T10:00:00Z",
        "http://127.0.0.1:8080/health?of=a@b",
        "",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert log.redactor(SECRETS)(text) == text
    assert log.redactor([""])(text) == text


def test_a_line_of_json_says_when_how_bad_who_and_what_with_its_fields(set_up: SetUp) -> None:
    written = set_up()
    before = datetime.now(UTC)
    structlog.get_logger("bot.worker.intake").warning("update handled", update_id=7, chat_id=-100, milliseconds=1.5)
    line = written.only
    assert before <= datetime.fromisoformat(line.pop("timestamp")) <= datetime.now(UTC)
    assert line == {
        "message": "update handled",
        "level": "warning",
        "logger": "bot.worker.intake",
        "update_id": 7,
        "chat_id": -100,
        "milliseconds": 1.5,
    }


def test_another_librarys_record_is_written_as_ours_are(set_up: SetUp) -> None:
    written = set_up()
    logging.getLogger("somebodys.library").error("%s failed", "it", extra={"tries": 3})
    line = written.only
    assert (line["message"], line["level"], line["logger"]) == ("it failed", "error", "somebodys.library")
    assert line["tries"] == 3


def test_json_is_one_line_of_ascii_an_event_whatever_it_holds(set_up: SetUp) -> None:
    written = set_up()
    name = "Аня\n\r\u2028\u2029\x85\x0b\x1c 🔑 \udcff\x00"
    _with_traceback(_raise, lambda: _ours().exception(f"hello {name}", name=name))(name)
    assert len(written.text.splitlines()) == 1
    assert written.text.isascii()
    assert written.only["name"] == name
    assert "Traceback (most recent call last)" in written.only["exception"]


def test_a_record_that_cant_be_written_is_reported_and_stops_nobody(
    set_up: SetUp, capfd: pytest.CaptureFixture[str]
) -> None:
    written = set_up()
    _foreign().info("%d seconds", "soon")
    _ours().info("hello", what=Unshowable("boo"))
    assert [line["message"] for line in written.lines] == [
        "a record could not be written (TypeError): %d seconds",
        "a record could not be written (RuntimeError): hello",
    ]
    assert capfd.readouterr() == ("", "")


def test_only_a_terminal_gets_colours(set_up: SetUp) -> None:
    for terminal in (False, True):
        written = set_up(as_json=False, terminal=terminal)
        _ours().info("hello", chat_id=1)
        assert ("\x1b[" in written.text) is terminal
        assert "hello" in written.text
    assert "\x1b" not in set_up(as_json=True, terminal=True).text


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
def test_the_level_holds_for_us_and_for_libraries_and_talkative_ones_say_warnings_at_most(
    set_up: SetUp, level: str
) -> None:
    written = set_up(level=level)
    number = logging.getLevelNamesMapping()[level]
    levels = [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL]
    for each in levels:
        _ours().log(each, "x")
        _foreign().log(each, "x")
        logging.getLogger("httpx").log(each, "x")
    levels_logged = [(line["logger"], line["level"].upper()) for line in written.lines]
    names = [logging.getLevelName(each) for each in levels if each >= number]
    assert [one for logger, one in levels_logged if logger == "bot.test"] == names
    assert [one for logger, one in levels_logged if logger == "somebodys.library"] == names
    assert [one for logger, one in levels_logged if logger == "httpx"] == [
        name for name in names if name not in {"DEBUG", "INFO"}
    ]


async def test_errors_that_asyncio_can_raise_nowhere_are_logged(set_up: SetUp) -> None:
    written = set_up()
    failed = ValueError(f"nobody waits for {TOKEN}")
    asyncio.get_running_loop().call_exception_handler({"message": f"lost {TOKEN}", "exception": failed})
    assert written.only["message"] == "lost ***"
    assert "nobody waits for ***" in written.only["exception"]


LAST_WORDS = f"""
import asyncio, threading, warnings
from bot import log

log.set_up(level="DEBUG", as_json=True, secrets=["{TOKEN}"])

def fail():
    raise ValueError("in a thread {TOKEN}")

class Dying:
    def __del__(self):
        raise ValueError("in a finalizer {TOKEN}")

async def forgotten():
    asyncio.get_running_loop().create_task(lost())
    await asyncio.sleep(0)

async def lost():
    raise ValueError("in a task {TOKEN}")

thread = threading.Thread(target=fail)
thread.start()
thread.join()
Dying()
asyncio.run(forgotten())
warnings.warn("in a warning {TOKEN}")
try:
    raise ValueError("the cause {TOKEN}")
except ValueError as error:
    raise RuntimeError("at the end {TOKEN}") from error
"""


def test_what_a_process_says_by_itself_goes_through_the_log(tmp_path: Path) -> None:
    """Errors in threads, finalizers and tasks, warnings, and the error that ends the process."""
    ended = subprocess.run(
        [sys.executable, "-c", LAST_WORDS],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    lines = [json.dumps(json.loads(line)) for line in ended.stderr.splitlines()]
    for line, what in zip(lines, ("thread", "finalizer", "task", "warning", "end"), strict=True):
        assert re.search(rf"in a {what} \*\*\*|at the {what} \*\*\*", line)
    assert "the cause ***" in lines[-1]
    assert TOKEN not in ended.stderr
