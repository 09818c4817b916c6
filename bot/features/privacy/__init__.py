"""/privacy: what the bot keeps about a user, a copy of it, and its erasure."""

from bot.features.privacy import handlers
from bot.features.privacy.service import export
from bot.features.privacy.views import ERASE, EXPORT, PRIVACY
from bot.framework.feature import Feature
from bot.framework.registry import Command
from bot.framework.route import ButtonAction, Route, always, command, private_button
from bot.framework.screen import CallbackData

__all__ = ["FEATURE", "PRIVACY", "export"]


def _button(data: CallbackData, action: ButtonAction, *patterns: str) -> Route:
    return always(private_button(data, action, *patterns, elsewhere="privacy-in-private"))


FEATURE = Feature(
    name="privacy",
    routes=(
        always(command("privacy", handlers.privacy)),
        _button(PRIVACY, handlers.show),
        _button(EXPORT, handlers.send_export),
        _button(ERASE, handlers.ask_to_erase),
        _button(ERASE, handlers.erase, "yes"),
    ),
    commands=(Command("privacy", "privacy-command-privacy", rank=40),),
)
