"""The commands. Each calls app; failures become sentences and exit codes."""

import argparse
import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import NoReturn

from bot import app
from bot.config.settings import Settings
from bot.config.values import child_environment
from bot.errors import BotError, ConfigurationError, FatalError
from bot.features import FEATURES
from bot.framework.feature import Feature
from bot.framework.feature_set import FeatureSet
from bot.framework.subcommand import Subcommand
from bot.sandbox.program import NoPortError, SandboxOptions
from bot.sandbox.program import run as run_sandbox

AT_THE_LATEST = 0.5  # seconds after SHUTDOWN_TIMEOUT
STOPPING = (signal.SIGTERM, signal.SIGINT)
PROJECT = Path(__file__).resolve().parents[1]


class Exit(IntEnum):
    OK = 0
    FATAL = 1
    BAD_CONFIGURATION = 2


def main(features: Sequence[Feature] = FEATURES) -> NoReturn:
    """Run a command of a bot with these features, and end the process with its exit code."""
    joined = _joined(features)
    parser = argparse.ArgumentParser(prog="python -m bot", description="A Telegram bot worker that loses nothing.")
    parser.add_argument("--version", action="version", version=app.VERSION)
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("run", help="poll Telegram and serve /health until stopped (also without any command)")
    commands.add_parser("migrate", help="bring the database's schema to head, and end")
    commands.add_parser("sandbox", help="the worker against a bundled Telegram, with a chat page in the browser")
    for subcommand in joined.subcommands:
        added = commands.add_parser(subcommand.name, help=subcommand.help)
        subcommand.add_arguments(added)
        added.set_defaults(subcommand=subcommand)
    arguments = parser.parse_args()
    if (chosen := getattr(arguments, "subcommand", None)) is not None:
        sys.exit(_subcommand(joined, chosen, arguments))
    actions = {"run": run, "migrate": migrate, "sandbox": sandbox}
    sys.exit(actions[arguments.command or "run"](joined))


def _joined(features: Sequence[Feature]) -> FeatureSet:
    try:
        return FeatureSet.join(features)
    except FatalError as error:
        sys.exit(_say(error, Exit.FATAL))


def _terminal_width() -> int | None:
    return shutil.get_terminal_size(fallback=(0, 0)).columns or None


def run(features: FeatureSet) -> Exit:
    return _command(features, partial(_worker, features), needs_token=True)


def migrate(features: FeatureSet) -> Exit:
    _end_at_any_signal()
    return _command(features, app.migrate, needs_token=False)


def _subcommand(features: FeatureSet, subcommand: Subcommand, arguments: argparse.Namespace) -> Exit:
    _end_at_any_signal()

    async def work(config: Settings) -> None:
        _print(await app.subcommand(config, features, subcommand, arguments, width=_terminal_width()))

    return _command(features, work, needs_token=False, quiet=True)


def _end_at_any_signal() -> None:
    """Don't exit with code 0 if a command is cut short, because it hasn't done its work."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_DFL)


def sandbox(features: FeatureSet) -> Exit:
    try:
        config = Settings.load(needs_token=False, of_features=features.settings)
        code = asyncio.run(_sandbox(config))
    except ConfigurationError as error:
        return _say(error, Exit.BAD_CONFIGURATION)
    except (FatalError, NoPortError) as error:
        return _say(error, Exit.FATAL)
    return Exit(code) if code in set(Exit) else Exit.FATAL  # a worker that was killed


async def _sandbox(config: Settings) -> int:
    folder = config.data_dir.resolve() / "sandbox"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = f"DATA_DIR can't be used: {folder}: {error.strerror}. Set DATA_DIR to another folder"
        raise FatalError(sentence) from error
    variables = {**config.passed_on(), "DATA_DIR": str(folder), "DATABASE_URL": None, "PYTHONPATH": str(PROJECT)}
    options = SandboxOptions(
        environment=child_environment(**variables),
        folder=folder,
        page_port=config.sandbox_port,
        health_port=config.port,
        shutdown_timeout=config.shutdown_timeout,
    )
    return await run_sandbox(options, stop_on_signals())


async def _worker(features: FeatureSet, config: Settings) -> None:
    await app.run(config, features, stop_on_signals(within=config.shutdown_timeout + AT_THE_LATEST))


def stop_on_signals(within: float | None = None) -> asyncio.Event:
    """An event that SIGTERM and SIGINT set. A second signal ends the process at once.

    So does the end of `within` seconds, for example if a database doesn't answer a close. Nothing is lost.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def first() -> None:
        for number in STOPPING:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        stop.set()
        if within is not None:
            loop.call_later(within, os._exit, Exit.OK)

    for number in STOPPING:
        loop.add_signal_handler(number, first)
    return stop


def _command(
    features: FeatureSet,
    work: Callable[[Settings], Coroutine[object, object, None]],
    *,
    needs_token: bool,
    quiet: bool = False,
) -> Exit:
    try:
        config = Settings.load(needs_token=needs_token, of_features=features.settings)
    except ConfigurationError as error:
        return _say(error, Exit.BAD_CONFIGURATION)
    app.set_up_log(config, quiet=quiet)
    try:
        asyncio.run(work(config))
    except (BotError, BaseExceptionGroup) as error:
        return _failed(error, config)
    return Exit.OK


def _failed(error: BaseException, config: Settings) -> Exit:
    """Print the sentence of a BotError. Other errors pass on, with their traceback in the log."""
    known = _first_known(error)
    if known is None:
        raise error
    sentence = app.without_secrets(str(known), config)
    return _say(sentence, Exit.BAD_CONFIGURATION if isinstance(known, ConfigurationError) else Exit.FATAL)


def _first_known(error: BaseException) -> BotError | None:
    if isinstance(error, BaseExceptionGroup):
        unknown = [one for one in error.exceptions if _first_known(one) is None]
        return None if unknown else _first_known(error.exceptions[0])
    return error if isinstance(error, BotError) else None


def _print(text: str) -> None:
    """Print a result. A reader that has gone (`| head`) ends this as it ends any program."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.stdout.buffer.write(f"{text}\n".encode(sys.stdout.encoding, "backslashreplace"))
    sys.stdout.flush()


def _say(error: Exception | str, code: Exit) -> Exit:
    print(error, file=sys.stderr)  # noqa: T201 -- the one message to the operator
    return code
