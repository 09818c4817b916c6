"""The audit log as administrators read it."""

from collections.abc import Mapping
from datetime import datetime

from bot.features.audit.service import ERASED, Action, AuditEntry, Page, Scope
from bot.features.users import CARD, MAX_DIGITS, PersonName
from bot.framework.i18n import Texts
from bot.framework.names import MAX_BUTTON_NAME, display_name, isolate, sanitize, truncate
from bot.framework.permissions import Role
from bot.framework.registry import CardPart, CardSubject
from bot.framework.runtime_settings import Setting, setting_value
from bot.framework.screen import PANEL, CallbackData, Screen, back
from bot.messages import Button

AUDIT = CallbackData("a:audit")
IN_ACTION = ("setting", "number")
"""Details that the text `audit-act` contains."""
TIMES = ("until", "due")
MAX_DETAILS = 160  # characters
MAX_ACTORS = 4  # buttons


Settings = Mapping[str, Setting]
"""Runtime settings by name."""


def page(texts: Texts, shown: Page, settings: Settings) -> Screen:
    entries = [_entry(texts, entry, shown.names, settings) for entry in shown.entries]
    lines = [_heading(texts, shown), *(entries or [texts.html("audit-none")])]
    more = shown.more_before
    older = Button(texts.plain("framework-older"), AUDIT(shown.scope, shown.telegram_id, more))
    return Screen(
        "\n\n".join(lines),
        (
            *(_actor_buttons(texts, shown) if shown.scope is Scope.ALL else ()),
            *(((older,),) if more is not None else ()),
            *(back(texts, PANEL) if shown.scope is Scope.ALL else back(texts, CARD(shown.telegram_id))),
        ),
    )


def _heading(texts: Texts, shown: Page) -> str:
    whose = _name_and_id(texts, shown.telegram_id, shown.names)
    return texts.html("audit-title", of=str(shown.scope), name=whose)


def _entry(texts: Texts, entry: AuditEntry, names: Mapping[int, PersonName], settings: Settings) -> str:
    act = _action(texts, entry, settings)
    actor = texts.plain("audit-itself") if entry.actor_id is None else _name_and_id(texts, entry.actor_id, names)
    facts = {"at": texts.time(entry.at), "actor": actor, "act": act}
    if entry.person_id is None:
        line = texts.html("audit-entry", **facts)
    else:
        line = texts.html("audit-entry-about", **facts, person=_name_and_id(texts, entry.person_id, names))
    details = _details(texts, entry, settings)
    return f"{line}\n{texts.html('audit-details', details=details)}" if details else line


def _action(texts: Texts, entry: AuditEntry, settings: Settings) -> str:
    """The action in words; one of a newer version as it is stored."""
    facts = {"what": _object(texts, entry, settings), "raw": truncate(sanitize(entry.action), 40)}
    return texts.plain("audit-act", act=entry.action.replace(" ", "-"), **facts)


def _object(texts: Texts, entry: AuditEntry, settings: Settings) -> str:
    """The setting that was changed, or the number of the broadcast or dead letter."""
    if entry.action == Action.SETTING:
        name = str(entry.details.get("setting", ""))
        return texts.plain(settings[name].title) if name in settings else truncate(sanitize(name), 40)
    return str(entry.details.get("number", ""))[:MAX_DIGITS]


def _details(texts: Texts, entry: AuditEntry, settings: Settings) -> str:
    """Details that aren't empty. For a setting, False and 0 are values too."""
    empty: tuple[object, ...] = () if entry.action == Action.SETTING else (None, "", False)
    shown = {name: value for name, value in entry.details.items() if value not in empty and name not in IN_ACTION}
    values = {name: _value(texts, entry, name, value, settings) for name, value in shown.items()}
    return isolate(truncate(sanitize(", ".join(_detail(texts, *one) for one in values.items())), MAX_DETAILS))


def _detail(texts: Texts, name: str, value: str) -> str:
    text = truncate(sanitize(value), MAX_DETAILS)
    return texts.plain("audit-detail", name=name, raw=truncate(sanitize(name), 40), value=text)


def _value(texts: Texts, entry: AuditEntry, name: str, value: object, settings: Settings) -> str:
    if entry.action == Action.SETTING:
        present = value if isinstance(value, int) else str(value)[:MAX_DETAILS]
        return setting_value(texts, settings.get(str(entry.details.get("setting", ""))), present)
    if name == "origin":
        return texts.plain("audit-origin", origin=str(value))
    try:
        return texts.time(datetime.fromisoformat(value)) if name in TIMES and isinstance(value, str) else str(value)
    except ValueError:  # of another version
        return str(value)


def _name_and_id(texts: Texts, telegram_id: int, names: Mapping[int, PersonName]) -> str:
    one = names.get(telegram_id)
    called = texts.plain("framework-somebody-unknown") if one is None else display_name(one, MAX_BUTTON_NAME)
    if telegram_id == ERASED:
        return called
    return texts.plain("audit-called", name=called, id=str(telegram_id))


def _actor_buttons(texts: Texts, shown: Page) -> tuple[tuple[Button, ...], ...]:
    """A button for each of the first actors on the page."""
    ids = list(dict.fromkeys(entry.actor_id for entry in shown.entries if entry.actor_id in shown.names))
    known = [shown.names[one] for one in ids[:MAX_ACTORS] if one is not None]
    return tuple(
        (
            Button(
                texts.plain("audit-button-by", name=display_name(one, MAX_BUTTON_NAME)),
                AUDIT(Scope.ACTOR, one.telegram_id, 0),
            ),
        )
        for one in known
    )


def on_card(texts: Texts, subject: CardSubject) -> CardPart:
    """Links from a user's card to entries about them and, for an administrator, by them."""
    to = subject.telegram_id
    done_to = Button(texts.plain("audit-card-of"), AUDIT(Scope.PERSON, to, 0))
    done_by = Button(texts.plain("audit-card-by"), AUDIT(Scope.ACTOR, to, 0))
    return CardPart(links=(done_to, done_by) if subject.role is not Role.USER else (done_to,))
