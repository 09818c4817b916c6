"""The list of message ids in a call.

Source: tdlib/telegram-bot-api, Client::get_message_ids.
"""

from typing import Any

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world.bot_api import bad_request

MOST_IDS = 100


def parse(parameters: Parameters) -> list[int]:
    """Return `message_ids`. Raises `ApiError` for none, too many, or an invalid one."""
    if not parameters.text("message_ids"):
        raise bad_request("message identifiers are not specified")
    given = parameters.parsed("message_ids", "message_ids")
    if not isinstance(given, list):
        raise bad_request("expected an Array of message identifiers")
    if len(given) > MOST_IDS:
        raise bad_request("too many message identifiers specified")
    if not given:
        raise bad_request("message identifiers are not specified")
    return [_message_id(each) for each in given]


def _message_id(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise bad_request("message identifier must be a Number")
    try:
        number = int(given)
    except ValueError:
        raise bad_request("can't parse message identifier as a Number") from None
    if number <= 0:
        raise bad_request("invalid message identifier specified")
    return number
