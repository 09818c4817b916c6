"""One worker shared by all tests of a module, and its administrators."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping

from bot.db.embedded import cluster as embedded
from bot.db.engine import engine_for
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.messages import Message
from tests.conftest import TEMPLATE, libpq_url
from tests.support.database_server import create_database, drop_database
from tests.support.fork_server import ForkedWorker
from tests.support.joined import REGISTRY
from tests.support.system import System

ADMINISTRATORS = range(5_001, 5_100)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
IN_ANY_ORDER = "SET LOCAL session_replication_role = replica"  # checks no foreign keys
KEPT = frozenset({"alembic_version", "pollers", "timetable", "administrators_chats", "chats"})
"""Tables that a running worker relies on."""


@dataclass
class SharedWorker(System):
    _numbers: list[int] = field(default_factory=lambda: list(ADMINISTRATORS))

    def administrator(self, language: str = "en") -> "Administrator":
        """A new administrator who hasn't written anything yet."""
        person = self.telegram.person("Olga", id=self.administrator_id(), language_code=language)
        return Administrator(self, self.telegram.private_chat(person))

    def administrator_id(self) -> int:
        """An id that ADMIN_IDS names and nobody has yet."""
        return self._numbers.pop()

    async def people(self, number: int, **columns: Any) -> list[PrivateChat]:
        """People who have opened a private chat. `columns` are SQL values for their rows in `users`."""
        chats = self.telegram.people(number)
        facts = {"private_since": "now()", "last_seen_at": "now()", **columns}
        names, values = ", ".join(facts), ", ".join(str(value) for value in facts.values())
        for chat in chats:
            await self.execute(f"INSERT INTO users (telegram_id, {names}) VALUES ({chat.id}, {values})")
        await self.execute(
            "UPDATE users SET active_on = (last_seen_at AT TIME ZONE 'UTC')::date WHERE active_on IS NULL"
        )
        return chats

    async def broadcast(self) -> RowMapping:
        """The newest broadcast."""
        return (await self.rows("SELECT * FROM broadcasts ORDER BY id DESC LIMIT 1"))[0]

    async def becomes(self, state: str) -> RowMapping:
        """Wait until the newest broadcast is in this state."""
        newest = f"SELECT * FROM (SELECT * FROM broadcasts ORDER BY id DESC LIMIT 1) AS newest WHERE state = '{state}'"
        [found] = await self.until_some(newest)
        return found

    async def clean(self) -> None:
        """Remove all people and their data, and start the worker if a test has stopped or changed it."""
        self.telegram.faults.clear()
        if self.process.started_with or not self.process.runs():
            await self.restart()
        await self.settles()
        of_features = (model.__tablename__ for model in reversed([*REGISTRY.tables]))  # as broadcasts lock theirs
        tables = dict.fromkeys([*of_features, *(row["tablename"] for row in await self.rows(TABLES))])
        await self.execute(IN_ANY_ORDER, *(f"DELETE FROM {name}" for name in tables if name not in KEPT))

    async def restart(self, **variables: str) -> None:
        """Stop the worker if it runs, and start it, with other settings if there are any."""
        if self.process.runs():
            await self.process.stop()
        await self.process.start(None, **variables)
        await self.telegram.until(lambda: self.telegram.waiting_polls == 1, within=30)


@dataclass
class Administrator:
    shared_worker: SharedWorker
    chat: PrivateChat

    async def opens_panel(self) -> Message:
        self.chat.says("/broadcast")
        return await self.chat.receives(self._word("Broadcasts", "Рассылки"), times=self._panels() + 1)

    async def begins(self) -> Message:
        """Open the panel and press New. Returns the message that shows the draft."""
        menu = await self.opens_panel()
        await self.presses(menu, self._word("➕ New broadcast", "➕ Новая рассылка"), shows="")
        await self.shows(menu, self._word("Send or forward me", "Пришлите или перешлите"))
        return menu

    async def composes(self, *texts: str) -> Message:
        """Begin a draft with these texts. Returns the answer to the last one."""
        answer = await self.begins()
        for number, text in enumerate(texts, start=1):
            self.chat.says(text)
            answer = await self.chat.receives(f"{number} message")
        return answer

    async def previews(self, *texts: str) -> Message:
        """Preview a draft with these texts. Returns the message with its settings."""
        return await self.sees_settings(await self.composes(*texts))

    async def sees_settings(self, answer: Message) -> Message:
        before = len([one for one in self.chat.received if "would get it now" in one.text])
        await self.presses(answer, "👁 Preview", shows="Preview of broadcast")
        return await self.chat.receives("would get it now", times=before + 1)

    async def presses(self, message: Message, label: str, *, shows: str) -> str:
        """Press a button and wait until the message shows this. Returns the answer to the press."""
        # The edit that brings the button may still be on its way.
        await self.shared_worker.telegram.until(lambda: any(label in each for each in self.labels(message)))
        labels = self.labels(message)
        found = [each for each in labels if each == label] or [each for each in labels if label in each]
        assert found, f"no {label!r} among {labels}"
        return await self._answered(self.chat.press(message, found[0]), message, shows)

    async def forges(self, message: Message, data: str, *, shows: str = "") -> str:
        """Press a button that the message doesn't have."""
        return await self._answered(self.chat.press_forged(message, data), message, shows)

    async def shows(self, message: Message, *parts: str) -> None:
        """Wait until the message or its buttons contain all parts."""
        try:
            await self.shared_worker.telegram.until(lambda: all(part in self.all_of(message) for part in parts))
        except TimeoutError:
            raise TimeoutError(f"not {parts} in {self.all_of(message)!r}") from None

    def all_of(self, message: Message) -> str:
        return "\n".join([message.text, *self.labels(message)])

    @staticmethod
    def labels(message: Message) -> list[str]:
        return [button["text"] for button in message.buttons]

    async def _answered(self, press: Any, message: Message, shows: str) -> str:
        await self.shared_worker.telegram.until(lambda: press.answer is not None)
        await self.shows(message, shows)
        return str(press.answer.text or "")

    def _panels(self) -> int:
        return len([one for one in self.chat.received if self._word("Broadcasts", "Рассылки") in one.text])

    def _word(self, english: str, russian: str) -> str:
        return russian if self.chat.person.language_code == "ru" else english


@asynccontextmanager
async def running_shared_worker(
    fork_server: Path, socket_folder: Path, folder: Path, name: str, **variables: str
) -> AsyncIterator[SharedWorker]:
    """A worker with its own database and its own Telegram. `clean` starts it."""
    telegram = Emulator()
    telegram.limits.enabled = False
    admin = embedded.url(socket_folder)
    await create_database(admin, name, TEMPLATE)
    engine = engine_for(embedded.url(socket_folder, name), connections=4)
    async with serving(telegram) as url:
        process = ForkedWorker(
            fork_server,
            folder,
            BOT_TOKEN=telegram.bot.token,
            TELEGRAM_API_URL=url,
            DATABASE_URL=libpq_url(socket_folder, name),
            ADMIN_IDS=",".join(map(str, ADMINISTRATORS)),
            **variables,
        )
        try:
            yield SharedWorker(telegram, engine, process)
        finally:
            await process.kill()
    await engine.dispose()
    await drop_database(admin, name)
