"""/privacy: what the bot keeps about a user, a copy of it, and its erasure."""

from functools import partial

from bot.features.privacy import handlers
from bot.features.privacy.service import export
from bot.features.privacy.views import ERASE, EXPORT, PRIVACY
from bot.framework.feature import Feature
from bot.framework.registry import Command
from bot.framework.route import command, private_button

__all__ = ["FEATURE", "KEYS", "PRIVACY", "export"]

_button = partial(private_button, elsewhere="privacy-in-private")
KEYS = frozenset({"/privacy", PRIVACY.prefix, EXPORT.prefix, ERASE.prefix})
"""Keys of the routes that are open to everybody."""

FEATURE = Feature(
    name="privacy",
    routes=(
        command("privacy", handlers.privacy),
        _button(PRIVACY, handlers.show),
        _button(EXPORT, handlers.send_export),
        _button(ERASE, handlers.ask_to_erase),
        _button(ERASE, handlers.erase, "yes"),
    ),
    commands=(Command("privacy", "privacy-command-privacy", rank=40, help="privacy-help-privacy"),),
)
