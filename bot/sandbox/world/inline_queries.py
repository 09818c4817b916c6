"""Inline queries, and the bot's answers to them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import Json

ANSWERABLE = 30.0  # seconds; Telegram doesn't say how long


@dataclass(eq=False, slots=True)
class InlineQuery:
    """A text typed after the bot's username. `results` is None until the bot answers."""

    person: UserAccount
    query: str
    created_at: float
    id: str = field(default_factory=lambda: str(secrets.randbits(62)))
    results: list[Json] | None = None

    def to_json(self) -> Json:
        return {"id": self.id, "from": self.person.to_json(), "query": self.query, "offset": "", "chat_type": "sender"}


class InlineQueries:
    """Queries that can still be answered. `now` returns Unix seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._queries: dict[str, InlineQuery] = {}

    def add(self, person: UserAccount, query: str) -> InlineQuery:
        self._drop_expired()
        asked = InlineQuery(person, query, self._now())
        self._queries[asked.id] = asked
        return asked

    def take(self, query_id: str) -> InlineQuery | None:
        """Remove and return the query, so that it is answered once."""
        self._drop_expired()
        return self._queries.pop(query_id, None)

    def _drop_expired(self) -> None:
        oldest = self._now() - ANSWERABLE
        self._queries = {key: query for key, query in self._queries.items() if query.created_at >= oldest}
