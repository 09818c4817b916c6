"""Configuration from the environment and `.env`: values, defaults, and messages about bad values."""

import os
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from bot.config.settings import Settings
from bot.config.values import TLS_MODES, Environment, LogFormat, LogLevel, child_environment
from bot.errors import ConfigurationError
from tests.support.feature_folders import modules
from tests.support.joined import JOINED
from tests.support.worker_process import OURS

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PASSWORD = "corr3ct-h0rse"
URL = f"postgresql://bot:{PASSWORD}@db.example:5432/bot"

OF_FEATURES = modules("variables")
"""Each `tests/features/<feature>/variables.py` has a feature's part of the three tables below."""
DEFAULTS: dict[str, object] = {
    "BOT_TOKEN": None,
    "DATABASE_URL": None,
    "DATA_DIR": Path(".data"),
    "TELEGRAM_API_URL": "https://api.telegram.org",
    "ADMIN_IDS": frozenset(),
    "PORT": 8080,
    "HOST": None,
    "SANDBOX_PORT": 8081,
    "ENVIRONMENT": Environment.DEVELOPMENT,
    "LOG_LEVEL": LogLevel.INFO,
    "LOG_FORMAT": None,
    "MESSAGES_PER_SECOND": 30.0,
    "PAID_BROADCAST": False,
    "ADMIN_NOTICES": True,
    "SHUTDOWN_TIMEOUT": 10.0,
    "RETENTION_DAYS": 30,
    "HANDLER_CONCURRENCY": 16,
    "FLOOD_PER_MINUTE": 60,
    "LEAVE_GROUPS": False,
    **{name: default for module in OF_FEATURES for name, default in module.DEFAULTS.items()},
}

GOOD: list[tuple[str, str, object]] = [
    ("BOT_TOKEN", TOKEN, TOKEN),
    ("BOT_TOKEN", "42:TEST", "42:TEST"),
    ("BOT_TOKEN", "1234567890123456:-_aZ09", "1234567890123456:-_aZ09"),
    ("DATA_DIR", "/var/lib/bot", Path("/var/lib/bot")),
    ("DATA_DIR", "my data", Path("my data")),
    ("TELEGRAM_API_URL", "http://127.0.0.1:8081", "http://127.0.0.1:8081"),
    ("TELEGRAM_API_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
    ("TELEGRAM_API_URL", "https://api.example/telegram//", "https://api.example/telegram"),
    ("TELEGRAM_API_URL", "https://api.example/bots", "https://api.example/bots"),
    ("TELEGRAM_API_URL", "https://api.example/bot-api", "https://api.example/bot-api"),
    ("TELEGRAM_API_URL", "http://[::1]:8081", "http://[::1]:8081"),
    ("TELEGRAM_API_URL", "HTTPS://api.example", "HTTPS://api.example"),
    ("ADMIN_IDS", "1001", {1001}),
    ("ADMIN_IDS", " 1, 2 ,", {1, 2}),
    ("ADMIN_IDS", "2,,1,2", {1, 2}),
    ("ADMIN_IDS", ",", set()),
    ("ADMIN_IDS", "4503599627370495", {2**52 - 1}),
    ("PORT", "1", 1),
    ("PORT", "65535", 65535),
    ("PORT", "0080", 80),
    ("HOST", "0.0.0.0", "0.0.0.0"),
    ("HOST", "::", "::"),
    ("HOST", "fe80::1%eth0", "fe80::1%eth0"),
    ("HOST", "localhost", "localhost"),
    ("SANDBOX_PORT", "9000", 9000),
    ("ENVIRONMENT", "production", Environment.PRODUCTION),
    ("ENVIRONMENT", "Production", Environment.PRODUCTION),
    ("ENVIRONMENT", "DEVELOPMENT", Environment.DEVELOPMENT),
    *[("LOG_LEVEL", level.lower(), level) for level in LogLevel],
    *[("LOG_LEVEL", level.title(), level) for level in LogLevel],
    ("LOG_FORMAT", "json", LogFormat.JSON),
    ("LOG_FORMAT", "Console", LogFormat.CONSOLE),
    ("MESSAGES_PER_SECOND", "0", 0.0),
    ("MESSAGES_PER_SECOND", "0.5", 0.5),
    ("MESSAGES_PER_SECOND", "1000", 1000.0),
    *[("PAID_BROADCAST", word, True) for word in ("true", "True", "TRUE", "yes", "on", "ON", "1")],
    *[("PAID_BROADCAST", word, False) for word in ("false", "False", "no", "No", "off", "0")],
    ("ADMIN_NOTICES", "false", False),
    ("ADMIN_NOTICES", "TRUE", True),
    ("SHUTDOWN_TIMEOUT", "0", 0.0),
    ("SHUTDOWN_TIMEOUT", "2.5", 2.5),
    ("SHUTDOWN_TIMEOUT", "3600", 3600.0),
    ("RETENTION_DAYS", "1", 1),
    ("RETENTION_DAYS", "36500", 36500),
    ("HANDLER_CONCURRENCY", "1", 1),
    ("HANDLER_CONCURRENCY", "500", 500),
    ("FLOOD_PER_MINUTE", "0", 0),
    ("FLOOD_PER_MINUTE", "6000", 6000),
    ("LEAVE_GROUPS", "True", True),
    *[one for module in OF_FEATURES for one in module.GOOD],
]

NOT_WHOLE = ("", "0x50", "８０", "٨٠", "+80", "-1", "80.0", "1e3", "1_0", "8 0", "many", "9" * 5000)
NOT_DECIMAL = (
    "0.00001",
    "nan",
    "inf",
    "-inf",
    "-1",
    "-0",
    "1e3",
    "+1",
    ".5",
    "5.",
    "1_0",
    "٣",
    "0x1",
    "1,5",
    "many",
    "9" * 5000,
)
BAD: dict[str, tuple[str, ...]] = {
    "BOT_TOKEN": (
        "42",
        "42:",
        ":secret",
        "042:secret",
        "bot42:secret",
        "42:se cret",
        "42:sécret",
        "4２:secret",
        "42:secret:more",
        "12345678901234567:secret",
        '"42:secret"',
        "42:secret\nmore",
    ),
    "DATABASE_URL": (
        "mysql://u:secret@h/d",
        "postgresql+psycopg2://u:secret@h/d",
        "postgresql:u:secret@h",
        "u:secret@h/d",
        "secret",
        "postgresql:///d",
        "postgresql://u:secret@/d",
        "postgresql://u:secret@/d?host=",
        "postgresql://u:secret@:5432/d",
        "postgresql://u:secret@h:0/d",
        "postgresql://u:secret@h:99999/d",
        "postgresql://u:secret@h:abc/d",
        "postgresql://u:secret@h:٥٤٣٢/d",
        "postgresql://u:secret@[::1/d",
        "postgresql://u:secret@h/d?port=0",
        "postgresql://u:secret@h/d?host=/run&port=abc",
        "postgresql://u:se@cret@h/d",
        "postgresql://u:1#secret@h/d",
        "postgresql://u:1/secret@h/d",
        "postgresql://u:1?secret@h/d",
        "postgresql://u:1?a=secret@h/d",
        "postgresql://u:secret@h/d#more",
        "postgresql://u:se cret@h/d",
        "postgresql://u:secret@h/d b",
        "postgresql://u:se\ncret@h/d",
        "postgresql://u:se\tcret@h/d",
        "postgresql://u:secret%00@h/d",
        "postgresql://u:secret@h/d?sslmode=yes",
        "postgresql://u:secret@h/d?sslmode=REQUIRE",
        "postgresql://u:secret@h/d?ssl=true",
    ),
    "DATA_DIR": ("a\nb", "a\tb"),
    "TELEGRAM_API_URL": (
        "ftp://h",
        "api.telegram.org",
        "h:8080",
        "http://",
        "http:///x",
        "http://h:0",
        "http://h:99999",
        "http://h:8O",
        "http://[::1",
        "http://user:secret@h",
        "http://h/?secret",
        "http://h?",
        "http://h#",
        "http://h h",
        "http://h/a\tb",
        "http://h\\x",
        "http://h/bot",
        "http://h/bot/",
        "http://h/bot42:secret",
        "http://h/bot42:secret/",
        "http://h/bot42:secret/getMe",
        "http://h/BOT42:secret",
        "http://h/bot<token>",
        "http://h/bot{token}",
        "http://h/bot%3Ctoken%3E",
    ),
    "ADMIN_IDS": ("1;2", "1 2", "-5", "0", "+1", "1.0", "0x1", "１", "1_000", "[1,2]", "@ann", str(2**52), "9" * 5000),
    "PORT": (*NOT_WHOLE, "0", "65536"),
    "HOST": ("a b", "/x", "http://h", "h:80", "127.0.0.1:80", "[::1]", "[::1]:80", "a\x7fb"),
    "SANDBOX_PORT": (*NOT_WHOLE, "0", "65536"),
    "ENVIRONMENT": ("prod", "dev", "test", "1"),
    "LOG_LEVEL": ("warn", "fatal", "trace", "notset", "10", "INFO,DEBUG"),
    "LOG_FORMAT": ("text", "pretty", "jsonl"),
    "MESSAGES_PER_SECOND": (*NOT_DECIMAL, "1000.1"),
    "PAID_BROADCAST": ("2", "-1", "maybe", "ja", "true false", "1.0", "null"),
    "ADMIN_NOTICES": ("2", "maybe"),
    "SHUTDOWN_TIMEOUT": (*NOT_DECIMAL, "3600.1", "10s"),
    "RETENTION_DAYS": (*NOT_WHOLE, "0", "36501"),
    "HANDLER_CONCURRENCY": (*NOT_WHOLE, "0", "501"),
    "FLOOD_PER_MINUTE": (*NOT_WHOLE, "6001"),
    "LEAVE_GROUPS": ("2", "maybe"),
    **{name: values for module in OF_FEATURES for name, values in module.BAD.items()},
}
BAD_CASES = [(name, value) for name, values in BAD.items() for value in values if value]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Remove our variables, and change to a folder without `.env`."""
    for name in os.environ:
        if name.upper() in OURS:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def loaded(*, needs_token: bool = False) -> Settings:
    return Settings.load(needs_token=needs_token, of_features=JOINED.settings)


def rejection(*, needs_token: bool = False) -> str:
    """The message about a bad configuration."""
    with pytest.raises(ConfigurationError) as raised:
        loaded(needs_token=needs_token)
    shown = "".join(traceback.format_exception(raised.value))
    assert shown.count("Traceback") == 1, "the error that it comes from shows values"
    return str(raised.value)


def value_of(name: str) -> Any:
    value = getattr(loaded(), name.lower())
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def test_the_table_has_no_other_variables_than_these() -> None:
    assert OURS == DEFAULTS.keys() == BAD.keys()


@pytest.mark.parametrize("name", DEFAULTS)
def test_what_is_unset_has_its_default(name: str) -> None:
    assert value_of(name) == DEFAULTS[name]


@pytest.mark.parametrize("blank", ["", " ", "\t\r\n "])
@pytest.mark.parametrize("name", DEFAULTS)
def test_an_empty_value_counts_as_unset(name: str, blank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, blank)
    assert value_of(name) == DEFAULTS[name]


@pytest.mark.parametrize(("name", "written", "read"), GOOD)
def test_a_good_value_is_read(name: str, written: str, read: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, written)
    assert value_of(name) == read


@pytest.mark.parametrize(("name", "written", "read"), GOOD)
def test_blanks_and_line_ends_around_a_value_are_dropped(
    name: str, written: str, read: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, f" \t{written} \r\n")
    assert value_of(name) == read


@pytest.mark.parametrize(("name", "written", "read"), GOOD)
def test_a_good_value_is_read_from_the_file(name: str, written: str, read: object) -> None:
    Path(".env").write_text(f"{name}='{written}'\n", encoding="utf-8")
    assert value_of(name) == read


@pytest.mark.parametrize(("name", "value"), BAD_CASES)
def test_a_bad_value_is_refused_by_name_and_never_shown(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    message = rejection()
    complaints = message.splitlines()[1:]
    assert [line.split()[0] for line in complaints] == [name]
    assert "expected" in complaints[0]
    assert "secret" not in message
    assert len(message) < 500


def test_all_wrong_variables_are_named_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, values in BAD.items():
        monkeypatch.setenv(name, values[-1])
    assert {line.split()[0] for line in rejection(needs_token=True).splitlines()[1:]} == BAD.keys()


NO_TEXT = dict.fromkeys(DEFAULTS.keys() - {"DATA_DIR"}, b"\xff") | {
    "BOT_TOKEN": b"42:\xff",
    "DATABASE_URL": b"postgres://u:\xff@h/d",
    "TELEGRAM_API_URL": b"http://\xff",
}


def test_bytes_that_are_no_text_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NO_TEXT.items():
        monkeypatch.setenv(name, os.fsdecode(value))
    assert {line.split()[0] for line in rejection().splitlines()[1:]} == NO_TEXT.keys()


def test_a_missing_token_names_its_source_and_what_needs_none() -> None:
    message = rejection(needs_token=True)
    assert "BOT_TOKEN is missing" in message
    assert "@BotFather" in message
    assert "python -m bot sandbox" in message


def test_a_missing_token_is_named_beside_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "none")
    assert [line.split()[0] for line in rejection(needs_token=True).splitlines()[1:]] == ["BOT_TOKEN", "PORT"]
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    assert [line.split()[0] for line in rejection(needs_token=True).splitlines()[1:]] == ["PORT"]


def test_no_token_is_required_where_none_is_needed() -> None:
    settings = loaded(needs_token=False)
    with pytest.raises(ConfigurationError, match="BOT_TOKEN is missing"):
        _ = settings.token


def test_the_bots_id_is_the_tokens_first_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    assert (loaded(needs_token=True).bot_id, loaded().token) == (110201543, TOKEN)


def test_real_variables_win_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=1111\nSANDBOX_PORT=2222\n")
    monkeypatch.setenv("PORT", "3333")
    assert (loaded().port, loaded().sandbox_port) == (3333, 2222)


def test_a_good_variable_wins_over_a_bad_one_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=none\n")
    monkeypatch.setenv("PORT", "3333")
    assert loaded().port == 3333


@pytest.mark.parametrize("blank", ["", "  \n"])
def test_a_blank_variable_leaves_the_files_value_in_force(blank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(f"PORT=1111\nBOT_TOKEN={TOKEN}\n")
    monkeypatch.setenv("PORT", blank)
    monkeypatch.setenv("BOT_TOKEN", blank)
    settings = loaded(needs_token=True)
    assert (settings.port, settings.token) == (1111, TOKEN)


FILES: dict[str, bytes] = {
    "plain": b"LOG_LEVEL=error\nDATA_DIR=my data\n",
    "with a byte-order mark": b"\xef\xbb\xbfLOG_LEVEL=error\nDATA_DIR=my data\n",
    "with double quotes": b'LOG_LEVEL="error"\nDATA_DIR="my data"\n',
    "with single quotes": b"LOG_LEVEL='error'\nDATA_DIR='my data'\n",
    "with a byte-order mark and quotes": b'\xef\xbb\xbfLOG_LEVEL="error"\nDATA_DIR="my data"',
    "with Windows line ends": b"LOG_LEVEL=error\r\nDATA_DIR=my data\r\n",
    "with comments and blanks": b"# mine\n\n LOG_LEVEL = error  # loud\nDATA_DIR= my data \n",
    "for a shell": b"export LOG_LEVEL=error\nexport DATA_DIR='my data'\n",
    "with blanks in quotes": b'LOG_LEVEL=" error "\nDATA_DIR=" my data "\n',
    "with what is not ours": b"LOG_LEVEL=error\nOTHER={nonsense\nDATA_DIR=my data\nPATH=\n",
    "with names without a value": b"LOG_LEVEL=error\nPORT\nHOST=\nBOT_TOKEN=''\nDATA_DIR=my data\n",
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_the_file_may_be_written_in_many_ways(content: bytes) -> None:
    Path(".env").write_bytes(content)
    settings = loaded()
    assert (settings.log_level, settings.data_dir) == (LogLevel.ERROR, Path("my data"))
    assert (settings.port, settings.host, settings.bot_token) == (8080, None, None)


def test_a_bad_value_in_the_file_is_refused_as_any_other() -> None:
    Path(".env").write_text(f"PORT=none\nDATABASE_URL=mysql://u:{PASSWORD}@h\n")
    message = rejection()
    assert {line.split()[0] for line in message.splitlines()[1:]} == {"PORT", "DATABASE_URL"}
    assert PASSWORD not in message


@pytest.mark.parametrize("content", [b"BOT_TOKEN=\xff\xfe", f"BOT_TOKEN={TOKEN}".encode("utf-16")])
def test_a_file_that_is_not_utf8_is_refused(content: bytes) -> None:
    Path(".env").write_bytes(content)
    assert rejection() == ".env can't be read: it is not UTF-8 text. Mend or remove the file."


def test_a_file_that_cant_be_read_is_refused() -> None:
    if os.geteuid() == 0:  # root may read everything
        Path(".env").symlink_to("/proc/self/mem")
    else:
        Path(".env").touch(mode=0)
    message = rejection()
    assert message.startswith(".env can't be read: ")
    assert "Mend or remove the file." in message


def test_a_folder_of_that_name_is_no_file() -> None:
    Path(".env").mkdir()
    assert loaded().port == 8080


DATABASES = [
    "db.example:5432/bot",
    "bot:secret@db.example/bot",
    "b%40t:p%40%2F%3F%23%25%20ss@db.example:1/bot",
    "bot:a:b!$&'()*+,;=~ü@db.example/bot",
    f"u:p@h:5432/d?sslmode=verify-full&sslrootcert={quote(__file__)}",
    "u:p@[2001:db8::1]:5432/d",
    "u:p@h",
    "/d?host=/run/postgresql&port=5433",
    "u@h/d?password=secret&application_name=a%20b",
    "u@h/d?next=postgres://x",
    *[f"u:p@h/d?sslmode={mode}" for mode in TLS_MODES],
]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg", "POSTGRES", "PostgreSQL"])
@pytest.mark.parametrize("rest", DATABASES)
def test_the_databases_address_gets_asyncpgs_scheme_and_keeps_the_rest(
    scheme: str, rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://{rest}")
    assert loaded().async_database_url == f"postgresql+asyncpg://{rest}"


def test_without_an_address_there_is_none_for_asyncpg() -> None:
    assert loaded().async_database_url is None


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        (URL, {URL, PASSWORD}),
        ("postgres://u:p%40ss@h/d", {"postgres://u:p%40ss@h/d", "p%40ss", "p@ss"}),
        (
            "postgres://u@h/d?password=a%20b&sslpassword=c",
            {"postgres://u@h/d?password=a%20b&sslpassword=c", "a b", "c"},
        ),
        ("postgres://u:@h/d", {"postgres://u:@h/d"}),
    ],
)
def test_every_part_that_must_not_be_printed_is_a_secret(
    url: str, secrets: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert loaded().secrets == ()
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", url)
    assert set(loaded().secrets) == {TOKEN, *secrets}


def test_settings_dont_show_secrets_when_they_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", URL)
    settings = loaded()
    shown = f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    assert TOKEN not in shown
    assert PASSWORD not in shown


@pytest.mark.parametrize(
    ("environment", "log_format", "as_json"),
    [
        ("", "", False),
        ("production", "", True),
        ("development", "json", True),
        ("production", "console", False),
    ],
)
def test_logs_are_json_in_production_unless_a_format_is_chosen(
    environment: str, log_format: str, as_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)
    monkeypatch.setenv("LOG_FORMAT", log_format)
    assert loaded().json_logs is as_json


def test_a_childs_environment_is_ours_with_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("database_url", URL)
    monkeypatch.setenv("PORT", "1111")
    given = child_environment(BOT_TOKEN="42:TEST", DATABASE_URL=None, HOST="::1")
    assert given == {name: value for name, value in os.environ.items() if name.upper() != "DATABASE_URL"} | {
        "BOT_TOKEN": "42:TEST",
        "HOST": "::1",
    }
    assert os.environ["BOT_TOKEN"] == TOKEN


def test_what_the_sandboxs_worker_takes_over_is_read_there_as_it_was_here(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
        "MESSAGES_PER_SECOND": "0.0001",
        "SHUTDOWN_TIMEOUT": "2.5",
        "RETENTION_DAYS": "7",
        "HANDLER_CONCURRENCY": "3",
        "FLOOD_PER_MINUTE": "30",
        "LEAVE_GROUPS": "true",
        **{name: written for module in OF_FEATURES for name, written, _ in module.GOOD},
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    here = loaded()
    passed_on = here.passed_on()
    assert passed_on.keys() == given.keys()
    for name, value in passed_on.items():
        monkeypatch.setenv(name, value)
    assert loaded().model_dump() == here.model_dump()


def test_what_is_unset_is_not_passed_on() -> None:
    assert (
        loaded()
        .passed_on()
        .keys()
        .isdisjoint({"LOG_FORMAT", *(name for module in OF_FEATURES for name in module.DEFAULTS)})
    )


@pytest.mark.parametrize(
    ("given", "floods"),
    [
        ({"MESSAGES_PER_SECOND": "0"}, 0),
        ({"MESSAGES_PER_SECOND": "0", "FLOOD_PER_MINUTE": "30"}, 30),
        ({"MESSAGES_PER_SECOND": "10"}, 60),
    ],
)
def test_floods_are_not_limited_where_replies_are_not_unless_that_is_set(
    given: dict[str, str], floods: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert loaded().floods_per_minute == floods
