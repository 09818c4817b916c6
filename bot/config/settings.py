"""Every setting, and the message for one that can't be used."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar, cast
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel, BeforeValidator, Field, SecretStr, ValidationError, create_model
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config import values
from bot.errors import ConfigurationError

TELEGRAM_API_URL = "https://api.telegram.org"

ASK_BOTFATHER = (
    "BOT_TOKEN is missing: create a bot with @BotFather in Telegram and set the token it gives you, "
    "in the environment or in .env. To try the bot without one, run: python -m bot sandbox"
)

M = TypeVar("M", bound=BaseModel)


class Settings(BaseSettings):
    """The operator's choices. A field's description says what is expected, in the message for an invalid value."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=".env", env_file_encoding="utf-8-sig")

    bot_token: values.Token | None = Field(
        None, description="the token from @BotFather, such as 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    )
    database_url: values.DatabaseUrl | None = Field(
        None,
        description="postgresql://USER:PASSWORD@HOST:PORT/NAME (postgres:// and postgresql+asyncpg:// do as well), "
        "with @ : / ? # % and blanks in it percent-encoded, and sslmode, if given, one of "
        + ", ".join(values.TLS_MODES),
    )
    data_dir: values.Folder = Field(Path(".data"), description="the path of a folder")
    telegram_api_url: values.ApiUrl = Field(TELEGRAM_API_URL, description="http(s)://HOST[:PORT], without /bot<token>")
    admin_ids: values.TelegramIds = Field(
        frozenset(),
        description="Telegram user ids separated by commas, such as 1001,1002 (/id in the chat tells one's own)",
    )
    admin_notices: values.Flag = Field(default=True, description="true or false")
    port: values.Whole = Field(8080, ge=1, le=values.LARGEST_PORT, description="a whole number from 1 to 65535")
    host: values.Host | None = Field(None, description="an address or name of this machine, without port")
    sandbox_port: values.Whole = Field(8081, ge=1, le=values.LARGEST_PORT, description="a whole number from 1 to 65535")
    environment: Annotated[values.Environment, BeforeValidator(values.lower)] = Field(
        values.Environment.DEVELOPMENT, description="development or production"
    )
    log_level: Annotated[values.LogLevel, BeforeValidator(values.upper)] = Field(
        values.LogLevel.INFO, description="DEBUG, INFO, WARNING, ERROR or CRITICAL"
    )
    log_format: Annotated[values.LogFormat, BeforeValidator(values.lower)] | None = Field(
        None, description="console or json"
    )
    messages_per_second: values.Decimal = Field(30, ge=0, le=1000, description="a number from 0 (unlimited) to 1000")
    paid_broadcast: values.Flag = Field(default=False, description="true or false")
    shutdown_timeout: values.Decimal = Field(10, ge=0, le=3600, description="seconds, from 0 to 3600")
    retention_days: values.Whole = Field(30, ge=1, le=36500, description="a whole number of days from 1 to 36500")
    handler_concurrency: values.Whole = Field(16, ge=1, le=500, description="a whole number from 1 to 500")
    flood_per_minute: values.Whole = Field(60, ge=0, le=6000, description="a whole number from 0 (unlimited) to 6000")

    @property
    def async_database_url(self) -> str | None:
        """The database's address with asyncpg's scheme; None for an embedded server."""
        if self.database_url is None:
            return None
        return re.sub(r"^\w+(\+\w+)?://", "postgresql+asyncpg://", self.database_url.get_secret_value())

    @property
    def bot_id(self) -> int:
        """The bot's own Telegram id: the part of its token before the colon."""
        return int(self.token.partition(":")[0])

    @property
    def token(self) -> str:
        """The token in the clear. Raises ConfigurationError if there is none."""
        if self.bot_token is None:
            raise ConfigurationError(ASK_BOTFATHER)
        return self.bot_token.get_secret_value()

    @property
    def json_logs(self) -> bool:
        if self.log_format is None:
            return self.environment is values.Environment.PRODUCTION
        return self.log_format is values.LogFormat.JSON

    @property
    def floods_per_minute(self) -> int:
        """`flood_per_minute`. If unset while replies aren't limited, 0: nobody can use up anybody else's share."""
        limited = self.messages_per_second > 0 or "flood_per_minute" in self.model_fields_set
        return self.flood_per_minute if limited else 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must never be printed."""
        given = [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]
        database = urlsplit(self.async_database_url or "")
        query = parse_qs(database.query)
        written = database.password or ""
        passwords = [written, unquote(written), *query.get("password", []), *query.get("sslpassword", [])]
        return (*given, *filter(None, passwords))

    def passed_on(self) -> dict[str, str]:
        """Settings for a worker in the sandbox, as variables: all but its identity, folders and ports.

        Those of features are passed on as they are written, secrets included.
        """
        names = ("log_level", "messages_per_second", "shutdown_timeout", "retention_days", "handler_concurrency")
        variables = {name.upper(): f"{getattr(self, name)}" for name in names}
        variables["FLOOD_PER_MINUTE"] = f"{self.floods_per_minute}"
        if self.log_format is not None:
            variables["LOG_FORMAT"] = self.log_format.value
        written = {**values.File(type(self)).env_vars, **values.Variables(type(self)).env_vars}
        of_features = type(self).model_fields.keys() - Settings.model_fields.keys()
        return variables | {name.upper(): text for name in of_features if (text := written.get(name)) is not None}

    def of_feature(self, kind: type[M]) -> M:
        """The values of one feature's settings."""
        return kind(**{name: getattr(self, name) for name in kind.model_fields})

    @classmethod
    def with_features(cls, of_features: Sequence[type[BaseModel]]) -> type[Self]:
        """These settings together with those of features.

        Raises ConfigurationError for a variable that is the core's, and for one that doesn't say what is expected.
        """
        for name, field in ((name, field) for one in of_features for name, field in one.model_fields.items()):
            if name in dir(cls) or name in cls.model_fields:
                raise ConfigurationError(f"{name.upper()} of a feature is a variable of the core; rename it")
            if not field.description:
                raise ConfigurationError(f"{name.upper()} of a feature needs a description of what is expected")
        return cast("type[Self]", create_model(cls.__name__, __base__=(*reversed(of_features), cls)))

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return values.Variables(settings_cls), values.File(settings_cls)

    @classmethod
    def load(cls, *, needs_token: bool, of_features: Sequence[type[BaseModel]] = ()) -> Self:
        """Read the environment and `.env`; real variables win.

        Raises ConfigurationError with one message that names every wrong variable and shows no value.
        """
        complaints, joined = [], cls.with_features(of_features)
        try:
            settings = joined()
        except ValidationError as error:
            complaints = _complaints(joined, error)
            if needs_token and not any(part.startswith("BOT_TOKEN") for part in complaints) and _token_missing():
                complaints.insert(0, ASK_BOTFATHER)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f".env can't be read: {_reason(error)}. Mend or remove the file.") from None
        else:
            if settings.bot_token is not None or not needs_token:
                return settings
            complaints = [ASK_BOTFATHER]
        raise ConfigurationError("The configuration can't be used:\n" + "\n".join(f"  {line}" for line in complaints))


def _complaints(settings: type[Settings], error: ValidationError) -> list[str]:
    names = dict.fromkeys(str(problem["loc"][0]) for problem in error.errors(include_input=False, include_url=False))
    return [f"{name.upper()} is not valid: expected {settings.model_fields[name].description}." for name in names]


def _token_missing() -> bool:
    sources: tuple[Any, ...] = (values.Variables(Settings), values.File(Settings))
    return not any("bot_token" in source() for source in sources)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else (error.strerror or str(error))
