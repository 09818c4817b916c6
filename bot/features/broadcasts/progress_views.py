"""Progress and report of a broadcast."""

import csv
import io
from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.buttons import BROADCAST, button, excerpt, to_list
from bot.features.broadcasts.repository.broadcasts import UNDER_WAY, Broadcast, State
from bot.framework.i18n import Texts, texts_in
from bot.framework.screen import Screen, back
from bot.messages import Button, Document, Edit, Keyboard

REPORTED = (State.DONE, State.PARTLY, State.DELETED)
"""States whose report is a message of its own; a cancelled one has its report in the panel."""
LONGEST_FORECAST = timedelta(days=30)
HARMFUL_IN_CELLS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these is a formula to a spreadsheet. Source: OWASP, "CSV Injection"."""


def progress(broadcast: Broadcast, per_second: float | None, texts: Texts | None = None) -> Screen:
    """The progress, in the author's language without `texts`. `per_second` is the number of people, if known."""
    texts = texts or texts_in(broadcast.language, broadcast.time_zone)
    if broadcast.state in REPORTED:
        return _ended(texts, broadcast)
    if broadcast.state not in UNDER_WAY:
        return report(broadcast, texts)
    lines = [_heading(texts, "broadcasts-progress", broadcast), ""]
    if broadcasts.without_a_sender(broadcast):
        lines += [texts.html("broadcasts-without-a-sender"), ""]
    lines += [_deleted(texts, broadcast)] if broadcast.state is State.DELETING else _counts(texts, broadcast)
    if broadcast.state is not State.PAUSED and per_second:
        lines += _forecast(texts, broadcast, per_second)
    return Screen("\n".join(lines), _controls(texts, broadcast))


def may_see(broadcast: Broadcast, owners: Collection[int]) -> bool:
    """Return whether its author is still an owner or an administrator, and may see its progress."""
    return broadcast.author_id in owners or broadcast.author_administers


def to_author(owners: Collection[int], broadcast: Broadcast, per_second: float | None = None) -> Edit | None:
    """The edit that shows its author the progress; None without such a message, or if the author may not see it."""
    if broadcast.panel_id is None or not may_see(broadcast, owners):
        return None
    screen = progress(broadcast, per_second)
    return Edit(broadcast.author_id, broadcast.panel_id, screen.text, screen.keyboard)


def report(broadcast: Broadcast, texts: Texts | None = None) -> Screen:
    """The report on a broadcast; in its author's language unless `texts` say otherwise."""
    texts = texts or texts_in(broadcast.language, broadcast.time_zone)
    lines = [_heading(texts, "broadcasts-report", broadcast), ""]
    if broadcast.started_at is None:
        lines.append(texts.html("broadcasts-line-not-begun"))
        return Screen("\n".join(lines), (to_list(texts),))
    lines += _counts(texts, broadcast)
    if broadcast.state is State.DELETED:
        lines.append(_deleted(texts, broadcast))
    if broadcast.finished_at is not None:
        duration = _duration(texts, broadcast.finished_at - broadcast.started_at)
        lines.append(texts.html("broadcasts-line-took", duration=duration))
    below = []
    if broadcast.failed or broadcast.blocked:
        below.append((button(texts, "failures", "failures", broadcast.number),))
    if broadcasts.deletable(broadcast):
        below.append((button(texts, "delete", "delete", broadcast.number),))
    return Screen("\n".join(lines), (*below, to_list(texts)))


def standing(broadcast: Broadcast, texts: Texts) -> Screen:
    """The progress of a broadcast under way, the report of any other."""
    return progress(broadcast, None, texts) if broadcast.state in UNDER_WAY else report(broadcast, texts)


def delete_confirmation(texts: Texts, broadcast: Broadcast) -> Screen:
    text = texts.html("broadcasts-delete-confirmation", number=str(broadcast.number), sent=broadcast.sent)
    yes = button(texts, "delete-yes", "delete-yes", broadcast.number)
    return Screen(text, ((yes,), *back(texts, BROADCAST("show", broadcast.number))))


def too_late_to_delete(texts: Texts) -> str:
    return texts.plain("broadcasts-delete-too-late")


def no_failures(texts: Texts) -> str:
    return texts.plain("broadcasts-no-failures")


def failures_coming(texts: Texts) -> str:
    return texts.plain("broadcasts-failures-coming")


def failures(texts: Texts, chat_id: int, number: int, missed: Sequence[tuple[int, str, str]]) -> Document:
    """The recipients who did not get it and the reasons, as a file for a spreadsheet."""
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(("telegram_id", "state", "reason"))
    lines.writerows((telegram_id, state, harmless(reason)) for telegram_id, state, reason in missed)
    caption = texts.plain("broadcasts-failures-caption", number=str(number))
    return Document(chat_id, f"broadcast-{number}-failures.csv", file.getvalue(), caption)


def harmless(cell: str) -> str:
    """The cell, changed so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(HARMFUL_IN_CELLS) else cell


def _heading(texts: Texts, key: str, broadcast: Broadcast) -> str:
    facts = {"number": str(broadcast.number), "state": str(broadcast.state)}
    return texts.html(key, excerpt=excerpt(texts, broadcast), **facts)


def _ended(texts: Texts, broadcast: Broadcast) -> Screen:
    """The panel of a broadcast whose report is a message of its own."""
    facts: dict[str, str | float] = {"number": str(broadcast.number), "state": str(broadcast.state)}
    counts = {"sent": broadcast.sent, "total": broadcast.total, "deleted": broadcast.deleted}
    return Screen(texts.html("broadcasts-ended", **facts, **counts), (to_list(texts),))


def _counts(texts: Texts, broadcast: Broadcast) -> list[str]:
    listed = broadcast.listed or broadcast.state not in {State.RUNNING, State.PAUSED}
    if not listed and not broadcast.total:
        return [texts.html("broadcasts-line-no-list", state=str(broadcast.state))]
    sent = "broadcasts-line-sent" if listed else "broadcasts-line-listing"
    lines = [
        texts.html(sent, sent=broadcast.sent, total=broadcast.total),
        texts.html("broadcasts-line-failed", failed=broadcast.failed),
        texts.html("broadcasts-line-blocked", blocked=broadcast.blocked),
    ]
    if broadcast.left > 0:
        lines.append(texts.html("broadcasts-line-left", left=broadcast.left))
    if broadcast.perhaps_twice:
        lines.append(texts.html("broadcasts-line-twice", people=broadcast.perhaps_twice))
    return lines


def _deleted(texts: Texts, broadcast: Broadcast) -> str:
    return texts.html("broadcasts-line-deleted", deleted=broadcast.deleted, sent=broadcast.sent)


def _forecast(texts: Texts, broadcast: Broadcast, per_second: float) -> list[str]:
    lines = [texts.html("broadcasts-line-speed", speed=round(per_second, 1))]
    left = broadcast.sent - broadcast.deleted if broadcast.state is State.DELETING else broadcast.left
    seconds = left / per_second
    if seconds < LONGEST_FORECAST.total_seconds():
        lines.append(texts.html("broadcasts-line-end", end=texts.time(broadcast.now + timedelta(seconds=seconds))))
    return lines


def _duration(texts: Texts, took: timedelta) -> str:
    if took < timedelta(seconds=1):
        return texts.plain("broadcasts-duration-none")
    minutes, seconds = divmod(round(took.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return texts.plain("broadcasts-duration-hours", hours=hours, minutes=minutes)
    if minutes:
        return texts.plain("broadcasts-duration-minutes", minutes=minutes, seconds=seconds)
    return texts.plain("broadcasts-duration-seconds", seconds=seconds)


def _controls(texts: Texts, broadcast: Broadcast) -> Keyboard:
    number = broadcast.number
    refresh = Button(texts.plain("framework-refresh"), BROADCAST("show", number))
    if broadcast.state is State.DELETING:
        return ((refresh,), to_list(texts))
    action = "go-on" if broadcast.state is State.PAUSED else "pause"
    first, second = button(texts, action, action, number), button(texts, "cancel", "cancel", number)
    return ((first, second), (refresh,), to_list(texts))
