"""The index names, in order, every route that takes an update."""

from datetime import UTC, datetime

import pytest
from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, MessageEntity, Update, User
from telegram import ChatMemberLeft as Left
from telegram.ext import ExtBot

from bot.framework.route_index import RouteHandler, RouteIndex, handler_of
from tests.compatibility.recording import read
from tests.support.joined import ROUTES

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ANN, CHAT = User(1001, "Ann", is_bot=False), Chat(1001, Chat.PRIVATE)
INDEX = RouteIndex(ROUTES)
BOT = ExtBot("42:TEST")
BOT._bot_user = User(42, "Test Bot", is_bot=True, username="test_bot")


def message(text: str, command: int = 0) -> Update:
    """A message that begins with a command of this length."""
    entities = (MessageEntity(MessageEntity.BOT_COMMAND, 0, command),) if command else ()
    found = Message(1, NOW, CHAT, from_user=ANN, text=text, entities=entities)
    found.set_bot(BOT)
    return Update(1, message=found)


def pressed(data: str) -> Update:
    return Update(1, callback_query=CallbackQuery("1", ANN, "1", data=data))


BUTTONS: list[str] = read("buttons.json")
COMMANDS = [route.command for route in ROUTES if route.command is not None]
UPDATES = [
    message("hello"), message(""), message("/unknown", 8), message("say /help", 0),
    *(message(f"/{name}", len(name) + 1) for name in COMMANDS),
    *(message(f"/{name.upper()}@test_bot x", len(name) + 10) for name in COMMANDS),
    *(message(f"/{name}@other_bot", len(name) + 11) for name in COMMANDS[:2]),
    *map(pressed, [*BUTTONS, ":", "a", "a:card", "a:card:x", "a:card:1:2", "nothing", "start:"]),
    Update(1, my_chat_member=ChatMemberUpdated(CHAT, ANN, NOW, Left(ANN), Left(ANN))),
    Update(1, edited_message=Message(1, NOW, CHAT, text="x")),
]  # fmt: skip


@pytest.mark.parametrize("update", UPDATES, ids=range(len(UPDATES)))
def test_the_index_finds_what_asking_every_route_finds(update: Update) -> None:
    def takes(handler: RouteHandler) -> bool:
        check = handler.check_update(update)
        return check is not None and check is not False

    found = [one.route.name for one in INDEX.candidates(update) if takes(one.handler)]
    kinds = {kind for kind in Update.ALL_TYPES if getattr(update, kind) is not None}
    assert found == [route.name for route in ROUTES if route.kind in kinds and takes(handler_of(route))]


def test_a_button_is_compared_with_few_routes() -> None:
    candidates = list(INDEX.candidates(pressed("privacy:erase:yes")))
    assert [one.route.name for one in candidates] == [
        "button privacy", "button privacy:erase", "button privacy:erase:yes", "unknown_button",
    ]  # fmt: skip


def test_a_press_without_data_is_no_button_of_any_feature() -> None:
    """python-telegram-bot's handlers take it whatever their pattern is."""
    assert [one.route.name for one in INDEX.candidates(pressed(""))] == ["unknown_button"]
