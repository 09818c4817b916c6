"""What could not be read, handled or sent, in the chat."""

from bot.features.dead_letters import handlers as dead_letters
from bot.features.dead_letters.views import COMMAND, Press, data
from bot.framework.route import NUMBER, Route, button, command


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
