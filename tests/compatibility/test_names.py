"""Every name that an earlier version has stored or sent to a chat is still valid. New ones may have been added."""

import re

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.compatibility.declared import NAMES, patterns, route_of
from tests.compatibility.recording import Json, columns, paths, read
from tests.compatibility.removed import remaining

CATALOGUE: Json = read("catalogue.json")
BUTTONS = remaining(read("buttons.json"))


async def test_every_table_has_every_column_with_its_type(engine: AsyncEngine) -> None:
    now = await columns(engine)
    assert CATALOGUE["columns"].keys() <= now.keys()
    for table, recorded in CATALOGUE["columns"].items():
        assert recorded == {name: kind for name, kind in now[table].items() if name in recorded}, table


@pytest.mark.parametrize("what", sorted(NAMES))
def test_every_name_is_still_one(what: str) -> None:
    assert set(remaining(CATALOGUE["names"][what])) <= NAMES[what]


def test_what_was_recorded_holds_every_name_that_rows_can_have(database_then: Json) -> None:
    tables = database_then["tables"]
    for what, table, column in (
        ("outbox kinds", "outbox", "kind"),
        ("audit actions", "audit", "action"),
        ("dead letter origins", "dead_letters", "origin"),
        ("jobs", "timetable", "what"),
        ("settings", "changed_settings", "name"),
        ("questions", "asked", "what"),
    ):
        assert {row[column] for row in tables[table]} == set(CATALOGUE["names"][what]), what
    for row in tables["outbox"]:
        assert paths(row["payload"]) <= set(CATALOGUE["outbox parameters"][row["kind"]])


def test_every_button_in_a_chat_has_its_route() -> None:
    assert [data for data in BUTTONS if route_of(data) is None] == []


def test_every_old_route_has_a_button() -> None:
    counted = {re.split(r":?[(\[]", (route_of(data) or "").removeprefix("button "), maxsplit=1)[0] for data in BUTTONS}
    assert counted == set(remaining(CATALOGUE["names"]["buttons as counted"]))
    assert {route_of(data) for data in BUTTONS} <= patterns()
