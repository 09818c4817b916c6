"""An answer to getUpdates is split into updates byte for byte, whatever is wrong inside one of them."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.worker.intake.reading import LARGEST_UPDATE_ID, NotAnAnswerError, RawUpdate, read

JSON_SPACE = st.text(" \t\r\n", max_size=3)
TEXT = st.text(st.characters() | st.sampled_from('{}[]",:\\'))  # lone surrogates too: dumps escapes them
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECT = st.dictionaries(TEXT | st.sampled_from(["update_id", "result", "ok"]), VALUE, max_size=5)
DEEP = b"[" * 100_000 + b"]" * 100_000
MESSAGE = b'{"update_id":7,"message":{"text":"hello"}}'

MALFORMED: dict[str, tuple[bytes, int | None]] = {
    # the element, and the number found in it
    "no value": (b'{"update_id":2,"message":}', 2),
    "no comma": (b'{"update_id":2 "message":{}}', 2),
    "a trailing comma": (b'{"update_id":2,"message":{},}', 2),
    "a bare word": (b'{"update_id":2,"message":{"date":yesterday}}', 2),
    "an unknown escape": (b'{"update_id":2,"message":{"text":"\\x41"}}', 2),
    "half of an escape": (b'{"update_id":2,"message":{"text":"\\u12"}}', 2),
    "a raw line break in a string": (b'{"update_id":2,"message":{"text":"a\nb"}}', 2),
    "a raw NUL in a string": (b'{"update_id":2,"message":{"text":"a\0b"}}', 2),
    "a NUL behind the brace": (b'{\0"update_id":2}', 2),
    "nested 100,000 deep": (b'{"update_id":2,"message":' + DEEP + b"}", 2),
    "nested deep before its number": (b'{"message":' + DEEP + b',"update_id":2}', 2),
    "an integer of 5,000 digits": (b'{"update_id":2,"message":{"date":' + b"9" * 5000 + b"}}", 2),
    "bytes that aren't UTF-8": (b'{"update_id":2,"message":{"text":"\xff\xfe"}}', 2),
    "half of a character": (b'{"update_id":2,"message":{"text":"\xd0"}}', 2),
    "an array": (b'["update_id",2]', None),
    "nothing": (b"{}", None),
    "no number": (b'{"message":{"text":"hi"}}', None),
    "a number that is a string": (b'{"update_id":"2"}', None),
    "a number that is true": (b'{"update_id":true}', None),
    "a number that is null": (b'{"update_id":null}', None),
    "a number below 0": (b'{"update_id":-2}', None),
    "a number just over the largest": (b'{"update_id":%d}' % (LARGEST_UPDATE_ID + 1), None),
    "a number of 19 nines": (b'{"update_id":9999999999999999999,"message":}', None),
    "a number of 30 digits": (b'{"update_id":' + b"1" * 30 + b"}", None),
    "a number of 5,000 digits": (b'{"update_id":' + b"1" * 5000 + b"}", None),
    "a number with a fraction": (b'{"update_id":2.5}', None),
    "a number with an exponent": (b'{"update_id":2e3}', None),
    "a number inside a text only": (b'{"message":{"text":"\\"update_id\\":5"}}', None),
}


def answer(*elements: bytes) -> bytes:
    return b'{"ok":true,"result":[' + b",".join(elements) + b"]}"


def payloads(updates: list[RawUpdate]) -> list[bytes]:
    return [update.payload for update in updates]


@given(st.lists(OBJECT, max_size=6), st.booleans(), JSON_SPACE)
@example([], True, "")
@example([{}], False, " ")
@example([{"update_id": 1, "a": "]}"}, {"update_id": 2, "b": ['"[{\\"']}], False, "")
def test_gives_any_objects_back_with_their_exact_bytes(objects: list[Any], ascii_only: bool, space: str) -> None:
    elements = [_bytes(one, ascii_only=ascii_only) for one in objects]
    body = answer(*(space.encode() + element + space.encode() for element in elements))
    assert payloads(read(body)) == elements
    for update, element in zip(read(body), elements, strict=True):
        assert update.unreadable is not None or update.data == json.loads(element)


@given(st.lists(OBJECT, max_size=3), st.data())
def test_any_proper_prefix_is_refused(objects: list[Any], data: st.DataObject) -> None:
    body = answer(*(_bytes(one) for one in objects))
    cut = data.draw(st.integers(0, len(body) - 1))
    with pytest.raises(NotAnAnswerError):
        read(body[:cut])


@pytest.mark.parametrize(
    "body",
    [
        '{"ok":true,"result":[{"update_id":1,"message":{"text":"Ü \\"x\\" [\\\\"}},{"update_id":2}]}'.encode(),
        b'{"result":[{"update_id":1,"poll":{"options":[{"text":"]"},[]]}}],"ok":true,"more":{"a":[1]}}',
        b' {\n"ok" : true ,\n"result" : [ ] }',
    ],
)
def test_a_body_cut_at_any_byte_is_refused(body: bytes) -> None:
    for cut in range(len(body)):
        with pytest.raises(NotAnAnswerError):
            read(body[:cut])
    assert isinstance(read(body), list)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b" \r\n", id="blank"),
        pytest.param(b"<html><body>502 Bad Gateway [nginx]</body></html>", id="HTML"),
        pytest.param(b'{"ok":false,"error_code":502,"description":"Bad Gateway"}', id="refusal"),
        pytest.param(b'{"ok":false,"result":[{"update_id":1}]}', id="not ok"),
        pytest.param(b'{"ok":"true","result":[]}', id="ok is a string"),
        pytest.param(b'{"ok":1,"result":[]}', id="ok is a number"),
        pytest.param(b'{"result":[]}', id="no ok"),
        pytest.param(b'{"ok":true}', id="no result"),
        pytest.param(b'{"ok":true,"result":null}', id="result is null"),
        pytest.param(b'{"ok":true,"result":{"a":[{"update_id":1}]}}', id="result is an object"),
        pytest.param(b'{"ok":true,"result":"[]"}', id="result is a string"),
        pytest.param(b'{"ok":true,"other":{"result":[{"update_id":1}]}}', id="result lies deeper"),
        pytest.param(b'{"ok":true,"note":"result","other":[{"update_id":1}]}', id="result is a value"),
        pytest.param(b'{"ok":true,"result":[null]}', id="nothing but a null"),
        pytest.param(b'{"ok":true,"result":[1,"two"]}', id="no objects"),
        pytest.param(b'{"ok":true,"result":[garbage]}', id="nothing but garbage"),
        pytest.param(b'{"ok":true,"r\\u0065sult":[{"update_id":1}]}', id="a key in disguise"),
        pytest.param(b'[{"update_id":1}]', id="the array alone"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xff\xfe\x00", id="binary"),
        pytest.param(answer(MESSAGE) + b"x", id="something behind it"),
        pytest.param(answer(MESSAGE) + answer(MESSAGE), id="two answers"),
        pytest.param(DEEP, id="deep"),
        pytest.param(b'{"ok":true,"more":' + DEEP + b',"result":[]}', id="deep beside the result"),
        pytest.param(b'{"ok":true,"result":[{"update_id":1,"message":' + DEEP[:70_000], id="deep and cut"),
        pytest.param(b'{"ok":true,"result":[],"more":' + b"9" * 5000 + b"}", id="a huge integer beside the result"),
    ],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnAnswerError):
        read(body)


@pytest.mark.parametrize("body", [answer(), b'{"ok":true,"result":[ \n ]}', b'{"result":[],"ok":true}\n'])
def test_an_empty_result_has_no_updates(body: bytes) -> None:
    assert read(body) == []


@pytest.mark.parametrize(
    "element",
    [
        pytest.param('{"update_id":7,"message":{"text":"Привет 👋🏽 ﷽"}}'.encode(), id="unicode"),
        pytest.param(b'{"update_id":7,"message":{"text":"\\u041f\\ud83d\\udc4b\\/\\n\\\\"}}', id="escapes"),
        pytest.param(b'{"update_id":7,"message":{"text":"\\\\\\\\\\""}}', id="backslashes before a quote"),
        pytest.param(b'{"update_id":7,"message":{"text":"}]}[{\\"]"}}', id="brackets and quotes in a string"),
        pytest.param(b'{"update_id":7,"message":{"[\\"{":"]"}}', id="brackets and quotes in a key"),
        pytest.param(b'{"update_id":7,"message":{"a":[[{"b":[]}],{}]}}', id="nested"),
        pytest.param(b'{"message":{"text":"x"},"update_id":7}', id="its number last"),
        pytest.param(b'{ "update_id"\t:\r\n7 ,"message": { } }', id="space"),
        pytest.param(b'{"update_id":7,"message":{"result":[{"ok":false}]}}', id="a result of its own"),
        pytest.param(b'{"update_id":7,"message":{"text":"a\\u0000b"}}', id="an escaped NUL"),
        pytest.param(b'{"update_id":7,"message":{"text":"\\ud83d"}}', id="a lone surrogate"),
        pytest.param(b'{"update_id":7,"message":{"n":1e400,"m":-0.0,"k":NaN}}', id="odd numbers"),
        pytest.param(b'{"update_id":3,"update_id":7,"message":{}}', id="its number twice"),
        pytest.param(b'{"update_id":7,"message":{"a":' + b"[" * 200 + b"]" * 200 + b"}}", id="200 deep"),
    ],
)
def test_a_payload_is_what_telegram_sent_byte_for_byte(element: bytes) -> None:
    [update] = read(answer(element))
    assert (update.payload, update.update_id, update.unreadable) == (element, 7, None)
    assert update.kind == "message"
    assert update.body == json.loads(element)["message"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"ok":true,"result":[%s]}',
        b'{"result":[%s],"ok":true}',
        b'\n{ "result" :\t[ %s ]\r\n, "ok" : true }\n',
        b'{"ok":true,"description":"[\\"result\\":[","result":[%s]}',
        b'{"ok":true,"other":{"result":[{"update_id":1}]},"result":[%s]}',
        b'{"ok":true,"other":[[{"result":[]}]],"result":[%s],"result_of":[{}]}',
        b'{"ok":true,"note":"result","result":[%s],"more":[{"update_id":9}]}',
    ],
)
def test_the_envelope_may_have_any_order_space_and_extra_keys(body: bytes) -> None:
    assert payloads(read(body % MESSAGE)) == [MESSAGE]
    assert payloads(read(body % (MESSAGE + b" ,\n" + MESSAGE))) == [MESSAGE, MESSAGE]


@pytest.mark.parametrize(("element", "number"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_update_stands_for_itself_alone(element: bytes, number: int | None) -> None:
    before, behind = b'{"update_id":1,"message":{"text":"]"}}', b'{"update_id":3,"message":{"text":"["}}'
    first, bad, last = read(answer(before, element, behind))
    assert bad.unreadable
    assert (bad.payload, bad.update_id, bad.data, bad.kind, bad.body) == (element, number, {}, "", {})
    assert [(one.payload, one.update_id, one.unreadable) for one in (first, last)] == [
        (before, 1, None),
        (behind, 3, None),
    ]


@pytest.mark.parametrize(
    "element",
    [b'{"update_id":2,"x":{}', b'{"update_id":2}}', b'{"update_id":2,"x":[}', b'{"update_id":2,"x":]}', b'{"x":"}'],
)
def test_an_update_whose_brackets_or_quotes_do_not_close_never_passes_for_others(element: bytes) -> None:
    """An answer that can't be split is requested again, not guessed at."""
    with pytest.raises(NotAnAnswerError):
        read(answer(MESSAGE, element, MESSAGE))


@pytest.mark.parametrize("number", [0, 1, LARGEST_UPDATE_ID])
def test_a_number_may_be_as_large_as_the_table_holds(number: int) -> None:
    [update] = read(answer(b'{"update_id":%d,"message":{}}' % number))
    assert (update.update_id, update.unreadable) == (number, None)


def test_the_same_number_twice_is_two_updates_here() -> None:
    assert [update.update_id for update in read(answer(MESSAGE, MESSAGE))] == [7, 7]


@pytest.mark.parametrize(
    ("element", "kind", "body"),
    [
        (b'{"update_id":1,"callback_query":{"id":"5"}}', "callback_query", {"id": "5"}),
        (b'{"update_id":1,"a_newer_kind":{}}', "a_newer_kind", {}),
        (b'{"update_id":1,"message":[1]}', "message", {}),
        (b'{"update_id":1,"message":null}', "message", {}),
        (b'{"update_id":1}', "", {}),
        (b'{"update_id":1,"":{"a":1}}', "", {"a": 1}),
    ],
)
def test_the_kind_is_the_key_beside_the_number(element: bytes, kind: str, body: dict[str, Any]) -> None:
    [update] = read(answer(element))
    assert (update.kind, update.body) == (kind, body)


def test_a_kind_that_only_looks_like_another_is_not_taken_for_it() -> None:
    [update] = read(answer(b'{"update_id":1,"mess\\u0000age":{}}'))
    assert update.kind != "message"


def _bytes(value: Any, *, ascii_only: bool = True) -> bytes:
    return json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "replace")
