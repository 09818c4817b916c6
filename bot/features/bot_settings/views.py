"""Settings that administrators change while the bot runs: all of them, and one with what it may be."""

from collections.abc import Iterable
from typing import Any

from bot.features.start.views import Screen
from bot.framework.i18n import Texts
from bot.framework.runtime_settings import WORDS, State
from bot.messages import Button

COMMAND = "botsettings"
SHOW = "s:settings"
DEFAULT = "default"
A_ROW = 3  # presets


def data(*arguments: object) -> str:
    """Callback data: of one setting, or for its value, which says what it is to be."""
    return ":".join([SHOW, *map(str, arguments)])


def every(words: Texts, states: Iterable[State]) -> Screen:
    shown = list(states)
    lines = [words.html("bot-settings"), *(_line(words, state) for state in shown)]
    rows = tuple((Button(_name(words, state), data(state.setting.name)),) for state in shown)
    return Screen("\n\n".join(lines), rows)


def one(words: Texts, state: State) -> Screen:
    setting = state.setting
    presets = [Button(_marked(words, state, preset), data(setting.name, written(preset))) for preset in setting.presets]
    rows = tuple(tuple(presets[at : at + A_ROW]) for at in range(0, len(presets), A_ROW))
    default = words.plain("bot-setting-to-default", value=_value(words, state, setting.default))
    reset = ((Button(default, data(setting.name, DEFAULT)),),) if state.kept is not None else ()
    text = f"{_line(words, state)}\n\n{words.html('bot-setting-about', setting=setting.name)}"
    return Screen(text, (*rows, *reset, (Button(words.plain("bot-settings-all"), SHOW),)))


def refused(words: Texts) -> str:
    return words.plain("bot-setting-refused")


def unknown(words: Texts) -> str:
    return words.plain("bot-setting-unknown")


def written(value: Any) -> str:
    """A value as it stands in a button's data."""
    return next((word for word, means in WORDS.items() if value is means), str(value))


def _line(words: Texts, state: State) -> str:
    kind = "strange" if state.strange else "default" if state.kept is None else "changed"
    value, default = (_value(words, state, each) for each in (state.value, state.setting.default))
    return words.html("bot-setting", name=_name(words, state), value=value, default=default, kind=kind)


def name_of(words: Texts, setting: str) -> str:
    return words.plain("bot-setting-name", setting=setting)


def value_of(words: Texts, setting: str, value: Any) -> str:
    if isinstance(value, bool):
        return words.plain("bot-setting-switch", value=written(value))
    if value == 0:
        return words.plain("bot-setting-no-limit")
    return words.plain("bot-setting-value", setting=setting, value=str(value))


def _name(words: Texts, state: State) -> str:
    return name_of(words, state.setting.name)


def _value(words: Texts, state: State, value: Any) -> str:
    return value_of(words, state.setting.name, value)


def _marked(words: Texts, state: State, preset: Any) -> str:
    name = _value(words, state, preset)
    return words.plain("settings-chosen", name=name) if preset == state.value else name
