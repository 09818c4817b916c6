"""Telegram for one bot, in memory. Tests use it in their event loop, the worker over HTTP."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.methods.table import BATCH_PARAMETERS, METHODS, RATE_LIMITED
from bot.sandbox.server import responses, webhooks
from bot.sandbox.server.call_log import Call, CallLog
from bot.sandbox.server.faults import Cut, Delay, Drop, Duplicate, Fault, Faults, Reply, When
from bot.sandbox.server.polling import Polling, PollRequest
from bot.sandbox.server.responses import DROPPED, Response
from bot.sandbox.world.accounts import BotAccount, UserAccount
from bot.sandbox.world.bot_api import ApiError, Json, flood
from bot.sandbox.world.chats import BotMembership, Chat
from bot.sandbox.world.conversations import Group, PrivateChat
from bot.sandbox.world.limits import Limits
from bot.sandbox.world.server_state import ServerState

T = TypeVar("T")
METHOD_NAMES = {name.lower(): name for name in (*METHODS, *webhooks.METHODS, "getUpdates")}
FIRST_BASIC_GROUP = -4_000_000_001


class Emulator:
    """The entry point for tests and the sandbox: users, chats, waiting, faults, limits and the call log."""

    def __init__(
        self,
        token: str = "42:TEST",  # noqa: S107 - not a real token
        username: str = "test_bot",
        name: str = "Test Bot",
        *,
        first_update_id: int | None = None,
    ) -> None:
        self.state = ServerState(BotAccount(token, username, name), first_update_id)
        self.polling = Polling(self.state)
        self.clock = self.state.clock
        self.limits = Limits(self.clock.monotonic)
        self.faults = Faults()
        self.calls = CallLog()
        self._person_ids = itertools.count(1001)
        self._basic_group_ids = itertools.count(FIRST_BASIC_GROUP, -1)
        self._conversations: dict[int, PrivateChat] = {}

    @property
    def bot(self) -> BotAccount:
        return self.state.bot

    @property
    def waiting_polls(self) -> int:
        return int(self.polling.is_waiting)

    @property
    def pending_updates(self) -> int:
        return len(self.state.updates)

    @property
    def next_update_id(self) -> int:
        return self.state.updates.next_id

    def person(
        self,
        first_name: str = "Ann",
        *,
        id: int | None = None,  # noqa: A002 - as the Bot API calls it
        username: str = "",
        language_code: str = "en",
    ) -> UserAccount:
        """Add a user who has not started the bot."""
        number = id or next(number for number in self._person_ids if number not in self.state.people)
        person = UserAccount(number, first_name, username=username, language_code=language_code)
        self.state.people[number] = person
        return person

    def private_chat(self, person: UserAccount | None = None) -> PrivateChat:
        """Return the private chat of this user, or of a new one, with the bot."""
        person = person or self.person()
        if person.id not in self._conversations:
            self._conversations[person.id] = PrivateChat(self.state, person)
        return self._conversations[person.id]

    def people(self, count: int, first_name: str = "Person", language_code: str = "en") -> list[PrivateChat]:
        """Add users who have started the bot. No updates are pending for that."""
        chats = [
            self.private_chat(self.person(f"{first_name} {number}", language_code=language_code))
            for number in range(1, count + 1)
        ]
        for chat in chats:
            chat.was_opened()
        return chats

    def group(
        self, title: str = "Group", members: Sequence[UserAccount] = (), *, with_bot: bool = True, basic: bool = False
    ) -> Group:
        """Add a supergroup, or a basic group that can become one. The first member is its creator."""
        is_bot = BotMembership.MEMBER if with_bot else BotMembership.NOT_STARTED
        number = next(self._basic_group_ids) if basic else self.state.new_supergroup_id()
        chat = Chat(number, is_bot, title=title, members=list(members), is_basic=basic)
        self.state.chats[chat.id] = chat
        return Group(self.state, chat)

    def push(self, update: Json | bytes) -> None:
        """Queue an invented update. A dict gets an id if it has none; bytes are sent unchanged.

        It is confirmed by `next_update_id`, whatever id it contains.
        """
        if isinstance(update, bytes):
            self.state.push_raw(update)
        else:
            self.state.push_raw(responses.encoded({"update_id": self.next_update_id} | update))

    def revoke(self) -> None:
        """Invalidate the token, like BotFather's /revoke."""
        self.bot.revoked = True

    async def until(self, found: Callable[[], T], within: float = 10) -> T:
        """Wait until `found()` is true and return its value. Raises `TimeoutError`."""
        return await self.state.changes.until(found, within)

    async def call(self, token: str, method: str, parameters: Parameters) -> Response:
        """Handle a call and return the response."""
        name = METHOD_NAMES.get(method.lower(), method)
        call = self.calls.add(Call(name, parameters.values, self.clock.monotonic()))
        self.state.changes.notify()
        try:
            error = self._request_error(token, method)
            answer = responses.error_response(error) if error else await self._respond_with_fault(name, parameters)
            call.status = answer.status or None
        finally:
            self.state.changes.notify()
        return answer

    def _request_error(self, token: str, method: str) -> ApiError | None:
        """Return the error for a wrong token or an unknown method."""
        if token != self.bot.token or self.bot.revoked:
            return ApiError(401, "Unauthorized")
        return None if method.lower() in METHOD_NAMES else ApiError(404, "Not Found: method not found")

    async def _respond_with_fault(self, name: str, parameters: Parameters) -> Response:
        fault = self.faults.take(name, parameters.text("chat_id"))
        match fault:
            case Drop(When.BEFORE):
                return DROPPED
            case Reply(when=When.BEFORE):
                return Response(fault.status, fault.body, fault.headers)
            case Delay(seconds, When.BEFORE):
                await asyncio.sleep(seconds)
        return await self._apply_fault_after(fault, await self._respond(name, parameters, fault))

    async def _apply_fault_after(self, fault: Fault | None, answer: Response) -> Response:
        """Return the response to a completed call, changed by the fault."""
        match fault:
            case Drop():
                return DROPPED
            case Reply():
                return Response(fault.status, fault.body, fault.headers)
            case Delay(seconds, When.AFTER):
                await asyncio.sleep(seconds)
            case Cut(keep):
                return replace(answer, keep=keep)
        return answer

    async def _respond(self, name: str, parameters: Parameters, fault: Fault | None) -> Response:
        try:
            if name == "getUpdates":
                bodies = await self._get_updates(parameters)
                times = 2 if isinstance(fault, Duplicate) else 1
                return responses.updates(body for body in bodies for _ in range(times))
            if name in webhooks.METHODS:
                return responses.result(webhooks.METHODS[name](self.polling, parameters))
            self._check_limits(name, parameters)
            return responses.result(METHODS[name](self.state, parameters))
        except ApiError as error:
            return responses.error_response(error)

    async def _get_updates(self, parameters: Parameters) -> list[bytes]:
        webhooks.set_allowed_updates(self.polling, parameters)
        asked = (parameters.number("offset"), parameters.number("limit", 100), parameters.number("timeout"))
        return await self.polling.answer(PollRequest.within_bounds(*asked))

    def _check_limits(self, name: str, parameters: Parameters) -> None:
        if name in RATE_LIMITED:
            paid = parameters.flag("allow_paid_broadcast")
            several = parameters.parsed_or_none(BATCH_PARAMETERS[name]) if name in BATCH_PARAMETERS else None
            count = max(len(several), 1) if isinstance(several, list) else 1
            if wait := self.limits.admit(parameters.number("chat_id"), paid=paid, count=count):
                raise flood(wait)
