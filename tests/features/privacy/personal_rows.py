"""Rows about Ann in the core's tables."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.support.personal_data import ANN, BOB, BOT, OLGA


def by(person: int) -> bytes:
    """A message of theirs in a group, as Telegram sends it."""
    who = {"id": person, "is_bot": False, "first_name": "Ann" if person == ANN else "Bob"}
    message: dict[str, Any] = {"message_id": ANN, "from": who, "chat": {"id": -1, "type": "group"}, "text": "hm"}
    return json.dumps({"update_id": ANN, "message": message}).encode()


def answering() -> bytes:
    """Bob's answer to a message of Ann's."""
    update = json.loads(by(BOB))
    update["message"]["reply_to_message"] = json.loads(by(ANN))["message"]
    return json.dumps(update).encode()


NOW = datetime(2026, 11, 25, tzinfo=UTC)
LETTER: dict[str, object] = {"bot_id": BOT, "origin": "update", "chat_id": -1, "reason": "x", "traceback": None}
PTB = {"bot_id": BOT, "chat_id": 0, "user_id": 0, "message": ""}
ROWS: dict[str, list[dict[str, object]]] = {
    "users": [
        {"telegram_id": ANN, "first_name": "Ann", "username": "ann", "source": None},
        {"telegram_id": OLGA, "first_name": "Olga", "username": "olga", "source": None},
        {"telegram_id": BOB, "first_name": "Bob", "username": "bob", "source": f"ref_{ANN}"},
    ],
    "pollers": [{"bot_id": BOT, "api_url": "x", "limits": {"limits": {"chats": {str(ANN): [1], "7": [2]}}}}],
    "updates": [
        {"bot_id": BOT, "update_id": 1, "chat_id": chat_id, "kind": "message", "payload": payload}
        for chat_id, payload in ((-1, by(ANN)), (-1, answering()), (ANN, b"{}"))
    ],
    "outbox": [
        {"bot_id": BOT, "chat_id": ANN, "kind": "text", "payload": {"text": "to Ann"}},
        {"bot_id": BOT, "chat_id": OLGA, "kind": "text", "payload": {"text": f"tg://user?id={ANN}", "chat_id": OLGA}},
    ],
    "dead_letters": [
        LETTER | {"chat_id": ANN, "payload": b'{"text": "to Ann"}'},
        LETTER | {"payload": by(ANN)},
        LETTER | {"payload": answering(), "reason": f"about {ANN}", "traceback": f"id={ANN}"},
        LETTER | {"payload": b"{broken %d" % ANN},
    ],
    "audit": [
        {"actor_id": OLGA, "person_id": ANN, "action": "ban", "details": {"reason": "spam"}},
        {"actor_id": ANN, "person_id": BOB, "action": "ban", "details": {"reason": "noise"}},
        {"actor_id": OLGA, "person_id": None, "action": "bulk", "details": {"ids": f"{ANN}, {BOB}"}},
    ],
    "asked": [
        {"chat_id": ANN, "telegram_id": ANN, "what": "note", "details": {"person": BOB}, "until": NOW},
        {"chat_id": OLGA, "telegram_id": OLGA, "what": "note", "details": {"about": ANN}, "until": NOW},
    ],
    "ptb_data": [
        PTB | {"kind": "user", "user_id": ANN, "value": {"name": "Ann"}},
        PTB | {"kind": "user", "user_id": BOB, "value": {"name": "Bob", "friend": ANN}},
        PTB | {"kind": "chat", "chat_id": ANN, "value": {"pages": 3}},
        PTB | {"kind": "chat", "chat_id": -7, "value": {"by": f"tg://user?id={ANN}"}},
        PTB | {"kind": "conversation form", "chat_id": -7, "user_id": ANN, "value": 1},
        PTB | {"kind": "bot", "value": {"scores": {"$type": "dict", "value": [[ANN, 5], [BOB, 7]]}, str(ANN): 1}},
    ],
    "changed_settings": [{"name": "x", "value": {}, "changed_by": ANN}],
    "active_weeks": [{"user_id": user_id, "week": NOW.date()} for user_id in (1, 3)],
}
