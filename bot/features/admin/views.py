"""The administrators' panel, and notices to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.framework.i18n import Texts
from bot.framework.names import one_line
from bot.framework.registry import PanelEntry
from bot.framework.screen import Screen
from bot.messages import Button


def panel(texts: Texts, entries: Sequence[PanelEntry]) -> Screen:
    return Screen(texts.html("admin-panel"), tuple((Button(texts.plain(one.text), one.data),) for one in entries))


MAX_GROUPS = 5
MAX_REASON = 120  # characters


@dataclass(frozen=True, slots=True)
class Start:
    """Counts of terms and crashes since a given time, and the present state."""

    starts: int
    crashes: int
    since: datetime
    version: str
    schema: str
    people: int
    updates: int
    messages: int


class FailureGroup(Protocol):
    """Dead letters of one origin with the same reason."""

    @property
    def origin(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def letters(self) -> int: ...


def started(texts: Texts, start: Start) -> str:
    now = {"people": start.people, "updates": start.updates, "messages": start.messages}
    paragraphs = [texts.html("admin-notice-crashed")] if start.crashes else []
    if start.starts:
        paragraphs.append(texts.html("admin-notice-started", version=start.version, schema=start.schema, **now))
    if start.starts > 1:
        paragraphs.append(texts.html("admin-notice-starts", starts=start.starts, time=texts.time(start.since)))
    return "\n\n".join(paragraphs)


def errors(
    texts: Texts,
    groups: Sequence[FailureGroup],
    since: datetime,
    *,
    clean: Callable[[str], str],
    listed_by: str | None,
) -> str:
    """Counts of dead letters by reason. One group more than is shown says that there are others.

    `listed_by` is the command that lists them, None if there is none.
    """
    letters = sum(group.letters for group in groups)
    lines = [texts.html("admin-notice-errors", letters=letters, time=texts.time(since))]
    for group in groups[:MAX_GROUPS]:
        origin = group.origin if group.origin in {"update", "message"} else "other"
        reason = one_line(clean(group.reason), MAX_REASON)
        lines.append(texts.html("admin-notice-errors-group", letters=group.letters, origin=origin, reason=reason))
    more = len(groups) > MAX_GROUPS
    if listed_by is not None:
        end = "admin-notice-errors-more-listed" if more else "admin-notice-errors-listed"
        lines.append(texts.html(end, command=listed_by))
    elif more:
        lines.append(texts.html("admin-notice-errors-more"))
    return "\n".join(lines)
