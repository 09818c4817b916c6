"""Who may do what only administrators may."""

from typing import Any

from telegram import Update
from telegram.ext import Application, BaseHandler

from bot.handlers.context import Context

Handler = BaseHandler[Update, Context, Any]


class ForAdministrators(Handler):
    """Another handler, for administrators in their private chat with the bot.

    What anybody else sends goes on to the routes behind it, as if there were no such command or button: whoever
    forges a button's data learns nothing by it.
    """

    def __init__(self, inner: Handler, administrators: frozenset[int]) -> None:
        super().__init__(inner.callback)
        self._inner = inner
        self._administrators = administrators

    def check_update(self, update: object) -> Any:
        return self._inner.check_update(update) if isinstance(update, Update) and self._may(update) else None

    def collect_additional_context(
        self, context: Context, update: Update, application: "Application[Any, Context, Any, Any, Any, Any]", check: Any
    ) -> None:
        self._inner.collect_additional_context(context, update, application, check)

    def _may(self, update: Update) -> bool:
        user, chat = update.effective_user, update.effective_chat
        private = chat is not None and chat.type == chat.PRIVATE
        return private and user is not None and user.id in self._administrators
