"""Every text is in the folder that uses it, in every language with the same holes, and is given the facts for them."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from fluent.syntax import FluentParser, FluentSerializer
from fluent.syntax import ast as ftl

from bot.features import FEATURES
from bot.framework.i18n import FEATURES_FOLDER, FRAMEWORK_FOLDER, LANGUAGES, texts_in
from tests.support.joined import OPTIONAL, needs
from tests.support.worker_process import PROJECT, clean_environment

FILES = sorted((PROJECT / "bot").rglob("*.py"))
SHARED = "framework"
COMPLETE = ("en", "ru")
"""These languages lack no text; another may, and then says it in English."""
PLURALS = {language: {Locale.parse(language).plural_form(count) for count in range(1_000)} for language in LANGUAGES}


def catalogue(language: str) -> dict[str, ftl.Message]:
    messages: dict[str, ftl.Message] = {}
    for file in (FRAMEWORK_FOLDER / f"{language}.ftl", *sorted(FEATURES_FOLDER.glob(f"*/{language}.ftl"))):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ftl.Junk), f"{file}: {entry.content}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in messages, f"{file}: {entry.id.name} is there twice"
                assert folder_of(entry.id.name) == file.parent.name, f"{file}: {entry.id.name} belongs elsewhere"
                messages[entry.id.name] = entry
    return messages


def folder_of(key: str) -> str:
    return key.partition("-")[0]


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
            if isinstance(node, ast.Call) and (pattern := _pattern_of_call(node)) is not None:
                facts = {word.arg for word in node.keywords if word.arg is not None}
                starred = any(word.arg is None for word in node.keywords)
                yield f"{path.name}:{node.lineno}", pattern, None if starred else facts


def _pattern_of_call(call: ast.Call) -> re.Pattern[str] | None:
    """Which keys a call of `texts.html` or `.plain`, or of a view's `button`, asks for."""
    name = ast.unparse(call.func)
    if name == "button":
        return re.compile(f"broadcasts-button-{_pattern(call.args[1])}") if len(call.args) > 2 else None
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


def constants(source: str) -> set[str]:
    found = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {value for value in found if isinstance(value, str)}


def unused(keys: set[str], sources: dict[Path, str]) -> set[str]:
    patterns = [pattern for _, pattern, _ in calls(sources) if pattern.pattern.strip(".+")]
    named = set().union(*map(constants, sources.values()))
    named |= {f"broadcasts-button-{constant}" for constant in named}
    return {key for key in keys if key not in named and not any(pattern.fullmatch(key) for pattern in patterns)}


def misplaced(keys: set[str], sources: dict[Path, str]) -> list[str]:
    """Keys that another folder's modules name."""
    wrong = []
    for path, source in sources.items():
        folder = path.parts[path.parts.index("features") + 1] if "features" in path.parts else path.parent.name
        named = keys & constants(source)
        patterns = [pattern for _, pattern, _ in calls({path: source}) if pattern.pattern]
        named |= {key for key in keys if any(pattern.fullmatch(key) for pattern in patterns)}
        wrong += [f"{path} uses {key}" for key in sorted(named) if folder_of(key) not in {folder, SHARED}]
    return wrong


SOURCES = {path: path.read_text(encoding="utf-8") for path in FILES}
CATALOGUES = {language: catalogue(language) for language in LANGUAGES}


@pytest.mark.parametrize("language", COMPLETE)
def test_every_text_is_there_with_the_same_holes_in_it(language: str) -> None:
    expected = {key: holes(message) for key, message in CATALOGUES["en"].items()}
    assert {key: holes(message) for key, message in CATALOGUES[language].items()} == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_no_text_and_no_hole_that_english_lacks(language: str) -> None:
    for key, message in CATALOGUES[language].items():
        assert holes(message) == holes(CATALOGUES["en"][key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_itself(language: str) -> None:
    assert re.fullmatch("[a-z]{2,3}", language), "as a language tag begins"
    assert f"{SHARED}-language-name" in CATALOGUES[language]


def test_no_file_is_of_a_language_that_is_not_on_offer() -> None:
    assert {file.stem for file in FEATURES_FOLDER.rglob("*.ftl")} <= set(LANGUAGES)
    assert {file.parent.parent for file in FEATURES_FOLDER.rglob("*.ftl")} == {FEATURES_FOLDER}


def test_a_text_is_used_by_its_own_folder_alone() -> None:
    assert misplaced(set(CATALOGUES["en"]), SOURCES) == []


def test_every_command_is_described_by_the_feature_that_has_it() -> None:
    described = {f"{feature.name}-command-{command.name}" for feature in FEATURES for command in feature.commands}
    assert described == {command.text for feature in FEATURES for command in feature.commands}
    assert described == {key for key in CATALOGUES["en"] if key.split("-")[1] == "command"}


def test_every_text_is_used() -> None:
    assert {key for key in unused(set(CATALOGUES["en"]), SOURCES) if folder_of(key) != SHARED} == set()


@needs(*OPTIONAL)
def test_every_shared_text_is_used() -> None:
    assert unused(set(CATALOGUES["en"]), SOURCES) == set()


def test_every_text_that_is_asked_for_is_there_and_is_given_its_facts() -> None:
    wrong = []
    for place, pattern, facts in calls(SOURCES):
        if not pattern.pattern or pattern.pattern in {".+", "broadcasts-button-"}:
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


def test_another_features_text_is_seen() -> None:
    sources = {
        Path("bot/features/a/views.py"): 'texts.html("a-own"); texts.html("framework-back"); texts.html("b-its")',
        Path("bot/framework/names.py"): 'texts.plain(f"b-{kind}")',
    }
    assert misplaced({"a-own", "b-its", "framework-back"}, sources) == [
        "bot/features/a/views.py uses b-its",
        "bot/framework/names.py uses b-its",
    ]


def test_a_text_that_is_missing_in_english_fails() -> None:
    with pytest.raises(LookupError):
        texts_in("ru").plain("framework-nothing")


IN_FRENCH = """
import json
from bot.features.settings import FEATURE, views
from bot.framework.i18n import LANGUAGES, texts_in
from bot.framework.route_index import handler_of

french = texts_in("fr-CA")
press = next(handler_of(route).pattern for route in FEATURE.routes if "language:" in route.name)
print(json.dumps({
    "offered": LANGUAGES,
    "said": [french.plain("framework-back"), french.plain("start-button-help")],
    "counted": french.html("users-newcomers", people=0),
    "buttons": [button.label for row in views.languages(french, "fr").keyboard for button in row],
    "pressed": [code for code in ("en", "fr", "ru", "de", "telegram") if press.match(f"settings:language:{code}")],
}))
"""


def test_a_file_makes_a_language(tmp_path: Path) -> None:
    """It is offered and spoken; what it lacks is said in English, with the plurals of English."""
    bot = shutil.copytree(PROJECT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    (bot / "framework" / "fr.ftl").write_text(
        "framework-language-name = Français\nframework-back = ‹ Retour\n", encoding="utf-8"
    )
    with (bot / "features" / "users" / "en.ftl").open("a", encoding="utf-8") as english:
        english.write("users-newcomers = { $people ->\n    [one] one\n   *[other] many\n }\n")
    run = subprocess.run(
        [sys.executable, "-c", IN_FRENCH], cwd=tmp_path, env=clean_environment(), capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
    assert json.loads(run.stdout) == {
        "offered": ["en", "fr", "ru"],
        "said": ["‹ Retour", "❓ Help"],
        "counted": "many",  # in French, none are `one`
        "buttons": ["English", "✅ Français", "Русский", "As in Telegram", "‹ Retour"],
        "pressed": ["en", "fr", "ru", "telegram"],
    }


def test_a_text_that_nobody_asks_for_is_seen() -> None:
    sources = {Path("a.py"): 'texts.html("known", name="x"); texts.plain(f"of-{kind}"); button(texts, "yes", press)'}
    keys = {"known", "of-a", "broadcasts-button-yes", "unknown"}
    assert unused(keys, sources) == {"unknown"}
