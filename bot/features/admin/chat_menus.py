"""The list of commands that one person's chat shows, as their role and the language that they chose have it."""

from bot.features.admin.menu_views import shown_to
from bot.features.users.service import Profile
from bot.framework.i18n import texts
from bot.framework.permissions import Role
from bot.messages import Commands


def of_chat(telegram_id: int, language: str | None, telegrams: str | None, *, administrator: bool) -> Commands:
    """`language` is the one chosen: everybody's list is set for the chat only where there is one."""
    chosen = language is not None
    return shown_to(texts(language or telegrams), telegram_id, administrator=administrator, chosen=chosen)


def with_ban(one: Profile, owners: frozenset[int], *, banned: bool) -> list[Commands]:
    """An administrator's list goes with a ban, and comes back after it; nobody else's chat shows another."""
    if one.role != Role.ADMINISTRATOR or one.telegram_id in owners or one.private_since is None:
        return []
    return [of_chat(one.telegram_id, one.language, one.language_code, administrator=not banned)]
