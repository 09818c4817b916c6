"""Settings that administrators may change while the bot runs: typed, checked, audited, and back to default at will."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.db.tables.audit import Action, Audit
from bot.db.tables.changed_settings import ChangedSettings, ChangedValue
from bot.db.unit_of_work import Work
from bot.errors import BotError
from bot.framework.i18n import Texts

FLOOD_PER_MINUTE = "flood_per_minute"
LEAVE_GROUPS = "leave_groups"
MAX_PER_MINUTE = 600
WORDS = {"on": True, "off": False}
"""How a yes or a no is written in a button's data."""


class WrongValueError(BotError):
    """A setting can't have this value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting is when nobody has changed it, and what it may be.

    `check` and `read`, which has a value from a button's data, raise ValueError or TypeError.
    """

    name: str
    default: Any
    check: Callable[[Any], Any]
    read: Callable[[str], Any]
    presets: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What a setting is now; one `strange` has a value that this version doesn't understand, and is at its default."""

    setting: Setting
    value: Any
    kept: ChangedValue | None  # None: nobody has changed it
    strange: bool = False


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _word(written: str) -> bool:
    if written not in WORDS:
        raise ValueError
    return WORDS[written]


def _per_minute(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    if not 0 <= value <= MAX_PER_MINUTE:
        raise ValueError
    return value


def _number(written: str) -> int:
    """Digits alone: `int` takes more than is ever written here."""
    if not (written.isascii() and written.isdigit()):
        raise ValueError
    return int(written)


MAINTENANCE = Setting("maintenance", default=False, check=_yes_or_no, read=_word, presets=(True, False))


def listed(flood_per_minute: int = 0, *, leave_groups: bool = False) -> Mapping[str, Setting]:
    """Those that have their defaults from the environment, by name: what the screen of settings lists."""
    settings = (
        Setting(FLOOD_PER_MINUTE, flood_per_minute, _per_minute, _number, presets=(0, 30, 60, 120, 300)),
        Setting(LEAVE_GROUPS, leave_groups, _yes_or_no, _word, presets=(True, False)),
    )
    return {setting.name: setting for setting in settings}


@dataclass(slots=True)
class Current:
    """The settings as they are, in memory: read at the start of a term, and anew whenever somebody wakes the leader."""

    listed: Mapping[str, Setting] = field(default_factory=listed)
    maintenance_since: datetime | None = None
    _values: dict[str, Any] = field(init=False, default_factory=dict)

    def read(self, changed: Mapping[str, ChangedValue]) -> None:
        """What can't be understood, since a newer version may have written it, is left at its default."""
        maintenance = _state(MAINTENANCE, changed)
        self.maintenance_since = maintenance.kept.at if maintenance.kept is not None and maintenance.value else None
        self._values = {name: _state(setting, changed).value for name, setting in self.listed.items()}

    @property
    def flood_per_minute(self) -> int:
        return int(self._value(FLOOD_PER_MINUTE))

    @property
    def leave_groups(self) -> bool:
        return bool(self._value(LEAVE_GROUPS))

    def _value(self, name: str) -> Any:
        return self._values.get(name, self.listed[name].default)


async def states(work: Work, settings: Mapping[str, Setting]) -> dict[str, State]:
    changed = await work.of(ChangedSettings).all()
    return {name: _state(setting, changed) for name, setting in settings.items()}


async def state(work: Work, setting: Setting) -> State:
    return _state(setting, await work.of(ChangedSettings).all())


async def choose(work: Work, bot_id: int, actor_id: int, setting: Setting, written: str) -> bool:
    """As `change`, to what is written in a button's data."""
    try:
        to = setting.read(written)
    except (ValueError, TypeError) as error:
        raise WrongValueError(f"{setting.name} can't be {written!r}") from error
    return await change(work, bot_id, actor_id, setting, to)


async def change(work: Work, bot_id: int, actor_id: int, setting: Setting, to: Any) -> bool:
    """Set it, audited; the leader knows at once. Raises WrongValueError. False if it was so already."""
    try:
        checked = setting.check(to)
    except (ValueError, TypeError) as error:
        raise WrongValueError(f"{setting.name} can't be {to!r}") from error
    if checked == setting.default:
        return await reset(work, bot_id, actor_id, setting)
    before = await state(work, setting)
    if before.value == checked:
        return False
    await work.of(ChangedSettings).change(setting.name, checked, actor_id)
    await _note(work, bot_id, actor_id, before, checked)
    return True


async def reset(work: Work, bot_id: int, actor_id: int, setting: Setting) -> bool:
    """Back to the default, audited too, whatever was kept. False if it was there already."""
    before = await state(work, setting)
    if not await work.of(ChangedSettings).reset(setting.name):
        return False
    await _note(work, bot_id, actor_id, before, setting.default)
    return True


async def _note(work: Work, bot_id: int, actor_id: int, before: State, to: Any) -> None:
    was = before.value if before.kept is None else before.kept.value
    facts = {"setting": before.setting.name, "from": was, "to": to}
    await work.of(Audit).add(actor_id, Action.SETTING, None, **facts)
    await work.wake(bot_id)


def _state(setting: Setting, changed: Mapping[str, ChangedValue]) -> State:
    kept = changed.get(setting.name)
    if kept is None:
        return State(setting, setting.default, None)
    try:
        return State(setting, setting.check(kept.value), kept)
    except (ValueError, TypeError):
        return State(setting, setting.default, kept, strange=True)


def written(value: Any) -> str:
    """A value as it stands in a button's data."""
    return next((word for word, means in WORDS.items() if value is means), str(value))


def name_of(texts: Texts, setting: str) -> str:
    return texts.plain("framework-setting-name", setting=setting)


def value_of(texts: Texts, setting: str, value: Any) -> str:
    if isinstance(value, bool):
        return texts.plain("framework-setting-switch", value=written(value))
    if value == 0:
        return texts.plain("framework-setting-no-limit")
    return texts.plain("framework-setting-value", setting=setting, value=str(value))
