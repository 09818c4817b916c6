"""Whatever banned people do."""

from dataclasses import replace
from datetime import UTC, datetime

from telegram.ext import filters

from bot.features.bans import banned
from bot.framework.permissions import Person, is_banned
from bot.framework.route import Route, any_other_button, new_message


def routes() -> tuple[Route, ...]:
    return tuple(map(for_banned, (new_message(filters.ALL, banned.said), any_other_button(banned.pressed))))


def for_banned(route: Route) -> Route:
    return replace(route, takes=whoever_is_banned, before_all=True, name=f"banned: {route.name}")


def whoever_is_banned(person: Person | None) -> bool:
    return is_banned(person, datetime.now(UTC))
