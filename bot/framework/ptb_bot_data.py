"""`bot_data` of python-telegram-bot: one object for all chats, in memory and in PostgreSQL.

Handlers of several chats change it at the same time. Each change stores the whole object as it is at that moment. After
a failure it is read again as soon as no handler is at work.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.db.tables.ptb_data import BOT_DATA, PtbData
from bot.framework.application import App
from bot.framework.context import Data
from bot.framework.ptb_values import decode, encode


class BotData:
    """An Application's `bot_data`."""

    def __init__(self, application: App, bot_id: int) -> None:
        self._application = application
        self._bot_id = bot_id
        self._users = 0  # updates and jobs at work
        self._begun = 0
        self._stored = "{}"  # as it was stored last
        self._read_again = True

    @contextmanager
    def in_use(self) -> Iterator[Callable[[], bool]]:
        """Yield a function that returns whether nobody else has used it since the block began.

        An exception in the block has it read again, since its changes weren't stored.
        """
        others, self._users = self._users, self._users + 1
        self._begun += 1
        begun = self._begun
        try:
            yield lambda: not others and begun == self._begun
        except BaseException:
            self._read_again = True
            raise
        finally:
            self._users -= 1

    def settle(self, stored: object) -> None:
        """Take what is stored after a failure, or if it was changed elsewhere, such as by an erasure."""
        if self._read_again:
            self._application.bot_data.clear()
            self._application.bot_data.update(self._decoded(stored))
            self._stored = as_text(stored)
            self._read_again = False
        elif as_text(stored) != self._stored:
            self._merge(stored)

    def changed(self) -> bool:
        """Return whether it differs from what is stored. Raises UnstorableError."""
        return as_text(self._encoded()) != self._stored

    async def store(self, data: PtbData) -> None:
        """Store it as it is once nobody else can store it, or older values might overwrite newer ones."""
        await data.lock(self._bot_id, BOT_DATA)
        stored = (await data.read(self._bot_id, [BOT_DATA]))[BOT_DATA]
        if as_text(stored) != self._stored:
            self._merge(stored)
        value = self._encoded()
        await data.write(self._bot_id, {BOT_DATA: value})
        self._stored = as_text(value)

    def _merge(self, stored: object) -> None:
        """Take the values that were changed elsewhere and not in memory."""
        before, now, here = self._decoded(json.loads(self._stored)), self._decoded(stored), self._application.bot_data
        for name in before.keys() | now.keys():
            if here.get(name) == before.get(name):
                here[name] = now.get(name)
                if name not in now:
                    del here[name]
        self._stored = as_text(stored)

    def _encoded(self) -> object:
        return encode(self._application.bot_data, "bot_data")

    def _decoded(self, stored: object) -> Data:
        return as_data(decode(stored, self._application.bot))


def as_data(value: object) -> Data:
    """The value, which is a dict."""
    assert isinstance(value, dict)
    return value


def as_text(value: object) -> str:
    """JSON as a text, to compare it: in Python, 1 and True are the same."""
    return json.dumps(value)
