"""What people do in a chat with the bot, and what can be awaited there."""

from collections.abc import Sequence

from bot.sandbox.accounts import Person
from bot.sandbox.chats import BotIs, Chat
from bot.sandbox.cloud import Cloud
from bot.sandbox.entities import Formatted, completed, trimmed
from bot.sandbox.files import document_wire, photo_wire
from bot.sandbox.messages import Content, Message
from bot.sandbox.methods.texts import LONGEST_TEXT
from bot.sandbox.presses import Press
from bot.sandbox.wire import Json

PIXEL = (  # a picture to send where it doesn't matter which
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


class Conversation:
    """A chat seen by its people. In a group each deed says by whom; in a private chat there is one only."""

    def __init__(self, cloud: Cloud, chat: Chat) -> None:
        self._cloud = cloud
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def received(self) -> list[Message]:
        """The bot's messages, oldest first, as they read now; deleted ones too."""
        return list(self.chat.by_bot)

    async def receives(self, containing: str = "", *, times: int = 1, within: float = 10) -> Message:
        """Wait until so many of the bot's messages contain this text, and return the last of those."""
        try:
            found = await self._cloud.changes.until(lambda: self._containing(containing, times), within)
        except TimeoutError:
            texts = [message.text for message in self.received]
            raise TimeoutError(f"not {times} with {containing!r} within {within} s, but {texts}") from None
        return found[-1]

    def says(self, text: str, *, by: Person | None = None, reply_to: Message | None = None) -> Message:
        """Write a message, with the commands, mentions and links in it marked as Telegram does."""
        return self._post(by, Content(_typed(text)), reply_to)

    def replies_to(self, message: Message, text: str, *, by: Person | None = None) -> Message:
        return self.says(text, by=by, reply_to=message)

    def sends_photo(self, content: bytes = PIXEL, caption: str = "", *, by: Person | None = None) -> Message:
        file = self._cloud.files.photo(content)
        return self._post(by, Content(_typed(caption), photo_wire(file)))

    def sends_document(
        self, name: str = "notes.txt", content: bytes = b"notes", caption: str = "", *, by: Person | None = None
    ) -> Message:
        file = self._cloud.files.document(content, name, "application/octet-stream")
        return self._post(by, Content(_typed(caption), document_wire(file)))

    def edits(self, message: Message, text: str) -> Message:
        """Change a message of one's own: the bot gets the old number with a new text."""
        message.content = Content(_typed(text), message.content.media)
        message.edit_date = self._cloud.now()
        self._cloud.touch(message)
        if self._reaches_bot(message):
            self._cloud.push("edited_message", message.wire())
        return message

    def press(self, message: Message, button: str, *, by: Person | None = None) -> Press:
        """Press the button with this label, or else with this data."""
        pressable = [candidate for candidate in message.buttons if "callback_data" in candidate]
        for key in ("text", "callback_data"):
            for candidate in pressable:
                if candidate[key] == button:
                    return self.press_forged(message, candidate["callback_data"], by=by)
        raise LookupError(f"no button {button!r} among {[candidate['text'] for candidate in pressable]}")

    def press_forged(self, message: Message, data: str, *, by: Person | None = None) -> Press:
        """Press with data of one's own making: a client may send any."""
        press = self._cloud.presses.add(self._actor(by), message, data)
        self._cloud.push("callback_query", press.wire())
        return press

    def bot_becomes(self, status: BotIs, by: Person) -> None:
        """Change the bot's place here and tell it so."""
        old, self.chat.bot_is = self.chat.bot_is, status
        change: Json = {
            "chat": self.chat.wire(),
            "from": by.wire(),
            "date": self._cloud.now(),
            "old_chat_member": self._membership(old),
            "new_chat_member": self._membership(status),
        }
        self._cloud.push("my_chat_member", change)

    def _membership(self, status: BotIs) -> Json:
        told = "left" if status is BotIs.STRANGER else status.value
        until: Json = {"until_date": 0} if status is BotIs.BLOCKED else {}
        return {"user": self._cloud.bot.wire(), "status": told} | until

    def _post(self, by: Person | None, content: Content, reply_to: Message | None = None) -> Message:
        person = self._actor(by)
        if self.chat.person:
            if self.chat.bot_is is BotIs.BLOCKED:
                raise ValueError(f"{person.name} has blocked the bot: unblock it before writing")
            self.chat.bot_is = BotIs.MEMBER
        message = self._cloud.post(self.chat, person, content, reply_to)
        if self._reaches_bot(message):
            self._cloud.push("message", message.wire())
        return message

    def _actor(self, by: Person | None) -> Person:
        person = by or self.chat.person
        if person is None:
            raise ValueError("in a group, say by whom")
        return person

    def _reaches_bot(self, message: Message) -> bool:
        """In a group a bot with privacy on sees what is meant for it only."""
        if self.chat.bot_is is not BotIs.MEMBER:
            return False
        if self.chat.is_private or self._cloud.bot.reads_all_group_messages or message.content.event:
            return True
        return bool(message.reply_to and message.reply_to.by_bot) or _is_command(message, self._cloud.bot.username)

    def _containing(self, text: str, times: int) -> Sequence[Message]:
        found = [message for message in self.chat.by_bot if text in message.text]
        return found[:times] if len(found) >= times else []


class PrivateChat(Conversation):
    """A person and the bot."""

    def __init__(self, cloud: Cloud, person: Person) -> None:
        super().__init__(cloud, cloud.private_chat(person))
        self.person = person

    def blocks(self) -> None:
        """Block the bot: it is told, and refused from now on."""
        self.bot_becomes(BotIs.BLOCKED, self.person)

    def unblocks(self) -> None:
        self.bot_becomes(BotIs.MEMBER, self.person)


class Group(Conversation):
    """Several people and, maybe, the bot."""

    def adds_bot(self, by: Person) -> None:
        self.bot_becomes(BotIs.MEMBER, by)
        self._event(by, {"new_chat_members": [self._cloud.bot.wire()]})

    def removes_bot(self, by: Person) -> None:
        self.bot_becomes(BotIs.BLOCKED, by)

    def joins(self, person: Person) -> None:
        self.chat.members.append(person)
        self._event(person, {"new_chat_members": [person.wire()]})

    def leaves(self, person: Person) -> None:
        self.chat.members.remove(person)
        self._event(person, {"left_chat_member": person.wire()})

    def _event(self, by: Person, event: Json) -> None:
        self._post(by, Content(event=event))


def _typed(text: str) -> Formatted:
    formatted = completed(trimmed(Formatted(text)))
    if formatted.length > LONGEST_TEXT:
        raise ValueError(f"Telegram's clients send no text over {LONGEST_TEXT} characters")
    return formatted


def _is_command(message: Message, username: str) -> bool:
    """A command at the start, to nobody by name or to this bot."""
    if not message.entities or message.entities[0]["type"] != "bot_command" or message.entities[0]["offset"]:
        return False
    name = message.text[: message.entities[0]["length"]].partition("@")[2]
    return not name or name.lower() == username.lower()
