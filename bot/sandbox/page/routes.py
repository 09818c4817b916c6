"""Routes of the chat page, open to this machine's browser only.

A foreign web site could point its host name at 127.0.0.1 or post a form here. Both are rejected.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.page.demo_accounts import DemoChat
from bot.sandbox.page.rendering import render_sender_choice
from bot.sandbox.page.stream import Stream, event
from bot.sandbox.page.view import PageView
from bot.sandbox.server.api import AddRoutes
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.accounts import BotAccount, UserAccount
from bot.sandbox.world.chats import BotMembership
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.files import picture_type
from bot.sandbox.world.messages import Message

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ANSWER_TIMEOUT = 30.0  # seconds for which a pressed button waits for its answer


def chat_page(emulator: Emulator, demo_chats: Sequence[DemoChat]) -> AddRoutes:
    """Return the `add_routes` for `api.serving`. The page at `/` opens the first conversation."""
    return _Page(emulator, PageView(emulator.state, demo_chats)).add_routes


class _Page:
    def __init__(self, emulator: Emulator, view: PageView) -> None:
        self._emulator = emulator
        self._view = view
        self._template = Template(_asset("chat.html").decode())
        self._run = secrets.token_hex(4)  # pages loaded from an earlier run must reload

    def add_routes(self, app: web.Application) -> None:
        for path, get in {
            "/": self._first,
            "/chats/{chat}": self._show,
            "/chats/{chat}/events": self._events,
            "/files/{file}": self._file,
            "/chat.css": _static("chat.css", "text/css"),
            "/chat.js": _static("chat.js", "text/javascript"),
        }.items():
            app.router.add_get(path, guarded(get))
        for action in (self._say, self._press, self._block):
            app.router.add_post(f"/chats/{{chat}}/{action.__name__.strip('_')}", guarded(action))
        app.on_shutdown.append(self._end_streams)

    async def _first(self, _: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"/chats/{self._view.first().conversation.id}")

    async def _show(self, request: web.Request) -> web.StreamResponse:
        demo_chat = self._demo_chat(request)
        self._view.mark_read(demo_chat)
        return web.Response(text=self._template.substitute(self._template_fields(demo_chat)), content_type="text/html")

    def _template_fields(self, demo_chat: DemoChat) -> dict[str, str]:
        bot = self._emulator.bot
        is_blocked = demo_chat.conversation.chat.bot_membership is BotMembership.BLOCKED
        address = f"/chats/{demo_chat.conversation.id}"
        return {
            "title": escape(demo_chat.title),
            "bot": escape(bot.first_name),
            "initial": escape(bot.first_name[:1]),
            "heading": escape(demo_chat.title if demo_chat.is_group else bot.first_name),
            "quiet": escape(_subtitle(demo_chat, bot)),
            "about": escape(self._emulator.state.profile.text("description", demo_chat.people[0].language_code)),
            "address": address,
            "events": f"{address}/events?run={self._run}&amp;since={self._emulator.state.revision}",
            "conversations": self._view.conversations(demo_chat),
            "messages": self._view.messages(demo_chat),
            "commands": self._view.commands(demo_chat),
            "writers": render_sender_choice(demo_chat),
            "block": "Unblock" if is_blocked else "Block",
            "blocked": "blocked" if is_blocked else "",
            "hidden": "hidden" if demo_chat.is_group else "",
        }

    async def _events(self, request: web.Request) -> web.StreamResponse:
        demo_chat = self._demo_chat(request)
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        if request.query.get("run") != self._run:
            await response.write(event("reload", ""))
            return response
        since = _number(request.headers.get("Last-Event-ID") or request.query.get("since"))
        async for events in Stream(self._view, demo_chat, since).events():
            await response.write(events)
        return response

    async def _say(self, request: web.Request) -> web.StreamResponse:
        demo_chat, form = self._demo_chat(request), await request.post()
        text = str(form.get("text", "")).replace("\r\n", "\n")
        question = demo_chat.conversation.chat.message(_number(form.get("reply")))
        if not text.strip():
            raise web.HTTPBadRequest(text="Nothing to say.")
        try:
            demo_chat.conversation.says(text, by=_writer(demo_chat, form.get("as")), reply_to=question)
        except ValueError as error:
            raise web.HTTPConflict(text=str(error)) from error
        return web.Response(status=204)

    async def _press(self, request: web.Request) -> web.StreamResponse:
        """Press a button and return the bot's answer."""
        demo_chat, form = self._demo_chat(request), await request.post()
        message = self._message(demo_chat, form.get("message"))
        press = demo_chat.conversation.press_forged(
            message, str(form.get("data", "")), by=_writer(demo_chat, form.get("as"))
        )
        try:
            answer = await self._emulator.until(lambda: press.answer, within=ANSWER_TIMEOUT)
        except TimeoutError:
            return web.json_response({})
        if answer is None:
            return web.json_response({})
        return web.json_response({"text": answer.text, "alert": answer.show_alert, "url": answer.url})

    async def _block(self, request: web.Request) -> web.StreamResponse:
        """Block or unblock the bot."""
        conversation = self._demo_chat(request).conversation
        if not isinstance(conversation, PrivateChat):
            raise web.HTTPConflict(text="A group can't block.")
        if conversation.chat.bot_membership is BotMembership.BLOCKED:
            conversation.unblocks()
        else:
            conversation.blocks()
        return web.Response(status=204)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._emulator.state.files.by_id(request.match_info["file"])
        if file is None or not file.content:
            raise web.HTTPNotFound
        if file.kind == "photo" and (media_type := picture_type(file.content)):
            return web.Response(body=file.content, content_type=media_type)
        return web.Response(
            body=file.content, content_type="application/octet-stream", headers={"Content-Disposition": "attachment"}
        )

    async def _end_streams(self, _: web.Application) -> None:
        self._view.stopping = True
        self._emulator.state.changes.notify()

    def _demo_chat(self, request: web.Request) -> DemoChat:
        demo_chat = self._view.demo_chats.get(_number(request.match_info["chat"]))
        if demo_chat is None:
            raise web.HTTPNotFound
        return demo_chat

    def _message(self, demo_chat: DemoChat, number: object) -> Message:
        message = demo_chat.conversation.chat.message(_number(number))
        if message is None:
            raise web.HTTPNotFound
        return message


def _subtitle(demo_chat: DemoChat, bot: BotAccount) -> str:
    if demo_chat.is_group:
        return f"{', '.join(person.name for person in demo_chat.people)} and @{bot.username}"
    return f"@{bot.username} · you are {demo_chat.title}"


def _writer(demo_chat: DemoChat, number: object) -> UserAccount:
    """Return the user with this id, or the conversation's first user."""
    return next((person for person in demo_chat.people if str(person.id) == number), demo_chat.people[0])


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _static(name: str, content_type: str) -> Handler:
    body = _asset(name)

    async def give(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=content_type, charset="utf-8")

    return give


def _asset(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()


def guarded(handler: Handler) -> Handler:
    """Wrap the handler: respond 403 to foreign hosts and origins."""

    async def guard(request: web.Request) -> web.StreamResponse:
        if not _is_loopback(request.host):
            raise web.HTTPForbidden(text="This page answers to localhost only.")
        if request.method == "POST" and request.headers.get("Origin") != f"http://{request.host}":
            raise web.HTTPForbidden(text="Only the page itself may post here.")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return guard


def _is_loopback(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False
