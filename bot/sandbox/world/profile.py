"""The bot's commands, name and descriptions, by language."""

from collections.abc import Iterable

from bot.sandbox.world.bot_api import Json

Scope = tuple[str, int, int]  # type, chat, user
DEFAULT: Scope = ("default", 0, 0)


class Profile:
    def __init__(self) -> None:
        self._commands: dict[tuple[Scope, str], list[Json]] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self.version = 0  # increases with each change of the commands
        self.menu_buttons: dict[int, Json] = {}

    def commands(self, scope: Scope = DEFAULT, language: str = "") -> list[Json]:
        """Return the commands set for exactly this scope and language."""
        return self._commands.get((scope, language), [])

    def set_commands(self, commands: list[Json], scope: Scope, language: str) -> None:
        self._commands[scope, language] = commands
        self.version += 1

    def delete_commands(self, scope: Scope, language: str) -> None:
        self._commands.pop((scope, language), None)
        self.version += 1

    def visible_commands(self, scopes: Iterable[Scope], language: str) -> list[Json]:
        """Return the commands that a user sees: the first scope that has any, in their language or without one."""
        for scope in scopes:
            for candidate in (language, ""):
                if (scope, candidate) in self._commands:
                    return self._commands[scope, candidate]
        return []

    def text(self, what: str, language: str = "") -> str:
        return self._texts.get((what, language)) or self._texts.get((what, ""), "")

    def set_text(self, what: str, language: str, text: str) -> None:
        self._texts[what, language] = text
