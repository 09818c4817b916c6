"""Rows about Ann, who was banned and has banned Bob."""

from datetime import UTC, datetime

from tests.support.personal_data import ANN, BOB, OLGA

NOW = datetime(2026, 11, 25, tzinfo=UTC)
LIFTED: dict[str, object] = {"kind": "ban", "lifted_at": NOW, "lifted_by": OLGA}
ROWS: dict[str, list[dict[str, object]]] = {
    "sanctions": [
        LIFTED | {"telegram_id": ANN, "reason": "spam", "actor_id": OLGA},
        LIFTED | {"telegram_id": BOB, "reason": "noise", "actor_id": ANN},
    ]
}
