"""Forms, by the example of `docs/forms.md`: a copy of the bot with that feature runs as a real worker."""

import re
import shutil
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.db.embedded import cluster as embedded
from bot.db.engine import engine_for
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Delay, When
from bot.sandbox.world.callback_queries import CallbackQuery
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.messages import Message
from tests.conftest import TEMPLATE, libpq_url
from tests.support.database_server import create_database, drop_database
from tests.support.joined import needs
from tests.support.system import System
from tests.support.worker_process import PROJECT, WorkerProcess
from tests.test_adding_a_feature import with_changes

PAGE = PROJECT / "docs" / "forms.md"
FILE_OR_BLOCK = re.compile(r"`(bot/[\w/]+\.\w+)`|^```(python|ftl|diff)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
OWNER = 5_000
STARTS_WITHIN = 60.0  # seconds

KIND, TEXT, PHOTO, CONFIRM = "What is it about?", "Tell me about it", "Do you have a photo", "Shall I send this?"
THANKS, CANCELLED, TIMED_OUT = "Thank you!", "Nothing was saved", "You took too long"
GONE, UNKNOWN = "earlier menu", "I don't understand"
BUG, YES, BACK, SKIP, OVER, CANCEL = "🐞 A bug", "✅ Yes", "‹ Back", "Skip", "🔄 Start over", "✖️ Cancel"

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


def follow(project: Path) -> None:
    """Copy the bot, and write the files that the page shows."""
    for folder in ("bot", "migrations"):
        shutil.copytree(PROJECT / folder, project / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "alembic.ini", project)
    path = project
    for file, language, block in FILE_OR_BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if file:
            path = project / file
            continue
        path.parent.mkdir(exist_ok=True)
        diff = language == "diff"
        content = with_changes(path.read_text(encoding="utf-8"), block.splitlines()) if diff else block
        path.write_text(content, encoding="utf-8")


@dataclass
class User:
    """A user's side of the private chat."""

    system: System
    chat: PrivateChat

    async def says(self, text: str, answer: str) -> Message:
        """Send a text, and wait for a new message that contains the answer."""
        before = self.count(answer)
        self.chat.says(text)
        return await self.chat.receives(answer, times=before + 1)

    async def presses(self, message: Message, label: str, shows: str) -> None:
        """Press a button, and wait until its message shows this."""
        assert await self.toast(message, label) == ""
        await self.shows(message, shows)

    async def shows(self, message: Message, text: str) -> None:
        await self.system.telegram.until(lambda: text in message.text)

    async def toast(self, message: Message, label: str) -> str:
        """Press a button, and return the answer to the press."""
        await self.system.telegram.until(lambda: label in labels(message))
        return await self.answer_to(self.chat.press(message, label))

    async def answer_to(self, press: CallbackQuery) -> str:
        await self.system.telegram.until(lambda: press.answer is not None)
        assert press.answer is not None
        return press.answer.text

    async def confirms(self, text: str) -> Message:
        """Fill in the form for a bug up to its confirmation."""
        message = await self.says("/feedback", KIND)
        await self.presses(message, BUG, TEXT)
        message = await self.says(text, PHOTO)
        await self.presses(message, SKIP, CONFIRM)
        return message

    def count(self, text: str) -> int:
        return len([one for one in self.chat.received if text in one.text])


def labels(message: Message) -> list[str]:
    return [button["text"] for button in message.buttons]


@dataclass
class Bot(System):
    """A worker with the page's feature."""

    owner: PrivateChat

    def user(self, **facts: Any) -> User:
        return User(self, self.telegram.private_chat(self.telegram.person("Ann", **facts)))

    def received_by_owner(self, text: str) -> int:
        return len([one for one in self.owner.received if text in one.text])

    async def open_forms(self, user: User) -> list[dict[str, Any]]:
        """The answers of the user's open form."""
        await self.settles()
        found = await self.rows(f"SELECT details FROM asked WHERE telegram_id = {user.chat.id}")
        return [row["details"]["answers"] for row in found]

    async def times_out(self, user: User) -> None:
        await self.settles()
        await self.execute(f"UPDATE asked SET until = now() - interval '1 s' WHERE telegram_id = {user.chat.id}")

    async def restarts(self) -> None:
        """Kill the worker once nothing is on its way, and start it again."""
        await self.settles()
        await self.process.kill()
        await self.process.start()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(socket_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bot]:
    project, folder = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("worker")
    follow(project)
    telegram, name, admin = Emulator(), f"test_{uuid.uuid4().hex}", embedded.url(socket_folder)
    telegram.limits.enabled = False
    owner = telegram.private_chat(telegram.person("Olga", id=OWNER))
    owner.was_opened()
    await create_database(admin, name, TEMPLATE)
    engine = engine_for(embedded.url(socket_folder, name), connections=4)
    async with serving(telegram) as url:
        process = WorkerProcess(
            folder,
            BOT_TOKEN=telegram.bot.token,
            TELEGRAM_API_URL=url,
            DATABASE_URL=libpq_url(socket_folder, name),
            ADMIN_IDS=str(OWNER),
            PYTHONPATH=str(project),
        )
        try:
            await process.start()
            await telegram.until(lambda: telegram.waiting_polls == 1, within=STARTS_WITHIN)
            yield Bot(telegram, engine, process, owner)
        finally:
            await process.kill()
    await engine.dispose()
    await drop_database(admin, name)


async def test_answers_are_asked_for_confirmed_and_acted_on(bot: Bot) -> None:
    ann = bot.user()
    question = await ann.says("/feedback", KIND)
    assert labels(question) == [BUG, "💡 A wish", CANCEL]
    await ann.presses(question, BUG, TEXT)
    assert labels(question) == [BACK, CANCEL]
    assert labels(await ann.says("It <crashes>", PHOTO)) == [BACK, SKIP, CANCEL]
    ann.chat.sends_photo()
    confirmation = await ann.chat.receives(CONFIRM)
    assert "🐞 A bug\nIt <crashes>\n\nWith a photo." in confirmation.text
    assert labels(confirmation) == [YES, BACK, OVER, CANCEL]
    assert bot.received_by_owner("crashes") == 0
    await ann.presses(confirmation, YES, THANKS)
    await bot.owner.receives("It <crashes>")
    assert await bot.open_forms(ann) == []
    assert bot.owner.received[-1].kind == "photo"
    await ann.says("Thanks", UNKNOWN)


async def test_what_is_no_answer_is_refused_and_the_question_stays_open(bot: Bot) -> None:
    ann = bot.user()
    await ann.says("/feedback", KIND)
    await ann.says("Hm", "press one of the buttons above")
    await ann.says("💡 a WISH", TEXT)
    ann.chat.sends_sticker()
    await ann.chat.receives("I need a text")
    await ann.says("x" * 1001, "too long")
    await ann.says("x", "too short")
    assert await bot.open_forms(ann) == [{"kind": "wish"}]
    ann.chat.forwards("A dark theme", {"type": "hidden_user", "sender_user_name": "Bob", "date": 1_700_000_000})
    await ann.chat.receives(PHOTO)
    ann.chat.sends_document()
    await ann.chat.receives("as a photo rather than a file")
    assert await bot.open_forms(ann) == [{"kind": "wish", "text": "A dark theme"}]


async def test_back_asks_the_previous_question_again_and_keeps_the_answers_before_it(bot: Bot) -> None:
    ann = bot.user()
    confirmation = await ann.confirms("Slow")
    await ann.presses(confirmation, BACK, PHOTO)
    await ann.presses(confirmation, BACK, TEXT)
    assert await bot.open_forms(ann) == [{"kind": "bug"}]
    await ann.presses(await ann.says("Very slow", PHOTO), SKIP, CONFIRM)
    assert "🐞 A bug\nVery slow\n\nWithout a photo." in ann.chat.received[-1].text


async def test_starting_over_forgets_the_answers(bot: Bot) -> None:
    ann = bot.user()
    await ann.presses(await ann.confirms("Slow"), OVER, KIND)
    assert await bot.open_forms(ann) == [{}]


async def test_cancel_ends_it_as_a_button_and_as_a_command(bot: Bot) -> None:
    ann = bot.user()
    for cancel in ("button", "command"):
        confirmation = await ann.confirms("Cancelled feedback")
        if cancel == "button":
            await ann.presses(confirmation, CANCEL, CANCELLED)
            assert labels(confirmation) == []
        else:
            await ann.says("/cancel", "I don't ask any more")
            assert GONE in await ann.toast(confirmation, YES)
        assert await bot.open_forms(ann) == []
        await ann.says("Hello?", UNKNOWN)
    assert bot.received_by_owner("Cancelled feedback") == 0


async def test_another_command_ends_it_and_an_unknown_one_does_not(bot: Bot) -> None:
    ann = bot.user()
    await ann.presses(await ann.says("/feedback", KIND), BUG, TEXT)
    await ann.says("/nonsense", "")
    assert await bot.open_forms(ann) == [{"kind": "bug"}]
    await ann.says("/id", str(ann.chat.id))
    assert await bot.open_forms(ann) == []


async def test_an_answer_after_its_lifetime_is_told_so_and_may_start_over(bot: Bot) -> None:
    ann = bot.user()
    await ann.presses(await ann.says("/feedback", KIND), BUG, TEXT)
    await bot.times_out(ann)
    late = await ann.says("Slow", TIMED_OUT)
    await ann.says("Slow!", UNKNOWN)
    await ann.presses(late, OVER, KIND)
    await ann.presses(late, BUG, TEXT)
    assert await bot.open_forms(ann) == [{"kind": "bug"}]


async def test_a_press_after_its_lifetime_is_told_so(bot: Bot) -> None:
    ann = bot.user()
    confirmation = await ann.confirms("Late feedback")
    await bot.times_out(ann)
    await ann.presses(confirmation, YES, TIMED_OUT)
    assert await bot.open_forms(ann) == []
    assert bot.received_by_owner("Late feedback") == 0


async def test_yes_pressed_twice_acts_once(bot: Bot) -> None:
    ann = bot.user()
    confirmation = await ann.confirms("Pressed twice")
    presses = [ann.chat.press(confirmation, YES) for _ in range(2)]
    toasts = [await ann.answer_to(press) for press in presses]
    assert [GONE in toast for toast in toasts] == [False, True]
    await bot.settles()
    assert bot.received_by_owner("Pressed twice") == 1
    assert THANKS in confirmation.text


async def test_buttons_of_an_older_question_change_nothing(bot: Bot) -> None:
    ann = bot.user()
    older = await ann.confirms("Older feedback")
    newer = await ann.confirms("Newer feedback")
    for label in (YES, BACK, OVER, CANCEL):
        assert GONE in await ann.toast(older, label)
    again = await ann.says("Is that all?", "one of the buttons below")
    assert CONFIRM in again.text
    assert GONE in await ann.toast(newer, YES)
    assert await bot.open_forms(ann) == [{"kind": "bug", "text": "Newer feedback", "photo": None}]
    await ann.presses(again, YES, THANKS)
    await bot.owner.receives("Newer feedback")
    assert bot.received_by_owner("Older feedback") == 0


async def test_forged_presses_change_nothing(bot: Bot) -> None:
    ann = bot.user()
    question = await ann.says("/feedback", KIND)
    begin = question.buttons[0]["callback_data"].removesuffix("choose:bug")
    for forged in ("yes", "over", "back", "skip", "choose:cheque"):
        assert GONE in await ann.answer_to(ann.chat.press_forged(question, begin + forged)), forged
    assert await bot.open_forms(ann) == [{}]


async def test_beginning_again_forgets_the_answers(bot: Bot) -> None:
    ann = bot.user()
    older = await ann.says("/feedback", KIND)
    await ann.presses(older, BUG, TEXT)
    await ann.says("/feedback", KIND)
    assert GONE in await ann.toast(older, CANCEL)
    assert await bot.open_forms(ann) == [{}]


async def test_an_edited_message_changes_no_answer(bot: Bot) -> None:
    ann = bot.user()
    await ann.presses(await ann.says("/feedback", KIND), BUG, TEXT)
    answer = ann.chat.says("Slow")
    await ann.chat.receives(PHOTO)
    ann.chat.edits(answer, "Fast")
    assert await bot.open_forms(ann) == [{"kind": "bug", "text": "Slow"}]


async def test_it_speaks_the_users_language(bot: Bot) -> None:
    anya = bot.user(language_code="ru")
    question = await anya.says("/feedback", "О чём речь?")
    assert labels(question) == ["🐞 Ошибка", "💡 Пожелание", "✖️ Отмена"]
    await anya.presses(question, "🐞 Ошибка", "Расскажите об этом")
    await anya.presses(await anya.says("Медленно", "фотография"), "Пропустить", "Без фотографии. Отправить?")


async def test_in_a_group_it_asks_to_go_to_the_private_chat(bot: Bot) -> None:
    ann = bot.user()
    group = bot.telegram.group("Friends", [ann.chat.person])
    group.says("/feedback@test_bot", by=ann.chat.person)
    asked = await group.receives("in our private chat")
    assert await bot.open_forms(ann) == []
    await ann.presses(await ann.says("/feedback", KIND), BUG, TEXT)
    group.replies_to(asked, "No answer", by=ann.chat.person)
    assert await bot.open_forms(ann) == [{"kind": "bug"}]


@needs("broadcasts")
async def test_an_administrators_answer_does_not_go_into_their_draft(bot: Bot) -> None:
    olga = User(bot, bot.owner)
    await olga.presses(await olga.says("/broadcast", "Broadcasts"), "➕ New broadcast", "Send or forward me")
    await olga.presses(await olga.says("/feedback", KIND), BUG, TEXT)
    await olga.says("Not for the draft", PHOTO)
    assert await bot.open_forms(olga) == [{"kind": "bug", "text": "Not for the draft"}]
    await olga.says("/cancel", "")


async def test_kill_9_leaves_it_where_it_was(bot: Bot) -> None:
    ann = bot.user()
    question = await ann.says("/feedback", KIND)
    await bot.restarts()
    await ann.presses(question, BUG, TEXT)
    await bot.restarts()
    photo_question = await ann.says("Survives kill -9", PHOTO)
    await ann.presses(photo_question, SKIP, CONFIRM)
    await bot.restarts()
    await ann.presses(photo_question, YES, THANKS)
    await bot.owner.receives("Survives kill -9")
    await bot.settles()
    assert [ann.count(text) for text in (KIND, TEXT, PHOTO, CONFIRM, THANKS)] == [0, 1, 0, 0, 1]
    assert bot.received_by_owner("Survives kill -9") == 1


async def test_a_question_cut_off_by_kill_9_is_sent_again_for_the_same_step(bot: Bot) -> None:
    ann = bot.user()
    await ann.presses(await ann.says("/feedback", KIND), BUG, TEXT)
    await bot.settles()
    cut = bot.telegram.faults.next(Delay(30, When.AFTER), "sendMessage")
    ann.chat.says("Cut off")
    first = await ann.chat.receives(PHOTO)
    assert cut.met
    await bot.process.kill()
    bot.telegram.faults.clear()
    await bot.process.start()
    await ann.chat.receives(PHOTO, times=2)
    assert await bot.open_forms(ann) == [{"kind": "bug", "text": "Cut off"}]
    await ann.presses(first, SKIP, CONFIRM)


async def test_kill_9_after_yes_sends_what_was_decided_once(bot: Bot) -> None:
    ann = bot.user()
    confirmation = await ann.confirms("Decided")
    await bot.settles()
    held = bot.telegram.faults.next(Delay(30, When.BEFORE), "sendMessage")
    ann.chat.press(confirmation, YES)
    await bot.telegram.until(lambda: held.met)
    await bot.process.kill()
    bot.telegram.faults.clear()
    assert bot.received_by_owner("Decided") == 0
    await bot.process.start()
    await bot.owner.receives("Decided")
    await ann.shows(confirmation, THANKS)
    assert await bot.open_forms(ann) == []
    assert bot.received_by_owner("Decided") == 1
