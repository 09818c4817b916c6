"""What administrators are told unasked about the bot itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.dead_letters import Group
from bot.views.broadcast_words import one_line
from bot.views.dead_letters import Clean
from bot.views.i18n import Texts
from bot.views.times import time as moment

MOST_GROUPS = 5
MOST_REASON = 120  # characters


@dataclass(frozen=True, slots=True)
class Start:
    """How things stood when a worker began to lead."""

    version: str
    schema: str
    people: int
    updates: int
    messages: int


def started(words: Texts, start: Start) -> str:
    return words.html(
        "notice-started",
        version=start.version,
        schema=start.schema,
        people=start.people,
        updates=start.updates,
        messages=start.messages,
    )


def crashed(words: Texts) -> str:
    return words.html("notice-crashed")


def errors(words: Texts, groups: Sequence[Group], since: datetime, *, clean: Clean) -> str:
    """How many dead letters there are of each reason; one group more than are shown tells that there are others."""
    letters = sum(group.letters for group in groups)
    lines = [words.html("notice-errors", letters=letters, time=moment(words, since))]
    for group in groups[:MOST_GROUPS]:
        origin = group.origin if group.origin in {"update", "message"} else "other"
        reason = one_line(clean(group.reason), MOST_REASON)
        lines.append(words.html("notice-errors-group", letters=group.letters, origin=origin, reason=reason))
    lines.append(words.html("notice-errors-more" if len(groups) > MOST_GROUPS else "notice-errors-end"))
    return "\n".join(lines)
