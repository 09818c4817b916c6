"""Two independent models of the Bot API know every key of the emulator's objects."""

from collections.abc import Callable
from typing import Any

import pytest
import telegram

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world import message_origins
from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.chats import BotMembership
from bot.sandbox.world.conversations import Group, PrivateChat
from bot.sandbox.world.entities import make_entity
from bot.sandbox.world.messages import Message
from bot.sandbox.world.user_actions import PIXEL
from tests.sandbox.emulator_clients import Client, aiogram, check, unknown_to_aiogram, unknown_to_ptb

RICH = (
    "<b>Bold</b> <i>i</i> <u>u</u> <s>s</s> <code>c</code> <pre><code class='language-py'>p</code></pre> "
    "<tg-spoiler>s</tg-spoiler> <a href='https://x.org'>l</a> <a href='tg://user?id=1001'>Ann</a> 😀 "
    "<blockquote>q</blockquote> <blockquote expandable>q</blockquote> <tg-emoji emoji-id='5'>👍</tg-emoji> "
    "<tg-time unix='9'>t</tg-time> /start @ann #tag a@b.org"
)
LINK = {"inline_keyboard": [[{"text": "Web", "url": "https://x.org/"}]]}
KEYBOARD = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}], [{"text": "Web", "url": "https://x.org/"}]]}


def test_the_check_sees_a_key_that_telegram_does_not_have() -> None:
    update = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private", "mood": "good"}},
    }
    assert list(unknown_to_aiogram(aiogram("Update").model_validate(update))) == [".message.chat.mood"]
    assert list(unknown_to_ptb(telegram.Update.de_json(update, None))) == [".message.chat.mood"]


def _sent(emulator: Emulator, chat: PrivateChat, text: str) -> Message:
    from_bot = emulator.state.post(chat.chat, emulator.bot, chat.says(text).content)
    from_bot.keyboard = KEYBOARD
    return from_bot


def _in_group(emulator: Emulator, person: UserAccount) -> Group:
    return emulator.group("Friends", [person])


Action = Callable[[Emulator, PrivateChat], Any]
ACTIONS: dict[str, Action] = {
    "text": lambda _, chat: chat.says("/help@test_bot see https://x.org, @ann #tag a@b.org 😀"),
    "reply": lambda _, chat: chat.replies_to(chat.says("a"), "b"),
    "edit": lambda _, chat: chat.edits(chat.says("a"), "b"),
    "photo": lambda _, chat: chat.sends_photo(PIXEL, "look /start"),
    "document": lambda _, chat: chat.sends_document("a.txt", b"abc", "read"),
    "entities": lambda _, chat: chat.says(
        "bold 👍",
        entities=[
            make_entity("bold 👍", "bold", "bold"),
            make_entity("bold 👍", "👍", "custom_emoji", custom_emoji_id="5"),
        ],
    ),
    "video": lambda _, chat: chat.sends_video(caption="look"),
    "voice": lambda _, chat: chat.sends_voice(),
    "sticker": lambda _, chat: chat.sends_sticker(),
    "album": lambda _, chat: chat.sends_album(),
    "location": lambda _, chat: chat.sends_location(),
    "contact": lambda _, chat: chat.sends_contact(),
    "poll": lambda _, chat: chat.sends_poll(),
    "forward of a person": lambda _, chat: chat.forwards(chat.says("a")),
    "forward of a hidden person": lambda _, chat: chat.forwards("a", message_origins.from_hidden_user("Somebody")),
    "forward of a chat": lambda _, chat: chat.forwards("a", message_origins.from_chat("Friends", signature="boss")),
    "forward of a channel": lambda _, chat: chat.forwards("a", message_origins.from_channel("News"), keyboard=LINK),
    "topic": lambda emulator, chat: _in_group(emulator, chat.person).opens_topic("News", by=chat.person),
    "became a supergroup": lambda emulator, chat: emulator.group(
        "Friends", [chat.person], basic=True
    ).becomes_supergroup(),
    "press": lambda emulator, chat: chat.press(_sent(emulator, chat, "choose"), "Go"),
    "block": lambda _, chat: chat.blocks(),
    "unblock": lambda _, chat: chat.unblocks(),
    "group text": lambda emulator, chat: _in_group(emulator, chat.person).says("hi", by=chat.person),
    "bot added": lambda emulator, chat: _in_group(emulator, chat.person).adds_bot(chat.person),
    "bot removed": lambda emulator, chat: _in_group(emulator, chat.person).removes_bot(chat.person),
    "bot left": lambda emulator, chat: _in_group(emulator, chat.person).bot_becomes(BotMembership.LEFT, chat.person),
    "joined": lambda emulator, chat: _in_group(emulator, chat.person).joins(emulator.person()),
    "left": lambda emulator, chat: _in_group(emulator, chat.person).leaves(chat.person),
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
async def test_updates(emulator: Emulator, chat: PrivateChat, api: Client, action: Action) -> None:
    action(emulator, chat)
    updates = await api.result("getUpdates")
    assert updates
    for update in updates:
        check(aiogram("Update"), telegram.Update, update)


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("sendMessage", {"text": RICH, "parse_mode": "HTML", "reply_markup": KEYBOARD}),
        ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 1}}),
        ("sendPhoto", {"photo": "https://x.org/a.jpg", "caption": "<b>c</b>", "parse_mode": "HTML"}),
        ("sendDocument", {"document": "https://x.org/a.pdf", "caption": "c"}),
    ],
)
async def test_messages(chat: PrivateChat, api: Client, method: str, parameters: dict[str, Any]) -> None:
    message = await api.result(method, chat_id=chat.id, **parameters)
    check(aiogram("Message"), telegram.Message, message)
    assert set(parameters) - {"parse_mode", "reply_parameters"} <= set(message)


async def test_every_entity_kind_of_html_arrives_with_its_place(chat: PrivateChat, api: Client) -> None:
    message = await api.result("sendMessage", chat_id=chat.id, text=RICH, parse_mode="HTML")
    parsed = telegram.Message.de_json(message, None)
    texts = {str(entity.type): text for entity, text in parsed.parse_entities().items()}
    assert texts == {
        "bold": "Bold", "italic": "i", "underline": "u", "strikethrough": "s", "code": "c", "pre": "p",
        "spoiler": "s", "text_link": "l", "text_mention": "Ann", "blockquote": "q", "expandable_blockquote": "q",
        "custom_emoji": "👍", "date_time": "t", "bot_command": "/start", "mention": "@ann", "hashtag": "#tag",
        "email": "a@b.org",
    }  # fmt: skip


async def test_other_answers(emulator: Emulator, chat: PrivateChat, api: Client) -> None:
    group = emulator.group("Friends", [chat.person])
    check(aiogram("User"), telegram.User, await api.result("getMe"))
    check(aiogram("WebhookInfo"), telegram.WebhookInfo, await api.result("getWebhookInfo"))
    for place in (chat, group):
        check(aiogram("ChatFullInfo"), telegram.ChatFullInfo, await api.result("getChat", chat_id=place.id))
    for person, model in ((chat.person, aiogram("ChatMemberOwner")), (emulator.person(), aiogram("ChatMemberLeft"))):
        member = await api.result("getChatMember", chat_id=group.id, user_id=person.id)
        check(model, telegram.ChatMember, member)
    sent = await api.result("sendDocument", chat_id=chat.id, document="https://x.org/a.pdf")
    file = await api.result("getFile", file_id=sent["document"]["file_id"])
    check(aiogram("File"), telegram.File, file)
