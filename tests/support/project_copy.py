"""Copies of the project in which a test changes files and runs its tools."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from tests.support.worker_process import PROJECT

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".poetry", ".data", "__pycache__", ".hypothesis")


def copy_project(to: Path) -> Path:
    """Copy the project, with the caches of its tools, to a folder that doesn't exist yet. Returns the folder."""
    return Path(shutil.copytree(PROJECT, to, ignore=NOT_COPIED))


async def run_module(project: Path, *arguments: str) -> str:
    """Run `python -m …` in a copy, assert that it succeeds, and return its output."""
    unlike_this_run = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *arguments),
        cwd=project,
        env=unlike_this_run,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    except BaseException:
        process.terminate()
        await process.wait()
        raise
    assert process.returncode == 0, output.decode()
    return output.decode()
