"""The Bot API over HTTP: all ways to pass parameters work, and errors are those of Telegram."""

import json
from typing import Any

import aiohttp
import pytest
import telegram
import telegram.ext

from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.user_actions import PIXEL
from tests.sandbox.emulator_clients import TOKEN, Client

GO = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


class TestCalls:
    @pytest.mark.parametrize("way", ["query", "form", "json", "multipart"])
    async def test_parameters_come_in_four_ways(self, chat: PrivateChat, api: Client, way: str) -> None:
        parameters = {"chat_id": str(chat.id), "text": "hi ü", "reply_markup": json.dumps(GO)}
        form = aiohttp.FormData(default_to_multipart=way == "multipart")
        for name, value in parameters.items():
            form.add_field(name, value)
        sends: dict[str, Any] = {
            "query": {"params": parameters},
            "form": {"data": parameters},
            "json": {"json": parameters | {"reply_markup": GO}},
            "multipart": {"data": form},
        }
        method = "GET" if way == "query" else "POST"
        async with api.http.request(method, f"{api.url}/bot{TOKEN}/sendMessage", **sends[way]) as response:
            assert response.status == 200
        assert [(message.text, message.keyboard) for message in chat.received] == [("hi ü", GO)]

    async def test_a_method_may_be_written_in_any_case(self, api: Client) -> None:
        assert (await api.result("GETME"))["username"] == "test_bot"

    async def test_an_unknown_method_is_not_found(self, api: Client) -> None:
        status, description = await api.refused("sendHugs")
        assert (status, description.startswith("Not Found")) == (404, True)

    @pytest.mark.parametrize("token", ["42:WRONG", "1:TEST", "x"])
    async def test_a_wrong_token_is_unauthorized(self, api: Client, token: str) -> None:
        async with api.http.get(f"{api.url}/bot{token}/getMe") as response:
            assert response.status == 401
            assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}

    async def test_a_revoked_token_is_unauthorized_from_then_on(self, emulator: Emulator, api: Client) -> None:
        await api.result("getMe")
        emulator.revoke()
        assert await api.refused("getMe") == (401, "Unauthorized")

    async def test_calls_are_logged_with_what_was_asked_and_answered(self, emulator: Emulator, api: Client) -> None:
        await api.answer("sendMessage", chat_id=5, text="x")
        (call,) = emulator.calls.of("sendMessage")
        assert (dict(call.parameters), call.status) == ({"chat_id": 5, "text": "x"}, 400)

    async def test_a_server_can_be_stopped_and_started_on_the_same_state(self, emulator: Emulator) -> None:
        async with aiohttp.ClientSession() as http:
            async with serving(emulator) as url:
                port = int(url.rpartition(":")[2])
            with pytest.raises(aiohttp.ClientConnectionError):
                await http.get(url)
            async with serving(emulator, port=port) as again:
                assert again == url
                assert await Client(http, url).result("getMe")


class TestSending:
    async def test_a_text_is_received(self, chat: PrivateChat, api: Client) -> None:
        await api.result("sendMessage", chat_id=chat.id, text=" hello \n")
        assert (await chat.receives("hello")).text == "hello"

    @pytest.mark.parametrize(
        ("parameters", "complaint"),
        [
            ({}, "message text is empty"),
            ({"text": ""}, "message text is empty"),
            ({"text": " \n"}, "text must be non-empty"),
            ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
            (
                {"text": "<b>x", "parse_mode": "html"},
                "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
            ),
            ({"text": "x" * 4097}, "message is too long"),
            ({"text": "😀" * 2049}, "message is too long"),
            ({"text": "x" * 33_000}, "text is too long"),
            ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
            ({"text": "x", "chat_id": ""}, "chat_id is empty"),
            ({"text": "x", "chat_id": 999}, "chat not found"),
            ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
            ({"text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
            ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ],
    )
    async def test_what_telegram_refuses(
        self, chat: PrivateChat, api: Client, parameters: dict[str, Any], complaint: str
    ) -> None:
        refused = await api.refused("sendMessage", **{"chat_id": chat.id} | parameters)
        assert refused == (400, f"Bad Request: {complaint}")
        assert chat.received == []

    @pytest.mark.parametrize("text", ["x" * 4096, "😀" * 2048])
    async def test_the_longest_text_passes(self, chat: PrivateChat, api: Client, text: str) -> None:
        await api.result("sendMessage", chat_id=chat.id, text=text)

    async def test_length_counts_after_the_tags_are_gone(self, chat: PrivateChat, api: Client) -> None:
        await api.result("sendMessage", chat_id=chat.id, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")

    async def test_markdown_is_honestly_refused(self, chat: PrivateChat, api: Client) -> None:
        _, complaint = await api.refused("sendMessage", chat_id=chat.id, text="*x*", parse_mode="MarkdownV2")
        assert "unsupported in the sandbox" in complaint

    async def test_given_entities_are_taken(self, chat: PrivateChat, api: Client) -> None:
        bold = {"type": "bold", "offset": 0, "length": 1}
        message = await api.result("sendMessage", chat_id=chat.id, text="x", entities=[bold])
        assert message["entities"] == [bold]

    async def test_a_reply_shows_what_it_answers(self, chat: PrivateChat, api: Client) -> None:
        question = chat.says("what?")
        await api.result("sendMessage", chat_id=chat.id, text="x", reply_parameters={"message_id": question.message_id})
        assert chat.received[0].reply_to is question

    async def test_a_reply_to_what_is_gone_may_go_without(self, chat: PrivateChat, api: Client) -> None:
        missing = {"message_id": 999, "allow_sending_without_reply": True}
        assert "reply_to_message" not in await api.result(
            "sendMessage", chat_id=chat.id, text="x", reply_parameters=missing
        )

    async def test_numbers_of_messages_count_in_each_chat(
        self, emulator: Emulator, chat: PrivateChat, api: Client
    ) -> None:
        other = emulator.private_chat()
        other.says("hi")
        numbers = [
            (await api.result("sendMessage", chat_id=place.id, text="x"))["message_id"] for place in (chat, other, chat)
        ]
        assert numbers == [2, 2, 3]

    async def test_typing_is_seen(self, chat: PrivateChat, api: Client) -> None:
        await api.result("sendChatAction", chat_id=chat.id, action="typing")
        assert chat.chat.action[0] == "typing"
        assert await api.refused("sendChatAction", chat_id=chat.id, action="yodel") == (
            400,
            "Bad Request: wrong parameter action in request",
        )

    async def test_copies_say_the_same_as_the_bots_own(self, chat: PrivateChat, api: Client) -> None:
        original = chat.sends_photo(caption="look")
        answer = await api.result("copyMessage", chat_id=chat.id, from_chat_id=chat.id, message_id=original.message_id)
        (copy,) = chat.received
        assert answer == {"message_id": copy.message_id}
        assert copy.content == original.content

    async def test_what_is_not_there_cannot_be_copied(self, chat: PrivateChat, api: Client) -> None:
        refused = await api.refused("copyMessage", chat_id=chat.id, from_chat_id=chat.id, message_id=99)
        assert refused == (400, "Bad Request: message to copy not found")


class TestRefusals:
    async def test_strangers_cannot_be_written_to(self, emulator: Emulator, api: Client) -> None:
        stranger = emulator.person()
        refused = await api.refused("sendMessage", chat_id=stranger.id, text="x")
        assert refused == (403, "Forbidden: bot can't initiate conversation with a user")

    async def test_who_blocked_the_bot_is_not_reached_until_they_unblock_it(
        self, chat: PrivateChat, api: Client
    ) -> None:
        chat.blocks()
        refused = await api.refused("sendMessage", chat_id=chat.id, text="x")
        assert refused == (403, "Forbidden: bot was blocked by the user")
        chat.unblocks()
        await api.result("sendMessage", chat_id=chat.id, text="x")

    async def test_a_deleted_account_is_not_reached(self, chat: PrivateChat, api: Client) -> None:
        chat.person.deactivated = True
        refused = await api.refused("sendMessage", chat_id=chat.id, text="x")
        assert refused == (403, "Forbidden: user is deactivated")

    async def test_a_group_that_threw_the_bot_out_is_closed_to_it(self, emulator: Emulator, api: Client) -> None:
        ann = emulator.person()
        group = emulator.group("Friends", [ann])
        await api.result("sendMessage", chat_id=group.id, text="x")
        group.removes_bot(ann)
        refused = await api.refused("sendMessage", chat_id=group.id, text="x")
        assert refused == (403, "Forbidden: bot was kicked from the supergroup chat")

    async def test_a_flood_is_refused_with_the_seconds_to_wait_in_body_and_header(
        self, emulator: Emulator, chat: PrivateChat, api: Client
    ) -> None:
        emulator.limits.enabled = True
        for _ in range(3):
            await api.result("sendMessage", chat_id=chat.id, text="x")
        data = {"chat_id": chat.id, "text": "x"}
        async with api.http.post(f"{api.url}/bot{TOKEN}/sendMessage", data=data) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "1")
            assert await response.json() == {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 1",
                "parameters": {"retry_after": 1},
            }
        emulator.clock.forward(1)
        await api.result("sendMessage", chat_id=chat.id, text="x")


class TestEditing:
    @pytest.fixture
    async def number(self, chat: PrivateChat, api: Client) -> int:
        sent = await api.result("sendMessage", chat_id=chat.id, text="old", reply_markup=GO)
        return int(sent["message_id"])

    async def test_a_text_changes_in_place(self, chat: PrivateChat, api: Client, number: int) -> None:
        edited = await api.result("editMessageText", chat_id=chat.id, message_id=number, text="new")
        assert (edited["text"], "edit_date" in edited, "reply_markup" in edited) == ("new", True, False)
        assert [message.text for message in chat.received] == ["new"]

    async def test_a_keyboard_changes_alone(self, chat: PrivateChat, api: Client, number: int) -> None:
        await api.result("editMessageReplyMarkup", chat_id=chat.id, message_id=number)
        assert (chat.received[0].text, chat.received[0].keyboard) == ("old", None)

    async def test_nothing_changed_is_refused(self, chat: PrivateChat, api: Client, number: int) -> None:
        refused = await api.refused("editMessageText", chat_id=chat.id, message_id=number, text="old", reply_markup=GO)
        complaint = (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
        assert refused == (400, complaint)

    async def test_what_is_gone_or_not_the_bots_is_refused(self, chat: PrivateChat, api: Client, number: int) -> None:
        await api.result("deleteMessage", chat_id=chat.id, message_id=number)
        theirs = chat.says("mine").message_id
        for wanted, complaint in ((number, "message to edit not found"), (theirs, "message can't be edited")):
            refused = await api.refused("editMessageText", chat_id=chat.id, message_id=wanted, text="new")
            assert refused == (400, f"Bad Request: {complaint}")

    async def test_a_message_is_deleted_once(self, chat: PrivateChat, api: Client, number: int) -> None:
        await api.result("deleteMessage", chat_id=chat.id, message_id=number)
        assert chat.received[0].deleted
        refused = await api.refused("deleteMessage", chat_id=chat.id, message_id=number)
        assert refused == (400, "Bad Request: message to delete not found")

    async def test_an_old_message_cannot_be_deleted(
        self, emulator: Emulator, chat: PrivateChat, api: Client, number: int
    ) -> None:
        emulator.clock.forward(48 * 3600 + 1)
        refused = await api.refused("deleteMessage", chat_id=chat.id, message_id=number)
        assert refused == (400, "Bad Request: message can't be deleted for everyone")


class TestButtons:
    async def test_a_press_is_answered_once(self, chat: PrivateChat, api: Client) -> None:
        await api.result("sendMessage", chat_id=chat.id, text="choose", reply_markup=GO)
        press = chat.press(chat.received[0], "Go")
        (update,) = await api.result("getUpdates")
        query = update["callback_query"]
        assert (query["data"], query["message"]["text"]) == ("go", "choose")
        answer = {"callback_query_id": query["id"], "text": "done", "show_alert": True}
        await api.result("answerCallbackQuery", **answer)
        assert press.answer is not None
        assert (press.answer.text, press.answer.show_alert) == ("done", True)
        assert await api.refused("answerCallbackQuery", **answer) == TOO_OLD

    async def test_a_late_answer_is_refused(self, emulator: Emulator, chat: PrivateChat, api: Client) -> None:
        await api.result("sendMessage", chat_id=chat.id, text="choose", reply_markup=GO)
        press = chat.press(chat.received[0], "go")
        emulator.clock.forward(151)
        assert await api.refused("answerCallbackQuery", callback_query_id=press.id) == TOO_OLD
        assert press.answer is None

    async def test_a_button_that_is_not_there_is_a_mistake_of_the_test(self, chat: PrivateChat, api: Client) -> None:
        await api.result("sendMessage", chat_id=chat.id, text="choose", reply_markup=GO)
        with pytest.raises(LookupError, match=r"no button 'Stop' among \['Go'\]"):
            chat.press(chat.received[0], "Stop")


TOO_OLD = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")


class TestFiles:
    async def test_an_upload_is_received_and_can_be_fetched_again(self, chat: PrivateChat, ptb: telegram.Bot) -> None:
        message = await ptb.send_document(chat.id, b"content", filename="a.txt", caption="read")
        assert message.document
        assert (message.document.file_name, message.document.file_size) == ("a.txt", 7)
        file = await message.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b"content"

    async def test_a_photo_has_its_size(self, chat: PrivateChat, ptb: telegram.Bot) -> None:
        message = await ptb.send_photo(chat.id, PIXEL)
        assert [(size.width, size.height) for size in message.photo] == [(1, 1)]

    async def test_a_file_is_sent_again_by_its_id(self, chat: PrivateChat, ptb: telegram.Bot) -> None:
        photo = (await ptb.send_photo(chat.id, PIXEL)).photo[-1]
        assert (await ptb.send_photo(chat.id, photo.file_id)).photo[-1] == photo

    async def test_what_a_person_sent_can_be_fetched(self, chat: PrivateChat, ptb: telegram.Bot) -> None:
        chat.sends_document("notes.txt", b"notes")
        (update,) = await ptb.get_updates()
        assert update.message
        assert update.message.document
        file = await update.message.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b"notes"

    async def test_a_file_attached_under_another_name_is_found(self, chat: PrivateChat, api: Client) -> None:
        form = aiohttp.FormData({"chat_id": str(chat.id), "photo": "attach://picture"}, default_to_multipart=True)
        form.add_field("picture", PIXEL, filename="p.png")
        async with api.http.post(f"{api.url}/bot{TOKEN}/sendPhoto", data=form) as response:
            assert response.status == 200
        assert chat.received[0].content.media

    @pytest.mark.parametrize(
        ("parameters", "complaint"),
        [
            ({}, "there is no photo in the request"),
            ({"photo": "nonsense"}, "wrong file identifier/HTTP URL specified"),
            ({"photo": "https://x.org/a.png", "caption": "x" * 1025}, "message caption is too long"),
        ],
    )
    async def test_what_telegram_refuses(
        self, chat: PrivateChat, api: Client, parameters: dict[str, Any], complaint: str
    ) -> None:
        refused = await api.refused("sendPhoto", chat_id=chat.id, **parameters)
        assert refused == (400, f"Bad Request: {complaint}")

    async def test_what_is_no_picture_is_no_photo(self, chat: PrivateChat, ptb: telegram.Bot) -> None:
        with pytest.raises(telegram.error.BadRequest, match=r"(?i)image_process_failed"):
            await ptb.send_photo(chat.id, b"text")

    async def test_another_token_fetches_nothing(self, emulator: Emulator, api: Client) -> None:
        path = emulator.state.files.document(b"x", "a.txt", "").path
        async with api.http.get(f"{api.url}/file/bot42:WRONG/{path}") as response:
            assert response.status == 404


class TestProfile:
    async def test_commands_are_kept_by_scope_and_language(self, chat: PrivateChat, ptb: telegram.Bot) -> None:
        for scope, language, command in (
            (telegram.BotCommandScopeDefault(), None, "a"),
            (telegram.BotCommandScopeDefault(), "ru", "b"),
            (telegram.BotCommandScopeChat(chat.id), None, "c"),
        ):
            assert await ptb.set_my_commands([(command, "does it")], scope, language)
        assert [command.command for command in await ptb.get_my_commands()] == ["a"]
        assert [command.command for command in await ptb.get_my_commands(language_code="ru")] == ["b"]
        assert await ptb.get_my_commands(language_code="de") == ()
        await ptb.delete_my_commands(language_code="ru")
        assert await ptb.get_my_commands(language_code="ru") == ()

    @pytest.mark.parametrize(
        ("command", "complaint"),
        [
            ({"command": "Start", "description": "x"}, "BOT_COMMAND_INVALID"),
            ({"command": "", "description": "x"}, "command must be non-empty"),
            ({"command": "x" * 33, "description": "x"}, "command length must not exceed 32"),
            ({"command": "x", "description": ""}, "command description must be non-empty"),
        ],
    )
    async def test_a_bad_command_is_refused(self, api: Client, command: dict[str, str], complaint: str) -> None:
        assert await api.refused("setMyCommands", commands=[command]) == (400, f"Bad Request: {complaint}")

    async def test_name_and_descriptions_are_kept_by_language(self, ptb: telegram.Bot) -> None:
        await ptb.set_my_name("Робот", "ru")
        await ptb.set_my_short_description("Short")
        assert (await ptb.get_my_name("ru")).name == "Робот"
        assert (await ptb.get_my_name()).name == "Test Bot"
        assert (await ptb.get_my_short_description("ru")).short_description == "Short"


async def test_what_an_application_calls_at_its_start_is_answered(emulator: Emulator, url: str) -> None:
    builder = telegram.ext.Application.builder().token(TOKEN).base_url(f"{url}/bot")
    async with builder.build() as application:
        assert application.bot.username == "test_bot"
        assert application.updater
        await application.updater.start_polling()
        await emulator.until(lambda: emulator.waiting_polls)
        emulator.clock.forward(3)  # otherwise its last getUpdates, with the same offset, would wait
        await application.updater.stop()
