"""Server-sent events: the changes to a conversation while its page is open."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.sandbox.page.demo_accounts import DemoChat
from bot.sandbox.page.view import PageView

KEEP_ALIVE = 15.0  # seconds between comments on an idle stream
ACTION_SHOWN = 5.0  # seconds, as at Telegram


@dataclass(frozen=True, slots=True)
class Cursor:
    """The state that a page shows. It starts with the messages that the page was loaded with."""

    revision: int
    action: tuple[str, float] = ("", 0.0)
    commands: int = -1
    conversations: int = -1


class Stream:
    """The events of one open page."""

    def __init__(self, view: PageView, demo_chat: DemoChat, since: int) -> None:
        self._view = view
        self._demo_chat = demo_chat
        self._seen = Cursor(since)

    async def events(self) -> AsyncIterator[bytes]:
        while not self._view.stopping:
            if self._is_behind():
                yield b"".join(self._pending_events())
                continue
            with suppress(TimeoutError):
                await self._view.state.changes.until(self._is_behind, within=KEEP_ALIVE)
                continue
            yield b": still here\n\n"

    def _is_behind(self) -> bool:
        return self._seen != self._current() or self._view.stopping

    def _current(self) -> Cursor:
        state = self._view.state
        return Cursor(state.revision, self._demo_chat.conversation.chat.action, state.profile.version, state.revision)

    def _pending_events(self) -> Iterator[bytes]:
        view, demo_chat, seen, now = self._view, self._demo_chat, self._seen, self._current()
        self._seen = now
        for change in view.changed(demo_chat, seen.revision):
            yield event("message", change)
        view.mark_read(demo_chat)
        if now.conversations != seen.conversations:
            yield event("conversations", view.conversations(demo_chat), now.revision)
        if now.commands != seen.commands:
            yield event("commands", view.commands(demo_chat))
        what, at = now.action
        yield event("action", what if view.state.clock.now() - at < ACTION_SHOWN else "")


def event(name: str, data: Any, number: int | None = None) -> bytes:
    """Encode one event. `number` is the revision that the page then shows; JSON escapes line breaks."""
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n".encode()
