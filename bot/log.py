"""Logging: structlog over the standard library, set up once; secrets are taken out of every line, whoever wrote it."""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from typing import TextIO
from urllib.parse import quote, quote_plus

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED = "***"
TOKEN_SHAPE = re.compile(r"\b\d{5,16}(?::|%3A)[A-Za-z0-9_-]{30,}")
PASSWORD_IN_URL = re.compile(r"(?<=://)([^\s:/@\"']*):[^\s@/\"']+@")
COULD_BE_A_WORD = re.compile(r"\w{1,7}")  # such a short password is taken out only where it stands by itself


def set_up(*, level: str, as_json: bool, secrets: Iterable[str], stream: TextIO = sys.stderr) -> None:
    """Send every record, structlog's or any library's, to `stream` as one line of JSON or of coloured text."""
    redact = redactor(secrets)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
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
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(_json_ending() if as_json else _console_ending(colours=stream.isatty())),
                redact,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    for talkative in ("httpx", "httpcore", "aiohttp.access", "alembic.runtime.plugins", "asyncio"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    sys.excepthook = _log_uncaught


def redactor(secrets: Iterable[str]) -> Callable[[WrappedLogger, str, str | EventDict], str]:
    """The last processor: takes the rendered line, so that no field, argument or traceback gets round it."""
    known = re.compile("|".join(_patterns(secrets)) or r"(?!)")

    def redact(_: WrappedLogger, __: str, line: str | EventDict) -> str:
        text = known.sub(REDACTED, str(line))
        return TOKEN_SHAPE.sub(REDACTED, PASSWORD_IN_URL.sub(rf"\1:{REDACTED}@", text))

    return redact


def _patterns(secrets: Iterable[str]) -> list[str]:
    forms = {form for secret in secrets for form in _written_forms(secret) if form}
    return [_pattern(form) for form in sorted(forms, key=len, reverse=True)]


def _pattern(form: str) -> str:
    if COULD_BE_A_WORD.fullmatch(form):
        return rf"(?:(?<!\w)|(?<=\\[nrt])){form}(?!\w)"
    return re.escape(form)


def _written_forms(secret: str) -> set[str]:
    """The ways in which a secret can stand in a line: as it is, in a URL, in JSON, in a repr."""
    plain = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret)}
    shown = plain | {repr(form)[1:-1] for form in plain}
    return shown | {json.dumps(form, ensure_ascii=ascii_only)[1:-1] for form in shown for ascii_only in (True, False)}


def _json_ending() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(default=repr, ensure_ascii=False),
    ]


def _console_ending(*, colours: bool) -> list[Processor]:
    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)]


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:
    structlog.get_logger("bot").critical("uncaught error", exc_info=(kind, error, trace))
