"""Settings that administrators change: what isn't understood is at its default, what can't be is refused."""

from datetime import UTC, datetime

import pytest

from bot.services.runtime_settings import MAINTENANCE, SETTINGS, Changed, Current

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "since"),
    [
        ({}, None),
        ({MAINTENANCE: Changed(True, NOW)}, NOW),
        ({MAINTENANCE: Changed(False, NOW)}, None),
        ({MAINTENANCE: Changed("a newer version's", NOW)}, None),
        ({MAINTENANCE: Changed(None, NOW), "unknown": Changed(1, NOW)}, None),
    ],
)
def test_what_is_read(changed: dict[str, Changed], since: datetime | None) -> None:
    current = Current(maintenance_since=datetime(2026, 1, 1, tzinfo=UTC))
    current.read(changed)
    assert current.maintenance_since == since


@pytest.mark.parametrize("value", [1, "true", None])
def test_a_wrong_type_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        SETTINGS[MAINTENANCE].check(value)
