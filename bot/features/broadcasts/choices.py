"""Buttons of one broadcast: category, audience, options and time; pause, cancel, failures and deletion."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.features.broadcasts import audience as audiences
from bot.features.broadcasts import choice_views as view
from bot.features.broadcasts import progress_views as report_view
from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.audience import Offered
from bot.features.broadcasts.buttons import CHOSEN, DAYS_OF, Part
from bot.features.broadcasts.handlers import in_state, screen, sendable, take
from bot.features.broadcasts.repository.audience import Audience
from bot.features.broadcasts.repository.broadcasts import DRAFTS, Broadcast, Option
from bot.features.broadcasts.service import CAN_BE_DELETED
from bot.features.settings import Category
from bot.framework.context import Context
from bot.framework.screen import Screen

Values = Callable[..., Awaitable[Offered]]
VALUES: dict[Part, Values] = {Part.LANGUAGE: audiences.languages, Part.SOURCE: audiences.sources}
"""Parts whose values are texts."""
EVERYONE: dict[str, object] = dict.fromkeys(Audience.__dataclass_fields__)
"""No choice for any part."""


async def choose_category(context: Context, number: str, category: str) -> None:
    work, draft = await context.work(), await in_state(context, number, DRAFTS)
    draft = await broadcasts.choose_category(work, context.bot_id, draft.number, Category(category))
    context.show(await screen(context, draft))


async def toggle(context: Context, number: str, option: str) -> None:
    work, draft = await context.work(), await in_state(context, number, DRAFTS)
    draft = await broadcasts.toggle(work, context.bot_id, draft.number, Option(option))
    context.show(await screen(context, draft))


async def whom(context: Context, number: str) -> None:
    draft = await in_state(context, number, DRAFTS)
    context.show(await _whom(context, draft))


async def part(context: Context, number: str, part: str) -> None:
    draft = await in_state(context, number, DRAFTS)
    context.show(view.choices(context.texts, draft, Part(part), await _offered(context, draft, Part(part))))


async def choose_everyone(context: Context, number: str) -> None:
    await _narrowed(context, number, EVERYONE)


async def choose_administrators(context: Context, number: str, to: str) -> None:
    await _narrowed(context, number, {"administrators_only": to == CHOSEN})


async def choose_any(context: Context, number: str, part: str) -> None:
    await _narrowed(context, number, {_field(Part(part)): None})


async def choose(context: Context, number: str, part: str, key: str) -> None:
    """Set a part to the value that `key` stands for, if it is on offer."""
    draft = await in_state(context, number, DRAFTS)
    offered = await _offered(context, draft, Part(part))
    value = next((value for value, _ in offered.values if view.key_of(value) == key), None)
    if value is None:
        context.show(view.choices(context.texts, draft, Part(part), offered), toast=view.choice_gone(context.texts))
    else:
        await _narrowed(context, number, {_field(Part(part)): value})


async def schedule(context: Context, number: str) -> None:
    draft = await sendable(context, number)
    context.show(_days(context, draft))


async def day(context: Context, number: str, stamp: str) -> None:
    draft = await sendable(context, number)
    chosen = _moment(f"{stamp}0000")
    offered = hours(draft.now, chosen.date(), context.texts.zone) if chosen is not None else []
    if chosen is None or not offered:
        context.show(_days(context, draft), toast=view.time_past(context.texts))
    else:
        context.show(view.hours(context.texts, draft, chosen.date(), offered))


async def hour(context: Context, number: str, stamp: str) -> None:
    draft = await sendable(context, number)
    chosen = _moment(f"{stamp}00")
    zone = context.texts.zone
    offered = minutes(draft.now, chosen.date(), chosen.hour, zone) if chosen is not None else []
    if chosen is None or not offered:
        context.show(_days(context, draft), toast=view.time_past(context.texts))
    else:
        context.show(view.minutes(context.texts, draft, chosen.date(), offered))


async def minute(context: Context, number: str, stamp: str) -> None:
    work, draft = await context.work(), await sendable(context, number)
    due_at = _moment(stamp)
    if due_at is None or not can_be_due(draft.now, due_at, context.texts.zone):
        context.show(_days(context, draft), toast=view.time_past(context.texts))
        return
    scheduled = await broadcasts.schedule(work, context.bot_id, context.person_id, draft.number, due_at)
    context.show(await screen(context, await take(context, scheduled)))


async def pause(context: Context, number: str) -> None:
    await _change_state(context, number, broadcasts.pause)


async def go_on(context: Context, number: str) -> None:
    await _change_state(context, number, broadcasts.go_on)


async def cancel(context: Context, number: str) -> None:
    await _change_state(context, number, broadcasts.cancel)


async def failures(context: Context, number: str) -> None:
    missed = await broadcasts.failures(await context.work(), context.bot_id, int(number))
    if not missed:
        context.answer(report_view.no_failures(context.texts))
        return
    context.answer(report_view.failures_coming(context.texts))
    context.send(report_view.failures(context.texts, context.person_id, int(number), missed))


async def ask_to_delete(context: Context, number: str) -> None:
    ended = await _deletable(context, number)
    if ended is not None:
        context.show(report_view.delete_confirmation(context.texts, ended))


async def delete(context: Context, number: str) -> None:
    ended = await _deletable(context, number)
    if ended is not None:
        work = await context.work()
        deleting = await broadcasts.delete_messages(work, context.bot_id, context.person_id, ended.number)
        deleting = await take(context, deleting)
        context.show(report_view.standing(deleting, context.texts))
        _show_author(context, deleting)


async def _narrowed(context: Context, number: str, chosen: Mapping[str, object]) -> None:
    draft = await in_state(context, number, DRAFTS)
    draft = await broadcasts.narrow(await context.work(), context.bot_id, draft.number, **chosen)
    context.show(await _whom(context, draft))


async def _whom(context: Context, draft: Broadcast) -> Screen:
    counts = await audiences.whom(await context.work(), draft, await context.administrators())
    return view.audience(context.texts, draft, counts)


async def _offered(context: Context, draft: Broadcast, part: Part) -> Offered:
    work, administrators = await context.work(), await context.administrators()
    if part in VALUES:
        return await VALUES[part](work, draft, administrators)
    return await audiences.days(work, draft, _field(part), administrators)


def _field(part: Part) -> str:
    return DAYS_OF.get(part, str(part))


def _days(context: Context, draft: Broadcast) -> Screen:
    return view.days(context.texts, draft, days(draft.now, context.texts.zone))


def _moment(stamp: str) -> datetime | None:
    """`202611261430` as a moment; None if the calendar has no such moment."""
    try:
        day = date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))
        return datetime(day.year, day.month, day.day, int(stamp[8:10]), int(stamp[10:12]), tzinfo=UTC)
    except ValueError:
        return None


async def _change_state(context: Context, number: str, how: Callable[..., Awaitable[Broadcast]]) -> None:
    changed = await how(await context.work(), context.bot_id, context.person_id, int(number))
    context.show(await screen(context, changed))
    _show_author(context, changed)


def _show_author(context: Context, changed: Broadcast) -> None:
    """Update the author's message, too, if the button was in another one: there may be no sender to do it."""
    edit = report_view.to_author(context.owners, changed)
    if edit is not None and (edit.chat_id, edit.message_id) != (context.chat_id, context.pressed_message_id):
        context.send(edit)


async def _deletable(context: Context, number: str) -> Broadcast | None:
    """A broadcast whose messages can still be deleted; otherwise show the reason and return None."""
    ended = await in_state(context, number, CAN_BE_DELETED)
    if broadcasts.deletable(ended):
        return ended
    context.show(report_view.report(ended, context.texts), toast=report_view.too_late_to_delete(context.texts))
    return None


DAYS_AHEAD = 14
STEP = timedelta(minutes=5)
LONGEST_DAY = timedelta(hours=30)  # more than a day when clocks are put back


def days(now: datetime, zone: tzinfo = UTC) -> list[date]:
    """Today, unless it is nearly over, and the days after it."""
    today = now.astimezone(zone).date()
    offered = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    return [day for day in offered if _moments(now, day, zone)]


def hours(now: datetime, day: date, zone: tzinfo = UTC) -> list[int]:
    """The hours that aren't over, without one that is skipped when clocks go forward."""
    return sorted({moment.astimezone(zone).hour for moment in _moments(now, day, zone)})


def minutes(now: datetime, day: date, hour: int, zone: tzinfo = UTC) -> list[datetime]:
    """The moments of an hour that are still to come, in UTC; both, if the hour comes twice."""
    return [moment for moment in _moments(now, day, zone) if moment.astimezone(zone).hour == hour]


def can_be_due(now: datetime, moment: datetime, zone: tzinfo = UTC) -> bool:
    return moment > now and _is_near(now, moment.astimezone(zone).date(), zone)


def _moments(now: datetime, day: date, zone: tzinfo) -> list[datetime]:
    if not _is_near(now, day, zone):
        return []
    first = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) - timedelta(hours=2)
    moments = (first + step * STEP for step in range(LONGEST_DAY // STEP))
    return [moment for moment in moments if moment > now and moment.astimezone(zone).date() == day]


def _is_near(now: datetime, day: date, zone: tzinfo) -> bool:
    return timedelta(0) <= day - now.astimezone(zone).date() < timedelta(days=DAYS_AHEAD)
