"""What is kept about a person, for themselves: everybody is owed that."""

from bot.handlers import privacy
from bot.handlers.routes.route import Route, always, button, command
from bot.views import privacy as view
from bot.views.start import Press


def routes() -> tuple[Route, ...]:
    owed = (
        command("privacy", privacy.told),
        button(Press.PRIVACY, privacy.pressed),
        button(view.EXPORT, privacy.export),
        button(view.ERASE, privacy.ask_to_erase),
        button(view.ERASE_YES, privacy.erase),
    )
    return tuple(map(always, owed))
