"""Screens about bans for administrators, and the notice to a banned user."""

import html
from collections.abc import Sequence

from bot.features.bans.repository import Ban
from bot.features.bans.service import DURATIONS, LONGEST_REASON, MAX_LIST, CheckedList
from bot.features.users import CARD, PEOPLE, Profile, UserAction
from bot.framework.i18n import Texts
from bot.framework.names import HasName, display_name, isolate, sanitize, truncate
from bot.framework.registry import CardPart
from bot.framework.screen import CallbackData, Screen, back
from bot.messages import Button, Keyboard, Text

MAX_SHOWN = 5  # past bans
MAX_NAMED = 10  # users or lines in each group of a list
LONGEST_LINE = 40  # characters
NOTIFY, SILENT = "told", "silent"
BAN, BAN_NOW, UNBAN, BULK = (CallbackData(f"a:{name}") for name in ("ban", "skip", "unban", "bulk"))
TOKEN_BYTES = 4  # of the token that binds buttons to their list


def choose_duration(texts: Texts, one: Profile, bans: Sequence[Ban]) -> Screen:
    heading = texts.html("bans-term", name=display_name(one))
    to = one.telegram_id
    text = f"{heading}\n\n{history(texts, bans)}"
    return Screen(text, (*_duration_buttons(texts, BAN, to), *back(texts, CARD(to))))


def choose_notification(texts: Texts, one: Profile, duration: str) -> Screen:
    text = texts.html("bans-silence", name=display_name(one), term=duration)
    options = _notification_buttons(texts, BAN, one.telegram_id, duration)
    return Screen(text, (*options, *back(texts, BAN(one.telegram_id))))


def reason_prompt(texts: Texts, one: Profile, duration: str, *, silent: bool) -> Screen:
    how = SILENT if silent else NOTIFY
    text = texts.html("bans-asked-reason", name=display_name(one), term=duration, how=how, most=LONGEST_REASON)
    skip = Button(texts.plain("bans-button-skip"), BAN_NOW(one.telegram_id, duration, how))
    return Screen(text, ((skip,), *back(texts, BAN(one.telegram_id, duration))))


def history(texts: Texts, bans: Sequence[Ban]) -> str:
    lines = [texts.html("bans-history", bans=len(bans))]
    lines += [_history_line(texts, ban) for ban in bans[:MAX_SHOWN]]
    return "\n".join(lines)


def state_line(texts: Texts, ban: Ban) -> str:
    until = _until(texts, ban)
    line = texts.html("bans-standing" if until else "bans-standing-ever", until=until)
    return f"{line}\n{texts.html('bans-reason', reason=_reason(ban))}" if ban.reason else line


def notice_status(ban: Ban) -> str:
    """The notice's state. One that Telegram rejected waits again."""
    if ban.silent:
        return "silent"
    return "waiting" if ban.told_at is None else "told"


def notice(texts: Texts, ban: Ban) -> Screen:
    until = _until(texts, ban)
    lines = [texts.html("bans-notice" if until else "bans-notice-ever", until=until)]
    if ban.reason:
        lines.append(texts.html("bans-notice-reason", reason=_reason(ban)))
    return Screen("\n\n".join([*lines, texts.html("bans-notice-appeal")]))


def notice_message(texts: Texts, telegram_id: int, ban: Ban) -> Text:
    return Text(telegram_id, notice(texts, ban).text, ban=ban.number)


def on_card(texts: Texts, telegram_id: int, bans: Sequence[Ban], running: Ban | None) -> CardPart:
    states = []
    if running is not None:
        states = [state_line(texts, running), texts.html("bans-card-notice", notice=notice_status(running))]
    return CardPart(
        states=states,
        facts=[texts.html("bans-card-bans", bans=len(bans))],
        actions={
            UserAction.BAN: Button(texts.plain("bans-act-ban"), BAN(telegram_id)),
            UserAction.UNBAN: Button(texts.plain("bans-act-unban"), UNBAN(telegram_id)),
        },
    )


def list_prompt(texts: Texts) -> Screen:
    return Screen(texts.html("bans-bulk-asked", most=MAX_LIST), back(texts, PEOPLE()))


def preview(texts: Texts, listed: CheckedList, reason: str, token: str) -> Screen:
    text = _preview_text(texts, listed, reason)
    if not listed.bannable:
        return Screen(text, back(texts, PEOPLE()))
    return Screen(text, (*_duration_buttons(texts, BULK, token), *back(texts, PEOPLE())))


def confirm(texts: Texts, named: Sequence[HasName], people: int, token: str, duration: str) -> Screen:
    """Ask for confirmation. `named` are the first users, one more than is shown if there are more."""
    heading = f"{texts.html('bans-bulk-confirm', people=people, term=duration)}\n{_joined(_names(named))}"
    text = f"{heading}\n\n{texts.html('bans-bulk-confirm-silence')}"
    return Screen(text, (*_notification_buttons(texts, BULK, token, duration), *back(texts, PEOPLE())))


def bulk_done(texts: Texts, people: int) -> Screen:
    return Screen(texts.html("bans-bulk-done", people=people), back(texts, PEOPLE()))


def _preview_text(texts: Texts, listed: CheckedList, reason: str) -> str:
    unknown = [isolate(sanitize(truncate(line, LONGEST_LINE))) for line in listed.unknown]
    groups = (
        (texts.html("bans-bulk-found", people=len(listed.bannable)), _names(listed.bannable)),
        (texts.html("bans-bulk-banned-already", people=len(listed.banned_already)), _names(listed.banned_already)),
        (texts.html("bans-bulk-not-allowed", people=len(listed.not_allowed)), _names(listed.not_allowed)),
        (texts.html("bans-bulk-unknown", people=len(listed.unknown)), unknown),
    )
    shown = [f"{heading}\n{_joined(names)}" for heading, names in groups if names]
    if reason:
        shown.append(texts.html("bans-reason", reason=sanitize(reason)))
    return "\n\n".join([texts.html("bans-bulk-preview"), *(shown or [texts.html("bans-bulk-empty")])])


def _names(people: Sequence[HasName]) -> list[str]:
    return [display_name(one, LONGEST_LINE) for one in people[: MAX_NAMED + 1]]


def _joined(names: Sequence[str]) -> str:
    """Names as HTML. They are not a Fluent fact, since those end at 1,000 characters."""
    return html.escape(", ".join([*names[:MAX_NAMED], *(["…"] if len(names) > MAX_NAMED else [])]))


def _duration_buttons(texts: Texts, to: CallbackData, *arguments: object) -> Keyboard:
    buttons = [
        Button(texts.plain("bans-button-term", term=duration), to(*arguments, duration)) for duration in DURATIONS
    ]
    return (tuple(buttons[:2]), tuple(buttons[2:4]), tuple(buttons[4:]))


def _notification_buttons(texts: Texts, to: CallbackData, *arguments: object) -> Keyboard:
    notify = Button(texts.plain("bans-button-told"), to(*arguments, NOTIFY))
    silent = Button(texts.plain("bans-button-silent"), to(*arguments, SILENT))
    return ((notify,), (silent,))


def _history_line(texts: Texts, ban: Ban) -> str:
    until = _until(texts, ban)
    end = "running" if ban.lifted_at is None else "lifted" if ban.lifted_by is not None else "over"
    line = texts.html("bans-entry" if until else "bans-entry-ever", at=texts.time(ban.created_at), until=until, end=end)
    return f"{line}. {texts.html('bans-reason', reason=_reason(ban))}" if ban.reason else line


def _until(texts: Texts, ban: Ban) -> str:
    return texts.time(ban.expires_at) if ban.expires_at is not None else ""


def _reason(ban: Ban) -> str:
    return isolate(sanitize(ban.reason)) or "–"
