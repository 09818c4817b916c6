"""The answers of `/health`, however often it is asked."""

import asyncio

from aiohttp.test_utils import make_mocked_request

from bot.worker.health import DatabaseFacts, Health
from bot.worker.vitals import Vitals


async def test_requests_at_once_share_a_look_at_the_database_that_began_after_they_came() -> None:
    begun, free = 0, asyncio.Event()

    async def look() -> DatabaseFacts:
        nonlocal begun
        begun += 1
        await free.wait()
        return DatabaseFacts(begun, None)

    health = Health(Vitals("tests"))
    health.probe = look
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(health.respond(make_mocked_request("GET", "/health")))
        while not begun:
            await asyncio.sleep(0)
        others = [tasks.create_task(health.respond(make_mocked_request("GET", "/health"))) for _ in range(50)]
        await asyncio.sleep(0)
        free.set()
    assert b'"inbox_pending": 1' in _body(first.result())
    assert all(b'"inbox_pending": 2' in _body(other.result()) for other in others)
    assert begun == 2


def _body(response: object) -> bytes:
    body = getattr(response, "body", None)
    assert isinstance(body, bytes)
    return body
