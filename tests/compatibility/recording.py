"""Rows recorded from an earlier version, and a worker of this version that continues with them."""

import itertools
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.methods.parameters import Upload
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Drop, Reply
from tests.support.system import System

RECORDED = Path(__file__).with_name("recorded")
API_URL = "https://telegram.example"  # stands for the server of the recording
SCHEMA = "alembic_version"
OWNERS = range(5092, 5100)
OLGA, RITA = 5099, 5098  # owners; one reads English, the other Russian
SENDS = (
    "sendMessage", "editMessageText", "deleteMessages", "sendDocument", "sendPhoto", "sendPoll", "sendMediaGroup",
    "sendContact", "sendLocation", "sendSticker", "sendVoice", "sendVideo", "leaveChat", "setMyCommands",
    "deleteMyCommands",
)  # fmt: skip
WEEKS = ("week", "joined")  # columns whose days are Mondays
BROADCASTS = ("broadcasts", "broadcast_recipients")
ALL_BUT_MESSAGES = ("updates", "changed_settings", "timetable", *BROADCASTS)
_COLUMNS = text(
    "SELECT table_name, column_name, udt_name, is_nullable FROM information_schema.columns"
    " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
)

Json = dict[str, Any]
Columns = dict[str, dict[str, str]]


def read(name: str) -> Any:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


async def columns(engine: AsyncEngine) -> Columns:
    """Each table's columns with their types."""
    found: Columns = {}
    async with engine.connect() as connection:
        for row in await connection.execute(_COLUMNS):
            kind = row.udt_name if row.is_nullable == "YES" else f"{row.udt_name} not null"
            found.setdefault(row.table_name, {})[row.column_name] = kind
    del found[SCHEMA]
    return found


async def load(engine: AsyncEngine, database: Json, api_url: str, *, without: Collection[str] = ()) -> None:
    """Insert the rows into a migrated database, with all times but the cursor's as long ago as when recorded."""
    kinds = await columns(engine)
    async with engine.begin() as connection:
        passed = text("SELECT now() - CAST(CAST(:at AS text) AS timestamptz)")
        age = await connection.scalar(passed, {"at": database["recorded_at"]})
        for table, rows in database["tables"].items():
            if not rows or table in without:
                continue
            for statement, given in (_inserted(table, rows), _made_later(kinds[table], table, age)):
                await connection.execute(text(statement), given)
            if "id" in rows[0]:
                last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\""
                await connection.execute(text(last))
        long_ago = "now() - interval '1 day'"  # so that flood waits and used-up limits are over
        cursor = f"UPDATE pollers SET api_url = :url, last_update_at = {long_ago}, limits_at = {long_ago}"
        await connection.execute(text(cursor), {"url": api_url})


def _inserted(table: str, rows: Sequence[Json]) -> tuple[str, Json]:
    names = ", ".join(f'"{name}"' for name in rows[0])
    kept = f'SELECT {names} FROM json_populate_recordset(CAST(NULL AS "{table}"), CAST(:rows AS json))'
    return f'INSERT INTO "{table}" ({names}) OVERRIDING SYSTEM VALUE {kept}', {"rows": json.dumps(rows)}


def _made_later(kinds: Mapping[str, str], table: str, age: timedelta) -> tuple[str, Json]:
    later = []
    for name, kind in kinds.items():
        if kind.startswith("date"):
            later.append(f'"{name}" = "{name}" + {age.days // 7 * 7 if name in WEEKS else age.days}')
        elif kind.startswith("timestamptz") and table != "pollers":
            later.append(f'"{name}" = "{name}" + CAST(:age AS interval)')
    if not later:
        return "SELECT 1", {}
    given = {"age": age} if any(":age" in change for change in later) else {}
    return f'UPDATE "{table}" SET {", ".join(later)}', given


@dataclass
class UpgradedWorker(System):
    """A worker that starts on the recorded database, and a Telegram that accepts every call."""

    api_url: str
    database: Json
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def tables(self) -> dict[str, list[Json]]:
        """The rows as they were recorded."""
        tables: dict[str, list[Json]] = self.database["tables"]
        return tables

    async def start(self, *, without: Collection[str] = (), then: Sequence[str] = (), **variables: str) -> None:
        """Load the recorded rows except those of some tables, execute `then`, and start the worker."""
        await load(self.engine, self.database, self.api_url, without=without)
        await self.execute(*then)
        for method in (*SENDS, "answerCallbackQuery"):
            sent: Any = [{"message_id": 7}] if method == "sendMediaGroup" else {"message_id": 7}
            self.telegram.faults.next(Reply(200, json.dumps({"ok": True, "result": sent}).encode()), method, times=None)
        self.process.variables |= {"ADMIN_IDS": ",".join(map(str, OWNERS)), **variables}
        await self.process.start()
        await self.telegram.until(lambda: self.telegram.waiting_polls == 1, within=30)

    def lose_messages(self, methods: Collection[str] = SENDS) -> None:
        """Drop every call from now on, so that messages stay in the outbox."""
        self.telegram.faults.clear()
        for method in methods:
            self.telegram.faults.next(Drop(), method, times=None)
        answered = Reply(200, b'{"ok": true, "result": true}')
        self.telegram.faults.next(answered, "answerCallbackQuery", times=None)

    def says(self, person_id: int, text: str) -> None:
        self.telegram.push({"message": self._message(person_id, text)})

    async def presses(self, person_id: int, *data: str, shown: str = "…") -> list[str]:
        """Press these buttons. Returns the answer to each press."""
        ids, before = [], self.telegram.calls.count("answerCallbackQuery")
        for each in data:
            ids.append(f"press {next(self._numbers)}")
            press = {"id": ids[-1], "from": _person(person_id), "chat_instance": "1", "data": each}
            press["message"] = self._message(person_id, shown) | {"from": {"id": 42, "is_bot": True, "first_name": "B"}}
            self.telegram.push({"callback_query": press})
        await self.telegram.until(
            lambda: self.telegram.calls.count("answerCallbackQuery") >= before + len(ids), within=30
        )
        given = [call.parameters for call in self.telegram.calls.of("answerCallbackQuery")]
        answers = {one["callback_query_id"]: one.get("text", "") for one in given}
        return [answers[each] for each in ids]

    async def shown(self, person_id: int, data: str) -> Json:
        """Press a button. Returns the parameters of the edit that follows."""
        before = self.telegram.calls.count("editMessageText")
        await self.presses(person_id, data)
        await self.telegram.until(lambda: self.telegram.calls.count("editMessageText") > before)
        parameters = self.telegram.calls.of("editMessageText")[-1].parameters
        return {name: _decoded(value) for name, value in parameters.items()}

    def _message(self, person_id: int, text: str) -> Json:
        person = _person(person_id)
        chat = {"id": person_id, "type": "private", "first_name": person["first_name"]}
        entities = (
            [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}] if text[0] == "/" else []
        )
        number = next(self._numbers)
        return {"message_id": number, "date": 1, "chat": chat, "from": person, "text": text, "entities": entities}


def _person(person_id: int) -> Json:
    language = "ru" if person_id == RITA else "en"
    return {"id": person_id, "is_bot": False, "first_name": f"Person {person_id}", "language_code": language}


def calls(telegram: Emulator) -> list[Json]:
    """All that was sent, as JSON, sorted."""
    sent = [call for call in telegram.calls if call.method in SENDS]
    decoded = [
        {"method": call.method, "parameters": {n: _decoded(v) for n, v in call.parameters.items()}} for call in sent
    ]
    return sorted(decoded, key=lambda call: json.dumps(call, sort_keys=True))


def _decoded(value: Any) -> Any:
    if isinstance(value, Upload):
        picture = value.content.startswith(b"\x89PNG")
        return {"filename": value.filename, "content": "a picture" if picture else value.content.decode()}
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return value


def from_outbox(sent: Sequence[Json], outbox: Sequence[Json]) -> list[Json]:
    """Calls made for rows of the outbox, without the lists of commands that are set at each start."""
    lists = [row["payload"]["commands"] for row in outbox if row["kind"] == "commands"]
    return [one for one in sent if "Commands" not in one["method"] or one["parameters"].get("commands", []) in lists]


def paths(value: Any, before: str = "") -> set[str]:
    """The dotted names of all values in JSON, such as `photo.facts`. Items of a list count under the list's name."""
    if isinstance(value, list):
        return set().union(*(paths(item, before) for item in value))
    if not isinstance(value, dict):
        return set()
    named = {f"{before}.{name}".strip("."): item for name, item in value.items()}
    return set(named).union(*(paths(item, name) for name, item in named.items()))
