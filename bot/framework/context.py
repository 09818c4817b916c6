"""What a handler is given beside the update: the person's texts, the unit of work, and a list of what to say."""

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
"""Gives the update's one unit of work, begun at the first call."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What handlers use beside the update."""

    owners: frozenset[int] = frozenset()  # administrators by the environment
    registry: Registry = field(default_factory=Registry)
    settings: CurrentSettings = field(default_factory=CurrentSettings)  # what administrators changed while the bot runs
    reread: Callable[[bytes], NewUpdate | None] = lambda _: None  # an inbox row for an update that couldn't be read
    clean: Callable[[str], str] = str  # takes secrets out of a text
    terms_version: str | None = None  # what people must have agreed to
    retention_days: int = 30


class Context(CallbackContext[ExtBot[int], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """One update's context.

    A handler reads and changes the database through `work()`, whose transaction it neither begins nor ends, and
    says what is to be sent with `show`, `reply` and `say`; it is sent once all of that is committed.
    Where a handler has to ask Telegram for something, it does so before the first `work()`.
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
        """Whether this is an administrator's, for what is shown; what is done is for routes to allow."""
        user = self.incoming.effective_user
        return user is not None and (user.id in self.owners or is_administrator(self.person))

    async def administrators(self) -> frozenset[int]:
        """Owners, whom the settings name, and those who have been made administrators."""
        return self.owners | set(await (await self.work()).of(Administrators).ids())

    @property
    def bot_id(self) -> int:
        return self.bot.id

    @property
    def person_id(self) -> int:
        """Whose update it is, where there is somebody."""
        assert self.incoming.effective_user is not None
        return self.incoming.effective_user.id

    @property
    def chat_id(self) -> int:
        """Where it comes from; in private, and for what comes from no chat, that is the person."""
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
        """The update's unit of work, begun at the first call."""
        return await self.open_work()

    async def end_prompt(self) -> bool:
        """End the pending prompt of this chat; False if there is none."""
        work = await self.work()
        work.changed_people.add(self.person_id)
        return await work.of(Prompts).close(self.chat_id, self.person_id)

    def use_language(self, language: str | None) -> None:
        """Go on in another language: the one chosen, or Telegram's; times are by the zone chosen."""
        user, zone = self.incoming.effective_user, self.person.time_zone if self.person is not None else None
        self.texts = texts_in(language or (user.language_code if user is not None else None), zone)

    def send(self, message: Outgoing) -> None:
        """Queue a message. It is sent once the transaction commits."""
        self.outgoing.append(message)

    def reply(self, screen: Screen) -> None:
        """Send a screen to where the update came from, in a group as a reply, in a topic into it.

        It is a new message, or several where its text is too long for one.
        """
        for part in split_screen(screen):
            message = reply(self.incoming, part)
            if message is not None:
                self.send(message)

    def show(self, screen: Screen, toast: str | None = None) -> None:
        """Show a screen in place of the one whose button was pressed, and answer the press.

        It stays one message, so of a text that is too long the end is left out.
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
        """Answer what no feature takes."""
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
    """A screen as a new message to where the update came from; None if it came from nowhere."""
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
