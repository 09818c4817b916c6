"""What the bot does: a folder per feature, and the list of all features."""

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
"""In the order in which guards and routes are tried.

Commands and buttons exclude each other, so their order doesn't matter. Banned people are turned away before anything
else; broadcasts come last, since an open draft takes any message of its administrator.
"""
