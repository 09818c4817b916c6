"""The statistics call every counted button by a name."""

from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl

from bot.framework.i18n import FEATURES_FOLDER, LANGUAGES
from bot.worker.intake.handling import button_of
from tests.compatibility.recording import read
from tests.compatibility.removed import remaining
from tests.support.joined import ROUTES

KEY = "statistics-button"


def named_buttons(file: Path) -> set[str]:
    """The variants of the text that names a button, without the one for all others."""
    (message,) = (
        entry
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body
        if isinstance(entry, ftl.Message) and entry.id.name == KEY
    )
    assert message.value is not None
    (select,) = (
        one.expression
        for one in message.value.elements
        if isinstance(one, ftl.Placeable) and isinstance(one.expression, ftl.SelectExpression)
    )
    return {v.key.name for v in select.variants if isinstance(v.key, ftl.Identifier) and not v.default}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_that_is_counted_has_a_name(language: str) -> None:
    """A removed feature's buttons may keep theirs, since their presses stay in the table."""
    counted = {button for route in ROUTES if (button := button_of(route.name)) is not None}
    recorded = set(read("catalogue.json")["names"]["buttons as counted"])
    first = set(remaining(recorded))
    named = named_buttons(FEATURES_FOLDER / "statistics" / f"{language}.ftl")
    assert in_texts(first) <= named <= in_texts(counted | (recorded - first))


def in_texts(buttons: set[str]) -> set[str]:
    return {button.replace(":", "-") for button in buttons}
