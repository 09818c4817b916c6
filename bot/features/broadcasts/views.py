"""Screens of broadcasts before they are sent: the list, drafts, scheduled ones."""

from collections.abc import Sequence

from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.buttons import MOST_LABELLED, Press, button, data, excerpt, kind, version, whom
from bot.features.broadcasts.composing import MOST_MESSAGES, Loss, Unsupported
from bot.features.broadcasts.repository.broadcasts import Broadcast, Option, State
from bot.features.settings import Category
from bot.framework.i18n import Texts
from bot.framework.screen import Screen, back
from bot.framework.times import time
from bot.messages import Button, Keyboard

COMMAND = "broadcast"


def panel(words: Texts, newest: Sequence[Broadcast]) -> Screen:
    """The newest broadcasts, each with a button that opens it."""
    below = (
        (button(words, "new", Press.NEW), Button(words.plain("framework-refresh"), data(Press.LIST))),
        (button(words, "waiting", Press.WAITING),),
    )
    heading = words.html("broadcasts-title")
    return _listed(words, newest, [heading] if newest else [heading, words.html("broadcasts-none")], below)


def waiting(words: Texts, scheduled: Sequence[Broadcast]) -> Screen:
    """Scheduled broadcasts, the next first."""
    heading = words.html("broadcasts-waiting" if scheduled else "broadcasts-waiting-none")
    return _listed(words, scheduled, [heading], (_all(words),))


def composing(words: Texts, draft: Broadcast) -> Screen:
    count = len(draft.content.get("pieces", ()))
    text = words.html("broadcasts-composing", number=str(draft.number), count=count, most=MOST_MESSAGES)
    return Screen(text, (*_while_composing(words, draft), _all(words)))


def added(words: Texts, draft: Broadcast, losses: Sequence[Loss]) -> Screen:
    """The answer to a message that was added to the draft."""
    pieces = draft.content["pieces"]
    lines = [words.html("broadcasts-added", kind=kind(words, pieces[-1]), count=len(pieces))]
    lines += [words.html(f"broadcasts-lost-{loss}") for loss in losses]
    return Screen("\n".join(lines), _while_composing(words, draft))


def refused(words: Texts, why: Unsupported) -> Screen:
    """The answer to a message that can't be broadcast."""
    facts = {"most": MOST_MESSAGES} if why is Unsupported.TOO_MANY else {}
    return Screen(words.html(f"broadcasts-refused-{why}", **facts))


def refused_by_telegram(words: Texts) -> str:
    """Stands in place of a preview that Telegram refuses, before its reason."""
    return words.html("broadcasts-refused-by-telegram")


def preview(words: Texts, draft: Broadcast) -> Screen:
    """Stands above the preview."""
    return Screen(words.html("broadcasts-preview", number=str(draft.number)))


def nothing_composed(words: Texts) -> str:
    return words.plain("broadcasts-nothing-composed")


def settings(words: Texts, draft: Broadcast, people: int) -> Screen:
    """The settings of a previewed draft: category, audience and options."""
    text = words.html(
        "broadcasts-settings",
        number=str(draft.number),
        excerpt=excerpt(words, draft),
        category=str(draft.category),
        audience=whom(words, draft.audience),
        people=people,
    )
    number = draft.number
    return Screen(
        text,
        (
            tuple(_category(words, draft, category) for category in Category),
            (button(words, "whom", Press.WHOM, number, people=people),),
            *((_option(words, draft, option),) for option in Option),
            (button(words, "preview-again", Press.PREVIEW, number), button(words, "more", Press.MORE, number)),
            (button(words, "send", Press.SEND, number), button(words, "schedule", Press.SCHEDULE, number)),
            (_discard(words, number),),
            _all(words),
        ),
    )


def confirmation(words: Texts, draft: Broadcast, people: int) -> Screen:
    """The button confirms what is shown here alone: another message may change the draft before it is pressed."""
    heading = words.html("broadcasts-confirmation", number=str(draft.number), excerpt=excerpt(words, draft))
    text = _outlined(words, draft, heading, words.html("broadcasts-confirmation-people", people=people))
    yes = button(words, "yes", Press.SEND_YES, draft.number, version(draft))
    return Screen(text, ((yes,), *back(words, data(Press.SHOW, draft.number))))


def scheduled(words: Texts, broadcast: Broadcast, people: int) -> Screen:
    assert broadcast.due_at is not None
    number, due = broadcast.number, time(words, broadcast.due_at)
    heading = words.html("broadcasts-scheduled", number=str(number), due=due, excerpt=excerpt(words, broadcast))
    text = _outlined(words, broadcast, heading, words.html("broadcasts-scheduled-people", people=people))
    return Screen(
        text,
        (
            (button(words, "send", Press.SEND, number), button(words, "other-time", Press.SCHEDULE, number)),
            (button(words, "unschedule", Press.UNSCHEDULE, number), button(words, "cancel", Press.CANCEL, number)),
            (button(words, "waiting", Press.WAITING),),
            _all(words),
        ),
    )


def anothers_draft(words: Texts, draft: Broadcast) -> Screen:
    text = words.html("broadcasts-anothers-draft", number=str(draft.number), excerpt=excerpt(words, draft))
    return Screen(text, (_all(words),))


def nobody(words: Texts) -> str:
    return words.plain("broadcasts-nobody")


def gone(words: Texts) -> str:
    return words.plain("broadcasts-gone")


def changed(words: Texts) -> str:
    """The toast for a button of an outdated menu; the menu is updated."""
    return words.plain("broadcasts-changed")


def not_yours(words: Texts) -> str:
    return words.plain("broadcasts-not-yours")


def draft_left(words: Texts) -> str:
    return words.plain("broadcasts-draft-left")


def discarded(words: Texts) -> str:
    return words.plain("broadcasts-discarded")


def _outlined(words: Texts, broadcast: Broadcast, heading: str, people: str) -> str:
    """The choices made so far, between the heading and the number of people."""
    count = len(broadcast.content.get("pieces", ()))
    on = [option for option in Option if broadcast.content.get("options", {}).get(option)]
    lines = [heading, ""]
    if count > 1:
        lines.append(words.html("broadcasts-line-messages", count=count))
    lines.append(words.html("broadcasts-line-about", category=str(broadcast.category)))
    lines.append(words.html("broadcasts-line-to", audience=whom(words, broadcast.audience)))
    if on:
        options = ", ".join(words.plain("broadcasts-option", option=str(option)) for option in on)
        lines.append(words.html("broadcasts-line-options", options=options))
    return "\n".join([*lines, "", people])


def _listed(words: Texts, listed: Sequence[Broadcast], above: Sequence[str], below: Keyboard) -> Screen:
    openers = tuple((_opener(words, broadcast),) for broadcast in listed)
    return Screen("\n\n".join([*above, *(_entry(words, broadcast) for broadcast in listed)]), (*openers, *below))


def _entry(words: Texts, broadcast: Broadcast) -> str:
    facts: dict[str, str | float] = {
        "number": str(broadcast.number),
        "sent": broadcast.sent,
        "total": broadcast.total,
        "excerpt": excerpt(words, broadcast),
    }
    if broadcasts.without_a_sender(broadcast) and broadcast.state is State.RUNNING:
        return words.html("broadcasts-entry-idle", **facts)
    facts["due"] = time(words, broadcast.due_at) if broadcast.due_at is not None else ""
    not_begun = broadcast.state is State.CANCELLED and broadcast.started_at is None
    state = "not-begun" if not_begun else str(broadcast.state)
    return words.html("broadcasts-entry", state=state, deleted=broadcast.deleted, **facts)


def _opener(words: Texts, broadcast: Broadcast) -> Button:
    facts = {"number": str(broadcast.number), "excerpt": excerpt(words, broadcast, MOST_LABELLED)}
    return button(words, "open", Press.SHOW, broadcast.number, **facts)


def _while_composing(words: Texts, draft: Broadcast) -> Keyboard:
    number = draft.number
    return (
        (button(words, "preview", Press.PREVIEW, number),),
        (button(words, "start-over", Press.START_OVER, number), _discard(words, number)),
    )


def _category(words: Texts, draft: Broadcast, category: Category) -> Button:
    label = words.plain("broadcasts-button-category", category=str(category))
    if category is draft.category:
        label = words.plain("broadcasts-button-chosen", label=label)
    return Button(label, data(Press.CATEGORY, draft.number, category))


def _option(words: Texts, draft: Broadcast, option: Option) -> Button:
    label = words.plain("broadcasts-button-option", option=str(option))
    name = "on" if draft.content.get("options", {}).get(option) else "off"
    return button(words, name, Press.TOGGLE, draft.number, option, label=label)


def _discard(words: Texts, number: int) -> Button:
    return Button(words.plain("framework-discard"), data(Press.DISCARD, number))


def _all(words: Texts) -> tuple[Button, ...]:
    return (button(words, "all", Press.LIST),)
