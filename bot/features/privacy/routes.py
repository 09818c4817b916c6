"""What is kept about a person, for themselves: everybody is owed that."""

from bot.features.privacy import handlers as privacy
from bot.features.privacy import views as view
from bot.features.start.views import Press
from bot.framework.route import Route, always, button, command


def routes() -> tuple[Route, ...]:
    owed = (
        command("privacy", privacy.told),
        button(Press.PRIVACY, privacy.pressed),
        button(view.EXPORT, privacy.export),
        button(view.ERASE, privacy.ask_to_erase),
        button(view.ERASE_YES, privacy.erase),
    )
    return tuple(map(always, owed))
