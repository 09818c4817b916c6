"""The chart, drawn by a program of its own: neither its code nor its work is the worker's."""

import asyncio
import json
import sys
from pathlib import Path

from bot.errors import ChartError
from bot.services.stats import Numbers, returned

PROGRAM = Path(__file__).with_name("drawing.py")
DRAWN_WITHIN = 20.0  # seconds
SHOWN_OF_A_FAILURE = 500  # characters


async def drawn(numbers: Numbers) -> bytes:
    """A PNG of new people by day and of who came back. Raises ChartError."""
    facts = {
        "days": [[f"{day:%m-%d}", people] for day, people in numbers.new_per_day],
        "cohorts": [[f"{one.week:%m-%d}", one.joined, returned(one, numbers.now)] for one in numbers.cohorts],
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(PROGRAM),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(DRAWN_WITHIN):
            picture, said = await process.communicate(json.dumps(facts).encode())
    except TimeoutError:
        raise ChartError(f"it took more than {DRAWN_WITHIN:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise ChartError(said.decode(errors="replace")[-SHOWN_OF_A_FAILURE:])
    return picture
