"""Albums: photos, videos, documents or audio files sent together.

Source: tdlib/telegram-bot-api, Client::process_send_media_group_query and get_input_media; tdlib/td,
MessageContent.cpp, check_message_group_message_contents.
"""

from typing import Any

from bot.sandbox.methods import attachments, texts
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.methods.posting import FLAGS, check_content, destination, post_to, send_options
from bot.sandbox.world import media
from bot.sandbox.world.bot_api import ApiError, Json, bad_request
from bot.sandbox.world.message_kinds import EDITABLE, IN_ALBUMS, UNMIXED_IN_ALBUMS
from bot.sandbox.world.messages import Content, Extras
from bot.sandbox.world.server_state import ServerState

MOST_ITEMS = 10

# The content, and its own options such as the spoiler or the place of the caption.
InputMedia = tuple[Content, Json]


def send(state: ServerState, parameters: Parameters) -> list[Json]:
    """Send all of them or none. A single item is not an album."""
    options = send_options(parameters)
    items = _items(state, parameters)
    to = destination(state, parameters)
    _check(items)
    for content, _ in items:
        check_content(to.chat, content)
    album = media.album_id() if len(items) > 1 else ""
    return [
        post_to(state, to, content, Extras(album=album, options=options | own_options)).to_json()
        for content, own_options in items
    ]


def input_media(state: ServerState, call: Parameters, given: Any, *, in_album: bool = False) -> InputMedia:
    """Read one InputMedia. Its file may be uploaded with the call."""
    if not isinstance(given, dict):
        raise _parse_error("expected an Object")
    fields = Parameters(given)
    caption = texts.caption(state, fields)
    kind = fields.text("type")
    if not kind:
        raise _parse_error('Can\'t find field "type"')
    file = attachments.find_file(state, call, kind, fields.text("media")) if kind in EDITABLE else None
    if file is None and (kind in EDITABLE or not fields.text("media")):
        raise _parse_error("media not found")
    if in_album and kind == "animation":
        raise _parse_error(f'type "{kind}" can\'t be used in sendMediaGroup')
    if file is None:
        raise _parse_error(f'type "{kind}" is unsupported')
    return Content(caption, attachments.media_of(file, fields)), {name: True for name in FLAGS if fields.flag(name)}


def _items(state: ServerState, parameters: Parameters) -> list[InputMedia]:
    parameters.required("media")
    given = parameters.parsed("media", "media")
    if not isinstance(given, list):
        raise bad_request("expected an Array of InputMedia")
    return [input_media(state, parameters, each, in_album=True) for each in given]


def _check(items: list[InputMedia]) -> None:
    if len(items) > MOST_ITEMS:
        raise bad_request("too many messages to send as an album")
    if not items:
        raise bad_request("there are no messages to send")
    kinds = {content.kind for content, _ in items}
    if not kinds <= IN_ALBUMS:
        raise bad_request("invalid message content type")
    if len({own_options.get("show_caption_above_media", False) for _, own_options in items}) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    if len(kinds) > 1 and (alone := sorted(kinds & UNMIXED_IN_ALBUMS)):
        raise bad_request(f"{alone[0]} can't be mixed with other media types")


def _parse_error(reason: str) -> ApiError:
    return bad_request(f"can't parse InputMedia: {reason}")
