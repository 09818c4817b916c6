"""The features of the bot, a folder each, and the one list of them."""

from bot.features import (
    admin,
    audit,
    bans,
    bot_settings,
    broadcasts,
    dead_letters,
    privacy,
    settings,
    start,
    statistics,
    terms,
    users,
)
from bot.framework.feature import Feature

FEATURES: tuple[Feature, ...] = (
    bans.FEATURE,
    start.FEATURE,
    settings.FEATURE,
    privacy.FEATURE,
    terms.FEATURE,
    admin.FEATURE,
    users.FEATURE,
    audit.FEATURE,
    statistics.FEATURE,
    dead_letters.FEATURE,
    bot_settings.FEATURE,
    broadcasts.FEATURE,
)
"""Features in the order in which their guards and routes are asked.

Commands and buttons exclude each other, so their order says nothing. Banned people are turned away before anything
else; broadcasts come last, since an open draft takes any message of its administrator.
"""
