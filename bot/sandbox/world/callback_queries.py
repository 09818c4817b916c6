"""Buttons that were pressed, and what the bot answered."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.messages import Message
from bot.sandbox.world.updates import QUERY


@dataclass(frozen=True, slots=True)
class PressAnswer:
    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(eq=False, slots=True)
class Press:
    """A callback query; `answer` is None until the bot has answered it."""

    person: UserAccount
    message: Message
    data: str
    at: float
    id: str = field(default_factory=lambda: str(secrets.randbits(62)))
    answer: PressAnswer | None = None

    def to_json(self) -> Json:
        return {
            "id": self.id,
            "from": self.person.to_json(),
            "message": self.message.to_json(),
            "chat_instance": str(self.message.chat["id"]),
            "data": self.data,
        }


class Presses:
    """Those that can still be answered; `now` gives unix seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._presses: dict[str, Press] = {}

    def add(self, person: UserAccount, message: Message, data: str) -> Press:
        self._forget_old()
        press = Press(person, message, data, self._now())
        self._presses[press.id] = press
        return press

    def take(self, query_id: str) -> Press | None:
        """The press to be answered, once."""
        self._forget_old()
        return self._presses.pop(query_id, None)

    def _forget_old(self) -> None:
        oldest = self._now() - QUERY
        while self._presses and (press := next(iter(self._presses.values()))).at < oldest:
            del self._presses[press.id]
