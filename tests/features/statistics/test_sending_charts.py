"""A chart is drawn when it is sent: once, and outside transactions. If that fails, a text says so."""

import pytest

from bot.db.unit_of_work import in_transaction
from bot.errors import ChartError
from bot.features.statistics import drawing
from bot.messages import Chart, Text
from bot.sandbox.methods.parameters import Upload
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Drop, When
from tests.support.delivery import OpenDelivery, private_chat, texts

FACTS = {"days": [["11-25", 3]], "cohorts": []}
PICTURE = drawing.draw(FACTS)


def chart(chat_id: int) -> Chart:
    return Chart(chat_id, "stats.png", FACTS, "3 people", "It could not be drawn.")


@pytest.mark.usefixtures("no_backoff")
async def test_it_is_drawn_once_also_where_the_send_is_tried_again(
    emulator: Emulator, open_delivery: OpenDelivery
) -> None:
    ann = private_chat(emulator, "Ann")
    drawn: list[tuple[object, bool]] = []

    async def draw(facts: object) -> bytes:
        drawn.append((facts, in_transaction()))
        return PICTURE

    emulator.faults.next(Drop(When.BEFORE), "sendPhoto")
    async with open_delivery(draw=draw) as harness:
        await harness.say(chart(ann.id))
        await ann.receives("3 people")
        await harness.all_sent()
    assert drawn == [(FACTS, False)]
    uploaded = emulator.calls.of("sendPhoto")[-1].parameters["photo"]
    assert isinstance(uploaded, Upload)
    assert (uploaded.filename, uploaded.content) == ("stats.png", PICTURE)


async def test_where_it_cant_be_drawn_a_text_is_sent_and_later_messages_follow(
    emulator: Emulator, open_delivery: OpenDelivery
) -> None:
    ann = private_chat(emulator, "Ann")

    async def draw(_: object) -> bytes:
        raise ChartError("no pencil")

    async with open_delivery(draw=draw) as harness:
        await harness.say(chart(ann.id), Text(ann.id, "next"))
        await ann.receives("next")
        await harness.all_sent()
    assert texts(ann) == ["It could not be drawn.", "next"]
