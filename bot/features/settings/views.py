"""Screens of /settings: categories of broadcasts, language and time zone."""

from datetime import datetime, timedelta

from bot.features.settings.service import CHOOSABLE, Category, Choices
from bot.framework import time_zones
from bot.framework.i18n import LANGUAGES, LONGEST_ZONE, Texts, texts_in
from bot.framework.screen import HOME, CallbackData, Screen, back
from bot.messages import Button

ON = "on"
OFF = "off"
SETTINGS = CallbackData("settings")
LANGUAGE = CallbackData("settings:language")
ZONE = CallbackData("settings:zone")
AS_TELEGRAM = "telegram"  # instead of a language
NONE = "none"  # instead of a zone
PER_ROW = 2  # zones


def menu(texts: Texts, choices: Choices, now: datetime) -> Screen:
    categories = tuple((_category(texts, one, on=one not in choices.opted_out),) for one in CHOOSABLE)
    zone = texts.plain("settings-no-zone") if choices.time_zone is None else _zone(texts, choices.time_zone, now)
    personal = (
        (Button(texts.plain("settings-language", language=texts.plain("framework-language-name")), LANGUAGE()),),
        (Button(texts.plain("settings-zone", zone=zone), ZONE()),),
    )
    return Screen(texts.html("settings-menu"), (*categories, *personal, *back(texts, HOME)))


def languages(texts: Texts, chosen: str | None) -> Screen:
    """Each language goes by its own name, so that everybody finds theirs."""
    names = {code: texts_in(code).plain("framework-language-name") for code in LANGUAGES}
    names[AS_TELEGRAM] = texts.plain("settings-language-as-telegram")
    present = chosen or AS_TELEGRAM
    rows = tuple(
        (Button(_marked(texts, name, chosen=code == present), LANGUAGE(code)),) for code, name in names.items()
    )
    return Screen(texts.html("settings-languages"), (*rows, *back(texts, SETTINGS())))


def regions(texts: Texts) -> Screen:
    names = {region: texts.plain("settings-region-name", region=region) for region in time_zones.REGIONS}
    rows = tuple((Button(name, ZONE(region)),) for region, name in names.items())
    none = (Button(texts.plain("settings-no-zone"), ZONE("set", NONE)),)
    return Screen(texts.html("settings-zones"), (*rows, none, *back(texts, SETTINGS())))


def zones(texts: Texts, region: str, chosen: str | None, now: datetime) -> Screen:
    buttons = [
        Button(_marked(texts, _zone(texts, zone, now), chosen=zone == chosen), ZONE("set", zone))
        for zone in time_zones.REGIONS[region]
        if time_zones.offset(zone, now) is not None
    ]
    rows = tuple(tuple(buttons[at : at + PER_ROW]) for at in range(0, len(buttons), PER_ROW))
    return Screen(texts.html("settings-zones"), (*rows, *back(texts, ZONE())))


def _category(texts: Texts, category: Category, *, on: bool) -> Button:
    """The button names the state to change to, so that two quick presses change it once."""
    name = texts.plain("settings-category", category=str(category))
    key, to = ("settings-on", OFF) if on else ("settings-off", ON)
    return Button(texts.plain(key, category=name), SETTINGS(category, to))


def _zone(texts: Texts, zone: str, now: datetime) -> str:
    """A zone's city and offset; its name alone if this version or this machine doesn't know the zone."""
    ahead = time_zones.offset(zone, now)
    if zone not in time_zones.ZONES or ahead is None:
        return zone[:LONGEST_ZONE]
    return texts.plain("settings-zone-with-offset", city=texts.city(zone), offset=_signed(ahead))


def _signed(ahead: timedelta) -> str:
    minutes = round(ahead.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _marked(texts: Texts, name: str, *, chosen: bool) -> str:
    return texts.plain("framework-chosen", name=name) if chosen else name
