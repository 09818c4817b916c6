"""Locations, venues, contacts, polls and dice.

Source: tdlib/telegram-bot-api, Client::process_send_poll_query and its neighbours; tdlib/td, MessageContent.cpp,
PollOption.cpp, PollManager.cpp, Location.cpp.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from bot.sandbox.methods import texts
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.methods.posting import post
from bot.sandbox.world import media
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.messages import Content
from bot.sandbox.world.server_state import ServerState

DICE: Mapping[str, int] = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
LONGEST_QUESTION = 300  # characters
LONGEST_OPTION = 100
MOST_OPTIONS = 12
LOCATION_DETAILS = ("live_period", "heading", "proximity_alert_radius")
VENUE_DETAILS = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
POLL_FLAGS = ("allows_multiple_answers", "is_closed")


def location(state: ServerState, parameters: Parameters) -> Json:
    latitude, longitude = _point(parameters, "invalid location specified")
    details: dict[str, float] = {name: parameters.number(name) for name in LOCATION_DETAILS}
    details["horizontal_accuracy"] = parameters.decimal("horizontal_accuracy")
    return _send(state, parameters, media.location(latitude, longitude, **details))


def venue(state: ServerState, parameters: Parameters) -> Json:
    point = media.location(*_point(parameters, "wrong venue location specified"))
    described = point | {"title": parameters.text("title"), "address": parameters.text("address")}
    described |= {name: value for name in VENUE_DETAILS if (value := parameters.text(name))}
    return _send(state, parameters, {"venue": described} | point)


def contact(state: ServerState, parameters: Parameters) -> Json:
    phone, name = parameters.required("phone_number"), parameters.required("first_name")
    more = {field: parameters.text(field) for field in ("last_name", "vcard")}
    return _send(state, parameters, media.contact(phone, name, **more))


def dice(state: ServerState, parameters: Parameters) -> Json:
    emoji = parameters.text("emoji", "🎲")
    if emoji not in DICE:
        raise bad_request("this dice is unsupported in the sandbox")
    value = secrets.randbelow(DICE[emoji]) + 1
    return _send(state, parameters, {"dice": {"emoji": emoji, "value": value}})


def poll(state: ServerState, parameters: Parameters) -> Json:
    question = texts.formatted(state, parameters, "question", "question_entities", "question_parse_mode")
    options = _options(state, parameters)
    if not question.text:
        raise bad_request("text must be non-empty")
    if len(question.text) > LONGEST_QUESTION:
        raise bad_request(f"poll question length must not exceed {LONGEST_QUESTION}")
    more: Json = {name: True for name in POLL_FLAGS if parameters.flag(name)}
    if question.entities:
        more["question_entities"] = list(question.entities)
    if "is_anonymous" in parameters:
        more["is_anonymous"] = parameters.flag("is_anonymous")
    more |= _poll_type(parameters, len(options))
    return _send(state, parameters, media.poll(question.text, options, **more))


def _send(state: ServerState, parameters: Parameters, content: Json) -> Json:
    return post(state, parameters, Content(media=content)).to_json()


def _point(parameters: Parameters, complaint: str) -> tuple[float, float]:
    for name in ("latitude", "longitude"):
        if not parameters.text(name).strip():
            raise bad_request(f"{name} is empty")
    latitude, longitude = parameters.decimal("latitude"), parameters.decimal("longitude")
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 - degrees
        raise bad_request(complaint)
    return latitude, longitude


def _options(state: ServerState, parameters: Parameters) -> list[Json]:
    given = parameters.parsed("options", "options")
    if given is None:
        raise bad_request("can't parse options JSON object")
    if not isinstance(given, list):
        raise bad_request("expected an Array of String as options")
    if not given:
        raise bad_request("poll must have at least one answer option")
    if len(given) > MOST_OPTIONS:
        raise bad_request(f"poll can't have more than {MOST_OPTIONS} options")
    return [_option(state, option) for option in given]


def _option(state: ServerState, given: Any) -> Json:
    if not isinstance(given, str | dict):
        raise bad_request("expected an option to be of type String")
    fields = Parameters({"text": given} if isinstance(given, str) else given)
    formatted = texts.formatted(state, fields, "text", "text_entities", "text_parse_mode")
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if len(formatted.text) > LONGEST_OPTION:
        raise bad_request(f"poll options length must not exceed {LONGEST_OPTION}")
    entities: Json = {"text_entities": list(formatted.entities)} if formatted.entities else {}
    return {"text": formatted.text} | entities


def _poll_type(parameters: Parameters, options: int) -> Json:
    kind = parameters.text("type", "regular")
    if kind == "regular":
        return {}
    if kind != "quiz":
        raise bad_request("unsupported poll type specified")
    given = parameters.parsed("correct_option_ids", "correct option identifiers")
    if given is None:
        given = [parameters.number("correct_option_id", -1)] if "correct_option_id" in parameters else []
    if not given:
        raise bad_request("correct quiz option list must be non-empty")
    if not all(isinstance(number, int) and 0 <= number < options for number in given):
        raise bad_request("wrong quiz correct_option_id")
    single: Json = {"correct_option_id": given[0]} if len(given) == 1 else {}
    return {"type": "quiz", "correct_option_ids": given} | single
