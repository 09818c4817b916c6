"""Following `docs/adding-a-feature.md` word for word yields a working feature."""

import asyncio
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults.databases import short_folder
from tests.support.worker_process import PROJECT

PAGE = PROJECT / "docs" / "adding-a-feature.md"
BLOCKS = re.compile(r"((?:^```\w+\n.*?^```\n\s*)+)", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`([\w/.-]+\.(?:py|ftl))`")
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".poetry", ".data", "__pycache__", ".hypothesis")
ELSEWHERE = "…"  # the lines above and below it aren't adjacent
FOLLOWED_WITHIN = 240.0  # seconds

pytestmark = [pytest.mark.slow, pytest.mark.timeout(FOLLOWED_WITHIN + 60)]


def steps() -> Iterator[tuple[str, str, str]]:
    """Language, file and content of each block. Commands have no file."""
    text, *parts = BLOCKS.split(PAGE.read_text(encoding="utf-8"))
    for blocks, following in zip(parts[::2], parts[1::2], strict=True):
        found = BLOCK.findall(blocks)
        files = FILE.findall(text)
        for_files = sum(language != "sh" for language, _ in found)
        assert len(files) >= for_files, text
        named = iter(files[len(files) - for_files :])
        yield from ((language, "" if language == "sh" else next(named), content) for language, content in found)
        text = following


def follow(project: Path) -> Iterator[str]:
    """Write the files that the page shows, and yield the commands that it says to run."""
    for language, file, content in steps():
        match language:
            case "sh":
                yield content.strip()
            case "diff":
                changed = with_changes((project / file).read_text(encoding="utf-8"), content.splitlines())
                (project / file).write_text(changed, encoding="utf-8")
            case _:
                assert not (project / file).exists(), file
                (project / file).parent.mkdir(parents=True, exist_ok=True)
                (project / file).write_text(content, encoding="utf-8")


def with_changes(source: str, changes: list[str]) -> str:
    """Insert each `+` line below the line above it, or replace that line if it is marked with `-`."""
    lines, at = source.splitlines(), -1
    for before, change in pairwise(["", *(line for line in changes if line != ELSEWHERE)]):
        marked, line = change[:1], change[1:]
        if marked == "+":
            at += before[:1] != "-"
            lines.insert(at, line)
        else:
            assert lines.count(line) == 1, f"{line!r} is there {lines.count(line)} times"
            at = lines.index(line)
        if marked == "-":
            del lines[at]
    return "\n".join(lines) + "\n"


async def run(project: Path, *command: str) -> None:
    """Run a command and assert that it succeeds."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=project, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


async def test_the_page_makes_a_feature_that_works() -> None:
    python = shlex.quote(sys.executable).replace("$", "$$")  # once for the shell, once for make
    in_this_environment = (f"RUN={python} -m", "POETRY=true", "--old-file=.venv/.stamp")
    with short_folder() as folder:
        project = folder / "project"
        shutil.copytree(PROJECT, project, ignore=NOT_COPIED)
        commands = []
        for command in follow(project):
            commands += command.splitlines()
            for line in command.splitlines():
                await run(project, *shlex.split(line), *in_this_environment)
        assert [line.split()[1] for line in commands] == ["migration", "format", "test"]
