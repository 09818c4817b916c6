"""Who did what to whom and when, as administrators read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.features.audit.service import ERASED, Action, AuditEntry, Of, Page
from bot.features.users import CARD, MAX_DIGITS, Named
from bot.framework.i18n import Texts
from bot.framework.names import MAX_BUTTON_NAME, display_name, isolate, sanitize, truncate
from bot.framework.permissions import Role
from bot.framework.registry import CardPart, CardSubject
from bot.framework.runtime_settings import setting_name, setting_value
from bot.framework.screen import PANEL, CallbackData, Screen, back
from bot.framework.times import time
from bot.messages import Button

AUDIT = CallbackData("a:audit")
SAID_BEFORE = ("setting", "number")
"""Details that `audit-act` says."""
MOMENTS = ("until", "due")
MAX_DETAILS = 160  # characters
MAX_ACTORS = 4  # with a button


def page(texts: Texts, shown: Page) -> Screen:
    deeds = [_deed(texts, deed, shown.names) for deed in shown.deeds]
    lines = [_heading(texts, shown), *(deeds or [texts.html("audit-none")])]
    more = shown.more_before
    turn = Button(texts.plain("framework-older"), AUDIT(shown.of, shown.telegram_id, more))
    return Screen(
        "\n\n".join(lines),
        (
            *(_actors(texts, shown) if shown.of is Of.ALL else ()),
            *(((turn,),) if more is not None else ()),
            *(back(texts, PANEL) if shown.of is Of.ALL else back(texts, CARD(shown.telegram_id))),
        ),
    )


def _heading(texts: Texts, shown: Page) -> str:
    whose = _called(texts, shown.telegram_id, shown.names)
    return texts.html("audit-title", of=str(shown.of), name=whose)


def _deed(texts: Texts, deed: AuditEntry, names: Mapping[int, Named]) -> str:
    act = _act(texts, deed)
    actor = texts.plain("audit-itself") if deed.actor_id is None else _called(texts, deed.actor_id, names)
    facts = {"at": time(texts, deed.at), "actor": actor, "act": act}
    if deed.person_id is None:
        line = texts.html("audit-deed", **facts)
    else:
        line = texts.html("audit-deed-to", **facts, person=_called(texts, deed.person_id, names))
    details = _details(texts, deed)
    return f"{line}\n{texts.html('audit-details', details=details)}" if details else line


def _act(texts: Texts, deed: AuditEntry) -> str:
    """One that a newer version wrote is said as it was written."""
    facts = {"what": _what(texts, deed), "raw": truncate(sanitize(deed.action), 40)}
    return texts.plain("audit-act", act=deed.action.replace(" ", "-"), **facts)


def _what(texts: Texts, deed: AuditEntry) -> str:
    """The setting, or the number of the broadcast or dead letter, that it was done to."""
    if deed.action == Action.SETTING:
        return setting_name(texts, truncate(sanitize(str(deed.details.get("setting", ""))), 40))
    return str(deed.details.get("number", ""))[:MAX_DIGITS]


def _details(texts: Texts, deed: AuditEntry) -> str:
    """What isn't empty. Of a setting, no and 0 are values, too."""
    empty: tuple[Any, ...] = () if deed.action == Action.SETTING else (None, "", False)
    told = {name: value for name, value in deed.details.items() if value not in empty and name not in SAID_BEFORE}
    return isolate(truncate(sanitize(", ".join(_detail(texts, deed, *detail) for detail in told.items())), MAX_DETAILS))


def _detail(texts: Texts, deed: AuditEntry, name: str, value: Any) -> str:
    said = truncate(sanitize(_value(texts, deed, name, value)), MAX_DETAILS)
    return texts.plain("audit-detail", name=name, raw=truncate(sanitize(name), 40), value=said)


def _value(texts: Texts, deed: AuditEntry, name: str, value: Any) -> str:
    if deed.action == Action.SETTING:
        present = value if isinstance(value, int) else str(value)[:MAX_DETAILS]
        return setting_value(texts, str(deed.details.get("setting", ""))[:MAX_DETAILS], present)
    if name == "origin":
        return texts.plain("audit-origin", origin=str(value))
    try:
        return time(texts, datetime.fromisoformat(value)) if name in MOMENTS else str(value)
    except (TypeError, ValueError):  # another version's
        return str(value)


def _called(texts: Texts, telegram_id: int, names: Mapping[int, Named]) -> str:
    one = names.get(telegram_id)
    called = texts.plain("framework-somebody-unknown") if one is None else display_name(one, MAX_BUTTON_NAME)
    if telegram_id == ERASED:
        return called
    return texts.plain("audit-called", name=called, id=str(telegram_id))


def _actors(texts: Texts, shown: Page) -> tuple[tuple[Button, ...], ...]:
    """A button for each of those who did what is shown."""
    ids = list(dict.fromkeys(deed.actor_id for deed in shown.deeds if deed.actor_id in shown.names))
    known = [shown.names[one] for one in ids[:MAX_ACTORS] if one is not None]
    return tuple(
        (
            Button(
                texts.plain("audit-button-by", name=display_name(one, MAX_BUTTON_NAME)),
                AUDIT(Of.ACTOR, one.telegram_id, 0),
            ),
        )
        for one in known
    )


def on_card(texts: Texts, subject: CardSubject) -> CardPart:
    """Links from a user's card to what was done to them and, for an administrator, by them."""
    to = subject.telegram_id
    done_to = Button(texts.plain("audit-card-of"), AUDIT(Of.PERSON, to, 0))
    done_by = Button(texts.plain("audit-card-by"), AUDIT(Of.ACTOR, to, 0))
    return CardPart(links=(done_to, done_by) if subject.role is not Role.USER else (done_to,))
