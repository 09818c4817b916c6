"""The menu of commands that Telegram shows: everybody's, and administrators' in their own chats.

Source: Bot API, BotCommandScope.
"""

from collections.abc import Sequence

from bot.framework.i18n import FALLBACK, LANGUAGES, Texts, texts_in
from bot.framework.registry import Command
from bot.messages import Commands


def menus(commands: Sequence[Command]) -> dict[str, list[tuple[str, str]]]:
    """Everybody's menu, as commands with descriptions, by language; "" stands for languages without texts."""
    described = {language: _described(texts_in(language), commands, administrator=False) for language in LANGUAGES}
    return {"": described.pop(FALLBACK)} | described


def menu(commands: Sequence[Command], texts: Texts, telegram_id: int, *, administrator: bool, chosen: bool) -> Commands:
    """A private chat's menu after the user's role or language has changed.

    `texts` are in the user's language. If they have chosen it, the chat needs its own menu, since everybody's menu
    is shown in the language of their Telegram app.
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
    """The same menu, given the chosen language, if any, and the one of the user's Telegram app."""
    texts = texts_in(language or language_code)
    return menu(commands, texts, telegram_id, administrator=administrator, chosen=language is not None)


def _described(texts: Texts, commands: Sequence[Command], *, administrator: bool) -> list[tuple[str, str]]:
    shown = [one for one in commands if not one.for_administrators]
    shown += [one for one in commands if one.for_administrators and administrator]
    return [(one.name, texts.plain(one.text)) for one in shown]
