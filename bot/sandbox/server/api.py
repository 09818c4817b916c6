"""HTTP server with the paths of api.telegram.org: /bot<token>/<method> and /file/bot<token>/<path>."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.sandbox.methods.parameters import Parameters, Upload
from bot.sandbox.server import responses
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.responses import DROPPED, Response
from bot.sandbox.world.bot_api import ApiError

LARGEST_REQUEST = 60 << 20  # bytes
STOPPING = 0.5  # seconds for which a stop waits for open calls
MADE_WITHIN = 5  # event loop turns that asyncio needs to set up an accepted connection

AddRoutes = Callable[[web.Application], None]


@asynccontextmanager
async def serving(
    emulator: Emulator, host: str = "127.0.0.1", port: int = 0, *, add_routes: AddRoutes | None = None
) -> AsyncIterator[str]:
    """Serve while the block runs. Yields the base URL without /bot<token>; port 0 picks a free port.

    `add_routes` may add routes to the application.
    """
    app = _application(emulator)
    if add_routes:
        add_routes(app)
    # Cancels the long poll of a client that disconnects, so that `waiting_polls` is right. It confirms nothing.
    runner = web.AppRunner(
        app, access_log=None, handle_signals=False, handler_cancellation=True, shutdown_timeout=STOPPING
    )
    listening = socket.create_server((host, port))
    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
        bound_host, bound_port = listening.getsockname()[:2]
        yield f"http://{bound_host}:{bound_port}"
    finally:
        await _accept_no_more(listening)
        await runner.cleanup()


async def _accept_no_more(listening: socket.socket) -> None:
    """Stop accepting, and let accepted connections be set up: one set up after the close would leak."""
    asyncio.get_running_loop().remove_reader(listening)
    for _ in range(MADE_WITHIN):
        await asyncio.sleep(0)


def _application(emulator: Emulator) -> web.Application:
    async def method(request: web.Request) -> web.StreamResponse:
        info = request.match_info
        answer = await emulator.call(info["token"], info["method"], await _parameters(request))
        return await _sent(request, answer)

    async def file(request: web.Request) -> web.StreamResponse:
        info = request.match_info
        found = emulator.state.files.by_path(info["path"])
        if info["token"] != emulator.bot.token or emulator.bot.revoked or found is None:
            return await _sent(request, responses.error_response(ApiError(404, "Not Found")))
        return web.Response(body=found.content, content_type="application/octet-stream")

    async def release_polls(_: web.Application) -> None:
        emulator.polling.wake()

    app = web.Application(client_max_size=LARGEST_REQUEST)
    app.router.add_route("*", "/bot{token}/{method}", method)
    app.router.add_get("/file/bot{token}/{path:.+}", file)
    app.on_shutdown.append(release_polls)
    return app


async def _parameters(request: web.Request) -> Parameters:
    """Read parameters from the query and from the body: JSON, form or multipart."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        values |= _json_object(await request.read())
    elif request.body_exists:
        for name, value in (await request.post()).items():
            values[name] = _upload(value) if isinstance(value, web.FileField) else value
    return Parameters(values)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _upload(field: web.FileField) -> Upload:
    with field.file as opened:
        return Upload(field.filename, opened.read(), field.content_type)


async def _sent(request: web.Request, answer: Response) -> web.StreamResponse:
    if answer is DROPPED:
        return _break(request, web.Response())
    if answer.keep is None:
        headers = {"Content-Type": "application/json", **answer.headers}
        return web.Response(status=answer.status, body=answer.body, headers=headers)
    response = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: answer.keep])
    return _break(request, response)


def _break(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if request.transport:
        request.transport.close()
    return response
