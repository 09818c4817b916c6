"""The features of the bot, a folder each, and the one list of them."""

from bot.framework.feature import Feature, feature_in

FOLDERS = (
    "bans",
    "start",
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
)
"""Features in the order in which their guards and routes are asked.

Commands and buttons exclude each other, so their order doesn't matter. Banned people are turned away before anything
else; broadcasts come last, since an open draft takes any message of its administrator.
"""
FEATURES: tuple[Feature, ...] = tuple(feature_in(f"{__name__}.{folder}") for folder in FOLDERS)
