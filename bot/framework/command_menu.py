"""The menu of commands that Telegram shows: everybody's, and the administrators' in their own chats.

Source: Bot API, BotCommandScope.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.framework.i18n import FALLBACK, LANGUAGES, Texts, texts_in
from bot.framework.permissions import Role
from bot.framework.registry import Command
from bot.messages import Commands


class MenuOwner(Protocol):
    """The facts about a user that decide their chat's menu."""

    @property
    def telegram_id(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def language(self) -> str | None: ...
    @property
    def language_code(self) -> str | None: ...
    @property
    def private_since(self) -> datetime | None: ...


def menus(commands: Sequence[Command]) -> dict[str, list[tuple[str, str]]]:
    """Everybody's menu by language: commands and descriptions. "" stands for all languages without texts."""
    described = {language: _described(texts_in(language), commands, administrator=False) for language in LANGUAGES}
    return {"": described.pop(FALLBACK)} | described


def menu(commands: Sequence[Command], texts: Texts, telegram_id: int, *, administrator: bool, chosen: bool) -> Commands:
    """One chat's menu after its owner's role or language changed.

    `texts` are in the owner's language. If they have `chosen` it, the chat needs its own copy of everybody's menu;
    otherwise it would show the menu in Telegram's language.
    """
    if administrator or chosen:
        return Commands(telegram_id, _described(texts, commands, administrator=administrator))
    return Commands(telegram_id)


def menu_of(
    commands: Sequence[Command],
    telegram_id: int,
    language: str | None,
    language_code: str | None,
    *,
    administrator: bool,
) -> Commands:
    """As `menu`, given the language that the user chose, if any, and their Telegram language."""
    texts = texts_in(language or language_code)
    return menu(commands, texts, telegram_id, administrator=administrator, chosen=language is not None)


def menu_after_ban(
    commands: Sequence[Command], user: MenuOwner, owners: frozenset[int], *, banned: bool
) -> list[Commands]:
    """A ban hides an administrator's menu, and its end restores it. Other users' menus don't change."""
    if user.role != Role.ADMINISTRATOR or user.telegram_id in owners or user.private_since is None:
        return []
    language, language_code = user.language, user.language_code
    return [menu_of(commands, user.telegram_id, language, language_code, administrator=not banned)]


def _described(texts: Texts, commands: Sequence[Command], *, administrator: bool) -> list[tuple[str, str]]:
    """Everybody's commands come first."""
    shown = [one for one in commands if not one.for_administrators]
    shown += [one for one in commands if one.for_administrators and administrator]
    return [(one.name, texts.plain(one.text)) for one in shown]
