"""What the author of a broadcast is told while it is sent, and at its end."""

from bot.outgoing.messages import Edit, Text
from bot.services.broadcasts import Broadcast
from bot.views import broadcast_reports as view


def progress(broadcast: Broadcast, per_second: float | None = None) -> Edit | None:
    """The change of the message that shows how it goes; None if there is no such message."""
    if broadcast.panel_id is None:
        return None
    screen = view.progress(broadcast, per_second)
    return Edit(broadcast.author_id, broadcast.panel_id, screen.text, screen.keyboard)


def report(broadcast: Broadcast) -> list[Text]:
    screen = view.report(broadcast)
    return [Text(broadcast.author_id, screen.text, screen.keyboard)]
