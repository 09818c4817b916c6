"""The context that a handler gets along with the update: texts, the unit of work, and messages to send."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from telegram import InaccessibleMessage, Message, Update
from telegram.ext import CallbackContext, ExtBot, JobQueue

from bot.db.tables.administrators import Administrators
from bot.db.tables.prompts import Prompts
from bot.db.tables.updates import NewUpdate
from bot.db.tables.users import UserFacts
from bot.db.unit_of_work import Work
from bot.errors import NoUpdateError
from bot.framework.i18n import Texts, texts_in
from bot.framework.message_actions import MessageActions
from bot.framework.permissions import is_administrator
from bot.framework.registry import Registry
from bot.framework.replies import Replies
from bot.framework.runtime_settings import CurrentSettings
from bot.framework.screen import Screen
from bot.framework.settings import JoinedSettings
from bot.framework.split import truncate_html
from bot.messages import ButtonAnswer, Edit

Data = dict[object, object]
"""python-telegram-bot's own data, which our features don't use."""
OF_UPDATES = frozenset({"incoming", "outgoing", "open_work", "texts", "person"})
"""The attributes that `Context.take` sets."""
OpenWork = Callable[[], Awaitable[Work]]
"""Opens the update's one unit of work at the first call."""


@dataclass(frozen=True, slots=True)
class HandlerDeps:
    """Dependencies of handlers."""

    owners: frozenset[int] = frozenset()  # owners, as set in the environment
    registry: Registry = field(default_factory=Registry)
    settings: JoinedSettings = field(default_factory=JoinedSettings)
    runtime_settings: CurrentSettings = field(default_factory=CurrentSettings)
    reread: Callable[[bytes], NewUpdate | None] = lambda _: None  # reads an update of a dead letter
    clean: Callable[[str], str] = str  # removes secrets from a text
    retention_days: int = 30


class Context(Replies, MessageActions, CallbackContext[ExtBot[int], Data, Data, Data]):
    """The context of one update.

    A handler reads and changes the database through `work()`, whose transaction it neither begins nor ends. What it
    sends with `reply`, `reply_photo` and the like, `edit`, `delete`, `show` or `call` is queued in that transaction
    and goes out after the commit, so it can return nothing. A handler that needs an answer from Telegram asks for it
    before the first `work()`: `chat = await context.bot.get_chat(context.chat_id)`.
    """

    open_work: OpenWork
    texts: Texts
    person: UserFacts | None
    deps: HandlerDeps = HandlerDeps()

    def take(self, update: Update, work: OpenWork, person: UserFacts | None, deps: HandlerDeps) -> None:
        """Begin the context of an update."""
        self.incoming = update
        self.open_work = work
        self.outgoing = []
        self.person = person
        self.deps = deps
        self.use_language(person.language if person is not None else None)

    def end(self) -> None:
        """End the update: what is sent from now on would go nowhere, and raises NoUpdateError."""
        del self.outgoing

    if not TYPE_CHECKING:  # where it would make every misspelt attribute a valid one

        def __getattr__(self, name: str) -> object:
            """Raise NoUpdateError for what only an update's context has, which that of a job or an error is not."""
            if name in OF_UPDATES:
                raise NoUpdateError
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def job_queue(self) -> "JobQueue[Context] | None":  # type: ignore[override] # its own leaves the context's type open
        """The JobQueue of python-telegram-bot; None without its extra `job-queue`."""
        return cast("JobQueue[Context] | None", super().job_queue)

    @property
    def owners(self) -> frozenset[int]:
        """Ids of the owners."""
        return self.deps.owners

    @property
    def administers(self) -> bool:
        """Return whether the user is an administrator, for what is shown. Routes decide what is allowed."""
        user = self.incoming.effective_user
        return user is not None and (user.id in self.owners or is_administrator(self.person))

    async def administrators(self) -> frozenset[int]:
        """Ids of owners and of users with the administrator role."""
        return self.owners | set(await (await self.work()).of(Administrators).ids())

    @property
    def bot_id(self) -> int:
        """The bot's id."""
        return self.bot.id

    @property
    def person_id(self) -> int:
        """The user's id. Only for updates that have a user."""
        assert self.incoming.effective_user is not None
        return self.incoming.effective_user.id

    @property
    def chat_id(self) -> int:
        """The chat's id. For an update without a chat, the private chat with the user."""
        chat = self.incoming.effective_chat
        return self.person_id if chat is None else chat.id

    @property
    def private(self) -> bool:
        """Return whether the update comes from a private chat."""
        chat = self.incoming.effective_chat
        return chat is not None and chat.type == chat.PRIVATE

    @property
    def pressed_message_id(self) -> int | None:
        """The id of the message whose button was pressed, if it can be edited."""
        query = self.incoming.callback_query
        return query.message.message_id if query is not None and isinstance(query.message, Message) else None

    async def work(self) -> Work:
        """The update's unit of work, opened at the first call."""
        return await self.open_work()

    async def end_prompt(self) -> bool:
        """End the pending prompt of this chat; False if there is none."""
        work = await self.work()
        work.changed_people.add(self.person_id)
        return await work.of(Prompts).close(self.chat_id, self.person_id)

    def use_language(self, language: str | None) -> None:
        """Use the chosen language, or that of the user's Telegram app, with the chosen time zone."""
        user, zone = self.incoming.effective_user, self.person.time_zone if self.person is not None else None
        self.texts = texts_in(language or (user.language_code if user is not None else None), zone)

    def show(self, screen: Screen, toast: str | None = None) -> None:
        """Replace the screen whose button was pressed, and answer the press.

        It stays one message, so a text that is too long is truncated.
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
