"""Calls through python-telegram-bot's Bot wait for a permit, too."""

import asyncio
import json
from typing import Any

import pytest
from telegram import InputMediaPhoto
from telegram.error import BadRequest, Forbidden, RetryAfter
from telegram.ext import ExtBot
from telegram.request import BaseRequest

from bot.worker.outgoing.error_catalogue import Mark
from bot.worker.outgoing.limiter import Limiter, weight
from bot.worker.outgoing.ptb_rate_limiter import Note, RateLimiter
from bot.worker.outgoing.send_scheduler import SendScheduler
from tests.support.simulated_time import moment, without_waiting

ANN, GROUP = 1001, -1001
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": ANN, "type": "private"}}


class Telegram(BaseRequest):
    """Answers each call, some with a flood wait, and records its time."""

    def __init__(self, floods: int = 0, refusal: str = "") -> None:
        self.floods = floods
        self.refusal = refusal
        self.calls: list[tuple[float, str, dict[str, Any]]] = []

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None: ...
    async def shutdown(self) -> None: ...

    async def do_request(self, *_: Any, **given: Any) -> tuple[int, bytes]:
        name, request_data = given["url"].rpartition("/")[2], given["request_data"]
        self.calls.append((moment(), name, request_data.json_parameters if request_data else {}))
        if self.floods:
            self.floods -= 1
            body = {"ok": False, "error_code": 429, "description": "Flood", "parameters": {"retry_after": 7}}
            return 429, json.dumps(body).encode()
        if self.refusal:
            status = 403 if self.refusal.startswith("Forbidden") else 400
            return status, json.dumps({"ok": False, "error_code": status, "description": self.refusal}).encode()
        one: Any = True if name in {"sendChatAction", "answerCallbackQuery", "deleteMessage"} else MESSAGE
        return 200, json.dumps({"ok": True, "result": [one] if name == "sendMediaGroup" else one}).encode()

    def moments(self) -> list[float]:
        return [at for at, _, _ in self.calls]


def bot(telegram: Telegram, limiter: Limiter, note: Note = lambda *_: None) -> ExtBot[int]:
    scheduler = SendScheduler(limiter, lambda: asyncio.get_running_loop().time())
    return ExtBot(
        "1:t",
        request=telegram,
        get_updates_request=telegram,
        rate_limiter=RateLimiter(scheduler, lambda: None, note),
    )


def test_sends_and_edits_wait_for_a_permit_and_other_calls_pass() -> None:
    telegram = Telegram()

    async def story() -> None:
        sends = bot(telegram, Limiter(30))
        for number in range(5):
            await sends.send_message(ANN, str(number))
        await sends.send_chat_action(ANN, "typing")
        await sends.delete_message(ANN, 1)
        await sends.answer_callback_query("5")
        await sends.edit_message_text("other", chat_id=str(ANN), message_id=1)

    without_waiting(story())
    assert telegram.moments() == pytest.approx([0, 0, 0, 1, 2, 2, 2, 2, 3])


def test_an_album_weighs_its_items() -> None:
    telegram = Telegram()

    async def story() -> None:
        sends = bot(telegram, Limiter(30))
        await sends.send_media_group(ANN, [InputMediaPhoto("a"), InputMediaPhoto("b"), InputMediaPhoto("c")])
        await sends.send_message(ANN, "0")

    without_waiting(story())
    assert telegram.moments() == pytest.approx([0, 1])


def test_a_public_name_is_one_chat_however_it_is_spelt() -> None:
    telegram = Telegram()

    async def story() -> None:
        sends = bot(telegram, Limiter(30))
        for number in range(21):
            await sends.send_message("@News" if number % 2 else "@news", "x")

    without_waiting(story())
    assert telegram.moments() == pytest.approx([0] * 20 + [60])


@pytest.mark.parametrize(("floods", "again"), [(1, 1), (2, 5)])
def test_a_flood_wait_is_waited_out_and_the_call_repeated_as_often_as_configured(floods: int, again: int) -> None:
    telegram = Telegram(floods)
    without_waiting(bot(telegram, Limiter(30)).send_message(ANN, "x", rate_limit_args=again))
    assert telegram.moments() == pytest.approx([7.0 * number for number in range(floods + 1)])


@pytest.mark.parametrize(("floods", "again"), [(2, 1), (3, 2)])
@pytest.mark.filterwarnings("ignore:.*retry_after.*")
def test_beyond_that_it_is_raised_and_halts_the_others_all_the_same(floods: int, again: int) -> None:
    telegram = Telegram(floods)

    async def story() -> None:
        sends = bot(telegram, Limiter(30))
        with pytest.raises(RetryAfter):
            await sends.send_message(ANN, "x", rate_limit_args=again)
        await sends.send_message(GROUP, "x")

    without_waiting(story())
    assert telegram.moments() == pytest.approx([7.0 * number for number in range(floods + 1)])


def test_what_is_above_the_free_rate_asks_to_be_paid_for() -> None:
    telegram = Telegram()

    async def story() -> None:
        sends = bot(telegram, Limiter(100, paid_above=30))
        await asyncio.gather(*(sends.send_message(ANN + number, "x") for number in range(31)))

    without_waiting(story())
    assert ["allow_paid_broadcast" in parameters for _, _, parameters in telegram.calls] == [False] * 30 + [True]


@pytest.mark.parametrize(
    ("method", "parameters", "weighs"),
    [
        ("sendMessage", {}, 1),
        ("sendMediaGroup", {"media": [{}, {}]}, 2),
        ("sendMediaGroup", {"media": "[{}, {}, {}]"}, 3),
        ("copyMessages", {"message_ids": [1, 2, 3, 4]}, 4),
        ("forwardMessage", {}, 1),
        ("editMessageReplyMarkup", {}, 1),
        ("sendChatAction", {}, 0),
        ("answerCallbackQuery", {}, 0),
        ("setMyCommands", {}, 0),
        ("deleteMessage", {}, 0),
    ],
)
def test_what_each_call_weighs(method: str, parameters: dict[str, Any], weighs: int) -> None:
    assert weight(method, parameters) == weighs


@pytest.mark.parametrize("method", ["sendMessage", "answerCallbackQuery"])
def test_a_flood_wait_is_waited_out_without_being_asked_to(method: str) -> None:
    telegram = Telegram(floods=3)

    async def story() -> None:
        sends = bot(telegram, Limiter(30))
        if method == "sendMessage":
            await sends.send_message(ANN, "x")
        else:
            await sends.answer_callback_query("5")

    without_waiting(story())
    assert telegram.moments() == pytest.approx([0, 7, 14, 21])


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("Forbidden: bot was blocked by the user", Mark.BLOCKED),
        ("Forbidden: user is deactivated", Mark.UNREACHABLE),
        ("Bad Request: chat not found", Mark.UNREACHABLE),
        ("Bad Request: message text is empty", None),
    ],
)
def test_whoever_cannot_be_reached_is_marked_and_the_error_is_raised(words: str, marked: Mark | None) -> None:
    telegram, marks = Telegram(refusal=words), list[tuple[int, Mark]]()
    sends = bot(telegram, Limiter(30), lambda chat_id, found: marks.append((chat_id, found.mark)))
    with pytest.raises(Forbidden if words.startswith("Forbidden") else BadRequest):
        without_waiting(sends.send_message(ANN, "x"))
    assert marks == ([] if marked is None else [(ANN, marked)])
