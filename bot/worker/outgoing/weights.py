"""How much a call to the Bot API counts against Telegram's limits for messages."""

import json
from collections.abc import Mapping
from typing import Any

COUNTED = ("send", "copy", "forward", "editMessage")
NOT_COUNTED = ("sendChatAction",)
LISTS = {"sendMediaGroup": "media", "copyMessages": "message_ids", "forwardMessages": "message_ids"}
"""The methods that send several messages at once, and where those are listed."""
CAN_BE_PAID = ("send", "copy")  # those that have `allow_paid_broadcast`


def weight(method: str, parameters: Mapping[str, Any]) -> int:
    """The number of messages that the call sends or edits; 0 for one that isn't counted."""
    if method in NOT_COUNTED or not method.startswith(COUNTED):
        return 0
    several = parameters.get(LISTS.get(method, ""))
    if isinstance(several, str):
        several = json.loads(several)
    return max(1, len(several)) if several is not None else 1


def paid(method: str) -> dict[str, Any]:
    """What is added to a call that is to be paid for."""
    return {"allow_paid_broadcast": True} if method.startswith(CAN_BE_PAID) else {}
