"""Steps that tests of the administrators' panel share."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping

from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.messages import Message
from tests.support.shared_worker import Administrator, SharedWorker


async def known_user(shared_worker: SharedWorker, first_name: str, **facts: Any) -> PrivateChat:
    """Somebody who has written to the bot in private."""
    last_name = facts.pop("last_name", "")
    chat = shared_worker.telegram.private_chat(shared_worker.telegram.person(first_name, **facts))
    chat.person.last_name = last_name
    chat.says("/help")
    await chat.receives("/settings")
    await shared_worker.settles()
    return chat


async def open_admin_panel(administrator: Administrator) -> Message:
    """Open the panel and return its message."""
    before = _count(administrator, "Administration")
    administrator.chat.says("/admin")
    return await administrator.chat.receives("Administration", times=before + 1)


async def searches(administrator: Administrator, text: str, *, finds: str = "Found for") -> Message:
    """Search for people and return the message that lists them."""
    menu = await open_admin_panel(administrator)
    await administrator.presses(menu, "👥 People", shows="met me")
    await administrator.presses(menu, "🔎 Search", shows="Whom are you looking for")
    before = _count(administrator, finds)
    administrator.chat.says(text)
    return await administrator.chat.receives(finds, times=before + 1)


async def card_of(administrator: Administrator, chat: PrivateChat) -> Message:
    found = await searches(administrator, str(chat.id))
    await administrator.presses(found, chat.person.first_name, shows=f"Id: {chat.id}")
    return found


async def bans(
    administrator: Administrator,
    chat: PrivateChat,
    *,
    term: str = "1 day",
    silent: bool = False,
    reason: str | None = "Spam",
) -> Message:
    """Ban somebody from their card and return the card."""
    card = await card_of(administrator, chat)
    await administrator.presses(card, "🚫 Ban", shows="For how long?")
    await administrator.presses(card, term, shows="Are they to be told?")
    await administrator.presses(card, "🤫 Silently" if silent else "📢 Tell them", shows="What is the reason?")
    if reason is None:
        await administrator.presses(card, "Skip", shows="🚫 Banned.")
        return card
    before = _count(administrator, "🚫 Banned.")
    administrator.chat.says(reason)
    return await administrator.chat.receives("🚫 Banned.", times=before + 1)


async def audit_entries(shared_worker: SharedWorker, action: str) -> Sequence[RowMapping]:
    return await shared_worker.rows(f"SELECT * FROM audit WHERE action = '{action}' ORDER BY id")


async def user_row(shared_worker: SharedWorker, chat: PrivateChat) -> RowMapping:
    return (await shared_worker.rows(f"SELECT * FROM users WHERE telegram_id = {chat.id}"))[0]


def _count(administrator: Administrator, part: str) -> int:
    return len([one for one in administrator.chat.received if part in one.text])
