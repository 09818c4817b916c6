"""Deep links: `t.me/bot?start=parameter` arrives as `/start parameter`.

Source: Telegram, "Deep links": A-Z, a-z, 0-9, _ and -, up to 64 characters.
"""

import re

from bot.db.tables.users import Users
from bot.framework.context import Context

_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def remember_source(context: Context) -> None:
    """Keep the first well-formed parameter that a user brings to `/start`, unless it is their own referral link."""
    message = context.incoming.message
    command, *arguments = ((message.text or "") if message is not None else "").split() or [""]
    if not arguments or command.partition("@")[0] != "/start" or _PARAMETER.fullmatch(arguments[0]) is None:
        return
    if re.fullmatch(rf"(ref[_-]?)?{context.person_id}", arguments[0], re.IGNORECASE) is None:
        await (await context.work()).of(Users).set_source(context.person_id, arguments[0])
