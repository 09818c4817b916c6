"""An optional feature is removed by deleting its folder, its line and its tests' folder; nothing else changes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.databases import short_folder
from tests.support.joined import JOINED, OPTIONAL
from tests.support.project_copy import copy_project, run_module

LEFT = tuple(feature.name for feature in JOINED.features if feature.name in OPTIONAL)
"""The optional features that nobody has removed yet."""
CHECKED_WITHIN = 5 * 60  # seconds
TESTED_WITHIN = 25 * 60  # seconds

pytestmark = pytest.mark.slow


@pytest.fixture
def project() -> Iterator[Path]:
    """A copy of the project, in a folder whose path is short enough for sockets."""
    with short_folder() as folder:
        yield copy_project(folder / "project")


def remove(project: Path, feature: str) -> None:
    for of in ("bot", "tests"):
        shutil.rmtree(project / of / "features" / feature)
    features = project / "bot" / "features" / "__init__.py"
    line = f'    "{feature}",\n'
    source = features.read_text(encoding="utf-8")
    assert source.count(line) == 1
    features.write_text(source.replace(line, ""), encoding="utf-8")


async def check(project: Path) -> None:
    """Style, types and import rules, as `make check` has them."""
    await run_module(project, "ruff", "check", ".")
    await run_module(project, "mypy")
    await run_module(project, "pytest", "-q", "-n", "0", "tests/test_architecture.py")


@pytest.mark.timeout(CHECKED_WITHIN)
@pytest.mark.parametrize("feature", LEFT)
async def test_without_one_the_checks_pass_and_the_bot_starts(project: Path, feature: str) -> None:
    remove(project, feature)
    await check(project)
    assert "sandbox" in await run_module(project, "bot", "--help")
    await run_module(project, "pytest", "-q", "-n", "0", "tests/features/start")


@pytest.mark.timeout(TESTED_WITHIN)
async def test_without_all_of_them_every_other_test_passes(project: Path) -> None:
    for feature in LEFT:
        remove(project, feature)
    await check(project)
    await run_module(project, "pytest", "-q", "-n", "2", "-m", "not slow")
