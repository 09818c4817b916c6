"""The menus of commands that Telegram shows: everybody's, and administrators' in their own chats.

Source: Bot API, BotCommandScope.
"""

from collections.abc import Sequence

from bot.framework.i18n import FALLBACK, LANGUAGES, Texts, texts_in
from bot.framework.registry import Command, Scope, listed
from bot.messages import Commands

Menu = list[tuple[str, str]]
"""Commands with their descriptions."""
SCOPES = {"default": None, "all_private_chats": Scope.PRIVATE, "all_group_chats": Scope.GROUPS}
"""Telegram's names of the chats that share a menu, with the commands that only they list."""


def menus(commands: Sequence[Command]) -> dict[str, dict[str, Menu]]:
    """Everybody's menus by Telegram's scope and by language; "" stands for languages without texts.

    A scope without commands of its own is left out: its chats show the default menu, or what was set for them by other
    means. So the menu of a removed feature's scope stays until somebody deletes it (Bot API, deleteMyCommands).
    """
    in_scopes = {name: _in_scope(commands, scope) for name, scope in SCOPES.items()}
    return {name: _by_language(menu) for name, menu in in_scopes.items() if menu}


def _in_scope(commands: Sequence[Command], scope: Scope | None) -> list[Command]:
    if scope is None:
        return [one for one in commands if one.scope is Scope.EVERYWHERE]
    own = any(one.scope is scope for one in commands)
    return listed(commands, private=scope is Scope.PRIVATE) if own else []


def _by_language(commands: Sequence[Command]) -> dict[str, Menu]:
    described = {language: _described(texts_in(language), commands) for language in LANGUAGES}
    return {"": described.pop(FALLBACK)} | described


def menu(commands: Sequence[Command], texts: Texts, telegram_id: int, *, administrator: bool, chosen: bool) -> Commands:
    """A private chat's menu after the user's role or language has changed.

    `texts` are in the user's language. If they have chosen it, the chat needs its own menu, since everybody's menu
    is shown in the language of their Telegram app.
    """
    if administrator or chosen:
        return Commands(telegram_id, _described(texts, listed(commands, private=True, administrator=administrator)))
    return Commands(telegram_id)


def menu_of(
    commands: Sequence[Command],
    telegram_id: int,
    language: str | None,
    language_code: str | None,
    *,
    administrator: bool,
) -> Commands:
    """The same menu, given the chosen language, if any, and the one of the user's Telegram app."""
    texts = texts_in(language or language_code)
    return menu(commands, texts, telegram_id, administrator=administrator, chosen=language is not None)


def _described(texts: Texts, commands: Sequence[Command]) -> Menu:
    return [(one.name, texts.plain(one.text)) for one in commands]
