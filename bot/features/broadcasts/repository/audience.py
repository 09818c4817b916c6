"""The audience of a broadcast, as conditions on `users`."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    SQLColumnExpression,
    TextClause,
    any_,
    cast,
    desc,
    exists,
    func,
    select,
    text,
)

from bot.db.base import Repository, bigints
from bot.db.tables.users import User
from bot.features.broadcasts.models import Json
from bot.features.settings import Category


@dataclass(frozen=True, slots=True)
class Audience:
    """Everyone, narrowed down by the fields that are set; numbers are days."""

    language: str | None = None
    active_within: int | None = None
    silent_for: int | None = None
    joined_within: int | None = None
    source: str | None = None
    administrators_only: bool = False

    def narrowed(self, **choices: Any) -> "Audience":
        """With other choices for some fields."""
        return replace(self, **choices)

    def as_json(self) -> dict[str, object]:
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, kept: Json) -> "Audience":
        """Raises ValueError for a newer version's field: if it were ignored, too many people would get it."""
        if unknown := kept.keys() - cls.__dataclass_fields__.keys():
            raise ValueError(f"audiences by {', '.join(sorted(unknown))} aren't known to this version")
        return cls(**kept)


Conditions = tuple[ColumnElement[bool] | TextClause, ...]


def conditions(audience: Audience, category: Category, administrators: Collection[int]) -> Conditions:
    """People who get it: they opened a private chat, can be reached, aren't banned and haven't opted out.

    There is an index of these for each category (`ix_users_audience_…`), which a parameter would hide from the planner.
    """
    reachable: Conditions = (
        User.private_since.is_not(None),
        User.blocked_at.is_(None),
        User.unreachable_at.is_(None),
        User.banned_at.is_(None),
    )
    if category is not Category.SYSTEM:
        reachable += (text(f"'{category.value}' <> ALL (users.opted_out)"),)
    return reachable + _narrowed(audience, administrators)


def _narrowed(audience: Audience, administrators: Collection[int]) -> Conditions:
    conditions: Conditions = ()
    if audience.administrators_only:
        conditions += (User.telegram_id == any_(bigints(administrators)),)
    if audience.language is not None:
        conditions += (_language() == audience.language,)
    if audience.active_within is not None:
        conditions += (User.active_on > _today() - audience.active_within,)
    if audience.silent_for is not None:
        conditions += (User.active_on <= _today() - audience.silent_for,)
    if audience.joined_within is not None:
        conditions += (User.created_at > _ago(audience.joined_within),)
    if audience.source is not None:
        conditions += (User.source == audience.source,)
    return conditions


def _language() -> ColumnElement[str]:
    """The language that they chose, otherwise Telegram's."""
    return func.coalesce(User.language, func.split_part(User.language_code, "-", 1))


def _today() -> ColumnElement[date]:
    """Today in UTC, as `active_on` is. The moment itself changes with every update, so it has no index."""
    return cast(func.timezone("UTC", func.now()), Date)


def _ago(days: int) -> ColumnElement[datetime]:
    return func.now() - timedelta(days=days)


class Audiences(Repository):
    """Counts of people, for choosing an audience."""

    async def counts(self, *whos: Conditions) -> list[int]:
        """The size of each audience, in one statement, so that each can use its index."""
        counted = [select(func.count()).select_from(User).where(*who).scalar_subquery() for who in whos]
        return list((await self._session.execute(select(*counted))).one())

    async def any(self, who: Conditions) -> bool:
        return bool(await self._session.scalar(select(exists().select_from(User).where(*who))))

    async def ages(self, who: Conditions, *, joined: bool) -> list[tuple[int | None, int]]:
        """For each number of days since people were last seen, or joined: how many people."""
        # Subtracting timestamps gives an interval, and subtracting dates gives a number of days.
        days = func.date_part("day", func.now() - User.created_at) if joined else _today() - User.active_on
        counted = select(days, func.count()).select_from(User).where(*who).group_by(days)
        rows = await self._session.execute(counted)
        return [(None if days is None else int(days), int(people)) for days, people in rows]

    async def languages(self, who: Conditions, limit: int) -> tuple[list[tuple[str | int, int]], int]:
        """The most frequent languages, with how many people have each; and how many people there are in all."""
        return await self._most_frequent(_language(), who, limit)

    async def sources(self, who: Conditions, limit: int) -> tuple[list[tuple[str | int, int]], int]:
        """The most frequent sources, as `languages`."""
        return await self._most_frequent(User.source, who, limit)

    async def _most_frequent(
        self, value: SQLColumnExpression[str | None], who: Conditions, limit: int
    ) -> tuple[list[tuple[str | int, int]], int]:
        """The sum is taken before the limit applies. People without a value come last."""
        all_ = func.sum(func.count()).over()
        counted = select(value, func.count(), all_).select_from(User).where(*who).group_by(value)
        unknown = func.coalesce(value, "") == ""
        found = counted.order_by(unknown, desc(func.count()), value).limit(limit)
        rows = (await self._session.execute(found)).all()
        known = [(str(value), int(number)) for value, number, _ in rows if value]
        return list(known), int(rows[0][2]) if rows else 0
