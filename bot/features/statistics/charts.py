"""The chart, drawn in a child process so that the worker neither loads the code nor waits for it."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.errors import ChartError
from bot.features.statistics.service import Numbers, return_rates

PROGRAM = Path(__file__).with_name("drawing.py")
TIMEOUT = 20.0  # seconds
MAX_ERROR = 500  # characters


def facts(numbers: Numbers) -> dict[str, object]:
    """The facts to draw: new users by day, and how many came back."""
    return {
        "days": [[f"{day:%m-%d}", people] for day, people in numbers.new_per_day],
        "cohorts": [[f"{one.week:%m-%d}", one.joined, return_rates(one, numbers.now)] for one in numbers.cohorts],
    }


async def draw(facts: Mapping[str, object]) -> bytes:
    """Draw a PNG. Raises ChartError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(PROGRAM),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(TIMEOUT):
            picture, stderr = await process.communicate(json.dumps(facts).encode())
    except TimeoutError:
        raise ChartError(f"it took more than {TIMEOUT:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise ChartError(stderr.decode(errors="replace")[-MAX_ERROR:])
    return picture
