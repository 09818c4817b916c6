"""Screens on which an administrator chooses a broadcast's audience and time."""

from collections.abc import Sequence
from datetime import date, datetime

from babel.dates import format_date

from bot.features.broadcasts import buttons
from bot.features.broadcasts.audience import Counts, Offered
from bot.features.broadcasts.buttons import ANY, BROADCAST, DAYS_OF, Part, button, whom
from bot.features.broadcasts.repository.audience import Audience
from bot.features.broadcasts.repository.broadcasts import Broadcast
from bot.framework.i18n import Texts, language_name
from bot.framework.names import one_line
from bot.framework.screen import Screen, back
from bot.messages import Button

HOURS_IN_A_ROW = 6
MINUTES_IN_A_ROW = 4
DAYS_IN_A_ROW = 2
VALUES_IN_A_ROW = 2


def audience(texts: Texts, draft: Broadcast, counts: Counts) -> Screen:
    facts = {"number": str(draft.number), "audience": whom(texts, draft.audience)}
    text = texts.html("broadcasts-whom", people=counts.now, **facts)
    everyone = button(texts, "everyone", "choose", draft.number, buttons.EVERYONE, ANY, people=counts.everyone)
    to = ANY if draft.audience.administrators_only else buttons.CHOSEN
    test = button(
        texts, "administrators", "choose", draft.number, buttons.ADMINISTRATORS, to, people=counts.administrators
    )
    return Screen(
        text,
        (
            (_marked(texts, everyone, chosen=draft.audience == Audience()),),
            *((_part(texts, draft, part),) for part in Part),
            (_marked(texts, test, chosen=draft.audience.administrators_only),),
            *back(texts, BROADCAST("show", draft.number)),
        ),
    )


def choices(texts: Texts, draft: Broadcast, part: Part, offered: Offered) -> Screen:
    """The values on offer for a part of the audience."""
    key = "broadcasts-part" if offered.values else "broadcasts-part-empty"
    present = chosen(draft, part)
    anything = button(texts, "any", "choose", draft.number, part, ANY, people=offered.any_)
    values = [_value(texts, draft, part, value, people) for value, people in offered.values]
    text = texts.html(key, number=str(draft.number), part=str(part))
    first = _marked(texts, anything, chosen=not present)
    return Screen(text, ((first,), *_rows(values, VALUES_IN_A_ROW), *back(texts, BROADCAST("whom", draft.number))))


def chosen(draft: Broadcast, part: Part) -> str | int | None:
    """The value that was chosen for a part of the audience."""
    field = DAYS_OF.get(part, str(part))
    value: str | int | None = getattr(draft.audience, field)
    return value


def key_of(value: str | int) -> str:
    """The value in callback data."""
    return str(value) if isinstance(value, int) else buttons.fingerprint(value)


def choice_gone(texts: Texts) -> str:
    return texts.plain("broadcasts-choice-gone")


def days(texts: Texts, draft: Broadcast, offered: Sequence[date]) -> Screen:
    text = texts.html("broadcasts-day", number=str(draft.number), now=texts.time(draft.now))
    choices = [Button(_day(texts, day), BROADCAST("day", draft.number, f"{day:%Y%m%d}")) for day in offered]
    return Screen(text, (*_rows(choices, DAYS_IN_A_ROW), *back(texts, BROADCAST("show", draft.number))))


def hours(texts: Texts, draft: Broadcast, day: date, offered: Sequence[int]) -> Screen:
    text = texts.html("broadcasts-hour", number=str(draft.number), day=_day(texts, day), zone=texts.zone_name())
    stamp = f"{day:%Y%m%d}"
    choices = [Button(f"{hour:02}", BROADCAST("hour", draft.number, f"{stamp}{hour:02}")) for hour in offered]
    return Screen(text, (*_rows(choices, HOURS_IN_A_ROW), *back(texts, BROADCAST("schedule", draft.number))))


def minutes(texts: Texts, draft: Broadcast, day: date, offered: Sequence[datetime]) -> Screen:
    """The buttons' data are in UTC, so that they mean the same in every time zone."""
    text = texts.html("broadcasts-minute", number=str(draft.number), day=_day(texts, day), zone=texts.zone_name())
    choices = [
        Button(f"{moment.astimezone(texts.zone):%H:%M}", BROADCAST("minute", draft.number, f"{moment:%Y%m%d%H%M}"))
        for moment in offered
    ]
    to_hours = back(texts, BROADCAST("day", draft.number, f"{day:%Y%m%d}"))
    return Screen(text, (*_rows(choices, MINUTES_IN_A_ROW), *to_hours))


def time_past(texts: Texts) -> str:
    return texts.plain("broadcasts-time-past")


def _part(texts: Texts, draft: Broadcast, part: Part) -> Button:
    opener = button(texts, "part", "part", draft.number, part, part=str(part))
    return _marked(texts, opener, chosen=bool(chosen(draft, part)))


def _value(texts: Texts, draft: Broadcast, part: Part, value: str | int, people: int) -> Button:
    to = BROADCAST("choose", draft.number, part, key_of(value))
    if isinstance(value, int):
        label = texts.plain("broadcasts-button-days", days=value, people=people)
    else:
        name = language_name(texts, value) if part is Part.LANGUAGE else value
        label = texts.plain("broadcasts-button-value", value=one_line(name, buttons.MOST_LABELLED), people=people)
    return _marked(texts, Button(label, to), chosen=value == chosen(draft, part))


def _marked(texts: Texts, choice: Button, *, chosen: bool) -> Button:
    return Button(texts.plain("broadcasts-button-chosen", label=choice.label), choice.data) if chosen else choice


def _day(texts: Texts, day: date) -> str:
    return format_date(day, "EEE d MMM", locale=texts.language)


def _rows(choices: Sequence[Button], width: int) -> list[tuple[Button, ...]]:
    return [tuple(choices[first : first + width]) for first in range(0, len(choices), width)]
