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


class Standing(StrEnum):
    WRITES = "writes"
    MUTED = "the bot may not write"
    LEFT = "the bot is no member"


@dataclass(frozen=True, slots=True)
class Standings:
    """By chat, each one's last: the bot's standing; and the supergroups that groups have become."""

    now: dict[int, Standing]
    became: dict[int, int]


def standings(updates: Iterable[RawUpdate]) -> Standings:
    found = Standings({}, {})
    for update in updates:
        chat = update.body.get("chat")
        if not isinstance(chat, dict) or str(chat.get("type")) not in {"group", "supergroup", "channel"}:
            continue
        if not is_id(chat.get("id")) or chat["id"] >= 0:
            continue
        if update.kind == "my_chat_member" and (standing := _standing(update.body, chat["type"])) is not None:
            found.now[chat["id"]] = standing
        elif update.kind == "message":
            found.became.update(_became(update.body, chat["id"]))
    return found


async def note(work: Work, bot_id: int, found: Standings) -> None:
    """Write them down: one statement each, for there are few."""
    for chat_id in sorted(found.now.keys() | found.became.keys()):  # the same order for all, so that nobody deadlocks
        match found.now.get(chat_id):
            case Standing.WRITES:
                await work.of(Chats).unmark(bot_id, chat_id)
            case Standing.MUTED as standing:
                await work.of(Chats).mark_muted(bot_id, chat_id, standing.value)
            case Standing.LEFT as standing:
                await work.of(Chats).mark_left(bot_id, chat_id, standing.value)
        if (supergroup_id := found.became.get(chat_id)) is not None:
            await work.of(Chats).mark_became(bot_id, chat_id, supergroup_id)


def _standing(change: dict[str, Any], kind: str) -> Standing | None:
    """None where it isn't told: what isn't understood changes nothing."""
    member = change.get("new_chat_member")
    if not isinstance(member, dict):
        return None
    status = str(member.get("status"))
    if status in GONE or (status == "restricted" and member.get("is_member") is False):
        return Standing.LEFT
    if status == "restricted":
        return Standing.MUTED if member.get("can_send_messages") is False else Standing.WRITES
    if kind == "channel" and status in {"member", "administrator"}:
        return Standing.WRITES if member.get("can_post_messages") is True else Standing.MUTED
    return Standing.WRITES if status in {"member", "administrator", "creator"} else None


def _became(message: dict[str, Any], chat_id: int) -> dict[int, int]:
    """The group, and the supergroup that it has become: each of the two is told of the other."""
    other = message.get("migrate_to_chat_id", message.get("migrate_from_chat_id"))
    if not is_id(other) or other >= 0:
        return {}
    return {chat_id: other} if "migrate_to_chat_id" in message else {other: chat_id}
