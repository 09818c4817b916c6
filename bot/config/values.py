"""The types of settings: how each value is written, and which values are invalid."""

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv6Address
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource, NoDecode

LARGEST_TELEGRAM_ID = 2**52 - 1
"""Bot API, `User.id`: "at most 52 significant bits"."""

DATABASE_SCHEMES = ("postgres", "postgresql", "postgresql+asyncpg")
TLS_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""PostgreSQL manual, 32.1.2, `sslmode`."""
TLS_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
LARGEST_PORT = 65535
UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")  # surrogates stand for bytes that are not UTF-8
TOKEN_IN_PATH = re.compile(r"/bot(/|\d|<|{|%|$)", re.ASCII | re.IGNORECASE)


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[1-9]\d{0,15}:[A-Za-z0-9_-]+", value.get_secret_value(), re.ASCII):
        raise ValueError
    return value


def _database_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    modes = [*query.get("sslmode", []), *query.get("ssl", [])]
    if parts.scheme not in DATABASE_SCHEMES or not (parts.hostname or "host" in query):
        raise ValueError
    if _badly_encoded(url, parts) or not set(modes) <= set(TLS_MODES) or not _ports_exist(parts, query):
        raise ValueError
    if not all(Path(file).is_file() for name in TLS_FILES for file in query.get(name, [])):
        raise ValueError
    return value


def _badly_encoded(url: str, parts: SplitResult) -> bool:
    """Return whether an `@`, `#` or blank isn't percent-encoded: asyncpg and urlsplit would read different hosts."""
    stray = url.count("@") > ("@" in parts.netloc) or "#" in url
    return stray or bool(UNPRINTABLE.search(url)) or "\0" in unquote(url)


def _ports_exist(parts: SplitResult, query: Mapping[str, list[str]]) -> bool:
    """Return whether all ports are in range. May raise ValueError instead of returning False."""
    ports = [int(port) for listed in query.get("port", []) for port in listed.split(",")]
    return parts.port != 0 and all(1 <= port <= LARGEST_PORT for port in ports)


def _api_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0 or parts.username is not None:
        raise ValueError
    if re.search(r"[?#\\]", value) or UNPRINTABLE.search(value) or TOKEN_IN_PATH.search(parts.path):
        raise ValueError
    return value.rstrip("/")


def _host(value: str) -> str:
    if re.search(r"[/\[\]]", value) or UNPRINTABLE.search(value):
        raise ValueError
    if ":" in value:
        IPv6Address(value)  # raises ValueError on HOST:PORT
    return value


def _ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    ids = [number.strip() for number in value.split(",") if number.strip()]
    if not all(re.fullmatch(r"\d{1,16}", number, re.ASCII) for number in ids):
        raise ValueError
    return [int(number) for number in ids]


def upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _written_as(pattern: str) -> BeforeValidator:
    def check(value: object) -> object:
        if isinstance(value, str) and not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError
        return value

    return BeforeValidator(check)


def _one_line(value: Path) -> Path:
    if any(ord(character) < ord(" ") for character in str(value)):
        raise ValueError
    return value


Token = Annotated[SecretStr, AfterValidator(_token)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database_url)]
ApiUrl = Annotated[str, AfterValidator(_api_url)]
Host = Annotated[str, AfterValidator(_host)]
Folder = Annotated[Path, AfterValidator(_one_line)]
Whole = Annotated[int, _written_as(r"\d{1,9}")]
Decimal = Annotated[float, _written_as(r"\d{1,9}(\.\d{1,4})?")]
TelegramIds = Annotated[frozenset[Annotated[int, Field(ge=1, le=LARGEST_TELEGRAM_ID)]], NoDecode, BeforeValidator(_ids)]
Flag = Annotated[bool, BeforeValidator(lower)]


def child_environment(**changes: str | None) -> dict[str, str]:
    """This process's environment with `changes`, for a child; None removes a variable."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in changes}
    return kept | {name: value for name, value in changes.items() if value is not None}


def _trimmed(variables: Mapping[str, str | None]) -> dict[str, str]:
    """Strip the values, and drop variables that are empty."""
    stripped = {name: value.strip() for name, value in variables.items() if value is not None}
    return {name: value for name, value in stripped.items() if value}


class Variables(EnvSettingsSource):
    def _load_env_vars(self) -> Mapping[str, str | None]:
        return _trimmed(super()._load_env_vars())


class File(DotEnvSettingsSource):
    def _load_env_vars(self) -> Mapping[str, str | None]:
        return _trimmed(super()._load_env_vars())
