"""Callback queries, and the bot's answers to them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.messages import Message
from bot.sandbox.world.updates import QUERY_LIFETIME


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(eq=False, slots=True)
class CallbackQuery:
    """A press of a button. `answer` is None until the bot answers."""

    person: UserAccount
    message: Message
    data: str
    created_at: float
    id: str = field(default_factory=lambda: str(secrets.randbits(62)))
    answer: CallbackAnswer | None = None

    def to_json(self) -> Json:
        return {
            "id": self.id,
            "from": self.person.to_json(),
            "message": self.message.to_json(),
            "chat_instance": str(self.message.chat["id"]),
            "data": self.data,
        }


class CallbackQueries:
    """Queries that can still be answered. `now` returns Unix seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._queries: dict[str, CallbackQuery] = {}

    def add(self, person: UserAccount, message: Message, data: str) -> CallbackQuery:
        self._drop_expired()
        query = CallbackQuery(person, message, data, self._now())
        self._queries[query.id] = query
        return query

    def take(self, query_id: str) -> CallbackQuery | None:
        """Remove and return the query, so that it is answered once."""
        self._drop_expired()
        return self._queries.pop(query_id, None)

    def _drop_expired(self) -> None:
        oldest = self._now() - QUERY_LIFETIME
        while self._queries and (query := next(iter(self._queries.values()))).created_at < oldest:
            del self._queries[query.id]
