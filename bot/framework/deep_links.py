"""Deep links: `t.me/bot?start=parameter` arrives as `/start parameter`.

Source: Telegram, "Deep links": A-Z, a-z, 0-9, _ and -, up to 64 characters.
"""

import re

from telegram import Message

from bot.db.tables.users import Users
from bot.framework.context import Context

_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def start_parameter(message: Message | None) -> str | None:
    """Return the parameter of `/start` (the first word after it), or None if there is none or it is malformed."""
    command, *arguments = ((message.text or "") if message is not None else "").split() or [""]
    if not arguments or command.partition("@")[0].lower() != "/start":
        return None
    return arguments[0] if _PARAMETER.fullmatch(arguments[0]) is not None else None


async def remember_source(context: Context) -> None:
    """Keep the first parameter that a user brings to `/start`, unless it is their own referral link."""
    parameter = start_parameter(context.incoming.message)
    if parameter is None:
        return
    if re.fullmatch(rf"(ref[_-]?)?{context.person_id}", parameter, re.IGNORECASE) is None:
        await (await context.work()).of(Users).set_source(context.person_id, parameter)
