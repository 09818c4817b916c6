"""Settings that administrators can change while the bot runs: typed, checked and audited."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.db.tables.audit import Action, Audit
from bot.db.tables.changed_settings import ChangedSettings, ChangedValue
from bot.db.unit_of_work import Work
from bot.errors import BotError
from bot.framework.i18n import Texts

FLOOD_PER_MINUTE = "flood_per_minute"
MAX_PER_MINUTE = 600
SWITCHES = {"on": True, "off": False}
"""Booleans in callback data."""

SettingValue = bool | int


class WrongValueError(BotError):
    """A setting can't have this value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting with its default and its valid values.

    `check` takes a stored value and `read` a text from callback data. Both raise ValueError or TypeError. The rest are
    keys of texts: its name, an explanation, and a number's unit.
    """

    name: str
    default: SettingValue
    check: Callable[[object], SettingValue]
    read: Callable[[str], SettingValue]
    presets: tuple[SettingValue, ...]
    title: str
    about: str | None = None  # None: no screen lists it
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class SettingState:
    """A setting's value. It is the default if this version can't read the stored one."""

    setting: Setting
    value: SettingValue
    stored: ChangedValue | None  # None: nobody has changed it
    unreadable: bool = False


def switch(name: str, *, default: bool, title: str, about: str | None = None) -> Setting:
    """A setting that is on or off."""
    return Setting(name, default, _check_bool, _parse_switch, (True, False), title, about)


def number(  # noqa: PLR0913 -- a setting's parts, each by name
    name: str, *, default: int, most: int, presets: tuple[int, ...], title: str, about: str, unit: str | None = None
) -> Setting:
    """A setting that is a whole number from 0, which stands for no limit, to `most`."""
    return Setting(name, default, partial(_check_number, most), _parse_number, presets, title, about, unit)


def flood_limit(per_minute: int) -> Setting:
    """The limit of one user's actions, with its default."""
    return number(
        FLOOD_PER_MINUTE,
        default=per_minute,
        most=MAX_PER_MINUTE,
        presets=(0, 30, 60, 120, 300),
        title="framework-setting-flood_per_minute",
        about="framework-setting-flood_per_minute-about",
        unit="framework-setting-per-minute",
    )


def _check_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _parse_switch(text: str) -> bool:
    if text not in SWITCHES:
        raise ValueError
    return SWITCHES[text]


def _check_number(most: int, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    if not 0 <= value <= most:
        raise ValueError
    return value


def _parse_number(text: str) -> int:
    """Parse digits only, since `int` accepts more."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError
    return int(text)


@dataclass(slots=True)
class CurrentSettings:
    """Settings in memory, by name. They are read when a term starts and when the leader is woken."""

    settings: Mapping[str, Setting] = field(default_factory=dict)
    _states: dict[str, SettingState] = field(init=False, default_factory=dict)

    @property
    def listed(self) -> dict[str, Setting]:
        """The settings on the screen."""
        return {name: setting for name, setting in self.settings.items() if setting.about is not None}

    def read(self, changed: Mapping[str, ChangedValue]) -> None:
        """Take over stored values. One that this version can't read, such as a newer one's, becomes the default."""
        self._states = {name: _state(setting, changed) for name, setting in self.settings.items()}

    def is_on(self, name: str) -> bool:
        """Return whether a switch is on."""
        return bool(self._value(name))

    def number(self, name: str) -> int:
        """The value of a number; 0 for no limit."""
        return int(self._value(name))

    def changed_at(self, name: str) -> datetime | None:
        """When the setting got its value; None if nobody has changed it."""
        state = self._states.get(name)
        return None if state is None or state.stored is None else state.stored.at

    def _value(self, name: str) -> SettingValue:
        state = self._states.get(name)
        return self.settings[name].default if state is None else state.value


async def states(work: Work, settings: Mapping[str, Setting]) -> dict[str, SettingState]:
    """The stored states of these settings."""
    changed = await work.of(ChangedSettings).all()
    return {name: _state(setting, changed) for name, setting in settings.items()}


async def state(work: Work, setting: Setting) -> SettingState:
    """The stored state of a setting."""
    return _state(setting, await work.of(ChangedSettings).all())


async def choose(work: Work, bot_id: int, actor_id: int, setting: Setting, text: str) -> bool:
    """Change a setting to a value from callback data. Raises and returns as `change`."""
    try:
        to = setting.read(text)
    except (ValueError, TypeError) as error:
        raise WrongValueError(f"{setting.name} can't be {text!r}") from error
    return await change(work, bot_id, actor_id, setting, to)


async def change(work: Work, bot_id: int, actor_id: int, setting: Setting, to: object) -> bool:
    """Change a setting, audit the change and wake the leader. Raises WrongValueError. False if nothing changed."""
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
    await _audit(work, bot_id, actor_id, before, checked)
    return True


async def reset(work: Work, bot_id: int, actor_id: int, setting: Setting) -> bool:
    """Reset a setting to its default, and audit the change. False if nothing changed."""
    before = await state(work, setting)
    if not await work.of(ChangedSettings).reset(setting.name):
        return False
    await _audit(work, bot_id, actor_id, before, setting.default)
    return True


async def _audit(work: Work, bot_id: int, actor_id: int, before: SettingState, to: SettingValue) -> None:
    before_value = before.value if before.stored is None else before.stored.value
    facts = {"setting": before.setting.name, "from": before_value, "to": to}
    await work.of(Audit).add(actor_id, Action.SETTING, None, **facts)
    await work.wake(bot_id)


def _state(setting: Setting, changed: Mapping[str, ChangedValue]) -> SettingState:
    stored = changed.get(setting.name)
    if stored is None:
        return SettingState(setting, setting.default, None)
    try:
        return SettingState(setting, setting.check(stored.value), stored)
    except (ValueError, TypeError):
        return SettingState(setting, setting.default, stored, unreadable=True)


def as_text(value: SettingValue) -> str:
    """A value in callback data."""
    return next((word for word, state in SWITCHES.items() if value is state), str(value))


def setting_value(texts: Texts, setting: Setting | None, value: object) -> str:
    """A value in the reader's language. It may be a text that another version stored, or of an unknown setting."""
    if isinstance(value, bool):
        return texts.plain("framework-setting-switch", value=as_text(value))
    if value == 0:
        return texts.plain("framework-setting-no-limit")
    if setting is None or setting.unit is None:
        return str(value)
    return texts.plain(setting.unit, value=str(value))
