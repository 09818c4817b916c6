"""User actions in a chat, and waiting for the bot's messages."""

from collections.abc import Sequence
from itertools import islice

from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import ApiError, Json
from bot.sandbox.world.callback_queries import CallbackQuery
from bot.sandbox.world.chats import BotMembership, Chat
from bot.sandbox.world.inline_queries import InlineQuery
from bot.sandbox.world.message_kinds import MESSAGE_KINDS
from bot.sandbox.world.messages import Content, Extras, Message
from bot.sandbox.world.server_state import NO_EXTRAS, ServerState
from bot.sandbox.world.user_actions import UserActions, typed


class Conversation(UserActions):
    """A chat from the users' side. In a group each action names its user with `by`."""

    def __init__(self, state: ServerState, chat: Chat) -> None:
        super().__init__(state)
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def received(self) -> list[Message]:
        """The bot's messages in their current form, oldest first. Includes deleted ones."""
        return list(self.chat.by_bot)

    async def receives(self, containing: str = "", *, times: int = 1, within: float = 10) -> Message:
        """Wait until `times` messages of the bot contain this text, and return the last one."""
        try:
            found = await self._state.changes.until(lambda: self._containing(containing, times), within)
        except TimeoutError:
            texts = [message.text for message in self.received]
            raise TimeoutError(f"not {times} with {containing!r} within {within} s, but {texts}") from None
        return found[-1]

    def edits(self, message: Message, text: str) -> Message:
        """Edit a user's message. The bot gets the old id with the new text."""
        message.content = Content(typed(text), message.content.media)
        message.edit_date = self._state.now()
        self._state.touch(message)
        if self._reaches_bot(message):
            self._state.push("edited_message", message.to_json())
        return message

    def press(self, message: Message, button: str, *, by: UserAccount | None = None) -> CallbackQuery:
        """Press the button with this label or this callback data."""
        pressable = [candidate for candidate in message.buttons if "callback_data" in candidate]
        for key in ("text", "callback_data"):
            for candidate in pressable:
                if candidate[key] == button:
                    return self.press_forged(message, candidate["callback_data"], by=by)
        raise LookupError(f"no button {button!r} among {[candidate['text'] for candidate in pressable]}")

    def press_forged(self, message: Message, data: str, *, by: UserAccount | None = None) -> CallbackQuery:
        """Press with forged callback data. Real clients can send any."""
        press = self._state.callback_queries.add(self._actor(by), message, data)
        self._state.push("callback_query", press.to_json())
        return press

    def bot_becomes(self, status: BotMembership, by: UserAccount) -> None:
        """Change the bot's status in the chat and notify it."""
        old, self.chat.bot_membership = self.chat.bot_membership, status
        change: Json = {
            "chat": self.chat.to_json(),
            "from": by.to_json(),
            "date": self._state.now(),
            "old_chat_member": self._membership(old),
            "new_chat_member": self._membership(status),
        }
        self._state.push("my_chat_member", change)

    def _membership(self, status: BotMembership) -> Json:
        status_name = "left" if status is BotMembership.NOT_STARTED else status.value
        until: Json = {"until_date": 0} if status is BotMembership.BLOCKED else {}
        return {"user": self._state.bot.to_json(), "status": status_name} | until

    def refuses(self, error: ApiError | None) -> None:
        """Answer every attempt to send here with this error until it is None. `send_errors.py` has examples."""
        self.chat.forced_error = error

    def _post(
        self, by: UserAccount | None, content: Content, reply_to: Message | None = None, extras: Extras = NO_EXTRAS
    ) -> Message:
        person = self._actor(by)
        if self.chat.person:
            if self.chat.bot_membership is BotMembership.BLOCKED:
                raise ValueError(f"{person.name} has blocked the bot: unblock it before writing")
            self.chat.bot_membership = BotMembership.MEMBER
        message = self._state.post(self.chat, person, content, reply_to, extras)
        if self._reaches_bot(message):
            self._state.push("message", message.to_json())
        return message

    def _actor(self, by: UserAccount | None) -> UserAccount:
        person = by or self.chat.person
        if person is None:
            raise ValueError("in a group, say by whom")
        return person

    def _reaches_bot(self, message: Message) -> bool:
        """In a group, a bot with privacy mode gets only messages addressed to it."""
        if self.chat.bot_membership is not BotMembership.MEMBER:
            return False
        if self.chat.is_private or self._state.bot.reads_all_group_messages or message.content.event:
            return True
        return bool(message.reply_to and message.reply_to.by_bot) or _is_command(message, self._state.bot.username)

    def _containing(self, text: str, times: int) -> Sequence[Message]:
        found = list(islice((message for message in self.chat.by_bot if text in message.text), times))
        return found if len(found) >= times else []


class PrivateChat(Conversation):
    """A user's chat with the bot."""

    def __init__(self, state: ServerState, person: UserAccount) -> None:
        super().__init__(state, state.private_chat(person))
        self.person = person

    def was_opened(self) -> None:
        """Mark the bot as started earlier: it may send messages, and no update is pending."""
        self.chat.bot_membership = BotMembership.MEMBER

    def types_inline(self, query: str) -> InlineQuery:
        """Type a text after the bot's username in some chat."""
        asked = self._state.inline_queries.add(self.person, query)
        self._state.push("inline_query", asked.to_json())
        return asked

    def blocks(self) -> None:
        """Block the bot. It is notified, and can't send any more."""
        self.bot_becomes(BotMembership.BLOCKED, self.person)

    def unblocks(self) -> None:
        self.bot_becomes(BotMembership.MEMBER, self.person)


class Group(Conversation):
    """A group of users, with or without the bot."""

    def adds_bot(self, by: UserAccount) -> None:
        self.bot_becomes(BotMembership.MEMBER, by)
        self._event(by, {"new_chat_members": [self._state.bot.to_json()]})

    def removes_bot(self, by: UserAccount) -> None:
        self.bot_becomes(BotMembership.BLOCKED, by)

    def joins(self, person: UserAccount) -> None:
        self.chat.members.append(person)
        self._event(person, {"new_chat_members": [person.to_json()]})

    def leaves(self, person: UserAccount) -> None:
        self.chat.members.remove(person)
        self._event(person, {"left_chat_member": person.to_json()})

    def forbids(self, *kinds: str) -> None:
        """Forbid these kinds of messages (see MESSAGE_KINDS), or all of them if none is named."""
        self.chat.forbidden_kinds = frozenset(kinds or MESSAGE_KINDS)

    def permits_all(self) -> None:
        self.chat.forbidden_kinds = frozenset()

    def opens_topic(self, name: str, by: UserAccount) -> int:
        """Create a topic and return its thread id. The group becomes a forum."""
        self.chat.is_forum = True
        thread = self.chat.last_message_id + 1
        self.chat.topics[thread] = name
        event = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        self._post(by, Content(event=event), extras=Extras(thread=thread))
        return thread

    def deletes_topic(self, thread: int) -> None:
        """Delete a topic. The bot is not notified, and can't send there any more."""
        del self.chat.topics[thread]

    def becomes_supergroup(self, by: UserAccount | None = None) -> "Group":
        """Return the supergroup, which has a new id. Both chats get a message, and the old one is closed."""
        old, person = self.chat, by or self.chat.members[0]
        if not old.is_basic or old.migrated_to:
            raise ValueError("only a basic group becomes a supergroup, and only once")
        number = self._state.new_supergroup_id()
        new = Chat(number, old.bot_membership, title=old.title, members=list(old.members))
        self._state.chats[number] = new
        supergroup = Group(self._state, new)
        self._event(person, {"migrate_to_chat_id": number})
        supergroup._event(person, {"migrate_from_chat_id": old.id})
        old.migrated_to = number
        return supergroup

    def _event(self, by: UserAccount, event: Json) -> None:
        self._post(by, Content(event=event))


def _is_command(message: Message, username: str) -> bool:
    """Return whether it starts with a command for this bot or for no bot in particular."""
    if not message.entities or message.entities[0]["type"] != "bot_command" or message.entities[0]["offset"]:
        return False
    name = message.text[: message.entities[0]["length"]].partition("@")[2]
    return not name or name.lower() == username.lower()
