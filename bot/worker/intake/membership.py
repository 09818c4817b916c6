"""What updates tell about groups and channels: whether the bot may write there, and which have become others.

Source: Bot API, ChatMemberUpdated, ChatMember, and Message's `migrate_to_chat_id` and `migrate_from_chat_id`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.db.tables.chats import Chats
from bot.db.unit_of_work import Work
from bot.worker.intake.reading import RawUpdate
from bot.worker.intake.seen_users import GONE, is_id


class BotMembership(StrEnum):
    WRITES = "writes"
    MUTED = "the bot may not write"
    LEFT = "the bot is no member"


@dataclass(frozen=True, slots=True)
class Memberships:
    """By chat, each one's last: the bot's membership; and the supergroups that groups have become."""

    now: dict[int, BotMembership]
    became: dict[int, int]


def memberships(updates: Iterable[RawUpdate]) -> Memberships:
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
    """Write them down: one statement each, for there are few."""
    for chat_id in sorted(found.now.keys() | found.became.keys()):  # the same order for all, so that nobody deadlocks
        match found.now.get(chat_id):
            case BotMembership.WRITES:
                await work.of(Chats).unmark(bot_id, chat_id)
            case BotMembership.MUTED as membership:
                await work.of(Chats).mark_muted(bot_id, chat_id, membership.value)
            case BotMembership.LEFT as membership:
                await work.of(Chats).mark_left(bot_id, chat_id, membership.value)
        if (supergroup_id := found.became.get(chat_id)) is not None:
            await work.of(Chats).mark_became(bot_id, chat_id, supergroup_id)


def _membership(change: dict[str, Any], kind: str) -> BotMembership | None:
    """None where it isn't told: what isn't understood changes nothing."""
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


def _became(message: dict[str, Any], chat_id: int) -> dict[int, int]:
    """The group, and the supergroup that it has become: each of the two is told of the other."""
    other = message.get("migrate_to_chat_id", message.get("migrate_from_chat_id"))
    if not is_id(other) or other >= 0:
        return {}
    return {chat_id: other} if "migrate_to_chat_id" in message else {other: chat_id}
