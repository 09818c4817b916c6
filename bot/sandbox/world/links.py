"""Links in texts and buttons, normalized as Telegram does.

Source: tdlib/td, LinkManager::get_checked_link and get_link_user_id.
"""

import re
from urllib.parse import urlsplit

from bot.sandbox.world.bot_api import Json

_user_link = re.compile(r"tg:(?://)?user\?id=(\d+)\Z", re.IGNORECASE)
_web_scheme = re.compile(r"(?i)(https?|ton|tg|tonsite)://")
_app_link = re.compile(r"(?i)(tg|ton|mailto|tel):")


def link_entities(entity: Json, address: str) -> list[Json]:
    """Return the entity for a link to a user or a page, or nothing for an invalid address."""
    if user := _user_link.match(address.strip()):
        return [entity | {"type": "text_mention", "user": {"id": int(user[1])}}]
    url = normalized_url(address)
    return [entity | {"type": "text_link", "url": url}] if url else []


def linked_user_id(address: str) -> int | None:
    """Return the user id in a link to a user."""
    match = _user_link.match(address.strip())
    return int(match[1]) if match else None


def normalized_url(address: str) -> str:
    """Return the address with scheme and path, or an empty string if it is invalid."""
    address = address.strip()
    if not address or any(character.isspace() for character in address):
        return ""
    if _app_link.match(address):
        return address
    if not _web_scheme.match(address):
        address = f"http://{address}"
    return _with_path(address)


def _with_path(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    if not host or ("." not in host and host != "localhost"):
        return ""
    return parts._replace(path=parts.path or "/").geturl()
