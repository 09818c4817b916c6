"""Logging: structlog over the standard library. Secrets are redacted in every line, including libraries'."""

import json
import logging
import math
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from typing import TextIO
from urllib.parse import quote_plus

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED = "***"
TOKEN_SHAPE = re.compile(r"(?<!\d)\d{5,16}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
PASSWORD_IN_URL = re.compile(r"(?<=://)([^\s:/@\"']*):[^\s@/\"']+@")
COULD_BE_A_WORD = re.compile(r"\w{1,7}")  # such a short password is redacted only as a whole word
BEFORE_A_WORD = (r"(?<!\w)", r"(?<=\\[abfnrtv])", r"(?<=\\x[\da-f]{2})", r"(?<=\\u[\da-f]{4})",
    r"(?<=%[\dA-Fa-f]{2})", r"(?<=%25[\dA-Fa-f]{2})", r"(?<=\x1b\[\dm)", r"(?<=\x1b\[\d\dm)")  # fmt: skip
"""The beginning of a word: escaped characters and colour codes of a console don't belong to it."""
TALKATIVE = ("httpx", "httpcore", "aiohttp.access", "alembic.runtime.plugins", "asyncio")
OF_FIXED_WORDS = ("level", "timestamp")  # fields without secrets, which log readers rely on

Clean = Callable[[str], str]


def set_up(*, level: str, as_json: bool, secrets: Iterable[str], stream: TextIO = sys.stderr) -> None:
    """Send every record, structlog's or any library's, to `stream` as one line of JSON or of coloured text."""
    clean = redactor(secrets)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(_json_ending(clean) if as_json else _console_ending(clean, colours=stream.isatty())),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    # python-telegram-bot warns at each 429 that this attribute will change its type. Both types work here.
    warnings.filterwarnings("ignore", message=r".*`retry_after` will be of type", category=DeprecationWarning)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.root.level, logging.WARNING))
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


def redactor(secrets: Iterable[str]) -> Clean:
    """A function that redacts these secrets, and texts that look like one, in any notation."""
    patterns = [_pattern(secret) for secret in sorted(set(secrets), key=len, reverse=True) if secret]
    known = re.compile("|".join(patterns) or r"(?!)")

    def clean(text: str) -> str:
        text = known.sub(REDACTED, text)
        return TOKEN_SHAPE.sub(REDACTED, PASSWORD_IN_URL.sub(rf"\1:{REDACTED}@", text))

    return clean


def _pattern(secret: str) -> str:
    written = "".join(_written(part) for part in re.findall(r"\\+|.", secret, re.DOTALL))
    return rf"(?:{'|'.join(BEFORE_A_WORD)}){written}(?!\w)" if COULD_BE_A_WORD.fullmatch(secret) else written


def _written(part: str) -> str:
    """A pattern for a character or a run of backslashes in plain text, URLs, JSON, and reprs of text and bytes.

    These may be nested, with several backslashes, and `%25` for `%`.
    """
    if part.isascii() and part.isalnum():
        return part
    in_url = "".join(f"%(?:25)*{byte:02x}" for byte in part.encode())
    if part[0] == "\\":
        return rf"(?i:\\+|{in_url})"
    escaped = (ascii(part)[1:-1], json.dumps(part)[1:-1], repr(part.encode())[2:-1], quote_plus(part))
    with_more_backslashes = (re.escape(form).replace(r"\\", r"\\+") for form in escaped)
    ways = [r"\\*" + re.escape(part), in_url, *with_more_backslashes]
    return f"(?i:{'|'.join(ways)})"


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Replaces records that can't be formatted: logging's own complaint would show their arguments unredacted."""

    def format(self, record: logging.LogRecord) -> str:
        try:
            return super().format(record)
        except Exception as error:  # noqa: BLE001 -- whatever a library's objects raise when formatted
            return super().format(_unwritable(record, error))


def _unwritable(record: logging.LogRecord, error: Exception) -> logging.LogRecord:
    event = record.msg.get("event") if isinstance(record.msg, dict) else record.msg
    text = event if isinstance(event, str) else type(event).__name__
    message, facts = "a record could not be written (%s): %s", (type(error).__name__, text)
    return logging.LogRecord(record.name, record.levelno, record.pathname, record.lineno, message, facts, None)


def _json_ending(clean: Clean) -> list[Processor]:
    def render(_: WrappedLogger, __: str, event: EventDict) -> str:
        try:
            line = json.dumps(event, default=repr, allow_nan=False)
        except (TypeError, ValueError):  # a key that JSON doesn't allow, or NaN
            return _cleaned_field_by_field(event, clean)
        return line if clean(line) == line else _cleaned_field_by_field(event, clean)

    return [structlog.processors.format_exc_info, structlog.processors.EventRenamer("message"), render]


def _cleaned_field_by_field(event: EventDict, clean: Clean) -> str:
    """The event as JSON. A password such as `"`, `1` or `level`, redacted in the whole line, would break it."""
    return json.dumps(
        {clean(str(name)): _plain(value, clean) for name, value in event.items() if name not in OF_FIXED_WORDS}
        | {name: event[name] for name in OF_FIXED_WORDS if name in event}
    )


def _plain(value: object, clean: Clean) -> object:
    """`value` as JSON, without secrets."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {clean(str(name)): _plain(inner, clean) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(inner, clean) for inner in value]
        case None | bool() | int() | float() if not isinstance(value, float) or math.isfinite(value):
            return value if clean(str(value)) == str(value) else REDACTED
        case _:
            return clean(repr(value))


def _console_ending(clean: Clean, *, colours: bool) -> list[Processor]:
    def redact(_: WrappedLogger, __: str, line: str | EventDict) -> str:
        return clean(str(line))

    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback), redact]


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:
    structlog.get_logger("bot").critical("uncaught error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(failed: threading.ExceptHookArgs) -> None:
    structlog.get_logger("bot").error("uncaught error in a thread", exc_info=failed.exc_value)


def _log_unraisable(failed: "sys.UnraisableHookArgs") -> None:
    structlog.get_logger("bot").error(
        failed.err_msg or "error that could not be raised", where=repr(failed.object), exc_info=failed.exc_value
    )
