"""Settings that administrators may change while the bot runs: typed, checked, audited, and back to default at will."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.db.repositories import runtime_settings
from bot.db.uow import Work
from bot.errors import BotError

Changed = runtime_settings.Changed

MAINTENANCE = "maintenance"


class WrongValueError(BotError):
    """A setting can't have this value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting is when nobody has changed it, and what it may be; `check` raises ValueError or TypeError."""

    default: Any
    check: Callable[[Any], Any]


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


SETTINGS: Mapping[str, Setting] = {MAINTENANCE: Setting(default=False, check=_yes_or_no)}


@dataclass(slots=True)
class Current:
    """The settings as they are, in memory: read at the start of a term, and anew whenever somebody wakes the leader."""

    maintenance_since: datetime | None = None

    def read(self, changed: Mapping[str, Changed]) -> None:
        """What can't be understood, since a newer version may have written it, is left at its default."""
        kept = changed.get(MAINTENANCE)
        on = kept is not None and _understood(MAINTENANCE, kept.value)
        self.maintenance_since = kept.at if kept is not None and on else None


async def value(work: Work, name: str) -> Any:
    kept = (await work.settings.changed()).get(name)
    return SETTINGS[name].default if kept is None else _understood(name, kept.value)


async def change(work: Work, bot_id: int, actor_id: int, name: str, to: Any) -> bool:
    """Set it, audited; the leader knows at once. Raises WrongValueError. False if it was so already."""
    try:
        checked = SETTINGS[name].check(to)
    except (ValueError, TypeError) as error:
        raise WrongValueError(f"{name} can't be {to!r}") from error
    if await value(work, name) == checked:
        return False
    if checked == SETTINGS[name].default:
        await work.settings.reset(name)
    else:
        await work.settings.change(name, checked, actor_id)
    await work.audit.add(actor_id, f"setting {name}", None, to=checked)
    await work.wake(bot_id)
    return True


async def reset(work: Work, bot_id: int, actor_id: int, name: str) -> bool:
    """Back to the default."""
    return await change(work, bot_id, actor_id, name, SETTINGS[name].default)


def _understood(name: str, kept: Any) -> Any:
    try:
        return SETTINGS[name].check(kept)
    except (ValueError, TypeError):
        return SETTINGS[name].default
