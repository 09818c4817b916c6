"""Texts and captions: parsed, trimmed and checked for length."""

from typing import Any

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.entities import LONGEST_TEXT, FormattedText, sorted_entities, trimmed, with_detected_entities
from bot.sandbox.world.html_parser import from_html
from bot.sandbox.world.server_state import ServerState

LONGEST_CAPTION = 1024
LONGEST_INPUT = 1 << 15  # bytes, before the entities are parsed
NO_TEXT = FormattedText()


def text(state: ServerState, parameters: Parameters) -> FormattedText:
    """Return the `text` of a message. Raises `ApiError` if it is empty or too long."""
    if not parameters.text("text"):
        raise bad_request("message text is empty")
    found = formatted(state, parameters, "text", "entities")
    if not found.text:
        raise bad_request("text must be non-empty")
    if found.length > LONGEST_TEXT:
        raise bad_request("message is too long")
    return found


def caption(state: ServerState, parameters: Parameters) -> FormattedText:
    found = formatted(state, parameters, "caption", "caption_entities")
    if found.length > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return found


def formatted(
    state: ServerState, parameters: Parameters, name: str, entities: str, parse_mode: str = "parse_mode"
) -> FormattedText:
    """Return a text of the call, given the names of its three parameters."""
    raw = parameters.text(name)
    if len(raw.encode("utf-8", "surrogatepass")) > LONGEST_INPUT:
        raise bad_request("text is too long")
    return with_detected_entities(trimmed(_with_people(state, _parsed(raw, parameters, entities, parse_mode))))


def _parsed(raw: str, parameters: Parameters, entities: str, parse_mode: str) -> FormattedText:
    match parameters.text(parse_mode).lower():
        case "" | "none":
            given = parameters.parsed(entities, "entities")
            return (
                FormattedText(raw, sorted_entities(map(_entity, given)))
                if isinstance(given, list)
                else FormattedText(raw)
            )
        case "html":
            return from_html(raw)
        case "markdown" | "markdownv2":
            raise bad_request("can't parse entities: unsupported in the sandbox, use HTML")
    raise bad_request("unsupported parse_mode")


def _entity(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    for name, kind in (("type", str), ("offset", int), ("length", int)):
        if not isinstance(given.get(name), kind):
            raise bad_request(f"can't parse MessageEntity: can't find field \"{name}\"")
    return given


def _with_people(state: ServerState, formatted: FormattedText) -> FormattedText:
    """Complete mentions by user id. Mentions of unknown users are dropped."""
    if not any(entity["type"] == "text_mention" for entity in formatted.entities):
        return formatted
    return FormattedText(
        formatted.text,
        tuple(known for entity in formatted.entities if (known := _with_person(state, entity)) is not None),
    )


def _with_person(state: ServerState, entity: Json) -> Json | None:
    if entity["type"] != "text_mention":
        return entity
    person = state.people.get(entity["user"]["id"])
    return entity | {"user": person.to_json()} if person else None
