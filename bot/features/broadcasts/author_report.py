"""The report on a broadcast that has ended."""

from bot.db.unit_of_work import Work
from bot.features.broadcasts import authors as broadcast_authors
from bot.features.broadcasts import report_views as view
from bot.features.broadcasts.service import Broadcast
from bot.framework.i18n import texts
from bot.messages import Text


async def report(owners: frozenset[int], work: Work, ended: Broadcast) -> list[Text]:
    """To its author; to the owners, each in their language, where the author may not see it any more."""
    if broadcast_authors.may_see(ended, owners):
        screens = [(ended.author_id, view.report(ended))]
    else:
        readers = await broadcast_authors.readers(work, owners)
        screens = [(one.telegram_id, view.report(ended, texts(one.language, one.time_zone))) for one in readers]
    return [Text(chat_id, screen.text, screen.keyboard) for chat_id, screen in screens]
