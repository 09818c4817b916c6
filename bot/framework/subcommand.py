"""Subcommands: what a feature adds to `python -m bot`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.db.tables.updates import NewUpdate
from bot.db.unit_of_work import UnitOfWork
from bot.framework.registry import Registry


@dataclass(frozen=True, slots=True)
class SubcommandDeps:
    """Dependencies of a subcommand. The schema is at head."""

    unit_of_work: UnitOfWork
    bot_id: int | None  # None: no token is set
    registry: Registry
    reread: Callable[[bytes], NewUpdate | None]  # reads an update of a dead letter
    clean: Callable[[str], str]  # removes secrets from a text
    width: int | None  # columns of the terminal; None if it isn't one


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A subcommand. `run` returns the text to print, and raises a BotError with a sentence for the operator."""

    name: str
    help: str
    run: Callable[[SubcommandDeps, Namespace], Awaitable[str]]
    add_arguments: Callable[[ArgumentParser], None] = lambda _: None
