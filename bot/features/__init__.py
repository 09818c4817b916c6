"""The features of the bot, a folder each, and the one list of them."""

from bot.framework.feature import Feature, feature_in

FOLDERS = (
    "bans",
    "settings",
    "privacy",
    "terms",
    "admin",
    "users",
    "audit",
    "statistics",
    "dead_letters",
    "bot_settings",
    "broadcasts",
    "start",
)
"""Features in the order in which their guards, routes and fallbacks are asked.

Commands and buttons exclude each other, so their order doesn't matter. Banned people are turned away before anything
else. Fallbacks do have an order: an administrator's open draft takes a message before it counts as unknown.
"""
FEATURES: tuple[Feature, ...] = tuple(feature_in(f"{__name__}.{folder}") for folder in FOLDERS)
