"""People who use the bot: what they do in Telegram, and what they hear from it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from bot.sandbox.world.callback_queries import CallbackQuery
from bot.sandbox.world.conversations import Conversation, Group, PrivateChat
from bot.sandbox.world.messages import Message
from tests.support.heard import Heard, data_of_button, labels, last_changed
from tests.support.person_actions import PersonActions
from tests.support.system import System

T = TypeVar("T")
PATIENCE = 10.0  # seconds


class Person(PersonActions):
    """A person. What they do reaches the bot as an update; what they hear, see or press is waited for.

    `toast` is the bot's answer to their last press.
    """

    def __init__(self, system: System, chat: PrivateChat) -> None:
        super().__init__(chat)
        self.toast = ""
        self._system = system
        self._since = datetime.now(UTC).isoformat()
        self._heard_up_to: dict[int, int] = {}  # message ids by chat

    async def hears(self, containing: str = "", *, group: Group | None = None, within: float = PATIENCE) -> Heard:
        """Wait for the next message of the bot, or for the next one with this text, and return it.

        Earlier messages then count as heard. So does a message that was seen or pressed. Edits are seen, not heard.
        """
        __tracebackhide__ = True
        chat = self._place(group)

        def found() -> Message | None:
            return next((message for message in self._unheard(chat) if containing in message.text), None)

        return self._has_heard(chat, await self._until(found, f"did not hear {containing!r}", chat, within))

    async def hears_nothing(self, *, group: Group | None = None) -> None:
        """Check that there is nothing to hear once the bot has nothing left to do."""
        __tracebackhide__ = True
        assert self._system.process.runs(), "the worker is not running"
        await self._system.settles()
        unheard = [message.text for message in self._unheard(self._place(group))]
        assert not unheard, f"{self.account.name} heard {unheard}"

    async def sees(
        self, *parts: str, on: Heard | None = None, group: Group | None = None, within: float = PATIENCE
    ) -> Heard:
        """Wait until a message or its buttons contain all parts, and return it as it is now.

        It is the message that the bot has sent or edited last, unless `on` names one. Without parts, wait until the
        bot has nothing left to do.
        """
        __tracebackhide__ = True
        if not parts:
            await self._system.settles()
        chat = self._place(group)

        def found() -> Message | None:
            message = on.message if on is not None else last_changed(chat.chat)
            return message if message and all(part in _all_of(message) for part in parts) else None

        return self._has_heard(chat, await self._until(found, f"did not see {parts}", chat, within))

    async def presses(
        self,
        label: str,
        *,
        shows: str | None = None,
        on: Heard | None = None,
        group: Group | None = None,
        within: float = PATIENCE,
    ) -> Heard:
        """Press the button with this label, or with a label that contains it. Waits for a message that has it.

        The newest such message counts, unless `on` names one. Returns the message once it shows `shows`, or else once
        the bot has nothing left to do. A worker that isn't running is not waited for.
        """
        __tracebackhide__ = True
        chat = self._place(group)

        def found() -> tuple[Message, str] | None:
            messages = [on.message] if on is not None else [one for one in reversed(chat.received) if not one.deleted]
            return next(((one, data) for one in messages if (data := data_of_button(one, label)) is not None), None)

        message, data = await self._until(found, f"sees no button {label!r}", chat, within)
        heard = self._has_heard(chat, message)
        press = chat.press_forged(message, data, by=self.account)
        if not self._system.process.runs():
            return heard
        await self._is_answered(press, chat, within)
        return await self.sees(*([] if shows is None else [shows]), on=heard, group=group, within=within)

    async def forges(
        self, data: str, *, shows: str | None = None, on: Heard | None = None, group: Group | None = None
    ) -> str:
        """Press a button that the last message, or `on`, doesn't have, as altered clients can. Returns the toast.

        With `shows`, wait until the message shows that.
        """
        __tracebackhide__ = True
        chat = self._place(group)
        message = (
            on.message
            if on is not None
            else await self._until(lambda: last_changed(chat.chat), "sees no message", chat)
        )
        await self._is_answered(chat.press_forged(message, data, by=self.account), chat)
        if shows is not None:
            await self.sees(shows, on=self._has_heard(chat, message), group=group)
        return self.toast

    def history(self, containing: str = "", *, group: Group | None = None) -> list[str]:
        """Return the texts of all messages of the bot so far that contain this text, heard or not."""
        return [message.text for message in self._place(group).received if containing in message.text]

    def _unheard(self, chat: Conversation) -> list[Message]:
        after = self._heard_up_to.get(chat.id, 0)
        return [message for message in chat.received if message.message_id > after and not message.deleted]

    def _has_heard(self, chat: Conversation, message: Message) -> Heard:
        self._heard_up_to[chat.id] = max(message.message_id, self._heard_up_to.get(chat.id, 0))
        return Heard(self._system.telegram, message)

    async def _is_answered(self, press: CallbackQuery, chat: Conversation, within: float = PATIENCE) -> None:
        answer = await self._until(lambda: press.answer, "got no answer to a press", chat, within)
        self.toast = answer.text or ""

    async def _until(
        self, found: Callable[[], T | None], failure: str, chat: Conversation, within: float = PATIENCE
    ) -> T:
        """Wait for something in a chat. The error says what came instead."""
        __tracebackhide__ = True
        try:
            result = await self._system.telegram.until(found, within)
        except TimeoutError:
            result = None
        if result is None:
            last = last_changed(chat.chat)
            instead = [_all_of(message) for message in self._unheard(chat) or ([last] if last is not None else [])]
            raise AssertionError(f"{self.account.name} {failure} within {within:g} s, but {instead}{self._trouble()}")
        return result

    def _trouble(self) -> str:
        """Return what the worker has logged as an error, or that it isn't running."""
        if not self._system.process.runs():
            return "\nthe worker is not running"
        lines = [line for line in self._system.process.lines() if line["timestamp"] >= self._since]
        errors = [line for line in lines if line["level"] in {"error", "critical"}]
        return "".join(f"\n{line['message']}: {line.get('exception', '')}" for line in errors[-1:])


def _all_of(message: Message) -> str:
    return "\n".join([message.text, *labels(message)])
