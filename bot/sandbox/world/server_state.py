"""The state of Telegram's servers for one bot: accounts, chats, files and pending updates."""

import itertools
from collections.abc import Callable

from bot.sandbox.world.accounts import Account, BotAccount, UserAccount
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.callback_queries import CallbackQueries
from bot.sandbox.world.changes import Changes
from bot.sandbox.world.chats import BotMembership, Chat
from bot.sandbox.world.clock import Clock
from bot.sandbox.world.files import Files
from bot.sandbox.world.inline_queries import InlineQueries
from bot.sandbox.world.messages import Content, Extras, Message
from bot.sandbox.world.profile import Profile
from bot.sandbox.world.updates import Updates

NO_EXTRAS = Extras()
FIRST_SUPERGROUP = -1_001_000_000_001


class ServerState:
    """The state, and the methods that change it. Each change wakes waiting tasks."""

    def __init__(self, bot: BotAccount, first_update_id: int | None = None) -> None:
        self.bot = bot
        self.clock = Clock()
        self.changes = Changes()
        self.updates = Updates(self.clock.now, first_update_id)
        self.on_update: Callable[[], None] = lambda: None
        self.people: dict[int, UserAccount] = {}
        self.chats: dict[int, Chat] = {}
        self.callback_queries = CallbackQueries(self.clock.now)
        self.inline_queries = InlineQueries(self.clock.now)
        self.files = Files()
        self.profile = Profile()
        self.revision = 0
        self._supergroup_ids = itertools.count(FIRST_SUPERGROUP, -1)

    def now(self) -> int:
        return int(self.clock.now())

    def push(self, kind: str, content: Json) -> Json | None:
        """Queue an update for the bot. Return None if it doesn't want this kind."""
        update = self.updates.push(kind, content)
        self._news()
        return update

    def push_raw(self, body: bytes) -> None:
        self.updates.push_raw(body)
        self._news()

    def post(
        self,
        chat: Chat,
        sender: Account,
        content: Content,
        reply_to: Message | None = None,
        extras: Extras = NO_EXTRAS,
    ) -> Message:
        """Add a message to a chat with the next id."""
        chat.last_message_id += 1
        message = Message(
            chat.last_message_id,
            chat.to_json(),
            sender,
            self.now(),
            content,
            by_bot=sender is self.bot,
            reply_to=reply_to,
            keyboard=extras.keyboard,
            origin=extras.origin,
            album=extras.album,
            thread=extras.thread,
            options=extras.options,
        )
        chat.add(message)
        self.touch(message)
        return message

    def touch(self, message: Message) -> None:
        """Mark a message as new or changed."""
        self.revision += 1
        message.revision = self.revision
        self.changes.notify()

    def chat(self, chat_id: str) -> Chat:
        """Find the chat of a call. Raises `ApiError` if Telegram doesn't find it."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        chat = self._chat_by_id(int(chat_id)) if chat_id.lstrip("-").isdecimal() else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable_chat(self, chat_id: str) -> Chat:
        """Find a chat that the bot may send to. Raises `ApiError`."""
        chat = self.chat(chat_id)
        if error := chat.write_error():
            raise error
        return chat

    def private_chat(self, person: UserAccount) -> Chat:
        chat = self.chats.get(person.id)
        if chat is None:
            chat = self.chats[person.id] = Chat(person.id, BotMembership.NOT_STARTED, person)
        return chat

    def new_supergroup_id(self) -> int:
        return next(self._supergroup_ids)

    def _chat_by_id(self, chat_id: int) -> Chat | None:
        person = self.people.get(chat_id)
        return self.private_chat(person) if person else self.chats.get(chat_id)

    def _news(self) -> None:
        self.on_update()
        self.changes.notify()
