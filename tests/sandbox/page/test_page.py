"""The chat page in a browser."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.sandbox.page.demo_accounts import DemoChat, create_demo_chats
from bot.sandbox.page.routes import chat_page
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world import message_origins
from bot.sandbox.world.user_actions import PIXEL
from tests.sandbox.emulator_clients import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser lives in one event loop

GO = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


class Sandbox(NamedTuple):
    emulator: Emulator
    api: Client
    demo_chats: list[DemoChat]
    page: Page

    async def bot_says(self, text: str, who: int = 0, **parameters: Any) -> int:
        chat_id = self.demo_chats[who].conversation.id
        message = await self.api.result("sendMessage", chat_id=chat_id, text=text, **parameters)
        return int(message["message_id"])

    async def opens(self, who: int) -> None:
        await self.page.goto(f"{self.api.url}/chats/{self.demo_chats[who].conversation.id}")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    async def says(self, text: str) -> None:
        await self.page.get_by_label("Message").fill(text)
        await self.page.get_by_role("button", name="Send").click()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(browser: Browser) -> AsyncIterator[Sandbox]:
    """The page, open at the first conversation. An error in its script fails the test."""
    emulator = Emulator(name="Wren", username="wren_bot")
    emulator.limits.enabled = False
    demo_chats = create_demo_chats(emulator)
    errors: list[str] = []
    async with (
        aiohttp.ClientSession() as http,
        serving(emulator, add_routes=chat_page(emulator, demo_chats)) as url,
        await browser.new_context() as context,
    ):
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(url)
        yield Sandbox(emulator, Client(http, url), demo_chats, page)
    assert errors == []


async def test_what_one_says_reaches_the_bot_and_its_answer_is_shown(sandbox: Sandbox) -> None:
    await sandbox.says("hello there")
    await expect(sandbox.log).to_contain_text("hello there")
    (update,) = await sandbox.api.result("getUpdates", timeout=5)
    assert update["message"]["text"] == "hello there"
    await sandbox.bot_says("hello <b>you</b>", parse_mode="HTML")
    await expect(sandbox.log.locator("strong")).to_have_text("you")
    await expect(sandbox.page.get_by_label("Message")).to_have_value("")


async def test_enter_sends_and_shift_enter_breaks_the_line(sandbox: Sandbox) -> None:
    box = sandbox.page.get_by_label("Message")
    await box.press_sequentially("one")
    await box.press("Shift+Enter")
    await box.press_sequentially("two")
    await box.press("Enter")
    (update,) = await sandbox.api.result("getUpdates", timeout=5)
    assert update["message"]["text"] == "one\ntwo"


async def test_the_bot_may_write_first_and_what_it_says_is_shown(sandbox: Sandbox) -> None:
    for who in range(len(sandbox.demo_chats)):
        await sandbox.bot_says("good morning", who=who)
    await expect(sandbox.log).to_contain_text("good morning")


async def test_an_empty_conversation_offers_a_start(sandbox: Sandbox) -> None:
    start = sandbox.page.get_by_role("button", name="Start", exact=True)
    await start.click()
    await expect(sandbox.log).to_contain_text("/start")
    await expect(start).to_be_hidden()


async def test_a_button_is_pressed_and_answered_with_a_toast(sandbox: Sandbox) -> None:
    await sandbox.says("/start")
    await expect(sandbox.log).to_contain_text("/start")
    await sandbox.bot_says("choose", reply_markup=GO)
    await sandbox.page.get_by_role("button", name="Go").click()
    updates = await sandbox.api.result("getUpdates", timeout=5, offset=-1)
    query = updates[0]["callback_query"]
    await sandbox.api.result("answerCallbackQuery", callback_query_id=query["id"], text="as you like")
    await expect(sandbox.page.get_by_role("status")).to_have_text("as you like")


async def test_an_alert_has_to_be_dismissed(sandbox: Sandbox) -> None:
    await sandbox.says("/start")
    await expect(sandbox.log).to_contain_text("/start")
    await sandbox.bot_says("choose", reply_markup=GO)
    await sandbox.page.get_by_role("button", name="Go").click()
    await sandbox.emulator.until(lambda: sandbox.emulator.pending_updates == 2)
    updates = await sandbox.api.result("getUpdates", offset=-1)
    answer = {"callback_query_id": updates[0]["callback_query"]["id"], "text": "really", "show_alert": True}
    await sandbox.api.result("answerCallbackQuery", **answer)
    await expect(sandbox.page.get_by_role("dialog")).to_contain_text("really")
    await sandbox.page.get_by_role("button", name="OK").click()
    await expect(sandbox.page.get_by_role("dialog")).to_be_hidden()


async def test_an_edit_changes_the_bubble_in_place_and_a_deletion_takes_it_away(sandbox: Sandbox) -> None:
    await sandbox.says("hi")
    await expect(sandbox.log).to_contain_text("hi")
    place = {
        "chat_id": sandbox.demo_chats[0].conversation.id,
        "message_id": await sandbox.bot_says("working", reply_markup=GO),
    }
    await sandbox.bot_says("something else")
    bubbles = sandbox.log.get_by_role("article")
    await expect(bubbles).to_have_count(3)
    await sandbox.api.result("editMessageText", text="done", **place)
    await expect(bubbles.nth(1)).to_contain_text("done")
    await expect(bubbles.nth(1)).to_contain_text("edited")
    await expect(sandbox.page.get_by_role("button", name="Go")).to_have_count(0)
    await sandbox.api.result("deleteMessage", **place)
    await expect(bubbles).to_have_count(2)


async def test_the_keyboard_stays_at_the_message_that_a_button_changed(sandbox: Sandbox) -> None:
    await sandbox.says("hi")
    await expect(sandbox.log).to_contain_text("hi")
    number = await sandbox.bot_says("choose", reply_markup=GO)
    await sandbox.page.get_by_role("button", name="Go").focus()
    await sandbox.page.keyboard.press("Enter")
    place = {"chat_id": sandbox.demo_chats[0].conversation.id, "message_id": number}
    await sandbox.api.result("editMessageText", text="chosen", reply_markup=GO, **place)
    await expect(sandbox.log).to_contain_text("chosen")
    await expect(sandbox.page.get_by_role("button", name="Go")).to_be_focused()


async def test_typing_is_shown_until_the_bot_has_spoken(sandbox: Sandbox) -> None:
    await sandbox.says("hi")
    await expect(sandbox.log).to_contain_text("hi")
    await sandbox.api.result("sendChatAction", chat_id=sandbox.demo_chats[0].conversation.id, action="typing")
    await expect(sandbox.page.get_by_text("typing…")).to_be_visible()
    await sandbox.bot_says("there")
    await expect(sandbox.page.get_by_text("typing…")).to_be_hidden()


async def test_one_can_be_somebody_else(sandbox: Sandbox) -> None:
    await sandbox.says("I am Ann")
    await expect(sandbox.log).to_contain_text("I am Ann")
    await sandbox.page.get_by_role("link", name="Olga").click()
    await expect(sandbox.log).not_to_contain_text("I am Ann")
    await sandbox.says("I am Olga")
    await expect(sandbox.log).to_contain_text("I am Olga")
    updates = await sandbox.api.result("getUpdates")
    assert [update["message"]["from"]["first_name"] for update in updates] == ["Ann", "Olga"]


async def test_what_comes_in_another_conversation_is_counted_there(sandbox: Sandbox) -> None:
    sandbox.demo_chats[1].conversation.says("привет")
    await sandbox.bot_says("Здравствуйте", who=1)
    link = sandbox.page.get_by_role("link", name="Иван")
    await expect(link.get_by_label("1 unread")).to_be_visible()
    await expect(link).to_contain_text("Здравствуйте")
    await link.click()
    await expect(sandbox.page.get_by_label("1 unread")).to_have_count(0)


async def test_in_the_group_one_chooses_who_writes(sandbox: Sandbox) -> None:
    await sandbox.page.get_by_role("link", name="Friends").click()
    await sandbox.page.get_by_label("Write as").select_option("Иван")
    await sandbox.says("всем привет")
    await expect(sandbox.log).to_contain_text("Иван")
    (update,) = await sandbox.api.result("getUpdates", timeout=5)
    assert update["message"]["from"]["first_name"] == "Иван"
    assert update["message"]["chat"]["type"] == "supergroup"


async def test_nothing_anyone_writes_runs_in_the_page(sandbox: Sandbox) -> None:
    attack = '<img src=x onerror="document.title=1"><script>document.title=1</script>\'"&'
    title = await sandbox.page.title()
    sandbox.demo_chats[0].people[0].first_name = attack
    await sandbox.says(attack)
    await expect(sandbox.log).to_contain_text(attack)
    entities = [
        {"type": "text_link", "offset": 0, "length": 5, "url": 'javascript:document.title=1//"onmouseover="x'},
        {"type": "pre", "offset": 2, "length": 60},
        {"type": attack, "offset": 1, "length": 3},
    ]
    button = {"inline_keyboard": [[{"text": attack, "callback_data": '"><script>1'}]]}
    await sandbox.bot_says(attack, entities=entities, reply_markup=button)
    await sandbox.api.result("setMyDescription", description=attack)
    await expect(sandbox.log.get_by_role("article")).to_have_count(2)
    await sandbox.page.reload()
    await expect(sandbox.log.get_by_role("article")).to_have_count(2)
    await expect(sandbox.log.locator("img, script, a[href^=javascript]")).to_have_count(0)
    assert await sandbox.page.title() == title


async def test_a_reload_keeps_the_conversation_and_goes_on(sandbox: Sandbox) -> None:
    await sandbox.says("before")
    await expect(sandbox.log).to_contain_text("before")
    await sandbox.page.reload()
    await expect(sandbox.log.get_by_role("article")).to_have_count(1)
    await sandbox.bot_says("after")
    await expect(sandbox.log.get_by_role("article")).to_have_count(2)


async def test_what_was_said_while_the_page_was_cut_off_is_there_when_it_is_back(sandbox: Sandbox) -> None:
    await sandbox.says("before")
    await expect(sandbox.log).to_contain_text("before")
    await sandbox.page.context.set_offline(True)
    await sandbox.bot_says("meanwhile")
    await sandbox.page.context.set_offline(False)
    await expect(sandbox.log.get_by_role("article")).to_have_count(2)
    await expect(sandbox.log).to_contain_text("meanwhile")


async def test_commands_are_offered_in_the_persons_language(sandbox: Sandbox) -> None:
    for language, description in (("", "Get help"), ("ru", "Помощь")):
        commands = [{"command": "start", "description": "Start"}, {"command": "help", "description": description}]
        await sandbox.api.result("setMyCommands", commands=commands, language_code=language)
    await sandbox.opens(1)
    box = sandbox.page.get_by_label("Message")
    await box.press_sequentially("/h")
    offered = sandbox.page.get_by_role("option")
    await expect(offered).to_have_text(["/help Помощь"])
    await box.press("ArrowDown")
    await box.press("Enter")
    await expect(sandbox.log).to_contain_text("/help")
    await expect(offered).to_have_count(0)
    await sandbox.page.get_by_role("button", name="Commands").click()
    await offered.filter(has_text="/start").click()
    await expect(sandbox.log).to_contain_text("/start")


async def test_pictures_and_documents_are_shown(sandbox: Sandbox) -> None:
    await sandbox.says("hi")
    await expect(sandbox.log).to_contain_text("hi")
    for method, field, name in (("sendPhoto", "photo", "a.png"), ("sendDocument", "document", "report.csv")):
        form = aiohttp.FormData({"chat_id": str(sandbox.demo_chats[0].conversation.id)}, default_to_multipart=True)
        form.add_field(field, PIXEL, filename=name)
        async with sandbox.api.http.post(f"{sandbox.api.url}/bot42:TEST/{method}", data=form) as response:
            assert response.status == 200
    picture = sandbox.log.get_by_role("img", name="Photo")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1)
    async with sandbox.page.expect_download() as download:
        await sandbox.log.get_by_role("link", name="report.csv").click()
    assert (await download.value).suggested_filename == "report.csv"


async def test_a_reply_names_what_it_answers(sandbox: Sandbox) -> None:
    await sandbox.says("hi")
    await expect(sandbox.log).to_contain_text("hi")
    number = await sandbox.bot_says("question?")
    await sandbox.log.get_by_role("article").nth(1).get_by_role("button", name="Reply").click()
    await sandbox.says("answer")
    await expect(sandbox.log.get_by_role("article")).to_have_count(3)
    *_, update = await sandbox.api.result("getUpdates")
    assert update["message"]["reply_to_message"]["message_id"] == number


async def test_the_bot_can_be_blocked_and_unblocked(sandbox: Sandbox) -> None:
    await sandbox.says("hi")
    await expect(sandbox.log).to_contain_text("hi")
    await sandbox.page.get_by_role("button", name="Block").click()
    await expect(sandbox.page.get_by_label("Message")).to_be_hidden()
    status, _ = await sandbox.api.refused("sendMessage", chat_id=sandbox.demo_chats[0].conversation.id, text="x")
    assert status == 403
    await sandbox.page.get_by_role("button", name="Unblock").click()
    await expect(sandbox.page.get_by_label("Message")).to_be_visible()
    await sandbox.bot_says("back again")


async def test_it_fits_a_phone(sandbox: Sandbox) -> None:
    await sandbox.page.set_viewport_size({"width": 360, "height": 700})
    await sandbox.says("hi")
    await sandbox.bot_says("x" * 300, reply_markup=GO)
    await expect(sandbox.page.get_by_role("button", name="Go")).to_be_in_viewport()
    await expect(sandbox.page.get_by_role("button", name="Send")).to_be_in_viewport()
    assert await sandbox.page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "[bad"])
async def test_other_host_names_are_refused(sandbox: Sandbox, host: str) -> None:
    async with sandbox.api.http.get(f"{sandbox.api.url}/", headers={"Host": host}) as response:
        assert response.status in {400, 403}


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
async def test_posts_from_elsewhere_are_refused(sandbox: Sandbox, origin: str | None) -> None:
    url = f"{sandbox.api.url}/chats/{sandbox.demo_chats[0].conversation.id}/say"
    headers = {"Origin": origin} if origin else {}
    async with sandbox.api.http.post(url, data={"text": "x"}, headers=headers) as response:
        assert response.status == 403
    async with sandbox.api.http.post(url, data={"text": "x"}, headers={"Origin": sandbox.api.url}) as response:
        assert response.status == 204
    assert sandbox.emulator.pending_updates == 1


async def test_every_kind_of_message_can_be_read(sandbox: Sandbox) -> None:
    chat = sandbox.demo_chats[0].conversation
    chat.sends_video(caption="a clip")
    chat.sends_voice()
    chat.sends_sticker("🔥")
    chat.sends_location(1.5, 2.5)
    chat.sends_contact("+375291112233")
    chat.sends_poll("Tea or coffee?", ["Tea", "<b>Coffee</b>"])
    chat.sends_album()
    chat.forwards("News of the day", message_origins.from_channel("Daily <News>"))
    sent: dict[str, dict[str, Any]] = {
        "sendVenue": {"latitude": 1, "longitude": 2, "title": "Shop", "address": "Street 5"},
        "sendDice": {"emoji": "🎯"},
        "sendAudio": {"audio": "https://x.org/a.mp3", "title": "Song", "performer": "Band"},
        "sendAnimation": {"animation": "https://x.org/a.mp4"},
        "sendVideoNote": {"video_note": "https://x.org/a.mp4"},
    }
    for method, parameters in sent.items():
        await sandbox.api.result(method, chat_id=chat.id, **parameters)
    for words in (
        "🎬 Video video.mp4", "a clip", "🎤 Voice message", "Sticker 🔥", "1.5, 2.5", "+375291112233", "Tea or coffee?",
        "<b>Coffee</b>", "Forwarded from Daily <News>", "News of the day", "Shop", "Street 5", "🎯",
        "🎵 Audio: Band Song",
        "🎞 Animation", "⏺ Video message",
    ):  # fmt: skip
        await expect(sandbox.log).to_contain_text(words)
    articles = sandbox.log.get_by_role("article")
    await expect(articles).to_have_count(14)
    await expect(articles.filter(has=sandbox.page.get_by_role("img"))).to_have_count(2)
    await sandbox.opens(1)
    await expect(sandbox.page.get_by_role("navigation")).to_contain_text("Bot: ⏺ Video message")
