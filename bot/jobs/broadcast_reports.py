"""The report on a broadcast that has ended."""

from bot.db.uow import Work
from bot.outgoing.messages import Text
from bot.services import broadcast_authors
from bot.services.broadcasts import Broadcast
from bot.views import broadcast_reports as view
from bot.views.i18n import texts


async def report(owners: frozenset[int], work: Work, ended: Broadcast) -> list[Text]:
    """To its author; to the owners, each in their language, where the author may not see it any more."""
    if broadcast_authors.may_see(ended, owners):
        screens = [(ended.author_id, view.report(ended))]
    else:
        readers = await broadcast_authors.readers(work, owners)
        screens = [(one.telegram_id, view.report(ended, texts(one.language, one.time_zone))) for one in readers]
    return [Text(chat_id, screen.text, screen.keyboard) for chat_id, screen in screens]
