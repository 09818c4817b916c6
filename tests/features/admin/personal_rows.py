"""Ann among the administrators whose chats show their commands."""

from tests.support.personal_data import ANN, BOT, OLGA

ROWS: dict[str, list[dict[str, object]]] = {
    "administrators_chats": [{"bot_id": BOT, "telegram_id": person} for person in (ANN, OLGA)]
}
