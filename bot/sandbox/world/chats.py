"""Chats: members, messages, and the bot's access."""

import enum
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import ApiError, Json, bad_request, forbidden
from bot.sandbox.world.message_kinds import MESSAGE_KINDS
from bot.sandbox.world.messages import Content, Message

MESSAGES_KEPT = 20_000  # per chat; a long soak must not fill the memory


class BotMembership(enum.Enum):
    """The bot's status in a chat."""

    NOT_STARTED = "not_started"  # the user never wrote to it, or it was never in the group
    MEMBER = "member"
    LEFT = "left"  # left the group by itself
    BLOCKED = "kicked"  # blocked by the user, or removed from the group


@dataclass(eq=False)
class Chat:
    """The state of a chat. Users act on it through `conversations.py`."""

    id: int
    bot_membership: BotMembership
    person: UserAccount | None = None  # in a private chat
    title: str = ""
    members: list[UserAccount] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    by_bot: deque[Message] = field(default_factory=lambda: deque(maxlen=MESSAGES_KEPT))
    action: tuple[str, float] = ("", 0.0)  # such as "typing", and its Unix time
    last_message_id: int = 0
    is_basic: bool = False  # a basic group, not a supergroup
    migrated_to: int = 0  # id of the supergroup
    topics: dict[int, str] = field(default_factory=dict)  # names by thread, in a forum
    is_forum: bool = False
    forbidden_kinds: frozenset[str] = frozenset()  # see MESSAGE_KINDS; the bot may not send these
    forced_error: ApiError | None = None  # the response to every attempt to send here

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
        """Return the error if the bot has no access to the chat."""
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
        """Return the error if the bot can't send to the chat."""
        if self.migrated_to:
            what = "Bad Request: group chat was upgraded to a supergroup chat"
            return ApiError(400, what, migrate_to_chat_id=self.migrated_to)
        return self.access_error() or (self.forced_error and self.forced_error.copy())

    def content_error(self, content: Content) -> ApiError | None:
        """Return the error if the bot can't send this kind of content."""
        if content.kind not in self.forbidden_kinds:
            return None
        return bad_request(f"not enough rights to send {MESSAGE_KINDS[content.kind].plural} to the chat")
