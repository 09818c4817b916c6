"""What a handler gets besides the update: the person's texts, the unit of work and the list of messages to send."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from telegram import InaccessibleMessage, Message, Update
from telegram.ext import CallbackContext, ExtBot

from bot.db.tables.administrators import Administrators
from bot.db.tables.prompts import Prompts
from bot.db.tables.updates import NewUpdate
from bot.db.tables.users import UserFacts
from bot.db.unit_of_work import Work
from bot.framework.i18n import Texts, texts_in
from bot.framework.permissions import is_administrator
from bot.framework.registry import Registry
from bot.framework.runtime_settings import CurrentSettings
from bot.framework.screen import Screen
from bot.framework.split import split_screen, truncate_html
from bot.messages import ButtonAnswer, Edit, Outgoing, Text

OpenWork = Callable[[], Awaitable[Work]]
"""Returns the update's unit of work, which begins at the first call."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What handlers use besides the update."""

    owners: frozenset[int] = frozenset()  # administrators named in the settings
    registry: Registry = field(default_factory=Registry)
    settings: CurrentSettings = field(default_factory=CurrentSettings)  # changed while the bot runs
    reread: Callable[[bytes], NewUpdate | None] = lambda _: None  # an inbox row for an update that couldn't be read
    clean: Callable[[str], str] = str  # redacts secrets in a text
    terms_version: str | None = None  # the version that people must agree to
    retention_days: int = 30


class Context(CallbackContext[ExtBot[int], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """One update's context.

    A handler reads and changes the database through `work()`. It neither begins nor ends that transaction. It adds
    messages with `show`, `reply` and `send`, which are sent once the transaction is committed.
    A handler that has to ask Telegram something asks before its first `work()`.
    """

    incoming: Update
    open_work: OpenWork
    outgoing: list[Outgoing]
    texts: Texts
    person: UserFacts | None
    deps: Deps = Deps()

    def take(self, update: Update, work: OpenWork, person: UserFacts | None, deps: Deps) -> None:
        """Set what belongs to this update."""
        self.incoming = update
        self.open_work = work
        self.outgoing = []
        self.person = person
        self.deps = deps
        self.use_language(person.language if person is not None else None)

    @property
    def owners(self) -> frozenset[int]:
        return self.deps.owners

    @property
    def administers(self) -> bool:
        """Whether an administrator sent this. It only decides what to show; routes decide what is allowed."""
        user = self.incoming.effective_user
        return user is not None and (user.id in self.owners or is_administrator(self.person))

    async def administrators(self) -> frozenset[int]:
        """Ids of owners, who come from the settings, and of users with the administrator role."""
        return self.owners | set(await (await self.work()).of(Administrators).ids())

    @property
    def bot_id(self) -> int:
        return self.bot.id

    @property
    def person_id(self) -> int:
        """The sender's Telegram id. Fails for an update without a sender."""
        assert self.incoming.effective_user is not None
        return self.incoming.effective_user.id

    @property
    def chat_id(self) -> int:
        """The chat that the update comes from; the sender in private or if there is no chat."""
        chat = self.incoming.effective_chat
        return self.person_id if chat is None else chat.id

    @property
    def private(self) -> bool:
        """Whether the update comes from a private chat."""
        chat = self.incoming.effective_chat
        return chat is not None and chat.type == chat.PRIVATE

    @property
    def pressed_message_id(self) -> int | None:
        """The message whose button was pressed, if it can be changed."""
        query = self.incoming.callback_query
        return query.message.message_id if query is not None and isinstance(query.message, Message) else None

    async def work(self) -> Work:
        """The update's unit of work, which begins at the first call."""
        return await self.open_work()

    async def end_prompt(self) -> bool:
        """End the pending prompt of this chat; False if there is none."""
        work = await self.work()
        work.changed_people.add(self.person_id)
        return await work.of(Prompts).close(self.chat_id, self.person_id)

    def use_language(self, language: str | None) -> None:
        """Switch to this language, or to Telegram's if None. Times use the zone that the person chose."""
        user, zone = self.incoming.effective_user, self.person.time_zone if self.person is not None else None
        self.texts = texts_in(language or (user.language_code if user is not None else None), zone)

    def send(self, message: Outgoing) -> None:
        """Queue a message. It is sent once the transaction commits."""
        self.outgoing.append(message)

    def reply(self, screen: Screen) -> None:
        """Send a screen to the update's chat and topic; in a group, as a reply to its message.

        A text that is too long for one message is split into several.
        """
        for part in split_screen(screen):
            message = reply(self.incoming, part)
            if message is not None:
                self.send(message)

    def show(self, screen: Screen, toast: str | None = None) -> None:
        """Replace the screen whose button was pressed, and answer the press.

        It stays one message, so a text that is too long is shortened.
        """
        query = self.incoming.callback_query
        assert query is not None
        self.answer(toast)
        if query.message is None or isinstance(query.message, InaccessibleMessage):
            self.reply(screen)
        else:
            text = truncate_html(screen.text)
            self.send(Edit(query.message.chat.id, query.message.message_id, text, screen.keyboard))

    def not_understood(self) -> None:
        """Answer a message that no feature takes."""
        self.reply(Screen(self.texts.html("framework-unknown-message")))

    def outdated(self) -> None:
        """Answer a button that no feature takes any more."""
        self.answer(self.texts.plain("framework-button-gone"))

    def answer(self, toast: str | None = None) -> None:
        """Answer the pressed button, which shows a spinner until then."""
        query = self.incoming.callback_query
        assert query is not None
        self.send(ButtonAnswer(query.id, toast))


def reply(update: Update, screen: Screen) -> Text | None:
    """A screen as a new message to the update's chat; None if there is no chat."""
    chat, message = update.effective_chat, update.effective_message
    if chat is None:
        return None
    whole = message if isinstance(message, Message) else None
    return Text(
        chat.id,
        screen.text,
        screen.keyboard,
        thread_id=whole.message_thread_id if whole is not None and whole.is_topic_message else None,
        reply_to=whole.message_id if whole is not None and chat.type != chat.PRIVATE else None,
    )
