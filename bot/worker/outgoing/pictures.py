"""Charts, drawn when they are about to be sent: neither a handler nor a transaction waits for that."""

from collections.abc import Awaitable, Callable
from typing import cast

import structlog

from bot.errors import ChartError
from bot.messages import Call, Chart, KeptChart, Text, Upload

log = structlog.get_logger(__name__)

Draw = Callable[[dict[str, object]], Awaitable[bytes]]
"""Facts, as a PNG. Raises ChartError."""


async def drawn(chat_id: int, call: Call, draw: Draw) -> tuple[str, Call]:
    """What sends a chart that the outbox kept; where it can't be drawn, what says so."""
    picture = cast("KeptChart", call["photo"])
    try:
        content = await draw(picture["facts"])
    except ChartError as error:
        log.warning("a chart can't be drawn", reason=str(error))
        return Text.method, Text(chat_id, picture["if_failed"]).parameters()
    return Chart.method, call | {"photo": Upload(str(picture["filename"]), content)}
