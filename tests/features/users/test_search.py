"""Finding people among many, in any script: by what, in which order, and by which index."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen, remove
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.trigrams import trigrams, wanted
from bot.db.unit_of_work import UnitOfWork
from bot.features.users import repository
from bot.features.users import service as profiles

INSERT = text(
    "INSERT INTO users (telegram_id, first_name, last_name, username, grams)"
    " VALUES (:telegram_id, :first_name, :last_name, :username, :grams)"
)
PEOPLE = [
    ("Анна", "Каренина", "anna_k"), ("Işıl", "ILGAZ", None), ("İpek", None, None), ("王小明", None, "wang"),
    ("🔥Fire🔥", "👩\u200d🚀", None), ("100%", "a_b", "under_score"), ("Straße", "O'Neil\\", None),
    ("Ann", "Lee", "annlee"),
    ("김철수", None, None), ("\u0130\u0131", None, "dotless"), ("Ёлка", None, "annabel"), ("2024", None, None),
    ("Hi\u200bdd\u2060en", None, None),
]  # fmt: skip


def row(telegram_id: int, first: str, last: str | None = None, username: str | None = None) -> dict[str, Any]:
    facts = {"telegram_id": telegram_id, "first_name": first, "last_name": last, "username": username}
    return facts | {"grams": trigrams([first, last, username])}


async def fill(engine: AsyncEngine, people: Sequence[tuple[str, str | None, str | None]]) -> None:
    async with engine.begin() as connection:
        await connection.execute(INSERT, [row(number, *names) for number, names in enumerate(people, start=1)])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("АННА", ["Анна"]), ("ренин", ["Анна"]), ("ка", ["Анна"]), ("ённ", []), ("ёл", ["Ёлка"]),
        ("ışıl", ["Işıl"]), ("IŞIL", ["Işıl"]), ("işil", ["Işıl"]), ("ılgaz", ["Işıl"]), ("ipek", ["İpek"]),
        ("İPEK", ["İpek"]), ("IPEK", ["İpek"]), ("王", ["王小明"]), ("小明", ["王小明"]), ("明", ["王小明"]),
        ("철수", ["김철수"]),
        ("🔥", ["🔥Fire🔥"]), ("fire🔥", ["🔥Fire🔥"]), ("👩\u200d🚀", ["🔥Fire🔥"]), ("👩", ["🔥Fire🔥"]), ("🚀", []),
        ("%", []), ("100%", ["100%"]), ("_", []), ("a_b", ["100%"]), ("r_s", ["100%"]), ("a%b", []), ("under%", []),
        ("STRASSE", ["Straße"]), ("O'N", ["Straße"]), ("il\\", ["Straße"]), ("nn", []), ("n", []), ("annx", []),
        ("ann lee", ["Ann"]), ("lee ann", ["Ann"]), ("an", ["Ёлка", "Ann", "Анна"]), ("@ann", ["Ёлка", "Ann", "Анна"]),
        ("@annlee", ["Ann"]), ("@ANNLEE", ["Ann"]), ("@lee", ["Ann"]), ("@кар", []), ("3", ["İpek"]),
        ("2024", ["2024"]),
        ("hidden", ["Hi\u200bdd\u2060en"]), ("9" * 30, []), ("@", []),
        ("", [first for first, _, _ in reversed(PEOPLE[5:])]),
    ],
)  # fmt: skip
async def test_people_are_found_in_any_script_and_nothing_is_a_wildcard(
    engine: AsyncEngine, unit_of_work: UnitOfWork, query: str, found: list[str]
) -> None:
    await fill(engine, PEOPLE)
    async with unit_of_work.open() as work:
        page = await profiles.search(work, profiles.query(query))
    assert [one.first_name for one in page.people] == found


async def test_pages_follow_each_other_without_gaps_while_people_join(
    engine: AsyncEngine, unit_of_work: UnitOfWork
) -> None:
    await fill(engine, [(f"Zoe{number:03}", None, None) for number in range(500)])
    seen, before = [], None
    while True:
        async with unit_of_work.open() as work:
            page = await profiles.search(work, "zoe", before)
        seen += [one.first_name for one in page.people]
        if page.more_before is None:
            break
        before = page.more_before
        async with engine.begin() as connection:
            await connection.execute(INSERT, row(1000 + len(seen), "Zoe-new"))
    assert seen == [f"Zoe{number:03}" for number in reversed(range(500))]


async def test_a_search_for_what_many_nearly_have_comes_to_an_end(
    engine: AsyncEngine, unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "BATCH", 5)
    monkeypatch.setattr(profiles, "MAX_READ", 10)
    await fill(engine, [("aaaaaa", None, None), *[("aaa aaab", None, None)] * 25])
    async with unit_of_work.open() as work:
        first = await profiles.search(work, "aaaaaa")
        assert (first.people, first.more_before) == ([], 17)
        second = await profiles.search(work, "aaaaaa", first.more_before)
        third = await profiles.search(work, "aaaaaa", second.more_before)
    assert [one.first_name for one in third.people] == ["aaaaaa"]


async def test_what_only_the_oldest_have_is_found_by_the_index_of_names(
    engine: AsyncEngine, unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "RECENT", 100)
    await fill(engine, [(("Old" if number < 2_000 else "New") + f"{number}", None, None) for number in range(20_000)])
    statements: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        statements.append((statement, parameters))

    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE users"))
    listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        async with unit_of_work.open() as work:
            page = await profiles.search(work, "old")
    finally:
        remove(engine.sync_engine, "before_cursor_execute", note)
    assert [one.first_name for one in page.people] == [f"Old{number}" for number in range(1_999, 1_991, -1)]
    plans = [await plan(engine, *one) for one in statements if "grams @>" in one[0]]
    assert len(plans) == 2
    assert "ix_users_grams" in plans[1], plans[1]
    assert "Index Scan Backward" not in plans[1]


async def plan(engine: AsyncEngine, statement: str, parameters: Any) -> str:
    async with engine.connect() as connection:
        return "\n".join((await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)).scalars())


async def test_among_many_the_index_of_names_is_used(engine: AsyncEngine) -> None:
    await fill(engine, [(f"Name{number} Тест{number % 977}", None, None) for number in range(20_000)])
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE users"))
        explained = text(
            "EXPLAIN SELECT * FROM users WHERE grams @> CAST(:having AS text[]) AND id < 19000"
            " ORDER BY id DESC LIMIT 200"
        )
        for query in ("19777", "тест976", "nobody", "name19777"):
            plan = "\n".join((await connection.execute(explained, {"having": wanted(query)})).scalars())
            assert "ix_users_grams" in plan, plan
        username = text("EXPLAIN SELECT * FROM users WHERE lower(username) = 'ann'")
        assert "ix_users_username_lower" in "\n".join((await connection.execute(username)).scalars())
        newest = text("EXPLAIN SELECT * FROM users WHERE id < 19000 ORDER BY id DESC LIMIT 9")
        assert "Index Scan Backward using pk_users" in "\n".join((await connection.execute(newest)).scalars())
