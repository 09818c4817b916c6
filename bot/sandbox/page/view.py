"""The content of the chat page: conversations, unread counts, messages and commands."""

from collections.abc import Sequence

from bot.sandbox.page.demo_accounts import DemoChat
from bot.sandbox.page.rendering import render_commands, render_conversations, render_message
from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.profile import DEFAULT, Scope
from bot.sandbox.world.server_state import ServerState

MESSAGES_SHOWN = 300


class PageView:
    """Renders the parts of the page from the server state. `stopping` ends the streams."""

    def __init__(self, state: ServerState, demo_chats: Sequence[DemoChat]) -> None:
        self.state = state
        self.demo_chats = {demo_chat.conversation.id: demo_chat for demo_chat in demo_chats}
        self.stopping = False
        self._read: dict[int, int] = {}

    def first(self) -> DemoChat:
        return next(iter(self.demo_chats.values()))

    def mark_read(self, demo_chat: DemoChat) -> None:
        self._read[demo_chat.conversation.id] = demo_chat.conversation.chat.last_message_id

    def conversations(self, current: DemoChat) -> str:
        """Render the list of conversations."""
        unread = {
            number: self._unread(demo_chat) for number, demo_chat in self.demo_chats.items() if demo_chat is not current
        }
        return render_conversations(self.demo_chats.values(), current, unread)

    def messages(self, demo_chat: DemoChat) -> str:
        """Render the last messages."""
        messages = [message for message in demo_chat.conversation.chat.messages.values() if not message.deleted]
        return "".join(render_message(message, in_group=demo_chat.is_group) for message in messages[-MESSAGES_SHOWN:])

    def changed(self, demo_chat: DemoChat, since: int) -> list[Json]:
        """Return the messages added, changed or deleted since that revision."""
        return [
            {"id": f"m{message.message_id}"}
            | ({} if message.deleted else {"html": render_message(message, in_group=demo_chat.is_group)})
            for message in demo_chat.conversation.chat.messages.values()
            if message.revision > since
        ]

    def commands(self, demo_chat: DemoChat) -> str:
        language = demo_chat.people[0].language_code
        return render_commands(self.state.profile.visible_commands(_scopes(demo_chat), language))

    def _unread(self, demo_chat: DemoChat) -> int:
        read = self._read.get(demo_chat.conversation.id, 0)
        by_bot = demo_chat.conversation.chat.by_bot
        return sum(1 for message in by_bot if message.message_id > read and not message.deleted)


def _scopes(demo_chat: DemoChat) -> list[Scope]:
    """Return the scopes from the narrowest to the widest, in Telegram's order.

    Source: https://core.telegram.org/bots/api#determining-list-of-commands
    """
    chat = demo_chat.conversation.id
    wide: Scope = ("all_group_chats" if demo_chat.is_group else "all_private_chats", 0, 0)
    narrow: list[Scope] = [("chat_member", chat, demo_chat.people[0].id)] if demo_chat.is_group else []
    return [*narrow, ("chat", chat, 0), wide, DEFAULT]
