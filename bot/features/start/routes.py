"""What everybody begins with."""

from dataclasses import replace

from bot.features.start import cancel
from bot.features.start import handlers as start
from bot.features.start.views import Press
from bot.framework.route import Route, always, button, command


def routes() -> tuple[Route, ...]:
    return (
        command("start", start.start),
        always(command("help", start.help_)),
        always(replace(command("cancel", cancel.cancel), ends_question=False)),
        command("id", start.own_id),
        button(Press.START, start.start_pressed),
        button(Press.HELP, start.help_pressed),
        button(Press.ID, start.id_pressed),
    )
