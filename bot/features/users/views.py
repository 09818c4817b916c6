"""What administrators see of people: counts, what a search found, a person's card, notes."""

import html
from collections.abc import Mapping, Sequence

from bot.features.admin.views import Press, back, data
from bot.features.bans import views as sanctions
from bot.features.bans.service import LONGEST_NOTE, Remark
from bot.features.broadcasts.buttons import language_name
from bot.features.start.views import Screen
from bot.features.users.service import Act, Card, Counts, Found, Named, Profile
from bot.framework.i18n import Texts, texts
from bot.framework.names import TURNS_THE_LINE, cut, isolated, label, name, tamed
from bot.framework.permissions import Role
from bot.framework.split import messages
from bot.framework.times import time
from bot.messages import Button, Keyboard

MOST_NOTES = 5  # on one screen
LONGEST_LETTER = 4_096  # characters: a message's
PRESSES: Mapping[Act, Press] = {
    Act.BAN: Press.BAN,
    Act.UNBAN: Press.UNBAN,
    Act.PROMOTE: Press.PROMOTE,
    Act.DEMOTE: Press.DEMOTE,
    Act.WRITE: Press.WRITE,
    Act.EXPORT: Press.EXPORT,
}


def panel(words: Texts, counts: Counts) -> Screen:
    facts = {"all": counts.all, "today": counts.new_today, "blocked": counts.blocked, "banned": counts.banned}
    return Screen(
        words.html("people-panel", **facts),
        (
            (Button(words.plain("people-button-search"), data(Press.SEARCH)),),
            (Button(words.plain("people-button-newest"), data(Press.FOUND, 0)),),
            (Button(words.plain("people-button-bulk"), data(Press.BULK)),),
            *back(words, Press.PANEL),
        ),
    )


def searching(words: Texts) -> Screen:
    return Screen(words.html("people-searching"), back(words, Press.PEOPLE))


def found(words: Texts, query: str, page: Found, *, first: bool) -> Screen:
    """What was searched for stands in the text as code: the buttons that turn its pages read it there."""
    if query == "":
        text = words.html("people-newest")
    else:
        text = words.html("people-found" if page.people or page.more_before else "people-none", query=query)
    turns: list[Button] = []
    if not first:
        turns.append(Button(words.plain("people-button-first"), data(Press.FOUND, 0)))
    if page.more_before is not None:
        turns.append(Button(words.plain("people-button-more"), data(Press.FOUND, page.more_before)))
    return Screen(
        text,
        (
            *((Button(label(one), data(Press.CARD, one.telegram_id)),) for one in page.people),
            *((tuple(turns),) if turns else ()),
            (Button(words.plain("people-button-search"), data(Press.SEARCH)),),
            *back(words, Press.PEOPLE),
        ),
    )


def card(words: Texts, shown: Card) -> Screen:
    one = shown.profile
    lines = [
        words.html("people-card-name", name=name(one)),
        words.html("people-card-id", id=str(one.telegram_id)),
        *([words.html("people-card-username", username=one.username)] if one.username else []),
        words.html("people-card-role", role=str(shown.role)),
        *_states(words, shown),
        *_facts(words, one),
        words.html("people-card-bans", bans=len(shown.bans)),
        words.html("people-card-notes", notes=shown.notes),
    ]
    return Screen("\n".join(lines), _under_card(words, shown))


def asked_letter(words: Texts, one: Profile) -> Screen:
    text = words.html("people-asked-letter", name=name(one), most=LONGEST_LETTER)
    return Screen(text, back(words, Press.CARD, one.telegram_id))


def letter(one: Profile, text: str) -> list[Screen]:
    """In the language of whoever gets it, in as many messages as it takes."""
    heading = texts(one.language or one.language_code).html("people-letter")
    # Fluent takes no more than 1,000 characters for a hole.
    return messages(Screen(f"{heading}\n\n{html.escape(text)}"))


def asked_note(words: Texts, one: Profile) -> Screen:
    text = words.html("people-asked-note", name=name(one), most=LONGEST_NOTE)
    return Screen(text, back(words, Press.NOTES, one.telegram_id))


def notes(words: Texts, shown: Card, remarks: Sequence[Remark], authors: Mapping[int, Named]) -> Screen:
    one = shown.profile
    heading = words.html("people-notes" if remarks else "people-notes-none", name=name(one))
    entries = [_note(words, remark, authors) for remark in remarks[:MOST_NOTES]]
    if len(remarks) > MOST_NOTES:
        entries.append(words.html("people-notes-more", more=len(remarks) - MOST_NOTES))
    add = Button(words.plain("people-button-note"), data(Press.NOTE, one.telegram_id))
    keyboard = ((add,),) if Act.NOTE in shown.offered else ()
    return Screen("\n\n".join([heading, *entries]), (*keyboard, *back(words, Press.CARD, one.telegram_id)))


def text_wanted(words: Texts) -> Screen:
    return Screen(words.html("people-text-wanted"))


def too_long(words: Texts, most: int) -> Screen:
    return Screen(words.html("people-too-long", most=most))


def sent(words: Texts) -> str:
    return words.html("people-sent")


def unreachable(words: Texts) -> str:
    return words.html("people-unreachable")


def noted(words: Texts) -> str:
    return words.html("people-noted")


def exported(words: Texts, one: Profile) -> str:
    """What stands under the file."""
    return words.plain("people-exported", name=name(one))


def file_name(one: Profile) -> str:
    return f"person-{one.telegram_id}.json"


def nobody(words: Texts) -> str:
    return words.plain("people-nobody")


def not_allowed(words: Texts) -> str:
    return words.plain("people-not-allowed")


def changed(words: Texts) -> str:
    return words.plain("people-changed")


def over(words: Texts) -> str:
    return words.plain("people-over")


def role_given(words: Texts, act: Act) -> str:
    return words.html("people-promoted" if act is Act.PROMOTE else "people-demoted")


def below(sentence: str, screen: Screen) -> Screen:
    """A screen under a sentence that says what was done."""
    return Screen(f"{sentence}\n\n{screen.text}", screen.keyboard)


def _states(words: Texts, shown: Card) -> list[str]:
    one, states = shown.profile, list[str]()
    if shown.running is not None:
        states.append(sanctions.standing(words, shown.running))
        states.append(words.html("people-card-notice", notice=sanctions.notice_of(shown.running)))
    if one.blocked_at is not None:
        states.append(words.html("people-card-blocked", at=time(words, one.blocked_at)))
    if one.unreachable_at is not None:
        reason = cut(one.unreachable_reason or "", 100)
        states.append(words.html("people-card-unreachable", at=time(words, one.unreachable_at), reason=reason))
    if one.private_since is None:
        states.append(words.html("people-card-never-private"))
    return states or [words.html("people-card-active")]


def _facts(words: Texts, one: Profile) -> list[str]:
    told = one.language or one.language_code
    language = cut(language_name(words, told.partition("-")[0]), 30) if told else ""
    seen = time(words, one.last_seen_at) if one.last_seen_at is not None else ""
    return [
        *([words.html("people-card-language", language=language)] if language else []),
        *([words.html("people-card-source", source=isolated(tamed(cut(one.source, 64))))] if one.source else []),
        words.html("people-card-joined", at=time(words, one.created_at)),
        *([words.html("people-card-seen", at=seen)] if seen else []),
        words.html("people-card-messages", messages=one.message_count),
    ]


def _under_card(words: Texts, shown: Card) -> Keyboard:
    to = shown.profile.telegram_id
    acts = [
        Button(words.plain(f"people-act-{act}"), data(press, to))
        for act, press in PRESSES.items()
        if act in shown.offered
    ]
    notes_ = Button(words.plain("people-button-notes", notes=shown.notes), data(Press.NOTES, to))
    done_to = Button(words.plain("people-button-audit"), data(Press.AUDIT, "of", to, 0))
    done_by = Button(words.plain("people-button-deeds"), data(Press.AUDIT, "by", to, 0))
    rows = [tuple(acts[first : first + 2]) for first in range(0, len(acts), 2)]
    deeds = (done_to, done_by) if shown.role is not Role.USER else (done_to,)
    return (*rows, (notes_,), deeds, *back(words, Press.PEOPLE))


def _note(words: Texts, remark: Remark, authors: Mapping[int, Named]) -> str:
    author = authors.get(remark.author_id or 0)
    called = name(author) if author is not None else words.plain("people-somebody")
    heading = words.html("people-note", at=time(words, remark.created_at), author=called)
    return f"{heading}\n{html.escape(cut(remark.text.translate(TURNS_THE_LINE), LONGEST_NOTE))}"
