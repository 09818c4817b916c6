"""The export and erasure of a user's data in all tables."""

from collections.abc import Mapping

from sqlalchemy import select

from bot.db.base import Base, Repository
from bot.db.core_personal_data import CORE, LAST
from bot.db.personal_data import Erasure, PersonalData, Row, Subject, is_theirs
from bot.db.tables.users import User

Tables = Mapping[type[Base], PersonalData | None]
"""Tables with their personal data; None for a table without any."""


def every_table(of_features: Tables) -> Tables:
    """The core's and the features' tables in the order of erasure."""
    return {**CORE, **of_features, **LAST}


class Privacy(Repository):
    async def subject(self, telegram_id: int, *, locked: bool = False) -> Subject:
        """The user as a subject of personal data. `locked` locks their row until the transaction ends."""
        row = select(User.id).where(User.telegram_id == telegram_id)
        return Subject(telegram_id, await self._session.scalar(row.with_for_update() if locked else row) or 0)

    async def export(self, telegram_id: int, of_features: Tables) -> dict[str, list[Row]]:
        """A user's rows by table, without other users' ids."""
        subject = await self.subject(telegram_id)
        tables = {
            model.__tablename__: (model, personal_data)
            for model, personal_data in every_table(of_features).items()
            if personal_data
        }
        return {name: await self._rows(*tables[name], subject) for name in sorted(tables)}

    async def _rows(self, model: type[Base], personal_data: PersonalData, subject: Subject) -> list[Row]:
        table = model.__table__
        found = select(table).where(personal_data.found(subject)).order_by(*table.primary_key)
        rows = [dict(row) for row in (await self._session.execute(found)).mappings()]
        return [personal_data.exported(row, subject) for row in rows if is_theirs(row, subject)]

    async def erase(self, bot_id: int, telegram_id: int, of_features: Tables) -> bool:
        """Erase a user. Returns whether a ban is in force; if so, their id and its end are kept."""
        erasure = Erasure(self._session, bot_id, await self.subject(telegram_id, locked=True))
        for personal_data in every_table(of_features).values():
            if personal_data is not None:
                await personal_data.erase(erasure)
        return erasure.banned
