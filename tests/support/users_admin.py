"""What the tests of the administrators' panel do again and again."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping

from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.messages import Message
from tests.support.shared_worker import Administrator, SharedWorker


async def meets(shared_worker: SharedWorker, first_name: str, **facts: Any) -> PrivateChat:
    """Somebody who has written to the bot in private."""
    last_name = facts.pop("last_name", "")
    chat = shared_worker.telegram.private_chat(shared_worker.telegram.person(first_name, **facts))
    chat.person.last_name = last_name
    chat.says("/help")
    await chat.receives("/settings")
    await shared_worker.settles()
    return chat


async def opens(who: Administrator) -> Message:
    """The panel, just opened."""
    before = _count(who, "Administration")
    who.chat.says("/admin")
    return await who.chat.receives("Administration", times=before + 1)


async def searches(who: Administrator, text: str, *, finds: str = "Found for") -> Message:
    """Search for people; the message that lists them."""
    menu = await opens(who)
    await who.presses(menu, "👥 People", shows="met me")
    await who.presses(menu, "🔎 Search", shows="Whom are you looking for")
    before = _count(who, finds)
    who.chat.says(text)
    return await who.chat.receives(finds, times=before + 1)


async def card_of(who: Administrator, chat: PrivateChat) -> Message:
    found = await searches(who, str(chat.id))
    await who.presses(found, chat.person.first_name, shows=f"Id: {chat.id}")
    return found


async def bans(
    who: Administrator, chat: PrivateChat, *, term: str = "1 day", silent: bool = False, reason: str | None = "Spam"
) -> Message:
    """Ban somebody from their card; the card afterwards."""
    card = await card_of(who, chat)
    await who.presses(card, "🚫 Ban", shows="For how long?")
    await who.presses(card, term, shows="Are they to be told?")
    await who.presses(card, "🤫 Silently" if silent else "📢 Tell them", shows="What is the reason?")
    if reason is None:
        await who.presses(card, "Skip", shows="🚫 Banned.")
        return card
    before = _count(who, "🚫 Banned.")
    who.chat.says(reason)
    return await who.chat.receives("🚫 Banned.", times=before + 1)


async def audit(shared_worker: SharedWorker, action: str) -> Sequence[RowMapping]:
    return await shared_worker.rows(f"SELECT * FROM audit WHERE action = '{action}' ORDER BY id")


async def person(shared_worker: SharedWorker, chat: PrivateChat) -> RowMapping:
    return (await shared_worker.rows(f"SELECT * FROM users WHERE telegram_id = {chat.id}"))[0]


def _count(who: Administrator, part: str) -> int:
    return len([one for one in who.chat.received if part in one.text])
