"""The bot's membership in groups and channels, and groups that became supergroups, read from updates.

Source: Bot API, ChatMemberUpdated, ChatMember, and Message's `migrate_to_chat_id` and `migrate_from_chat_id`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.db.tables.chats import Chats
from bot.db.text import JsonObject
from bot.db.unit_of_work import Work
from bot.worker.intake.reading import RawUpdate
from bot.worker.intake.seen_users import GONE, is_id


class BotMembership(StrEnum):
    """The bot's rights in a chat. The value is stored as the reason."""

    WRITES = "writes"
    MUTED = "the bot may not write"
    LEFT = "the bot is no member"


@dataclass(frozen=True, slots=True)
class Memberships:
    """By chat: the bot's latest membership, and the supergroup that a group became."""

    now: dict[int, BotMembership]
    became: dict[int, int]


def memberships(updates: Iterable[RawUpdate]) -> Memberships:
    """Memberships and migrations from updates, in their order."""
    found = Memberships({}, {})
    for update in updates:
        chat = update.body.get("chat")
        if not isinstance(chat, dict) or str(chat.get("type")) not in {"group", "supergroup", "channel"}:
            continue
        if not is_id(chat.get("id")) or chat["id"] >= 0:
            continue
        if update.kind == "my_chat_member" and (membership := _membership(update.body, chat["type"])) is not None:
            found.now[chat["id"]] = membership
        elif update.kind == "message":
            found.became.update(_became(update.body, chat["id"]))
    return found


async def record(work: Work, bot_id: int, found: Memberships) -> None:
    """Store memberships, one statement each: there are few. The order is fixed, so that transactions don't deadlock."""
    for chat_id in sorted(found.now.keys() | found.became.keys()):
        match found.now.get(chat_id):
            case BotMembership.WRITES:
                await work.of(Chats).unmark(bot_id, chat_id)
            case BotMembership.MUTED as membership:
                await work.of(Chats).mark_muted(bot_id, chat_id, membership.value)
            case BotMembership.LEFT as membership:
                await work.of(Chats).mark_left(bot_id, chat_id, membership.value)
        if (supergroup_id := found.became.get(chat_id)) is not None:
            await work.of(Chats).mark_became(bot_id, chat_id, supergroup_id)


def _membership(change: JsonObject, kind: str) -> BotMembership | None:
    """The membership that a change leads to; None if it is unknown, which changes nothing."""
    member = change.get("new_chat_member")
    if not isinstance(member, dict):
        return None
    status = str(member.get("status"))
    if status in GONE or (status == "restricted" and member.get("is_member") is False):
        return BotMembership.LEFT
    if status == "restricted":
        return BotMembership.MUTED if member.get("can_send_messages") is False else BotMembership.WRITES
    if kind == "channel" and status in {"member", "administrator"}:
        return BotMembership.WRITES if member.get("can_post_messages") is True else BotMembership.MUTED
    return BotMembership.WRITES if status in {"member", "administrator", "creator"} else None


def _became(message: JsonObject, chat_id: int) -> dict[int, int]:
    """The group and the supergroup that it became. Telegram tells each of the two about the other."""
    other = message.get("migrate_to_chat_id", message.get("migrate_from_chat_id"))
    if not is_id(other) or other >= 0:
        return {}
    return {chat_id: other} if "migrate_to_chat_id" in message else {other: chat_id}
