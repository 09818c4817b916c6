"""python-telegram-bot's Application and Bot, as the worker uses them: without an Updater, and for a term at a time."""

from collections.abc import Callable
from typing import Any

from telegram.ext import Application, BaseHandler, ContextTypes, ConversationHandler, ExtBot, JobQueue

from bot.db.tables.ptb_data import DataKey
from bot.framework.context import Context, Data
from bot.framework.ptb_persistence import Persistence

App = Application[ExtBot[int], Context, Data, Data, Data, Any]
"""The Application as features see it."""
Setup = Callable[[App], None]
"""Adds handlers, error handlers, jobs and hooks to an Application."""
Handler = BaseHandler[Any, Context, Any]
Conversation = ConversationHandler[Context]


class TermBot(ExtBot[int]):
    """A bot whose connections outlive the Application's `shutdown`: the worker's own sends use them, too."""

    async def shutdown(self) -> None:
        """Nothing to do: the composition root closes the connections."""


class HostedApplication(App):
    """An Application that is handed the data of the chats and users at work, and from which they are taken again."""

    def values_of(self, key: DataKey) -> dict[int, Data]:
        """The dictionary that holds this key's value, by the id of the user or chat."""
        return self._chat_data if key.kind == "chat" else self._user_data

    def marks(self) -> tuple[set[DataKey], set[DataKey]]:
        """The data that handlers have marked as changed or dropped since the last `take_marks`.

        Sources: PTB, Application.mark_data_for_update_persistence, drop_user_data, drop_chat_data, migrate_chat_data.
        """
        changed = {
            *map(DataKey.of_user, self._user_ids_to_be_updated_in_persistence),
            *map(DataKey.of_chat, self._chat_ids_to_be_updated_in_persistence),
        }
        dropped = {
            *map(DataKey.of_user, self._user_ids_to_be_deleted_in_persistence),
            *map(DataKey.of_chat, self._chat_ids_to_be_deleted_in_persistence),
        }
        return changed - dropped, dropped

    def take_marks(self) -> tuple[set[DataKey], set[DataKey]]:
        """Return the marks, and forget them."""
        taken = self.marks()
        for marks in (
            self._user_ids_to_be_updated_in_persistence,
            self._chat_ids_to_be_updated_in_persistence,
            self._user_ids_to_be_deleted_in_persistence,
            self._chat_ids_to_be_deleted_in_persistence,
        ):
            marks.clear()
        return taken


def application(bot: ExtBot[int], jobs: JobQueue[Context] | None = None) -> HostedApplication:
    """An Application without handlers."""
    types = ContextTypes(context=Context)
    builder = Application.builder().bot(bot).updater(None).context_types(types).application_class(HostedApplication)
    built = builder.persistence(Persistence()).job_queue(jobs).build()
    assert isinstance(built, HostedApplication)
    return built
