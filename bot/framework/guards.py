"""What the settings say that handlers go by, and what is asked before a route's own handler is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from telegram import Update

from bot.framework.floods import Floods, Kind, Verdict


@dataclass(frozen=True, slots=True)
class Rules:
    floods: Floods = field(default_factory=lambda: Floods(lambda: 0))
    terms_version: str | None = None  # what people must have agreed to
    retention_days: int = 30
    clock: Callable[[], float] = time.monotonic

    def flood(self, update: Update) -> Verdict:
        """Count what somebody does.

        Messages are counted by when Telegram says that they were sent: what waited while the bot was away, or came in
        one go with other people's, is no flood. Presses have no date.
        """
        user, message = update.effective_user, update.message
        # An administrator who is anonymous, or writes as a channel, has the account that stands in for all such.
        writer = user if message is None or message.sender_chat is None else message.sender_chat
        if user is None or writer is None:
            return Verdict.FINE
        if update.callback_query is not None:
            return self.floods.judge(user.id, Kind.BUTTON, update.update_id, self.clock())
        if message is None:
            return Verdict.FINE
        kind = Kind.START if (message.text or "").split("@")[0].split(maxsplit=1)[:1] == ["/start"] else Kind.TEXT
        return self.floods.judge(writer.id, kind, update.update_id, message.date.timestamp())
