"""Settings that administrators change: what isn't understood is at its default, what can't be is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.db.tables.changed_settings import ChangedValue
from bot.features.start.handlers import LEAVE_GROUPS, StartSettings
from bot.framework.runtime_settings import FLOOD_PER_MINUTE, CurrentSettings, Setting, switch
from bot.framework.settings import JoinedSettings
from tests.support.joined import runtime_settings

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SETTINGS = runtime_settings(JoinedSettings([StartSettings(leave_groups=True)]), 1_000)
LIMIT, LEAVE = SETTINGS[FLOOD_PER_MINUTE], SETTINGS[LEAVE_GROUPS]
PAUSE = switch("pause", default=False, title="a-title")
SWITCHES = [PAUSE, *(setting for setting in SETTINGS.values() if isinstance(setting.default, bool))]


@pytest.mark.parametrize(
    ("changed", "since"),
    [
        ({}, None),
        ({PAUSE.name: ChangedValue(True, NOW)}, NOW),
        ({PAUSE.name: ChangedValue(False, NOW)}, None),
        ({PAUSE.name: ChangedValue("a newer version's", NOW)}, None),
        ({PAUSE.name: ChangedValue(None, NOW), "unknown": ChangedValue(1, NOW)}, None),
    ],
)
def test_what_is_read(changed: dict[str, ChangedValue], since: datetime | None) -> None:
    current = CurrentSettings({**SETTINGS, PAUSE.name: PAUSE})
    current.read({PAUSE.name: ChangedValue(True, datetime(2026, 1, 1, tzinfo=UTC))})
    current.read(changed)
    assert current.is_on(PAUSE.name) == (since is not None)
    assert since is None or current.changed_at(PAUSE.name) == since


@pytest.mark.parametrize(
    ("changed", "values"),
    [
        ({}, (1_000, True)),
        ({FLOOD_PER_MINUTE: 0, LEAVE_GROUPS: False}, (0, False)),
        ({FLOOD_PER_MINUTE: 600}, (600, True)),
        ({FLOOD_PER_MINUTE: 601, LEAVE_GROUPS: 0}, (1_000, True)),
        ({FLOOD_PER_MINUTE: True, LEAVE_GROUPS: None}, (1_000, True)),
        ({FLOOD_PER_MINUTE: {"day": 1}, LEAVE_GROUPS: "off"}, (1_000, True)),
    ],
)
def test_what_the_environment_says_holds_until_something_understood_is_kept(
    changed: dict[str, Any], values: tuple[int, bool]
) -> None:
    current = CurrentSettings(SETTINGS)

    def now() -> tuple[int, bool]:
        return current.number(FLOOD_PER_MINUTE), current.is_on(LEAVE_GROUPS)

    assert now() == (1_000, True)
    current.read({name: ChangedValue(value, NOW) for name, value in changed.items()})
    assert now() == values
    current.read({})
    assert now() == (1_000, True)


@pytest.mark.parametrize("setting", SWITCHES, ids=[setting.name for setting in SWITCHES])
@pytest.mark.parametrize("value", [1, "true", None])
def test_a_wrong_type_is_refused(setting: Setting, value: object) -> None:
    with pytest.raises(TypeError):
        setting.check(value)


@pytest.mark.parametrize("value", [-1, 601, 30.0, True, "30", None, [30]])
def test_a_wrong_limit_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        LIMIT.check(value)


@pytest.mark.parametrize(
    ("setting", "written"),
    [
        *[(LIMIT, written) for written in ("", "-1", "+1", "1_0", " 1", "٣", "on")],
        *[(LEAVE, written) for written in ("", "On", "1", "true")],
    ],
)
def test_what_isnt_written_right_is_refused(setting: Setting, written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- it has no message: nobody sees it
        setting.read(written)


@pytest.mark.parametrize("setting", [PAUSE, *SETTINGS.values()], ids=["pause", *SETTINGS])
def test_every_preset_can_be(setting: Setting) -> None:
    for preset in setting.presets:
        assert setting.check(preset) is preset


def test_what_is_written_is_read() -> None:
    assert [LIMIT.read("0"), LIMIT.read("300"), LEAVE.read("on"), LEAVE.read("off")] == [0, 300, True, False]
