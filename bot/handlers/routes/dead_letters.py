"""What could not be read, handled or sent, in the chat."""

from bot.handlers.admin import dead_letters
from bot.handlers.routes.route import NUMBER, Route, button, command
from bot.views.dead_letters_chat import COMMAND, Press, data


def routes() -> tuple[Route, ...]:
    return (
        command(COMMAND, dead_letters.command),
        button(Press.LIST, dead_letters.show_list),
        button(data(Press.OLDER, NUMBER), dead_letters.older),
        button(data(Press.SHOW, NUMBER), dead_letters.show),
        button(data(Press.FILE, NUMBER), dead_letters.file),
        button(data(Press.RETRY, NUMBER), dead_letters.retry),
        button(data(Press.DISCARD, NUMBER), dead_letters.ask_to_discard),
        button(data(Press.DISCARD_YES, NUMBER), dead_letters.discard),
    )
