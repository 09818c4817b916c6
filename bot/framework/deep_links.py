"""Deep links: `t.me/bot?start=parameter` arrives as `/start parameter`.

Source: Telegram, "Deep links": A-Z, a-z, 0-9, _ and -, up to 64 characters.
"""

import re

from telegram import Message

from bot.db.tables.users import Users
from bot.db.unit_of_work import Work

_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def start_parameter(message: Message | None) -> str | None:
    """The parameter of `/start`; None for any other message or a bare `/start`."""
    words = ((message.text or "") if message is not None else "").split()
    return words[1] if len(words) > 1 and words[0].partition("@")[0] == "/start" else None


async def remember_source(work: Work, telegram_id: int, parameter: str | None) -> None:
    """Keep the first well-formed parameter that a person brings.

    Their own referral link is ignored, because it says nothing about where they come from.
    """
    if parameter is None or _PARAMETER.fullmatch(parameter) is None:
        return
    if re.fullmatch(rf"(ref[_-]?)?{telegram_id}", parameter, re.IGNORECASE) is None:
        await work.of(Users).set_source(telegram_id, parameter)
