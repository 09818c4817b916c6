"""The conversations on the page: which there are, what is unread, what each one shows."""

from collections.abc import Sequence

from bot.sandbox.page import fragments
from bot.sandbox.page.demo_accounts import Role
from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.profile import DEFAULT, Scope
from bot.sandbox.world.server_state import Cloud

MESSAGES_SHOWN = 300


class Stage:
    """What the page's fragments are made of; `stopping` ends the streams."""

    def __init__(self, cloud: Cloud, roles: Sequence[Role]) -> None:
        self.cloud = cloud
        self.roles = {role.conversation.id: role for role in roles}
        self.stopping = False
        self._read: dict[int, int] = {}

    def first(self) -> Role:
        return next(iter(self.roles.values()))

    def mark_read(self, role: Role) -> None:
        self._read[role.conversation.id] = role.conversation.chat.last_message_id

    def conversations(self, current: Role) -> str:
        """The list beside the conversation that is open."""
        unread = {number: self._unread(role) for number, role in self.roles.items() if role is not current}
        return fragments.conversations(self.roles.values(), current, unread)

    def messages(self, role: Role) -> str:
        """The last ones, for a page that opens."""
        left = [said for said in role.conversation.chat.messages.values() if not said.deleted]
        return "".join(fragments.message(said, in_group=role.is_group) for said in left[-MESSAGES_SHOWN:])

    def changed(self, role: Role, since: int) -> list[Json]:
        """The messages that are new, other or gone since that revision."""
        return [
            {"id": f"m{said.message_id}"}
            | ({} if said.deleted else {"html": fragments.message(said, in_group=role.is_group)})
            for said in role.conversation.chat.messages.values()
            if said.revision > since
        ]

    def commands(self, role: Role) -> str:
        language = role.people[0].language_code
        return fragments.commands(self.cloud.profile.commands_seen(_scopes(role), language))

    def _unread(self, role: Role) -> int:
        read = self._read.get(role.conversation.id, 0)
        by_bot = role.conversation.chat.by_bot
        return sum(1 for said in by_bot if said.message_id > read and not said.deleted)


def _scopes(role: Role) -> list[Scope]:
    """From the narrowest to the widest, as Telegram looks for them.

    Source: https://core.telegram.org/bots/api#determining-list-of-commands
    """
    chat = role.conversation.id
    wide: Scope = ("all_group_chats" if role.is_group else "all_private_chats", 0, 0)
    narrow: list[Scope] = [("chat_member", chat, role.people[0].id)] if role.is_group else []
    return [*narrow, ("chat", chat, 0), wide, DEFAULT]
