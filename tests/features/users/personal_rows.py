"""Notes about Ann and by her."""

from tests.support.personal_data import ANN, BOB, OLGA

ROWS: dict[str, list[dict[str, object]]] = {
    "notes": [
        {"telegram_id": ANN, "author_id": OLGA, "text": "asks"},
        {"telegram_id": BOB, "author_id": ANN, "text": "noisy"},
    ]
}
