"""Every text is there in every language, with the same holes; and every one is used, with the facts for its holes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser, FluentSerializer
from fluent.syntax import ast as ftl

from bot.features import FEATURES
from bot.framework.feature import routes
from bot.framework.i18n import LANGUAGES, LOCALES
from bot.worker.intake.handling import button_of
from tests.support.worker_process import PROJECT

FILES = sorted((PROJECT / "bot").rglob("*.py"))
PLURALS = {"en": {"one", "other"}, "ru": {"one", "few", "many"}}


def catalogue(language: str) -> dict[str, ftl.Message]:
    messages: dict[str, ftl.Message] = {}
    for file in sorted((LOCALES / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ftl.Junk), f"{file}: {entry.content}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in messages, f"{file}: {entry.id.name} is there twice"
                messages[entry.id.name] = entry
    return messages


def nodes(node: Any) -> Iterator[Any]:
    yield node
    for value in vars(node).values() if isinstance(node, ftl.BaseNode) else node if isinstance(node, list) else ():
        yield from nodes(value)


def holes(message: ftl.Message) -> set[str]:
    return {node.id.name for node in nodes(message) if isinstance(node, ftl.VariableReference)}


def calls(sources: dict[Path, str]) -> Iterator[tuple[str, re.Pattern[str], set[str] | None]]:
    """Where, for which keys, and with which facts texts are asked for; None where those come from elsewhere."""
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and (asked := _asked(node)) is not None:
                facts = {word.arg for word in node.keywords if word.arg is not None}
                starred = any(word.arg is None for word in node.keywords)
                yield f"{path.name}:{node.lineno}", asked, None if starred else facts


def _asked(call: ast.Call) -> re.Pattern[str] | None:
    """Which keys a call of `words.html` or `.plain`, or of a view's `button`, asks for."""
    name = ast.unparse(call.func)
    if name == "button":
        return re.compile(f"broadcast-button-{_pattern(call.args[1])}") if len(call.args) > 2 else None
    if name.rpartition(".")[2] not in {"html", "plain"} or not call.args:
        return None
    return re.compile(_pattern(call.args[0]))


def _pattern(key: ast.expr) -> str:
    match key:
        case ast.Constant(value=str(value)):
            return re.escape(value)
        case ast.JoinedStr(values=values):
            return "".join(re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+" for v in values)
        case ast.IfExp(body=body, orelse=orelse):
            return f"(?:{_pattern(body)}|{_pattern(orelse)})"
    return ""  # a variable: its value is a constant elsewhere


def unused(keys: set[str], sources: dict[Path, str]) -> set[str]:
    patterns = [pattern for _, pattern, _ in calls(sources) if pattern.pattern.strip(".+")]
    constants = {
        node.value
        for source in sources.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = constants | {f"broadcast-button-{constant}" for constant in constants}
    return {key for key in keys if key not in named and not any(pattern.fullmatch(key) for pattern in patterns)}


SOURCES = {path: path.read_text(encoding="utf-8") for path in FILES}
CATALOGUES = {language: catalogue(language) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_with_the_same_holes_in_it(language: str) -> None:
    expected = {key: holes(message) for key, message in CATALOGUES["en"].items()}
    assert {key: holes(message) for key, message in CATALOGUES[language].items()} == expected


def test_every_text_is_used() -> None:
    assert unused(set(CATALOGUES["en"]), SOURCES) == set()


def test_every_text_that_is_asked_for_is_there_and_is_given_its_facts() -> None:
    wrong = []
    for place, pattern, facts in calls(SOURCES):
        if not pattern.pattern or pattern.pattern in {".+", "broadcast-button-"}:
            continue
        found = [message for key, message in CATALOGUES["en"].items() if pattern.fullmatch(key)]
        if not found:
            wrong.append(f"{place} asks for {pattern.pattern}, which isn't there")
        elif facts is not None and not any(holes(message) <= facts for message in found):
            wrong.append(f"{place} gives {sorted(facts)} to {pattern.pattern}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_counts_has_every_plural_of_the_language(language: str) -> None:
    for key, message in CATALOGUES[language].items():
        for select in (node for node in nodes(message) if isinstance(node, ftl.SelectExpression)):
            cases = {v.key.name for v in select.variants if isinstance(v.key, ftl.Identifier)}
            if cases & {"one", "few", "many", "two"}:
                assert cases == PLURALS[language], f"{language}: {key} has {sorted(cases)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_differ(language: str) -> None:
    for key, message in CATALOGUES[language].items():
        for select in (node for node in nodes(message) if isinstance(node, ftl.SelectExpression)):
            forms = {FluentSerializer().serialize_entry(_alone(variant.value)) for variant in select.variants}
            assert len(forms) > 1, f"{language}: {key} says the same for each"


def _alone(pattern: ftl.Pattern) -> ftl.Message:
    return ftl.Message(ftl.Identifier("x"), pattern)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_that_is_counted_has_a_name(language: str) -> None:
    counted = {button for route in routes(FEATURES) if (button := button_of(route.name)) is not None}
    (select,) = (node for node in nodes(CATALOGUES[language]["stats-button"]) if isinstance(node, ftl.SelectExpression))
    named = {v.key.name for v in select.variants if isinstance(v.key, ftl.Identifier) and not v.default}
    assert named == {button.replace(":", "-") for button in counted}


def test_a_text_that_nobody_asks_for_is_seen() -> None:
    sources = {Path("a.py"): 'words.html("known", name="x"); words.plain(f"of-{kind}"); button(words, "yes", press)'}
    keys = {"known", "of-a", "broadcast-button-yes", "unknown"}
    assert unused(keys, sources) == {"unknown"}
