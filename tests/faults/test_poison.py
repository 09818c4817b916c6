"""Unreadable updates among good ones: each is one dead letter, and every good one is answered."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.harness import Scenario
from tests.faults.load import Speaker
from tests.support.fork_server import ForkedWorker

DEEP = 100_000
LONG = 5_000  # digits; Python's json refuses more than 4,300
MakeUpdate = Callable[[int, Speaker], bytes]
"""Makes an update's bytes from its id and the speaker."""


def message(**changes: Any) -> MakeUpdate:
    """An ordinary message with these changes. None leaves a field out."""

    def make(update_id: int, speaker: Speaker) -> bytes:
        fields = {
            "message_id": 1_000_000,
            "date": 1_700_000_000,
            "from": {"id": 5_000_000, "is_bot": False, "first_name": "Poison"},
            "chat": {"id": 5_000_000, "type": "private", "first_name": "Poison"},
            "new_chat_title": "a service message, which nobody answers",
        } | changes
        content = {name: value for name, value in fields.items() if value is not None}
        return json.dumps({"update_id": update_id, "message": content}).encode()

    return make


def raw(template: str) -> MakeUpdate:
    """These bytes, with the update's id in place of N."""
    return lambda update_id, _: template.replace("N", str(update_id), 1).encode("utf-8", "surrogatepass")


NAMELESS = {"type": "hidden_user", "date": 1_700_000_000}
DEAD: dict[str, MakeUpdate] = {
    "a hidden user's forward without the name": message(forward_origin=NAMELESS),
    "nested too deeply": raw('{"update_id":N,"message":{"deep":' + "[" * DEEP + "]" * DEEP + "}}"),
    "nested objects": raw('{"update_id":N,"message":' + '{"a":' * (DEEP // 2) + "1" + "}" * (DEEP // 2) + "}"),
    "an integer of thousands of digits": raw('{"update_id":N,"message":{"date":' + "9" * LONG + "}}"),
    "a date out of range": message(date=10**17),
    "no date": message(date=None),
    "no chat": message(chat=None),
    "no number of the message": message(message_id=None),
    "an empty message": raw('{"update_id":N,"message":{}}'),
    "a message that is a number": raw('{"update_id":N,"message":5}'),
    "a message that is a text": raw('{"update_id":N,"message":"hi"}'),
    "a message that is a list": raw('{"update_id":N,"message":[1]}'),
    "a chat that is a text": message(chat="here"),
    "a person that is a list": message(**{"from": [1, 2]}),
    "entities that are a number": message(entities=7, text="x"),
    "nothing but a number": raw('{"update_id":N}'),
    "a kind that nobody knows": raw('{"update_id":N,"a_newer_kind":{"chat":{"id":7}}}'),
    "a kind with a NUL in its name": raw('{"update_id":N,"mess\\u0000age":{}}'),
    "a kind that is a lone surrogate": raw('{"update_id":N,"\\ud83d":{}}'),
    "no JSON, though the brackets match": raw('{"update_id":N,"message":{"text":}}'),
    "no UTF-8": lambda update_id, _: b'{"update_id":%d,"message":{"text":"\xff\xfe"}}' % update_id,
    "a surrogate as raw bytes": raw('{"update_id":N,"message":{"text":"\ud83d"}}'),
    "a raw NUL inside a text": raw('{"update_id":N,"message":{"text":"\0"}}'),
}
"""Updates that python-telegram-bot or JSON can't read: each is one dead letter under its id."""

HARMLESS: dict[str, MakeUpdate] = {
    "NUL in every text": message(
        **{"from": {"id": 5_000_001, "is_bot": False, "first_name": "\0A\0", "username": "\0", "language_code": "\0"}}
    ),
    "lone surrogates in every text": message(
        **{"from": {"id": 5_000_002, "is_bot": False, "first_name": "\ud83d", "username": "\udc00x"}}
    ),
    "a person whose number is out of range": message(**{"from": {"id": 2**70, "is_bot": False, "first_name": "X"}}),
    "a chat whose number is out of range": message(chat={"id": -(2**70), "type": "group", "title": "X"}),
    "a message whose number is out of range": message(message_id=2**70),
    "fields that nobody knows": message(brand_new={"deep": [{"er": None}]}),
    "a very long text": message(new_chat_title="x" * 200_000),
}
"""Updates that are readable and ignored: no dead letters."""


async def test_a_hidden_users_forward_without_its_name_does_not_stop_the_good_one_behind_it(
    scenario: Scenario, worker: ForkedWorker
) -> None:
    """python-telegram-bot's own poller would ask for the same offset for ever here, and its stop would raise."""
    poison = message(forward_origin=NAMELESS, text="/start")
    scenario.telegram.push(poison(scenario.telegram.next_update_id, scenario.load.speakers[0]))
    good = scenario.load.speakers[0]
    scenario.load.say(good)
    await worker.start()
    await scenario.settled(within=20)
    assert [reply.number for reply in good.replies] == [1]
    [letter] = await scenario.rows("SELECT origin, reason, convert_from(payload, 'UTF8') AS payload FROM dead_letters")
    assert letter["origin"] == "update"
    assert "unreadable" in str(letter["reason"])
    assert "hidden_user" in str(letter["payload"])
    assert await worker.stop() == 0


async def test_every_poison_among_good_updates_is_one_dead_letter_and_every_good_one_is_answered(
    scenario: Scenario, worker: ForkedWorker
) -> None:
    dead = {pushed_among_good(scenario, make): name for name, make in DEAD.items()}
    harmless = {pushed_among_good(scenario, make): name for name, make in HARMLESS.items()}
    await worker.start()
    await scenario.settled(within=30)
    letters = [letter["update_id"] for letter in await scenario.rows("SELECT update_id FROM dead_letters")]
    assert Counter({**dead, **harmless}.get(one, one) for one in letters) == Counter(dead.values())
    account = await scenario.account()
    assert (account.lost, account.doubled, account.out_of_order, account.unanswered) == (0, 0, 0, 0), str(account)
    assert not account.repeats
    assert await worker.stop() == 0


@pytest.mark.parametrize(
    "number", ['"update_id":99999999999999999999', '"update_id":-1', '"update_id":1.5', '"update_id":"7"', '"x":1'],
    ids=["too large", "negative", "a fraction", "a text", "missing"],
)  # fmt: skip
async def test_an_update_without_a_number_is_a_dead_letter_and_stops_nobody(
    scenario: Scenario, worker: ForkedWorker, number: str
) -> None:
    """Alone in its answer it can't be confirmed; the next good update confirms it."""
    good = scenario.load.speakers[0]
    await worker.start()
    scenario.load.say(good)
    await scenario.settled()
    scenario.telegram.push(b"{" + number.encode() + b',"message":{}}')
    await scenario.telegram.until(lambda: not scenario.telegram.waiting_polls)
    scenario.load.say(good)
    await scenario.settled(within=30)
    assert [reply.number for reply in good.replies] == [1, 2]
    assert len(await scenario.rows("SELECT id FROM dead_letters")) == 1


@pytest.mark.parametrize("broken", [b'{"update_id":N,"message":{', b'{"update_id":N,"message":"', b'{"update_id":N}]'])
async def test_a_body_broken_by_one_update_costs_that_update_alone(
    scenario: Scenario, worker: ForkedWorker, broken: bytes
) -> None:
    """Its brackets or quotes don't match: the answer has its whole length and is no JSON."""
    before, after = scenario.load.speakers[:2]
    scenario.load.say(before)
    scenario.telegram.push(broken.replace(b"N", str(scenario.telegram.next_update_id).encode()))
    scenario.load.say(after)
    await worker.start()
    await scenario.settled(within=15)
    assert [reply.number for reply in (*before.replies, *after.replies)] == [1, 1]
    assert len(await scenario.rows("SELECT id FROM dead_letters")) == 1


def pushed_among_good(scenario: Scenario, make: MakeUpdate) -> object:
    """Push an update between two good ones. Returns its id."""
    scenario.load.say()
    update_id = scenario.telegram.next_update_id
    scenario.telegram.push(make(update_id, scenario.load.speakers[0]))
    scenario.load.say()
    return update_id
