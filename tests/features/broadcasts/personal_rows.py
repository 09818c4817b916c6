"""Rows about Ann, as an author of broadcasts and as a recipient."""

from tests.support.personal_data import ANN, BOB, BOT, OLGA

BROADCAST: dict[str, object] = {"bot_id": BOT, "language": "en", "category": "news", "content": {}, "audience": {}}
ROWS: dict[str, list[dict[str, object]]] = {
    "broadcasts": [
        BROADCAST | {"author_id": ANN, "state": "done", "content": {"pieces": []}},
        BROADCAST | {"author_id": ANN, "state": "previewed"},
        BROADCAST
        | {"author_id": OLGA, "state": "running", "content": {"by": {"id": ANN}}, "audience": {"source": f"ref_{ANN}"}},
        BROADCAST | {"author_id": OLGA, "state": "running"},
    ],
    "broadcast_recipients": [
        {"broadcast_id": number, "user_id": user_id, "telegram_id": person, "state": state}
        for number, state in ((1, "sent"), (3, "waiting"), (4, "sending"))
        for user_id, person in ((1, ANN), (3, BOB))
    ],
}
