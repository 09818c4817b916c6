"""What everybody may ask for: what is kept about them, a copy of it, and its erasure."""

from functools import partial

from bot.features.privacy import handlers
from bot.features.privacy.service import export
from bot.features.privacy.views import ERASE, EXPORT, PRIVACY
from bot.framework.feature import Feature
from bot.framework.registry import Command
from bot.framework.route import always, command, private_button

__all__ = ["FEATURE", "PRIVACY", "export"]

_button = partial(private_button, elsewhere="privacy-in-private")

FEATURE = Feature(
    name="privacy",
    routes=tuple(
        map(
            always,
            (
                command("privacy", handlers.privacy),
                _button(PRIVACY, handlers.show),
                _button(EXPORT, handlers.send_export),
                _button(ERASE, handlers.ask_to_erase),
                _button(ERASE, handlers.erase, "yes"),
            ),
        )
    ),
    commands=(Command("privacy", "privacy-command-privacy", rank=40),),
)
