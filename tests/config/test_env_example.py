"""`.env.example` documents the variables and defaults of the code."""

import re
from collections.abc import Collection
from enum import Enum
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from bot.config.settings import Settings
from tests.support.joined import JOINED
from tests.support.worker_process import PROJECT

EXAMPLE = PROJECT / ".env.example"
ASSIGNMENT = re.compile(r"^(# )?([A-Z_]+)=(.*)$", re.MULTILINE)
FIELDS = Settings.with_features(JOINED.settings).model_fields
NAMES = [name.upper() for name in FIELDS]
OF_REMOVABLE = {"TERMS_VERSION"}
"""Variables that may stay in the file when their feature is removed."""


def assignments() -> dict[str, str]:
    return {name: value for _, name, value in ASSIGNMENT.findall(EXAMPLE.read_text())}


def written(default: object) -> str:
    """A default as it is written in the file."""
    match default:
        case None:
            return ""
        case bool():
            return str(default).lower()
        case Enum():
            return str(default.value)
        case float():
            return f"{default:g}"
        case frozenset() | list() | tuple():
            return ",".join(map(str, default))
        case _:
            return str(default)


def test_it_has_every_variable_once_and_no_other_the_token_first() -> None:
    found = [name for _, name, _ in ASSIGNMENT.findall(EXAMPLE.read_text())]
    assert sorted(name for name in found if name in NAMES or name not in OF_REMOVABLE) == sorted(NAMES)
    assert found[0] == "BOT_TOKEN"


@pytest.mark.parametrize("name", NAMES)
def test_it_shows_the_default(name: str) -> None:
    default = FIELDS[name.lower()].default
    assert default is not PydanticUndefined
    assert assignments()[name] == written(default)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_each_is_for(name: str) -> None:
    paragraphs = EXAMPLE.read_text().split("\n\n")
    (paragraph,) = (one for one in paragraphs if re.search(rf"^(# )?{name}=", one, re.MULTILINE))
    *sentences, last = paragraph.splitlines()
    assert name in last
    assert all(line.startswith("# ") for line in sentences)
    assert sum(line.count(".") for line in sentences) >= 1


def test_only_the_token_isnt_commented_out() -> None:
    in_force = {name for mark, name, _ in ASSIGNMENT.findall(EXAMPLE.read_text()) if not mark}
    assert in_force == {"BOT_TOKEN"}


def test_copied_as_it_is_only_the_token_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Uncommenting every line changes nothing."""
    unset(monkeypatch, NAMES)
    monkeypatch.chdir(tmp_path)
    settings = loaded()
    for content in (EXAMPLE.read_text(), ASSIGNMENT.sub(r"\2=\3", EXAMPLE.read_text())):
        Path(".env").write_text(content)
        assert loaded() == settings


def loaded() -> dict[str, object]:
    return Settings.load(needs_token=False, of_features=JOINED.settings).model_dump()


def unset(monkeypatch: pytest.MonkeyPatch, names: Collection[str]) -> None:
    for name in names:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
