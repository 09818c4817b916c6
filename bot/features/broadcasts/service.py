"""Rules of broadcasts: from draft to report, each step only from the states that allow it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.db.tables.audit import Action, Audit
from bot.db.unit_of_work import Work
from bot.errors import BotError
from bot.features.broadcasts import composing
from bot.features.broadcasts.composing import Loss
from bot.features.broadcasts.models import Json
from bot.features.broadcasts.repository.broadcasts import DRAFTS, WITH_A_SENDER, Broadcast, Broadcasts, Option, State
from bot.features.broadcasts.repository.recipients import DELETABLE_FOR, Recipients
from bot.features.settings import Category

SENDABLE = (State.PREVIEWED, State.SCHEDULED)
CAN_BE_DELETED = (State.DONE, State.PARTLY, State.CANCELLED)
NO_SENDER_AFTER = timedelta(seconds=60)
MOST_FAILURES = 100_000  # in one report
FAILURES_AT_ONCE = 5_000


class ChangedMeanwhileError(BotError):
    """The broadcast's state doesn't allow this: it is a second press, or an old menu."""

    def __init__(self, now: Broadcast | None) -> None:
        super().__init__("the broadcast is gone" if now is None else f"the broadcast is {now.state}")
        self.now = now


class AnothersDraftError(BotError):
    """Somebody else's draft can't be changed."""


class NothingComposedError(BotError):
    """There is nothing to preview, send or schedule: its author hasn't composed anything."""

    def __init__(self, now: Broadcast) -> None:
        super().__init__(f"broadcast {now.number} is empty")
        self.now = now


async def begin_draft(work: Work, bot_id: int, author_id: int, language: str) -> Broadcast:
    """A new draft, which replaces any other draft of this author."""
    await work.of(Broadcasts).discard_drafts(bot_id, author_id)
    return await work.of(Broadcasts).add(bot_id, author_id, language, {})


async def draft_left(work: Work, bot_id: int, author_id: int) -> Broadcast | None:
    """The author's newest draft with messages in it, which a new one would replace."""
    drafts = await work.of(Broadcasts).drafts_of(bot_id, author_id)
    return next((draft for draft in drafts if draft.composed), None)


async def own(work: Work, bot_id: int, number: int, person_id: int) -> Broadcast:
    """The broadcast. Raises AnothersDraftError for somebody else's draft, and ChangedMeanwhileError if it is gone."""
    broadcast = await found(work, bot_id, number)
    if broadcast.state in DRAFTS and broadcast.author_id != person_id:
        raise AnothersDraftError(f"broadcast {number} is a draft of {broadcast.author_id}")
    return broadcast


async def collect(work: Work, bot_id: int, author_id: int, message: Json) -> tuple[Broadcast, list[Loss]] | None:
    """Add a message to the author's open draft; None if there is none. Raises NotBroadcastableError."""
    draft = await work.of(Broadcasts).draft_of(bot_id, author_id)
    if draft is None:
        return None
    content, losses = composing.added(draft.content, message)
    return await _changed(work, draft, DRAFTS, content=content), losses


async def preview(work: Work, bot_id: int, number: int) -> Broadcast:
    """Close the draft for further messages. Raises NothingComposedError and ChangedMeanwhileError."""
    draft = await found(work, bot_id, number)
    _require_composed(draft, DRAFTS)
    return await _changed(work, draft, DRAFTS, state=State.PREVIEWED)


async def compose_on(work: Work, bot_id: int, number: int) -> Broadcast:
    """Open the draft for further messages. The author's other open drafts are closed, or deleted if empty."""
    draft = await found(work, bot_id, number)
    if draft.state in DRAFTS:
        await work.of(Broadcasts).close_drafts(bot_id, draft.author_id, besides=number)
    return await _changed(work, draft, DRAFTS, state=State.COMPOSING)


async def start_over(work: Work, bot_id: int, number: int) -> Broadcast:
    """Discard the draft's messages."""
    await compose_on(work, bot_id, number)
    return await _changed(work, await found(work, bot_id, number), DRAFTS, content={})


async def discard(work: Work, bot_id: int, number: int) -> None:
    draft = await found(work, bot_id, number)
    if draft.state not in DRAFTS:
        raise ChangedMeanwhileError(draft)
    await work.of(Broadcasts).discard(number)


async def choose_category(work: Work, bot_id: int, number: int, category: Category) -> Broadcast:
    return await _changed(work, await found(work, bot_id, number), DRAFTS, category=category)


async def narrow(work: Work, bot_id: int, number: int, **chosen: object) -> Broadcast:
    """Narrow the audience down; None removes a choice."""
    draft = await found(work, bot_id, number)
    return await _changed(work, draft, DRAFTS, audience=draft.audience.narrowed(**chosen).as_json())


async def toggle(work: Work, bot_id: int, number: int, option: Option) -> Broadcast:
    """Turn an option on or off."""
    draft = await found(work, bot_id, number)
    options = draft.content.get("options", {})
    chosen = options | {option: not options.get(option, False)}
    return await _changed(work, draft, DRAFTS, content=draft.content | {"options": chosen})


async def send_now(work: Work, bot_id: int, actor_id: int, number: int) -> Broadcast:
    """Begin sending. Raises NothingComposedError and ChangedMeanwhileError."""
    draft = await found(work, bot_id, number)
    _require_composed(draft, SENDABLE)
    begun = await _changed(work, draft, SENDABLE, **work.of(Broadcasts).beginning())
    return await _audited(work, actor_id, Action.BROADCAST_SENT, begun)


async def schedule(work: Work, bot_id: int, actor_id: int, number: int, due_at: datetime) -> Broadcast:
    """Let it begin at that time. Raises NothingComposedError and ChangedMeanwhileError."""
    draft = await found(work, bot_id, number)
    _require_composed(draft, SENDABLE)
    scheduled = await _changed(work, draft, SENDABLE, state=State.SCHEDULED, due_at=due_at)
    return await _audited(work, actor_id, Action.BROADCAST_SCHEDULED, scheduled, due=due_at.isoformat())


async def unschedule(work: Work, bot_id: int, actor_id: int, number: int) -> Broadcast:
    scheduled = await found(work, bot_id, number)
    draft = await _changed(work, scheduled, (State.SCHEDULED,), state=State.PREVIEWED)
    return await _audited(work, actor_id, Action.BROADCAST_UNSCHEDULED, draft)


async def pause(work: Work, bot_id: int, actor_id: int, number: int) -> Broadcast:
    running = await found(work, bot_id, number)
    paused = await _changed(work, running, (State.RUNNING,), state=State.PAUSED)
    return await _audited(work, actor_id, Action.BROADCAST_PAUSED, paused)


async def go_on(work: Work, bot_id: int, actor_id: int, number: int) -> Broadcast:
    paused = await found(work, bot_id, number)
    running = await _changed(work, paused, (State.PAUSED,), state=State.RUNNING)
    return await _audited(work, actor_id, Action.BROADCAST_CONTINUED, running)


async def cancel(work: Work, bot_id: int, actor_id: int, number: int) -> Broadcast:
    """Send it to nobody else. Recipients who got it keep it."""
    present, now = await found(work, bot_id, number), work.of(Broadcasts).now
    when = (State.SCHEDULED, State.RUNNING, State.PAUSED)
    cancelled = await _changed(work, present, when, state=State.CANCELLED, finished_at=now)
    return await _audited(work, actor_id, Action.BROADCAST_CANCELLED, cancelled)


async def delete_messages(work: Work, bot_id: int, actor_id: int, number: int) -> Broadcast:
    """Delete the messages that were sent, as far as Telegram still allows that."""
    ended = await found(work, bot_id, number)
    deleting = await _changed(work, ended, CAN_BE_DELETED, state=State.DELETING)
    return await _audited(work, actor_id, Action.BROADCAST_DELETED, deleting)


async def found(work: Work, bot_id: int, number: int) -> Broadcast:
    """The broadcast, locked until the transaction ends. Raises ChangedMeanwhileError if it is gone."""
    broadcast = await work.of(Broadcasts).one(bot_id, number, locked=True)
    if broadcast is None:
        raise ChangedMeanwhileError(None)
    return broadcast


async def failures(work: Work, bot_id: int, number: int) -> list[tuple[int, str, str]]:
    """People who did not get it: (Telegram id, "blocked" or "failed", Telegram's reason), up to MOST_FAILURES."""
    await found(work, bot_id, number)
    missed: list[tuple[int, str, str]] = []
    after = 0
    while len(missed) < MOST_FAILURES:
        rows = await work.of(Recipients).failures(number, after, FAILURES_AT_ONCE)
        if not rows:
            break
        missed += [(telegram_id, status, error) for _, telegram_id, status, error in rows]
        after = rows[-1][0]
    return missed


async def prune(work: Work, bot_id: int, age: timedelta, limit: int) -> int:
    """Delete broadcasts that ended or were abandoned so long ago."""
    return await work.of(Broadcasts).prune(bot_id, age, limit)


def without_a_sender(broadcast: Broadcast) -> bool:
    """Return whether it needs a sender, and none has worked on it for a while."""
    return (
        broadcast.state in WITH_A_SENDER
        and broadcast.alive_at is not None
        and broadcast.now - broadcast.alive_at > NO_SENDER_AFTER
    )


def deletable(broadcast: Broadcast) -> bool:
    if broadcast.state not in CAN_BE_DELETED or broadcast.finished_at is None:
        return False
    return _has_arrived(broadcast) and broadcast.now - broadcast.finished_at < DELETABLE_FOR


def _has_arrived(broadcast: Broadcast) -> bool:
    """Return whether recipients may have got part of it. With several messages, the first isn't counted as sent."""
    several = len(broadcast.content.get("pieces", ())) != 1  # or unknown, since its author is erased
    return broadcast.sent > 0 or (several and broadcast.total > 0)


def _require_composed(broadcast: Broadcast, when: Collection[State]) -> None:
    """Raise NothingComposedError for an empty broadcast in one of these states."""
    if broadcast.state in when and not broadcast.composed:
        raise NothingComposedError(broadcast)


async def _audited(work: Work, actor_id: int, action: Action, broadcast: Broadcast, **more: object) -> Broadcast:
    """Audit the action, and wake the leader once that is committed. Returns the broadcast."""
    await work.of(Audit).add(actor_id, action, None, number=broadcast.number, **more)
    await work.wake(broadcast.bot_id)
    return broadcast


async def _changed(work: Work, broadcast: Broadcast, when: Collection[State], **values: object) -> Broadcast:
    """Change it and record the time: a changed draft isn't abandoned. Raises ChangedMeanwhileError in other states."""
    values = {"alive_at": work.of(Broadcasts).now} | values
    changed = await work.of(Broadcasts).change(broadcast.number, when, **values)
    if changed is None:
        raise ChangedMeanwhileError(broadcast)
    return changed
