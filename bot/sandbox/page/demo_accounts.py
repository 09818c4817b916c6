"""The users that a developer can act as in the sandbox."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.conversations import Conversation, Group, PrivateChat


@dataclass(frozen=True)
class DemoChat:
    """A conversation on the page, and the users who can write in it."""

    conversation: Conversation
    title: str
    note: str
    people: Sequence[UserAccount]

    @property
    def is_group(self) -> bool:
        return isinstance(self.conversation, Group)


def create_demo_chats(
    emulator: Emulator,
    *,
    ann_id: int = 1001,
    ivan_id: int = 1002,
    admin_id: int = 1003,
    first_message_id: int = 1,
) -> list[DemoChat]:
    """Make an English user, a Russian user, an administrator, and a group of the three.

    Their chats are empty but started, since the bot's database may remember them from an earlier run.
    """
    ann = emulator.person("Ann", id=ann_id, username="ann", language_code="en")
    ivan = emulator.person("Иван", id=ivan_id, username="ivan", language_code="ru")
    olga = emulator.person("Olga", id=admin_id, username="olga", language_code="en")
    people = [ann, ivan, olga]
    group = emulator.group("Friends", people)
    demo_chats = [
        _private(emulator, ann, "English"),
        _private(emulator, ivan, "Русский"),
        _private(emulator, olga, "Administrator"),
        DemoChat(group, group.chat.title, "Group", people),
    ]
    for demo_chat in demo_chats:
        demo_chat.conversation.chat.last_message_id = first_message_id - 1
    return demo_chats


def _private(emulator: Emulator, person: UserAccount, note: str) -> DemoChat:
    chat: PrivateChat = emulator.private_chat(person)
    chat.was_opened()
    return DemoChat(chat, person.name, note, [person])
