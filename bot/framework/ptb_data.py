"""`user_data`, `chat_data`, `bot_data` and conversations of python-telegram-bot, in PostgreSQL.

An update's own data are loaded before its handlers run, stored in the transaction that ends it, and then forgotten, so
that memory holds the data of no idle chat and is never ahead of the database.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self

from telegram import Update

from bot.db.tables.ptb_data import BOT_DATA, DataKey, PtbData
from bot.db.unit_of_work import DONE_WITHIN, UnitOfWork
from bot.errors import DataInUseError
from bot.framework.application import Conversation, HostedApplication
from bot.framework.context import Data, OpenWork
from bot.framework.keyed_locks import KeyedLocks
from bot.framework.ptb_bot_data import BotData, as_data, as_text
from bot.framework.ptb_values import decode, encode

PtbKey = tuple[int | str, ...]
"""A conversation's key in python-telegram-bot: those of chat, user and message that tell its conversations apart."""


@dataclass(frozen=True, slots=True)
class DataScope:
    """The chat, user and message whose data an update or job may use."""

    chat_id: int | None = None
    user_id: int | None = None
    message: int | str | None = None  # with the pressed button

    @classmethod
    def of(cls, update: Update) -> "DataScope":
        """The scope of an update's data."""
        chat, user, query = update.effective_chat, update.effective_user, update.callback_query
        message: int | str | None = None if query is None else query.inline_message_id
        if query is not None and query.message is not None:
            message = message or query.message.message_id
        return cls(None if chat is None else chat.id, None if user is None else user.id, message)


class StoredData:
    """One Application's data. `check` raises LeadershipLostError if this worker no longer leads."""

    def __init__(
        self,
        application: HostedApplication,
        conversations: Iterable[Conversation],
        *,
        unit_of_work: UnitOfWork,
        bot_id: int,
        check: Callable[[], None],
    ) -> None:
        self.application = application
        self.bot_id = bot_id
        self._conversations = [one for one in conversations if one.persistent]
        self._unit_of_work = unit_of_work
        self._check = check
        self._locks = KeyedLocks()
        self.bot_data = BotData(application, bot_id)
        self.in_use: set[DataKey] = set()
        """Keys of the data that are loaded now. The update or job that loaded them stores them."""

    @asynccontextmanager
    async def loaded(self, scope: DataScope, *, within: float | None = None) -> AsyncIterator["LoadedData"]:
        """Load a scope's data for the block, which has them to itself. An exception discards what it changed.

        Raises DataInUseError if others use them for more than `within` seconds.
        """
        keys = [key for key in (("chat", scope.chat_id), ("user", scope.user_id)) if key[1] is not None]
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(within):
                    await held.enter_async_context(self._locks.hold(*keys))
            except TimeoutError:
                raise DataInUseError("their data are in use by another update or a job") from None
            with self.bot_data.in_use() as alone, LoadedData(self, scope, self._conversations) as data:
                async with self._unit_of_work.open() as work:
                    stored = await work.of(PtbData).read(self.bot_id, [*data.keys, BOT_DATA])
                if alone():
                    self.bot_data.settle(stored.get(BOT_DATA, {}))
                data.put(stored)
                yield data

    @asynccontextmanager
    async def on_its_own(self, scope: DataScope) -> AsyncIterator[None]:
        """Load a scope's data for the block, and store them in a transaction of their own."""
        async with self.loaded(scope) as data:
            yield
            async with self._unit_of_work.lazy(within=DONE_WITHIN) as lazy:
                await data.store(lazy.work)
                if lazy.begun:
                    self._check()


class LoadedData:
    """One scope's data, in the Application's hands for the block."""

    def __init__(self, shared: StoredData, scope: DataScope, conversations: Sequence[Conversation]) -> None:
        self._shared = shared
        self._application = shared.application
        self._scope = scope
        self._states = {
            found[0]: (one, found[1]) for one in conversations if (found := _key_of(one, scope)) is not None
        }
        self.keys = [*self._states]
        if scope.user_id is not None:
            self.keys.append(DataKey.of_user(scope.user_id))
        if scope.chat_id is not None:
            self.keys.append(DataKey.of_chat(scope.chat_id))
        self._stored: dict[DataKey, object] = {}
        self._marked: dict[DataKey, Data] = {}  # what handlers have put into the data of others
        self._dropped: set[DataKey] = set()

    def put(self, stored: Mapping[DataKey, object]) -> None:
        """Hand what is stored to the Application, with what other updates have put there and not stored yet."""
        bot = self._application.bot
        changed, dropped = self._application.marks()
        self._shared.in_use.update(self.keys)
        self._stored = {key: stored.get(key) for key in self.keys}
        for key, value in self._stored.items():
            if key in self._states:
                conversation, ptb_key = self._states[key]
                if value is not None:
                    _states_of(conversation)[ptb_key] = decode(value, bot)
            else:
                data = {} if value is None or key in dropped else as_data(decode(value, bot))
                values, number = self._application.values_of(key), _number(key)
                values[number] = data | values[number] if key in changed else data

    async def store(self, open_work: OpenWork) -> None:
        """Store what has changed. Raises UnstorableError, and ConflictError if it was changed elsewhere, too."""
        self._take_marks()
        changes = {key: value for key in self.keys if as_text(value := self._now(key)) != as_text(self._stored[key])}
        changes |= dict.fromkeys(self._dropped)
        if changes or self._marked:
            data = (await open_work()).of(PtbData)
            known = {key for key in changes if self._stored.get(key) is not None}
            await data.replace(self._shared.bot_id, {key: changes.pop(key) for key in known}, before=self._stored)
            await data.write(self._shared.bot_id, changes | await self._merged(data))
        if self._shared.bot_data.changed():
            await self._shared.bot_data.store((await open_work()).of(PtbData))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take the data out of the Application's hands."""
        self._shared.in_use.difference_update(self._stored)
        for key in self._stored:
            if key in self._states:
                conversation, ptb_key = self._states[key]
                _states_of(conversation).pop(ptb_key, None)
            else:
                self._application.values_of(key).pop(_number(key), None)

    def _now(self, key: DataKey) -> object:
        """The present value as JSON; None if there is nothing to store."""
        if key in self._states:
            conversation, ptb_key = self._states[key]
            state = _states_of(conversation).get(ptb_key)
            return None if state is None else encode(state, f"conversation {conversation.name}")
        value = self._application.values_of(key).get(_number(key))
        return encode(value, f"{key.kind}_data") if value else None

    async def _merged(self, data: PtbData) -> dict[DataKey, object]:
        """The data of others with what handlers have put into them, over what is stored."""
        before = await data.read(self._shared.bot_id, self._marked, locked=True) if self._marked else {}
        merged: dict[DataKey, object] = {}
        for key, new in self._marked.items():
            whole = as_data(decode(before.get(key, {}), self._application.bot)) | new
            merged[key] = encode(whole, f"{key.kind}_data")
        return merged

    def _take_marks(self) -> None:
        """Take what is marked, except for data in use, which are compared with what is stored."""
        changed, dropped = self._application.take_marks()
        for key in changed - self._shared.in_use:
            self._marked[key] = self._application.values_of(key).pop(_number(key), {})
        self._dropped |= dropped - self._shared.in_use


def _states_of(conversation: Conversation) -> MutableMapping[PtbKey, object]:
    """The states by which python-telegram-bot's handler finds its conversations."""
    return conversation._conversations  # noqa: SLF001 -- there is no other way to give it one conversation


def _key_of(conversation: Conversation, scope: DataScope) -> tuple[DataKey, PtbKey] | None:
    """The key of the scope's conversation, here and in python-telegram-bot; None if there can't be one.

    Source: PTB, ConversationHandler, `per_chat`, `per_user` and `per_message`.
    """
    chat_id = scope.chat_id if conversation.per_chat else 0
    user_id = scope.user_id if conversation.per_user else 0
    message = scope.message if conversation.per_message else ""
    if chat_id is None or user_id is None or message is None:
        return None
    key = DataKey(f"conversation {conversation.name}", chat_id, user_id, str(message))
    return key, tuple(part for part in (chat_id, user_id, message) if part)


def _number(key: DataKey) -> int:
    return key.chat_id or key.user_id
