"""What people send, and where they come and go. The emulator queues the updates."""

from collections.abc import Sequence

from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.conversations import Conversation, Group, PrivateChat
from bot.sandbox.world.messages import Message
from bot.sandbox.world.user_actions import MINSK, PIXEL, AlbumItem
from tests.support.heard import Heard


class PersonActions:
    """A person's actions in their private chat with the bot, or in the group that is named. None waits for the bot."""

    def __init__(self, chat: PrivateChat) -> None:
        self.chat = chat  # the emulator's side, for what is missing here

    @property
    def account(self) -> UserAccount:
        return self.chat.person

    @property
    def id(self) -> int:
        """Their Telegram id, which is also the id of their private chat."""
        return self.chat.id

    async def says(
        self, text: str, *, group: Group | None = None, reply_to: Heard | Message | None = None, thread: int = 0
    ) -> Message:
        """Send a text or a command."""
        replied = reply_to.message if isinstance(reply_to, Heard) else reply_to
        return self._place(group).says(text, by=self.account, reply_to=replied, thread=thread)

    async def edits(self, message: Message, text: str, *, group: Group | None = None) -> Message:
        """Edit a message of theirs."""
        return self._place(group).edits(message, text)

    async def forwards(
        self, what: Heard | Message | str, origin: Json | None = None, *, group: Group | None = None
    ) -> Message:
        """Forward a message, or a text from elsewhere. `bot/sandbox/world/message_origins.py` makes its origin."""
        text_or_message = what.message if isinstance(what, Heard) else what
        return self._place(group).forwards(text_or_message, origin, by=self.account)

    async def sends_photo(self, content: bytes = PIXEL, caption: str = "", *, group: Group | None = None) -> Message:
        return self._place(group).sends_photo(content, caption, by=self.account)

    async def sends_document(
        self, name: str = "notes.txt", content: bytes = b"notes", caption: str = "", *, group: Group | None = None
    ) -> Message:
        return self._place(group).sends_document(name, content, caption, by=self.account)

    async def sends_video(self, content: bytes = b"video", caption: str = "", *, group: Group | None = None) -> Message:
        return self._place(group).sends_video(content, caption, by=self.account)

    async def sends_voice(self, content: bytes = b"voice", *, group: Group | None = None) -> Message:
        return self._place(group).sends_voice(content, by=self.account)

    async def sends_sticker(self, emoji: str = "👍", *, group: Group | None = None) -> Message:
        return self._place(group).sends_sticker(emoji, by=self.account)

    async def sends_album(
        self, items: Sequence[AlbumItem] = (AlbumItem(), AlbumItem()), *, group: Group | None = None
    ) -> list[Message]:
        """Send files as one album. The bot gets an update for each."""
        return self._place(group).sends_album(items, by=self.account)

    async def sends_location(
        self, latitude: float = MINSK[0], longitude: float = MINSK[1], *, group: Group | None = None
    ) -> Message:
        return self._place(group).sends_location(latitude, longitude, by=self.account)

    async def sends_contact(
        self, phone_number: str = "+375000000000", of: "PersonActions | None" = None, *, group: Group | None = None
    ) -> Message:
        """Send a contact, by default their own."""
        owner = of.account if of else None
        return self._place(group).sends_contact(phone_number, owner, by=self.account)

    async def sends_poll(
        self, question: str = "Tea?", options: Sequence[str] = ("Yes", "No"), *, group: Group | None = None
    ) -> Message:
        return self._place(group).sends_poll(question, options, by=self.account)

    async def blocks_bot(self) -> None:
        self.chat.blocks()

    async def unblocks_bot(self) -> None:
        self.chat.unblocks()

    async def adds_bot(self, group: Group) -> None:
        group.adds_bot(by=self.account)

    async def removes_bot(self, group: Group) -> None:
        group.removes_bot(by=self.account)

    async def joins(self, group: Group) -> None:
        group.joins(self.account)

    async def leaves(self, group: Group) -> None:
        group.leaves(self.account)

    def _place(self, group: Group | None) -> Conversation:
        return group or self.chat
