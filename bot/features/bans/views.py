"""Bans: what administrators choose and see of them, and what the banned are told."""

import html
from collections.abc import Sequence

from bot.features.bans.service import LONGEST_REASON, MOST_AT_ONCE, TERMS, Ban, Listed
from bot.features.users import CARD, PEOPLE, Act, Profile
from bot.framework.i18n import Texts
from bot.framework.names import Somebody, cut, isolated, name, tamed
from bot.framework.registry import CardPart
from bot.framework.screen import CallbackData, Screen, back
from bot.framework.times import time
from bot.messages import Button, Keyboard, Text

MOST_SHOWN = 5  # bans of the past
MOST_NAMED = 10  # people or lines of a list, each
LONGEST_LINE = 40  # characters of a list's line
TOLD, SILENT = "told", "silent"
BAN, UNREASONED, UNBAN, BULK = (CallbackData(f"a:{name}") for name in ("ban", "skip", "unban", "bulk"))
TOKEN_BYTES = 4  # of what tells a list's buttons from another's


def choose_term(words: Texts, one: Profile, bans: Sequence[Ban]) -> Screen:
    """How long; above it what has been before."""
    heading = words.html("bans-term", name=name(one))
    to = one.telegram_id
    return Screen("\n\n".join([heading, history(words, bans)]), (*_terms(words, BAN, to), *back(words, CARD(to))))


def choose_silence(words: Texts, one: Profile, term: str) -> Screen:
    text = words.html("bans-silence", name=name(one), term=term)
    how = _silences(words, BAN, one.telegram_id, term)
    return Screen(text, (*how, *back(words, BAN(one.telegram_id))))


def asked_reason(words: Texts, one: Profile, term: str, *, silent: bool) -> Screen:
    how = SILENT if silent else TOLD
    text = words.html("bans-asked-reason", name=name(one), term=term, how=how, most=LONGEST_REASON)
    skip = Button(words.plain("bans-button-skip"), UNREASONED(one.telegram_id, term, how))
    return Screen(text, ((skip,), *back(words, BAN(one.telegram_id, term))))


def history(words: Texts, bans: Sequence[Ban]) -> str:
    lines = [words.html("bans-history", bans=len(bans))]
    lines += [_of_the_past(words, ban) for ban in bans[:MOST_SHOWN]]
    return "\n".join(lines)


def standing(words: Texts, ban: Ban) -> str:
    """That somebody is banned, until when and why."""
    until = time(words, ban.expires_at) if ban.expires_at is not None else ""
    key = "bans-standing" if until else "bans-standing-ever"
    line = words.html(key, until=until)
    return f"{line}\n{words.html('bans-reason', reason=_reason(ban))}" if ban.reason else line


def notice_of(ban: Ban) -> str:
    """What became of the notice, as delivery left it: one that was refused waits again."""
    if ban.silent:
        return "silent"
    return "waiting" if ban.told_at is None else "told"


def notice(words: Texts, ban: Ban) -> Screen:
    """What a banned person is told, once, by their own clock."""
    until = time(words, ban.expires_at) if ban.expires_at is not None else ""
    lines = [words.html("bans-notice" if until else "bans-notice-ever", until=until)]
    if ban.reason:
        lines.append(words.html("bans-notice-reason", reason=_reason(ban)))
    return Screen("\n\n".join([*lines, words.html("bans-notice-appeal")]))


def notice_to(words: Texts, telegram_id: int, ban: Ban) -> Text:
    return Text(telegram_id, notice(words, ban).text, ban=ban.number)


def on_card(words: Texts, telegram_id: int, bans: Sequence[Ban], running: Ban | None) -> CardPart:
    states = []
    if running is not None:
        states = [standing(words, running), words.html("bans-card-notice", notice=notice_of(running))]
    return CardPart(
        states=states,
        facts=[words.html("bans-card-bans", bans=len(bans))],
        actions={
            Act.BAN: Button(words.plain("bans-act-ban"), BAN(telegram_id)),
            Act.UNBAN: Button(words.plain("bans-act-unban"), UNBAN(telegram_id)),
        },
    )


def banned(words: Texts) -> str:
    return words.html("bans-done")


def unbanned(words: Texts) -> str:
    return words.html("bans-lifted")


def asked_list(words: Texts) -> Screen:
    return Screen(words.html("bans-bulk-asked", most=MOST_AT_ONCE), back(words, PEOPLE()))


def too_many(words: Texts) -> Screen:
    return Screen(words.html("bans-bulk-too-many", most=MOST_AT_ONCE))


def preview(words: Texts, listed: Listed, reason: str, token: str) -> Screen:
    """Who of a list would be banned, and who not; the next step is how long."""
    text = _preview(words, listed, reason)
    if not listed.bannable:
        return Screen(text, back(words, PEOPLE()))
    return Screen(text, (*_terms(words, BULK, token), *back(words, PEOPLE())))


def confirm(words: Texts, named: Sequence[Somebody], people: int, token: str, term: str) -> Screen:
    """`named` are the first of them, one more than is shown where there are more."""
    whom = f"{words.html('bans-bulk-confirm', people=people, term=term)}\n{_some(_names(named))}"
    text = f"{whom}\n\n{words.html('bans-bulk-confirm-silence')}"
    return Screen(text, (*_silences(words, BULK, token, term), *back(words, PEOPLE())))


def bulk_done(words: Texts, people: int) -> Screen:
    return Screen(words.html("bans-bulk-done", people=people), back(words, PEOPLE()))


def _preview(words: Texts, listed: Listed, reason: str) -> str:
    unknown = [isolated(tamed(cut(line, LONGEST_LINE))) for line in listed.unknown]
    groups = (
        (words.html("bans-bulk-found", people=len(listed.bannable)), _names(listed.bannable)),
        (words.html("bans-bulk-banned-already", people=len(listed.banned_already)), _names(listed.banned_already)),
        (words.html("bans-bulk-not-allowed", people=len(listed.not_allowed)), _names(listed.not_allowed)),
        (words.html("bans-bulk-unknown", people=len(listed.unknown)), unknown),
    )
    shown = [f"{heading}\n{_some(names)}" for heading, names in groups if names]
    if reason:
        shown.append(words.html("bans-reason", reason=tamed(reason)))
    return "\n\n".join([words.html("bans-bulk-preview"), *(shown or [words.html("bans-bulk-empty")])])


def _names(people: Sequence[Somebody]) -> list[str]:
    return [name(one, LONGEST_LINE) for one in people[: MOST_NAMED + 1]]


def _some(names: Sequence[str]) -> str:
    """As HTML; Fluent takes no more than 1,000 characters for a hole."""
    return html.escape(", ".join([*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]))


def _terms(words: Texts, to: CallbackData, *arguments: object) -> Keyboard:
    buttons = [Button(words.plain("bans-button-term", term=term), to(*arguments, term)) for term in TERMS]
    return (tuple(buttons[:2]), tuple(buttons[2:4]), tuple(buttons[4:]))


def _silences(words: Texts, to: CallbackData, *arguments: object) -> Keyboard:
    told = Button(words.plain("bans-button-told"), to(*arguments, TOLD))
    silent = Button(words.plain("bans-button-silent"), to(*arguments, SILENT))
    return ((told,), (silent,))


def _of_the_past(words: Texts, ban: Ban) -> str:
    until = time(words, ban.expires_at) if ban.expires_at is not None else ""
    end = "running" if ban.lifted_at is None else "lifted" if ban.lifted_by is not None else "over"
    line = words.html(
        "bans-entry" if until else "bans-entry-ever", at=time(words, ban.created_at), until=until, end=end
    )
    return f"{line}. {words.html('bans-reason', reason=_reason(ban))}" if ban.reason else line


def _reason(ban: Ban) -> str:
    return isolated(tamed(ban.reason)) or "–"
