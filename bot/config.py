"""Settings: what the environment, and `.env` beside it, may say."""

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv6Address
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import ConfigurationError

TELEGRAM_API_URL = "https://api.telegram.org"
LARGEST_TELEGRAM_ID = 2**52 - 1
"""Bot API, `User.id`: "at most 52 significant bits"."""

DATABASE_SCHEMES = ("postgres", "postgresql", "postgresql+asyncpg")
TLS_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""PostgreSQL manual, 32.1.2, `sslmode`."""
TLS_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
LARGEST_PORT = 65535
UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")  # surrogates stand for bytes that are no UTF-8
TOKEN_IN_PATH = re.compile(r"/bot(/|\d|<|{|%|$)", re.ASCII | re.IGNORECASE)

ASK_BOTFATHER = (
    "BOT_TOKEN is missing: create a bot with @BotFather in Telegram and set the token it gives you, "
    "in the environment or in .env. To try the bot without one, run: python -m bot sandbox"
)


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
    """Whether a `@`, `#` or blank stands as it is: asyncpg and urlsplit would each see another host."""
    stray = url.count("@") > ("@" in parts.netloc) or "#" in url
    return stray or bool(UNPRINTABLE.search(url)) or "\0" in unquote(url)


def _ports_exist(parts: SplitResult, query: Mapping[str, list[str]]) -> bool:
    """False, or a ValueError, for ports that there can't be."""
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


def _version(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", value):  # it goes into a button's data
        raise ValueError
    return value


def _ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(re.fullmatch(r"\d{1,16}", part, re.ASCII) for part in parts):
        raise ValueError
    return [int(part) for part in parts]


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _whole(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d{1,9}", value, re.ASCII):
        raise ValueError
    return value


def _decimal(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d{1,9}(\.\d{1,4})?", value, re.ASCII):
        raise ValueError
    return value


def _one_line(value: Path) -> Path:
    if any(ord(character) < ord(" ") for character in str(value)):
        raise ValueError
    return value


Whole = Annotated[int, BeforeValidator(_whole)]
Decimal = Annotated[float, BeforeValidator(_decimal)]
TelegramIds = Annotated[frozenset[Annotated[int, Field(ge=1, le=LARGEST_TELEGRAM_ID)]], NoDecode, BeforeValidator(_ids)]


class Settings(BaseSettings):
    """What the operator chose. A field's description is what a refused value's message says was expected."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=".env", env_file_encoding="utf-8-sig")

    bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None, description="the token from @BotFather, such as 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    )
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] | None = Field(
        None,
        description="postgresql://USER:PASSWORD@HOST:PORT/NAME (postgres:// and postgresql+asyncpg:// do as well), "
        "with @ : / ? # % and blanks in it percent-encoded, and sslmode, if given, one of " + ", ".join(TLS_MODES),
    )
    data_dir: Annotated[Path, AfterValidator(_one_line)] = Field(Path(".data"), description="the path of a folder")
    telegram_api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        TELEGRAM_API_URL, description="http(s)://HOST[:PORT], without /bot<token>"
    )
    admin_ids: TelegramIds = Field(
        frozenset(),
        description="Telegram user ids separated by commas, such as 1001,1002 (/id in the chat tells one's own)",
    )
    admin_notices: Annotated[bool, BeforeValidator(_lower)] = Field(default=True, description="true or false")
    port: Whole = Field(8080, ge=1, le=LARGEST_PORT, description="a whole number from 1 to 65535")
    host: Annotated[str, AfterValidator(_host)] | None = Field(
        None, description="an address or name of this machine, without port"
    )
    sandbox_port: Whole = Field(8081, ge=1, le=LARGEST_PORT, description="a whole number from 1 to 65535")
    environment: Annotated[Environment, BeforeValidator(_lower)] = Field(
        Environment.DEVELOPMENT, description="development or production"
    )
    log_level: Annotated[LogLevel, BeforeValidator(_upper)] = Field(
        LogLevel.INFO, description="DEBUG, INFO, WARNING, ERROR or CRITICAL"
    )
    log_format: Annotated[LogFormat, BeforeValidator(_lower)] | None = Field(None, description="console or json")
    messages_per_second: Decimal = Field(30, ge=0, le=1000, description="a number from 0 (unlimited) to 1000")
    paid_broadcast: Annotated[bool, BeforeValidator(_lower)] = Field(default=False, description="true or false")
    shutdown_timeout: Decimal = Field(10, ge=0, le=3600, description="seconds, from 0 to 3600")
    retention_days: Whole = Field(30, ge=1, le=36500, description="a whole number of days from 1 to 36500")
    handler_concurrency: Whole = Field(16, ge=1, le=500, description="a whole number from 1 to 500")
    flood_per_minute: Whole = Field(60, ge=0, le=6000, description="a whole number from 0 (unlimited) to 6000")
    terms_version: Annotated[str, AfterValidator(_version)] | None = Field(
        None, description="up to 32 of the characters A-Z a-z 0-9 . _ -, such as 2026-11"
    )
    leave_groups: Annotated[bool, BeforeValidator(_lower)] = Field(default=False, description="true or false")

    @property
    def async_database_url(self) -> str | None:
        """The database's address with asyncpg's scheme; None where an embedded server is to be used."""
        if self.database_url is None:
            return None
        return re.sub(r"^\w+(\+\w+)?://", "postgresql+asyncpg://", self.database_url.get_secret_value())

    @property
    def bot_id(self) -> int:
        """The bot's own Telegram id, which is the part of its token before the colon."""
        return int(self.token.partition(":")[0])

    @property
    def token(self) -> str:
        """The token in the clear. Raises ConfigurationError where there is none."""
        if self.bot_token is None:
            raise ConfigurationError(ASK_BOTFATHER)
        return self.bot_token.get_secret_value()

    @property
    def json_logs(self) -> bool:
        if self.log_format is None:
            return self.environment is Environment.PRODUCTION
        return self.log_format is LogFormat.JSON

    @property
    def floods_per_minute(self) -> int:
        """`flood_per_minute`; unless that is set, 0 where replies aren't limited: nobody takes any from the others."""
        limited = self.messages_per_second > 0 or "flood_per_minute" in self.model_fields_set
        return self.flood_per_minute if limited else 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be printed."""
        given = [secret.get_secret_value() for secret in (self.bot_token, self.database_url) if secret is not None]
        database = urlsplit(self.async_database_url or "")
        query = parse_qs(database.query)
        written = database.password or ""
        passwords = [written, unquote(written), *query.get("password", []), *query.get("sslpassword", [])]
        return (*given, *filter(None, passwords))

    def passed_on(self) -> dict[str, str]:
        """What a worker run in the sandbox takes over, as variables: all but where and who it is."""
        names = (
            "log_level", "messages_per_second", "shutdown_timeout", "retention_days", "handler_concurrency",
            "leave_groups",
        )  # fmt: skip
        values = {name.upper(): f"{getattr(self, name)}" for name in names} | {
            "FLOOD_PER_MINUTE": f"{self.floods_per_minute}"
        }
        given = {"LOG_FORMAT": self.log_format and self.log_format.value, "TERMS_VERSION": self.terms_version}
        return values | {name: value for name, value in given.items() if value is not None}

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return _Variables(settings_cls), _File(settings_cls)

    @classmethod
    def load(cls, *, needs_token: bool) -> Self:
        """Read the environment and `.env`; real variables win.

        Raises ConfigurationError with one message that names every wrong variable and shows no value.
        """
        complaints = []
        try:
            settings = cls()
        except ValidationError as error:
            complaints = _complaints(error)
            if needs_token and not any(part.startswith("BOT_TOKEN") for part in complaints) and _token_missing():
                complaints.insert(0, ASK_BOTFATHER)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f".env can't be read: {_reason(error)}. Mend or remove the file.") from None
        else:
            if settings.bot_token is not None or not needs_token:
                return settings
            complaints = [ASK_BOTFATHER]
        raise ConfigurationError("The configuration can't be used:\n" + "\n".join(f"  {line}" for line in complaints))


def child_environment(**changes: str | None) -> dict[str, str]:
    """This process's environment for a child, with `changes` made; None takes a variable away."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in changes}
    return kept | {name: value for name, value in changes.items() if value is not None}


def _trimmed(variables: Mapping[str, str | None]) -> dict[str, str]:
    """Without blanks around values, and without variables that are empty then."""
    stripped = {name: value.strip() for name, value in variables.items() if value is not None}
    return {name: value for name, value in stripped.items() if value}


class _Variables(EnvSettingsSource):
    def _load_env_vars(self) -> Mapping[str, str | None]:
        return _trimmed(super()._load_env_vars())


class _File(DotEnvSettingsSource):
    def _load_env_vars(self) -> Mapping[str, str | None]:
        return _trimmed(super()._load_env_vars())


def _complaints(error: ValidationError) -> list[str]:
    names = dict.fromkeys(str(problem["loc"][0]) for problem in error.errors(include_input=False, include_url=False))
    return [f"{name.upper()} is not valid: expected {Settings.model_fields[name].description}." for name in names]


def _token_missing() -> bool:
    sources: tuple[Any, ...] = (_Variables(Settings), _File(Settings))
    return not any("bot_token" in source() for source in sources)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else (error.strerror or str(error))
