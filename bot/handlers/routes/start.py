"""What everybody begins with."""

from dataclasses import replace

from bot.handlers import cancel, start
from bot.handlers.routes.route import Route, always, button, command
from bot.views.start import Press


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
