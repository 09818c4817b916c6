"""Screens about users for administrators: counts, search results, cards, notes."""

import html
from collections.abc import Mapping, Sequence

from bot.features.users.repository import Counts, PersonName, Profile, WrittenNote
from bot.features.users.service import LONGEST_NOTE, Card, SearchPage, UserAction
from bot.framework.i18n import Texts, language_name, texts_in
from bot.framework.names import BIDI_CONTROLS, button_label, display_name, isolate, sanitize, truncate
from bot.framework.registry import CardPart, PanelEntry
from bot.framework.screen import PANEL, CallbackData, Screen, back
from bot.framework.split import split_screen
from bot.messages import Button, Document, Keyboard

MAX_NOTES = 5  # on one screen
LONGEST_LETTER = 4_096  # characters: a message's
PEOPLE, SEARCH, FOUND, CARD = (CallbackData(f"a:{name}") for name in ("people", "search", "found", "card"))
PROMOTE, DEMOTE = CallbackData("a:promote"), CallbackData("a:demote")
WRITE, NOTES, NOTE, EXPORT = (CallbackData(f"a:{name}") for name in ("write", "notes", "note", "export"))
ACTIONS: Mapping[UserAction, CallbackData] = {
    UserAction.PROMOTE: PROMOTE,
    UserAction.DEMOTE: DEMOTE,
    UserAction.WRITE: WRITE,
    UserAction.EXPORT: EXPORT,
}


def panel(texts: Texts, counts: Counts, entries: Sequence[PanelEntry]) -> Screen:
    facts = {"all": counts.all, "today": counts.new_today, "blocked": counts.blocked, "banned": counts.banned}
    return Screen(
        texts.html("users-panel", **facts),
        (
            (Button(texts.plain("users-button-search"), SEARCH()),),
            (Button(texts.plain("users-button-newest"), FOUND(0)),),
            *((Button(texts.plain(one.text), one.data),) for one in entries),
            *back(texts, PANEL),
        ),
    )


def search_prompt(texts: Texts) -> Screen:
    return Screen(texts.html("users-searching"), back(texts, PEOPLE()))


def found(texts: Texts, query: str, page: SearchPage, *, first: bool) -> Screen:
    """The text keeps the query as code, where the paging buttons read it."""
    if query == "":
        text = texts.html("users-newest")
    else:
        text = texts.html("users-found" if page.people or page.more_before else "users-none", query=query)
    paging: list[Button] = []
    if not first:
        paging.append(Button(texts.plain("users-button-first"), FOUND(0)))
    if page.more_before is not None:
        paging.append(Button(texts.plain("users-button-more"), FOUND(page.more_before)))
    return Screen(
        text,
        (
            *((Button(button_label(one), CARD(one.telegram_id)),) for one in page.people),
            *((tuple(paging),) if paging else ()),
            (Button(texts.plain("users-button-search"), SEARCH()),),
            *back(texts, PEOPLE()),
        ),
    )


def card(texts: Texts, shown: Card, card_parts: Sequence[CardPart] = ()) -> Screen:
    one = shown.profile
    lines = [
        texts.html("users-card-name", name=display_name(one)),
        texts.html("users-card-id", id=str(one.telegram_id)),
        *([texts.html("users-card-username", username=one.username)] if one.username else []),
        texts.html("users-card-role", role=str(shown.role)),
        *_states(texts, one, [state for part in card_parts for state in part.states]),
        *_facts(texts, one),
        *(fact for part in card_parts for fact in part.facts),
        texts.html("users-card-notes", notes=shown.notes),
    ]
    return Screen("\n".join(lines), _under_card(texts, shown, card_parts))


def letter_prompt(texts: Texts, one: Profile) -> Screen:
    text = texts.html("users-asked-letter", name=display_name(one), most=LONGEST_LETTER)
    return Screen(text, back(texts, CARD(one.telegram_id)))


def letter(one: Profile, text: str) -> list[Screen]:
    """A letter in its recipient's language, split into messages."""
    heading = texts_in(one.language or one.language_code).html("users-letter")
    # The text isn't a Fluent fact, since those end at 1,000 characters.
    return split_screen(Screen(f"{heading}\n\n{html.escape(text)}"))


def note_prompt(texts: Texts, one: Profile) -> Screen:
    text = texts.html("users-asked-note", name=display_name(one), most=LONGEST_NOTE)
    return Screen(text, back(texts, NOTES(one.telegram_id)))


def notes(texts: Texts, shown: Card, written: Sequence[WrittenNote], authors: Mapping[int, PersonName]) -> Screen:
    one = shown.profile
    heading = texts.html("users-notes" if written else "users-notes-none", name=display_name(one))
    entries = [_note(texts, note, authors) for note in written[:MAX_NOTES]]
    if len(written) > MAX_NOTES:
        entries.append(texts.html("users-notes-more", more=len(written) - MAX_NOTES))
    add = Button(texts.plain("users-button-note"), NOTE(one.telegram_id))
    keyboard = ((add,),) if UserAction.NOTE in shown.allowed else ()
    return Screen("\n\n".join([heading, *entries]), (*keyboard, *back(texts, CARD(one.telegram_id))))


def export(texts: Texts, chat_id: int, one: Profile, content: str) -> Document:
    caption = texts.plain("users-exported", name=display_name(one))
    return Document(chat_id, f"person-{one.telegram_id}.json", content, caption)


def over(texts: Texts) -> str:
    return texts.plain("users-over")


def _states(texts: Texts, one: Profile, added: Sequence[str]) -> list[str]:
    states = [*added]
    if one.blocked_at is not None:
        states.append(texts.html("users-card-blocked", at=texts.time(one.blocked_at)))
    if one.unreachable_at is not None:
        reason = truncate(one.unreachable_reason or "", 100)
        states.append(texts.html("users-card-unreachable", at=texts.time(one.unreachable_at), reason=reason))
    if one.private_since is None:
        states.append(texts.html("users-card-never-private"))
    return states or [texts.html("users-card-active")]


def _facts(texts: Texts, one: Profile) -> list[str]:
    code = one.language or one.language_code
    language = truncate(language_name(texts, code.partition("-")[0]), 30) if code else ""
    seen = texts.time(one.last_seen_at) if one.last_seen_at is not None else ""
    return [
        *([texts.html("users-card-language", language=language)] if language else []),
        *([texts.html("users-card-source", source=isolate(sanitize(truncate(one.source, 64))))] if one.source else []),
        texts.html("users-card-joined", at=texts.time(one.created_at)),
        *([texts.html("users-card-seen", at=seen)] if seen else []),
        texts.html("users-card-messages", messages=one.message_count),
    ]


def _under_card(texts: Texts, shown: Card, card_parts: Sequence[CardPart]) -> Keyboard:
    to = shown.profile.telegram_id
    actions = {name: button for part in card_parts for name, button in part.actions.items()}
    actions |= {action: Button(texts.plain(f"users-act-{action}"), data(to)) for action, data in ACTIONS.items()}
    buttons = [button for name, button in actions.items() if name in shown.allowed]
    rows = [tuple(buttons[first : first + 2]) for first in range(0, len(buttons), 2)]
    notes = Button(texts.plain("users-button-notes", notes=shown.notes), NOTES(to))
    links = tuple(tuple(part.links) for part in card_parts if part.links)
    return (*rows, (notes,), *links, *back(texts, PEOPLE()))


def _note(texts: Texts, note: WrittenNote, authors: Mapping[int, PersonName]) -> str:
    author = authors.get(note.author_id or 0)
    called = display_name(author) if author is not None else texts.plain("framework-somebody-unknown")
    heading = texts.html("users-note", at=texts.time(note.created_at), author=called)
    return f"{heading}\n{html.escape(truncate(note.text.translate(BIDI_CONTROLS), LONGEST_NOTE))}"
