"""Screens of runtime settings and of maintenance."""

from collections.abc import Iterable

from bot.framework.i18n import Texts
from bot.framework.runtime_settings import SettingState, SettingValue, as_text, setting_value
from bot.framework.screen import CallbackData, Screen
from bot.messages import Button

SETTINGS = CallbackData("s:settings")
DEFAULT = "default"
PER_ROW = 3  # presets


def every(texts: Texts, states: Iterable[SettingState]) -> Screen:
    shown = list(states)
    lines = [texts.html("bot_settings-title"), *(_line(texts, state) for state in shown)]
    rows = tuple((Button(_name(texts, state), SETTINGS(state.setting.name)),) for state in shown)
    return Screen("\n\n".join(lines), rows)


def one(texts: Texts, state: SettingState) -> Screen:
    setting = state.setting
    presets = [
        Button(_marked(texts, state, preset), SETTINGS(setting.name, as_text(preset))) for preset in setting.presets
    ]
    rows = tuple(tuple(presets[at : at + PER_ROW]) for at in range(0, len(presets), PER_ROW))
    default = texts.plain("bot_settings-to-default", value=_value(texts, state, setting.default))
    reset = ((Button(default, SETTINGS(setting.name, DEFAULT)),),) if state.stored is not None else ()
    about = [] if setting.about is None else [texts.html(setting.about)]
    text = "\n\n".join([_line(texts, state), *about])
    return Screen(text, (*rows, *reset, (Button(texts.plain("bot_settings-all"), SETTINGS()),)))


def _line(texts: Texts, state: SettingState) -> str:
    kind = "strange" if state.unreadable else "default" if state.stored is None else "changed"
    value, default = (_value(texts, state, each) for each in (state.value, state.setting.default))
    return texts.html("bot_settings-setting", name=_name(texts, state), value=value, default=default, kind=kind)


def _name(texts: Texts, state: SettingState) -> str:
    return texts.plain(state.setting.title)


def _value(texts: Texts, state: SettingState, value: SettingValue) -> str:
    return setting_value(texts, state.setting, value)


def _marked(texts: Texts, state: SettingState, preset: SettingValue) -> str:
    name = _value(texts, state, preset)
    return texts.plain("framework-chosen", name=name) if preset == state.value else name


MAINTENANCE = CallbackData("s:maintenance")


def screen(texts: Texts, *, on: bool) -> Screen:
    """The button names the state to change to, so that two quick presses change it once."""
    key, to = ("bot_settings-maintenance-switch-off", "off") if on else ("bot_settings-maintenance-switch-on", "on")
    text = texts.html("bot_settings-maintenance-is-on" if on else "bot_settings-maintenance-is-off")
    return Screen(text, ((Button(texts.plain(key), MAINTENANCE(to)),),))
