"""Runs `docs/testing.md` word for word: each example is a test, and so are the lines of each table."""

import re
from collections.abc import Iterator

from tests.support.worker_process import PROJECT

PAGE = PROJECT / "docs" / "testing.md"
ROW = re.compile(r"\| .+ \| `(.+)` \|")
NAMES = 'alice, bob, dave = (telegram.person(name) for name in ("Alice", "Bob", "Dave"))'
GROUP = 'cats = telegram.group("Cats", [alice, bob])'


def code() -> Iterator[str]:
    """The page as Python. Each line keeps its number, so that a failure names the page's line."""
    in_example = False
    for number, line in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```"):
            in_example = line == "```python"
            yield ""
        elif in_example:
            yield line
        elif line.endswith("| write |"):
            yield f"async def test_table_in_line_{number}(telegram: Telegram) -> None:"
        elif line.startswith("|---"):
            yield f"    {NAMES}; {GROUP}"
        elif found := ROW.fullmatch(line):
            yield f"    {found[1]}"
        else:
            yield ""


exec(compile("\n".join(code()), PAGE, "exec"))
