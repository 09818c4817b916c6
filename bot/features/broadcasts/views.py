"""Screens of broadcasts before they are sent: the list, drafts, scheduled ones."""

from collections.abc import Sequence

from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.buttons import BROADCAST, MOST_LABELLED, button, excerpt, kind, to_list, version, whom
from bot.features.broadcasts.composing import MOST_MESSAGES, Loss, Unsupported
from bot.features.broadcasts.repository.broadcasts import Broadcast, Option, State
from bot.features.settings import Category
from bot.framework.i18n import Texts
from bot.framework.screen import Screen, back
from bot.messages import Button, Keyboard


def panel(texts: Texts, newest: Sequence[Broadcast]) -> Screen:
    """The newest broadcasts, each with a button that opens it."""
    below = (
        (button(texts, "new", "new"), Button(texts.plain("framework-refresh"), BROADCAST("list"))),
        (button(texts, "waiting", "waiting"),),
    )
    heading = texts.html("broadcasts-title")
    return _listed(texts, newest, [heading] if newest else [heading, texts.html("broadcasts-none")], below)


def waiting(texts: Texts, scheduled: Sequence[Broadcast]) -> Screen:
    """Scheduled broadcasts, the next first."""
    heading = texts.html("broadcasts-waiting" if scheduled else "broadcasts-waiting-none")
    return _listed(texts, scheduled, [heading], (to_list(texts),))


def composing(texts: Texts, draft: Broadcast) -> Screen:
    count = len(draft.content.get("pieces", ()))
    text = texts.html("broadcasts-composing", number=str(draft.number), count=count, most=MOST_MESSAGES)
    return Screen(text, (*_while_composing(texts, draft), to_list(texts)))


def added(texts: Texts, draft: Broadcast, losses: Sequence[Loss]) -> Screen:
    """The answer to a message that was added to the draft."""
    pieces = draft.content["pieces"]
    lines = [texts.html("broadcasts-added", kind=kind(texts, pieces[-1]), count=len(pieces))]
    lines += [texts.html(f"broadcasts-lost-{loss}") for loss in losses]
    return Screen("\n".join(lines), _while_composing(texts, draft))


def refused(texts: Texts, why: Unsupported) -> Screen:
    """The answer to a message that can't be broadcast."""
    facts = {"most": MOST_MESSAGES} if why is Unsupported.TOO_MANY else {}
    return Screen(texts.html(f"broadcasts-refused-{why}", **facts))


def refused_by_telegram(texts: Texts) -> str:
    """Stands in place of a preview that Telegram refuses, before its reason."""
    return texts.html("broadcasts-refused-by-telegram")


def preview(texts: Texts, draft: Broadcast) -> Screen:
    """Stands above the preview."""
    return Screen(texts.html("broadcasts-preview", number=str(draft.number)))


def nothing_composed(texts: Texts) -> str:
    return texts.plain("broadcasts-nothing-composed")


def settings(texts: Texts, draft: Broadcast, people: int) -> Screen:
    """The settings of a previewed draft: category, audience and options."""
    text = texts.html(
        "broadcasts-settings",
        number=str(draft.number),
        excerpt=excerpt(texts, draft),
        category=str(draft.category),
        audience=whom(texts, draft.audience),
        people=people,
    )
    number = draft.number
    return Screen(
        text,
        (
            tuple(_category(texts, draft, category) for category in Category),
            (button(texts, "whom", "whom", number, people=people),),
            *((_option(texts, draft, option),) for option in Option),
            (button(texts, "preview-again", "preview", number), button(texts, "more", "more", number)),
            (button(texts, "send", "send", number), button(texts, "schedule", "schedule", number)),
            (_discard(texts, number),),
            to_list(texts),
        ),
    )


def confirmation(texts: Texts, draft: Broadcast, people: int) -> Screen:
    """The button confirms only what is shown here: another message may change the draft before the press."""
    heading = texts.html("broadcasts-confirmation", number=str(draft.number), excerpt=excerpt(texts, draft))
    text = _outlined(texts, draft, heading, texts.html("broadcasts-confirmation-people", people=people))
    yes = button(texts, "yes", "yes", draft.number, version(draft))
    return Screen(text, ((yes,), *back(texts, BROADCAST("show", draft.number))))


def scheduled(texts: Texts, broadcast: Broadcast, people: int) -> Screen:
    assert broadcast.due_at is not None
    number, due = broadcast.number, texts.time(broadcast.due_at)
    heading = texts.html("broadcasts-scheduled", number=str(number), due=due, excerpt=excerpt(texts, broadcast))
    text = _outlined(texts, broadcast, heading, texts.html("broadcasts-scheduled-people", people=people))
    return Screen(
        text,
        (
            (button(texts, "send", "send", number), button(texts, "other-time", "schedule", number)),
            (button(texts, "unschedule", "unschedule", number), button(texts, "cancel", "cancel", number)),
            (button(texts, "waiting", "waiting"),),
            to_list(texts),
        ),
    )


def anothers_draft(texts: Texts, draft: Broadcast) -> Screen:
    text = texts.html("broadcasts-anothers-draft", number=str(draft.number), excerpt=excerpt(texts, draft))
    return Screen(text, (to_list(texts),))


def nobody(texts: Texts) -> str:
    return texts.plain("broadcasts-nobody")


def gone(texts: Texts) -> str:
    return texts.plain("broadcasts-gone")


def changed(texts: Texts) -> str:
    """The toast for a button of an outdated menu; the menu is updated."""
    return texts.plain("broadcasts-changed")


def not_yours(texts: Texts) -> str:
    return texts.plain("broadcasts-not-yours")


def draft_left(texts: Texts) -> str:
    return texts.plain("broadcasts-draft-left")


def discarded(texts: Texts) -> str:
    return texts.plain("broadcasts-discarded")


def _outlined(texts: Texts, broadcast: Broadcast, heading: str, people: str) -> str:
    """The choices made so far, between the heading and the number of people."""
    count = len(broadcast.content.get("pieces", ()))
    on = [option for option in Option if broadcast.content.get("options", {}).get(option)]
    lines = [heading, ""]
    if count > 1:
        lines.append(texts.html("broadcasts-line-messages", count=count))
    lines.append(texts.html("broadcasts-line-about", category=str(broadcast.category)))
    lines.append(texts.html("broadcasts-line-to", audience=whom(texts, broadcast.audience)))
    if on:
        options = ", ".join(texts.plain("broadcasts-option", option=str(option)) for option in on)
        lines.append(texts.html("broadcasts-line-options", options=options))
    return "\n".join([*lines, "", people])


def _listed(texts: Texts, listed: Sequence[Broadcast], above: Sequence[str], below: Keyboard) -> Screen:
    openers = tuple((_opener(texts, broadcast),) for broadcast in listed)
    return Screen("\n\n".join([*above, *(_entry(texts, broadcast) for broadcast in listed)]), (*openers, *below))


def _entry(texts: Texts, broadcast: Broadcast) -> str:
    facts: dict[str, str | float] = {
        "number": str(broadcast.number),
        "sent": broadcast.sent,
        "total": broadcast.total,
        "excerpt": excerpt(texts, broadcast),
    }
    if broadcasts.without_a_sender(broadcast) and broadcast.state is State.RUNNING:
        return texts.html("broadcasts-entry-idle", **facts)
    facts["due"] = texts.time(broadcast.due_at) if broadcast.due_at is not None else ""
    not_begun = broadcast.state is State.CANCELLED and broadcast.started_at is None
    state = "not-begun" if not_begun else str(broadcast.state)
    return texts.html("broadcasts-entry", state=state, deleted=broadcast.deleted, **facts)


def _opener(texts: Texts, broadcast: Broadcast) -> Button:
    facts = {"number": str(broadcast.number), "excerpt": excerpt(texts, broadcast, MOST_LABELLED)}
    return button(texts, "open", "show", broadcast.number, **facts)


def _while_composing(texts: Texts, draft: Broadcast) -> Keyboard:
    number = draft.number
    return (
        (button(texts, "preview", "preview", number),),
        (button(texts, "start-over", "over", number), _discard(texts, number)),
    )


def _category(texts: Texts, draft: Broadcast, category: Category) -> Button:
    label = texts.plain("broadcasts-button-category", category=str(category))
    if category is draft.category:
        label = texts.plain("broadcasts-button-chosen", label=label)
    return Button(label, BROADCAST("category", draft.number, category))


def _option(texts: Texts, draft: Broadcast, option: Option) -> Button:
    label = texts.plain("broadcasts-button-option", option=str(option))
    name = "on" if draft.content.get("options", {}).get(option) else "off"
    return button(texts, name, "toggle", draft.number, option, label=label)


def _discard(texts: Texts, number: int) -> Button:
    return Button(texts.plain("framework-discard"), BROADCAST("discard", number))
