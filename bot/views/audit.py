"""Who did what to whom and when, as administrators read it."""

from collections.abc import Mapping
from typing import Any

from bot.outgoing.messages import Button
from bot.services.audit import ERASED, Deed, Of, Page
from bot.services.profiles import Named
from bot.views.admin import Press, back, data
from bot.views.broadcast_words import time
from bot.views.i18n import Texts
from bot.views.names import ON_A_BUTTON, cut, isolated, name, tamed
from bot.views.start import Screen

KNOWN = frozenset({"ban", "unban", "promote", "demote", "write", "note", "export"})
"""Deeds for which there are words: `audit-act` in the texts."""
SETTING = "setting "
"""How the deed begins by which a setting is changed; its name follows."""
MOST_DETAILS = 100  # characters
MOST_ACTORS = 4  # with a button


def page(words: Texts, shown: Page) -> Screen:
    deeds = [_deed(words, deed, shown.names) for deed in shown.deeds]
    lines = [_heading(words, shown), *(deeds or [words.html("audit-none")])]
    more = shown.more_before
    turn = Button(words.plain("audit-button-older"), data(Press.AUDIT, shown.of, shown.telegram_id, more))
    return Screen(
        "\n\n".join(lines),
        (
            *(_actors(words, shown) if shown.of is Of.ALL else ()),
            *(((turn,),) if more is not None else ()),
            *(back(words, Press.PANEL) if shown.of is Of.ALL else back(words, Press.CARD, shown.telegram_id)),
        ),
    )


def _heading(words: Texts, shown: Page) -> str:
    whose = _called(words, shown.telegram_id, shown.names)
    return words.html("audit-title", of=str(shown.of), name=whose)


def _deed(words: Texts, deed: Deed, names: Mapping[int, Named]) -> str:
    act = _act(words, deed.action)
    actor = words.plain("audit-itself") if deed.actor_id is None else _called(words, deed.actor_id, names)
    facts = {"at": time(words, deed.at), "actor": actor, "act": act}
    if deed.person_id is None:
        line = words.html("audit-deed", **facts)
    else:
        line = words.html("audit-deed-to", **facts, person=_called(words, deed.person_id, names))
    details = _details(deed)
    return f"{line}\n{words.html('audit-details', details=details)}" if details else line


def _act(words: Texts, action: str) -> str:
    if action in KNOWN:
        return words.plain("audit-act", act=action)
    if action.startswith(SETTING):
        return words.plain("audit-setting", setting=cut(tamed(action.removeprefix(SETTING)), 40))
    return cut(tamed(action), 40)


def _details(deed: Deed) -> str:
    """What isn't empty, raw: this is for whoever looks into a matter. Of a setting, no and 0 are values, too."""
    empty: tuple[Any, ...] = () if deed.action.startswith(SETTING) else (None, "", False)
    said = ", ".join(f"{key}: {value}" for key, value in deed.details.items() if value not in empty)
    return isolated(cut(tamed(said), MOST_DETAILS))


def _called(words: Texts, telegram_id: int, names: Mapping[int, Named]) -> str:
    one = names.get(telegram_id)
    called = words.plain("people-somebody") if one is None else name(one, ON_A_BUTTON)
    if telegram_id == ERASED:
        return called
    return words.plain("audit-called", name=called, id=str(telegram_id))


def _actors(words: Texts, shown: Page) -> tuple[tuple[Button, ...], ...]:
    """A button for each of those who did what is shown."""
    ids = list(dict.fromkeys(deed.actor_id for deed in shown.deeds if deed.actor_id in shown.names))
    known = [shown.names[one] for one in ids[:MOST_ACTORS] if one is not None]
    return tuple(
        (
            Button(
                words.plain("audit-button-by", name=name(one, ON_A_BUTTON)),
                data(Press.AUDIT, Of.ACTOR, one.telegram_id, 0),
            ),
        )
        for one in known
    )
