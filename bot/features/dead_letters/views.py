"""Screens about dead letters for administrators."""

import html
from collections.abc import Sequence

from bot.features.dead_letters.service import PAGE, Letter, LetterSummary
from bot.features.dead_letters.terminal_views import Clean, readable
from bot.framework.i18n import Texts
from bot.framework.names import one_line, truncate
from bot.framework.screen import CallbackData, Screen
from bot.messages import Button, Document

LETTERS = CallbackData("s:dead")
MAX_LISTED = 120  # characters of a reason in the list
MAX_LABELLED = 32  # characters of a reason on a button
MAX_REASON = 1_000
MAX_TRACEBACK = 1_500  # characters; the last ones name the exception
MAX_KIND = 40
UNKNOWN = "–"


def page(texts: Texts, letters: Sequence[LetterSummary], *, clean: Clean) -> Screen:
    """A page of dead letters. One letter more than a page holds says that there is another page."""
    shown = letters[:PAGE]
    entries = [_entry(texts, letter, clean) for letter in shown] or [texts.html("dead_letters-none")]
    openers = tuple((_opener(texts, letter, clean),) for letter in shown)
    turns = [Button(texts.plain("dead_letters-newest"), LETTERS())]
    if len(letters) > PAGE:
        turns.append(Button(texts.plain("framework-older"), LETTERS("older", shown[-1].number)))
    return Screen("\n\n".join([texts.html("dead_letters-title"), *entries]), (*openers, tuple(turns)))


def letter(texts: Texts, letter: Letter, *, clean: Clean) -> Screen:
    text = texts.html(
        "dead_letters-letter",
        number=str(letter.number),
        origin=_origin(letter),
        time=texts.time(letter.created_at),
        kind=one_line(letter.kind or UNKNOWN, MAX_KIND),
        chat=UNKNOWN if letter.chat_id is None else str(letter.chat_id),
    )
    text += f"\n\n{html.escape(truncate(clean(letter.reason), MAX_REASON))}"  # too long for a Fluent fact
    if letter.traceback:
        text += f"\n\n<pre>{html.escape(clean(letter.traceback)[-MAX_TRACEBACK:])}</pre>"
    number = letter.number
    return Screen(
        text,
        (
            (Button(texts.plain("dead_letters-file"), LETTERS("file", number)),),
            (
                Button(texts.plain("dead_letters-retry"), LETTERS("retry", number)),
                Button(texts.plain("framework-discard"), LETTERS("discard", number)),
            ),
            (Button(texts.plain("dead_letters-back"), LETTERS()),),
        ),
    )


def discard_confirmation(texts: Texts, letter: Letter) -> Screen:
    number = letter.number
    yes = Button(texts.plain("dead_letters-discard-yes"), LETTERS("discard-yes", number))
    back = Button(texts.plain("dead_letters-keep"), LETTERS("show", number))
    return Screen(texts.html("dead_letters-discard-confirmation", number=str(number)), ((yes,), (back,)))


def document(texts: Texts, chat_id: int, letter: Letter, *, clean: Clean) -> Document:
    """The payload as a file."""
    caption = texts.plain("dead_letters-caption", number=str(letter.number), origin=_origin(letter))
    return Document(chat_id, f"dead-letter-{letter.number}.json", clean(readable(letter.payload)), caption)


def _entry(texts: Texts, listed: LetterSummary, clean: Clean) -> str:
    return texts.html(
        "dead_letters-entry",
        number=str(listed.number),
        origin=_origin(listed),
        time=texts.time(listed.created_at),
        reason=one_line(clean(listed.reason), MAX_LISTED),
    )


def _opener(texts: Texts, listed: LetterSummary, clean: Clean) -> Button:
    reason = one_line(clean(listed.reason), MAX_LABELLED)
    label = texts.plain("dead_letters-open", number=str(listed.number), reason=reason)
    return Button(label, LETTERS("show", listed.number))


def _origin(listed: LetterSummary) -> str:
    return listed.origin if listed.origin in {"update", "message"} else "other"
