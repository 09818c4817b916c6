"""Screens on which an administrator chooses a broadcast's audience and time."""

from collections.abc import Sequence
from datetime import date, datetime

from babel.dates import format_date

from bot.features.broadcasts.audience import Counts, Offered
from bot.features.broadcasts.buttons import (
    ADMINISTRATORS,
    ANY,
    CHOSEN,
    DAYS_OF,
    EVERYONE,
    MOST_LABELLED,
    Part,
    Press,
    button,
    data,
    fingerprint,
    whom,
)
from bot.features.broadcasts.repository.audience import Audience
from bot.features.broadcasts.repository.broadcasts import Broadcast
from bot.framework.i18n import Texts, language_name
from bot.framework.names import one_line
from bot.framework.screen import Screen, back
from bot.framework.times import time, zone_name
from bot.messages import Button

HOURS_IN_A_ROW = 6
MINUTES_IN_A_ROW = 4
DAYS_IN_A_ROW = 2


def audience(words: Texts, draft: Broadcast, counts: Counts) -> Screen:
    facts = {"number": str(draft.number), "audience": whom(words, draft.audience)}
    text = words.html("broadcasts-whom", people=counts.now, **facts)
    everyone = button(words, "everyone", Press.CHOOSE, draft.number, EVERYONE, ANY, people=counts.everyone)
    to = ANY if draft.audience.administrators_only else CHOSEN
    test = button(words, "administrators", Press.CHOOSE, draft.number, ADMINISTRATORS, to, people=counts.administrators)
    return Screen(
        text,
        (
            (_marked(words, everyone, chosen=draft.audience == Audience()),),
            *((_part(words, draft, part),) for part in Part),
            (_marked(words, test, chosen=draft.audience.administrators_only),),
            *back(words, data(Press.SHOW, draft.number)),
        ),
    )


def choices(words: Texts, draft: Broadcast, part: Part, offered: Offered) -> Screen:
    """The values on offer for a part of the audience."""
    key = "broadcasts-part" if offered.values else "broadcasts-part-empty"
    present = chosen(draft, part)
    anything = button(words, "any", Press.CHOOSE, draft.number, part, ANY, people=offered.any_)
    values = [_value(words, draft, part, value, people) for value, people in offered.values]
    pairs = [tuple(values[first : first + 2]) for first in range(0, len(values), 2)]
    return Screen(
        words.html(key, number=str(draft.number), part=str(part)),
        (
            (_marked(words, anything, chosen=not present),),
            *pairs,
            *back(words, data(Press.WHOM, draft.number)),
        ),
    )


def chosen(draft: Broadcast, part: Part) -> str | int | None:
    """The value that was chosen for a part of the audience."""
    field = DAYS_OF.get(part, str(part))
    value: str | int | None = getattr(draft.audience, field)
    return value


def key_of(value: str | int) -> str:
    """The value in callback data."""
    return str(value) if isinstance(value, int) else fingerprint(value)


def choice_gone(words: Texts) -> str:
    return words.plain("broadcasts-choice-gone")


def days(words: Texts, draft: Broadcast, offered: Sequence[date]) -> Screen:
    text = words.html("broadcasts-day", number=str(draft.number), now=time(words, draft.now))
    buttons = [Button(_day(words, day), data(Press.DAY, draft.number, f"{day:%Y%m%d}")) for day in offered]
    return Screen(text, (*_rows(buttons, DAYS_IN_A_ROW), *back(words, data(Press.SHOW, draft.number))))


def hours(words: Texts, draft: Broadcast, day: date, offered: Sequence[int]) -> Screen:
    text = words.html("broadcasts-hour", number=str(draft.number), day=_day(words, day), zone=zone_name(words))
    stamp = f"{day:%Y%m%d}"
    buttons = [Button(f"{hour:02}", data(Press.HOUR, draft.number, f"{stamp}{hour:02}")) for hour in offered]
    return Screen(text, (*_rows(buttons, HOURS_IN_A_ROW), *back(words, data(Press.SCHEDULE, draft.number))))


def minutes(words: Texts, draft: Broadcast, day: date, offered: Sequence[datetime]) -> Screen:
    """The buttons' data are in UTC, so that they mean the same in every time zone."""
    text = words.html("broadcasts-minute", number=str(draft.number), day=_day(words, day), zone=zone_name(words))
    buttons = [
        Button(f"{moment.astimezone(words.zone):%H:%M}", data(Press.MINUTE, draft.number, f"{moment:%Y%m%d%H%M}"))
        for moment in offered
    ]
    to_hours = back(words, data(Press.DAY, draft.number, f"{day:%Y%m%d}"))
    return Screen(text, (*_rows(buttons, MINUTES_IN_A_ROW), *to_hours))


def time_past(words: Texts) -> str:
    return words.plain("broadcasts-time-past")


def _part(words: Texts, draft: Broadcast, part: Part) -> Button:
    opener = button(words, "part", Press.PART, draft.number, part, part=str(part))
    return _marked(words, opener, chosen=bool(chosen(draft, part)))


def _value(words: Texts, draft: Broadcast, part: Part, value: str | int, people: int) -> Button:
    to = data(Press.CHOOSE, draft.number, part, key_of(value))
    if isinstance(value, int):
        label = words.plain("broadcasts-button-days", days=value, people=people)
    else:
        name = language_name(words, value) if part is Part.LANGUAGE else value
        label = words.plain("broadcasts-button-value", value=one_line(name, MOST_LABELLED), people=people)
    return _marked(words, Button(label, to), chosen=value == chosen(draft, part))


def _marked(words: Texts, choice: Button, *, chosen: bool) -> Button:
    return Button(words.plain("broadcasts-button-chosen", label=choice.label), choice.data) if chosen else choice


def _day(words: Texts, day: date) -> str:
    return format_date(day, "EEE d MMM", locale=words.language)


def _rows(buttons: Sequence[Button], width: int) -> list[tuple[Button, ...]]:
    return [tuple(buttons[first : first + width]) for first in range(0, len(buttons), width)]
