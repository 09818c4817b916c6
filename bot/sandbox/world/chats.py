"""Chats as Telegram keeps them: who is in, what was said, what stands in the bot's way."""

import enum
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import ApiError, Json, bad_request, forbidden
from bot.sandbox.world.message_kinds import MESSAGE_KINDS
from bot.sandbox.world.messages import Content, Message

MESSAGES_KEPT = 20_000  # of a chat, the last ones: a long soak must not fill the memory


class BotMembership(enum.Enum):
    """The bot's place in a chat."""

    NOT_STARTED = "not_started"  # the person never wrote to it
    MEMBER = "member"
    LEFT = "left"  # of a group, by itself
    BLOCKED = "kicked"  # in a private chat: blocked by the person; in a group: thrown out


@dataclass(eq=False)
class Chat:
    """A conversation and its state; people act on it through `conversations.py`."""

    id: int
    bot_membership: BotMembership
    person: UserAccount | None = None  # the other side of a private chat
    title: str = ""
    members: list[UserAccount] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    by_bot: deque[Message] = field(default_factory=lambda: deque(maxlen=MESSAGES_KEPT))
    action: tuple[str, float] = ("", 0.0)  # "typing" and the like, and the unix second it was said
    last_message_id: int = 0
    is_basic: bool = False  # a small old group that isn't a supergroup yet
    migrated_to: int = 0  # the supergroup that it has become
    topics: dict[int, str] = field(default_factory=dict)  # of a forum: names by thread
    is_forum: bool = False
    forbidden_kinds: frozenset[str] = frozenset()  # kinds of content that the bot may not send here
    forced_error: ApiError | None = None  # what every attempt to write here is answered

    @property
    def is_private(self) -> bool:
        return self.person is not None

    @property
    def kind(self) -> str:
        if self.person:
            return "private"
        return "group" if self.is_basic else "supergroup"

    @property
    def people(self) -> list[UserAccount]:
        return [self.person] if self.person else self.members

    def to_json(self) -> Json:
        if not self.person:
            forum: Json = {"is_forum": True} if self.is_forum else {}
            return {"id": self.id, "title": self.title, "type": self.kind} | forum
        user = self.person.to_json()
        return {"id": self.id, "type": self.kind} | {
            name: user[name] for name in ("first_name", "last_name", "username") if name in user
        }

    def add(self, message: Message) -> None:
        self.messages[message.message_id] = message
        if message.by_bot:
            self.by_bot.append(message)
        if len(self.messages) > MESSAGES_KEPT:
            del self.messages[next(iter(self.messages))]

    def message(self, message_id: int) -> Message | None:
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message

    def access_error(self) -> ApiError | None:
        """Why the bot has no access here, in Telegram's words; None if it has."""
        if not self.person:
            kicked = self.bot_membership is BotMembership.BLOCKED
            why = (
                f"bot was kicked from the {self.kind} chat"
                if kicked
                else f"bot is not a member of the {self.kind} chat"
            )
            return None if self.bot_membership is BotMembership.MEMBER else forbidden(why)
        if self.person.deactivated:
            return forbidden("user is deactivated")
        if self.bot_membership is BotMembership.BLOCKED:
            return forbidden("bot was blocked by the user")
        if self.bot_membership is BotMembership.NOT_STARTED:
            return forbidden("bot can't initiate conversation with a user")
        return None

    def write_error(self) -> ApiError | None:
        """Why the bot may not write here."""
        if self.migrated_to:
            what = "Bad Request: group chat was upgraded to a supergroup chat"
            return ApiError(400, what, migrate_to_chat_id=self.migrated_to)
        return self.access_error() or (self.forced_error and self.forced_error.copy())

    def content_error(self, content: Content) -> ApiError | None:
        """Why the bot may not send this here."""
        if content.kind not in self.forbidden_kinds:
            return None
        return bad_request(f"not enough rights to send {MESSAGE_KINDS[content.kind].plural} to the chat")
