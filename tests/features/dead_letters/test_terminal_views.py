"""Dead letters in the terminal: readable, as wide as it, harmless to it, and without secrets."""

import json
from datetime import UTC, datetime

import pytest

from bot.db.tables.dead_letters import Letter, LetterSummary
from bot.features.dead_letters import terminal_views as view
from bot.features.dead_letters.terminal_views import columns, one_line, printable, shortened
from bot.log import redactor

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PASSWORD = "corr3ct-h0rse"
HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x9b2J\r\x08\u202egnp.exe\ud83d\x7f"
clean = redactor([PASSWORD])


def listed(number: int = 7, reason: str = "ValueError: no", kind: str | None = "message") -> LetterSummary:
    return LetterSummary(number, datetime(2026, 11, 25, 15, 1, 2, 345, UTC), 42, "update", 900, 1001, kind, reason)


def letter(payload: bytes = b"{}", reason: str = "ValueError: no", traceback: str | None = None) -> Letter:
    one = listed(reason=reason)
    return Letter(
        one.number, one.created_at, one.bot_id, one.origin, one.update_id, one.chat_id, one.kind, one.reason,
        traceback, payload,
    )  # fmt: skip


def table(*letters: LetterSummary, total: int | None = None, width: int | None = None) -> list[str]:
    output = view.table(letters, total=len(letters) if total is None else total, width=width, clean=clean)
    return output.splitlines()


def details(one: Letter) -> str:
    return view.details(one, clean=clean)


def test_none_are_said_to_be_none() -> None:
    assert table() == ["There are no dead letters."]
    assert view.as_json([], clean=clean) == "[]"


def test_a_line_tells_number_moment_bot_origin_kind_chat_and_reason() -> None:
    heading, line = table(listed())
    assert heading.split() == ["NUMBER", "WHEN", "(UTC)", "BOT", "ORIGIN", "KIND", "CHAT", "REASON"]
    assert line.split() == ["7", "2026-11-25", "15:01:02", "42", "update", "message", "1001", "ValueError:", "no"]


def test_columns_stand_under_their_headings_whatever_alphabet_a_kind_is_in() -> None:
    heading, *lines = table(listed(1, kind="сообщение"), listed(12345, kind="消息"), listed(3, kind=None))
    at = heading.index("CHAT")
    assert [columns(line[: line.index("1001")]) for line in lines] == [at] * 3
    assert " -  " in lines[2], "an unknown kind is a dash"


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("letters", ["x", "ж", "消", "é", "👍"])
def test_a_long_reason_ends_with_an_ellipsis_where_the_terminal_ends(width: int, letters: str) -> None:
    _, line = table(listed(reason=f"{letters * 500}"), width=width)
    assert width - 1 <= columns(line) <= width
    assert line.endswith(f"{letters}…")


def test_a_reason_that_fits_is_not_cut() -> None:
    one = listed(reason="x" * 40)
    exactly = columns(table(one)[1])
    assert table(one, width=exactly)[1].endswith("x" * 40)
    assert table(one, width=exactly - 1)[1].endswith("x" * 38 + "…")


def test_a_narrow_terminal_still_shows_the_beginning_of_a_reason() -> None:
    _, line = table(listed(reason="x" * 500), width=10)
    assert line.endswith(" " + "x" * 19 + "…")


def test_where_there_is_no_terminal_reasons_are_whole() -> None:
    assert table(listed(reason="x" * 500))[1].endswith("x" * 500)


def test_a_reason_of_several_lines_takes_one() -> None:
    assert table(listed(reason="one\n\n  two\tthree "))[1].endswith("one two three")


def test_what_the_limit_leaves_out_is_told() -> None:
    assert table(listed(), total=7)[-1] == "These are the newest 1 of 7; --limit shows more."


@pytest.mark.parametrize(
    "output",
    [
        pytest.param("\n".join(table(listed(reason=HOSTILE, kind=HOSTILE))), id="list"),
        pytest.param(view.as_json([listed(reason=HOSTILE, kind=HOSTILE)], clean=clean), id="list --json"),
        pytest.param(details(letter(HOSTILE.encode(errors="surrogatepass"))), id="bytes"),
        pytest.param(details(letter(json.dumps({HOSTILE: HOSTILE}).encode())), id="JSON"),
        pytest.param(details(letter(reason=HOSTILE, traceback=HOSTILE)), id="reason and traceback"),
    ],
)
def test_nothing_that_steers_a_terminal_is_printed(output: str) -> None:
    assert all(line.isprintable() for line in output.split("\n"))
    assert "owned" in output, "it is escaped, not left out"


@pytest.mark.parametrize("secret", [TOKEN, PASSWORD, f"https://api.telegram.org/bot{TOKEN}/getMe"])
def test_secrets_are_taken_out_before_anything_is_cut(secret: str) -> None:
    one = letter(json.dumps({"text": secret}).encode(), reason=f"at {secret}", traceback=f"Traceback: {secret}")
    output = [
        *table(listed(reason=f"at {secret}"), width=60),
        view.as_json([listed(reason=f"at {secret}")], clean=clean),
        details(one),
    ]
    for part in output:
        assert TOKEN[12:20] not in part
        assert PASSWORD[:5] not in part
    assert "***" in details(one)


def test_json_is_one_array_with_every_fact() -> None:
    [letter] = json.loads(view.as_json([listed(reason="сломалось\n" * 50)], clean=clean))
    assert letter == {
        "number": 7, "created_at": "2026-11-25T15:01:02.000345+00:00", "bot_id": 42, "origin": "update",
        "update_id": 900, "chat_id": 1001, "kind": "message", "reason": "сломалось\n" * 50,
    }  # fmt: skip


def test_show_tells_everything_and_keeps_lines_apart() -> None:
    output = details(
        letter(b'{"update_id":900,"message":{"text":"\\u041f\\u0440\\u0438"}}', "two\nlines", "Traceback:\n\tx()\n")
    )
    assert output.split("\n") == [
        "Dead letter 7",
        "  when    2026-11-25 15:01:02 UTC",
        "  bot     42",
        "  origin  update",
        "  update  900",
        "  kind    message",
        "  chat    1001",
        "",
        "Reason",
        "two",
        "lines",
        "",
        "Traceback",
        "Traceback:",
        "    x()",
        "",
        "Payload (57 bytes)",
        "{",
        '  "update_id": 900,',
        '  "message": {',
        '    "text": "При"',
        "  }",
        "}",
    ]


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        pytest.param(b'{"update_id": 1, "message', '{"update_id": 1, "message', id="cut"),
        pytest.param("Привет".encode(), "Привет", id="text"),
        pytest.param(b"\xff\x00\x1b[2J", "\\xff\\x00\\x1b[2J", id="bytes"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", "999", id="a number with too many digits"),
        pytest.param(b"[" * 100_000, "[[[", id="nested too deeply"),
        pytest.param(b"[" * 900 + b"]" * 900, "[", id="nested so deeply that it can be read and not written"),
        pytest.param(b"", "Payload (0 bytes)", id="nothing"),
    ],
)
def test_a_payload_that_is_no_json_is_shown_as_text(payload: bytes, shown: str) -> None:
    assert shown in details(letter(payload))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [("a\tb\nc", "a    b\nc"), ("\x1b[0m", "\\x1b[0m"), ("ж 👍 é", "ж 👍 é"), ("\u2028\u200b", "\\u2028\\u200b")],
)
def test_only_what_is_not_drawn_is_escaped(text: str, drawn: str) -> None:
    assert printable(text) == drawn


def test_texts_are_measured_and_cut_in_columns() -> None:
    assert [columns(text) for text in ("abc", "жжж", "消息", "e\u0301", "")] == [3, 3, 4, 1, 0]
    assert [shortened("消息消息", width) for width in (8, 7, 6, 5, 1)] == ["消息消息", "消息消…", "消息…", "消息…", "…"]
    assert shortened("one two", 5) == "one…"
    assert one_line(" a\r\n\x1b b ") == "a \\x1b b"
