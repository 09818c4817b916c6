"""The daily report to administrators who want it: at 09:00 UTC, the numbers of that moment."""

from datetime import datetime, time, timedelta

from bot.db.tables.administrators import Administrators
from bot.db.tables.outbox import Outbox
from bot.db.unit_of_work import Work
from bot.features.statistics import service as stats
from bot.features.statistics import views as view
from bot.framework.feature import Job
from bot.framework.i18n import texts
from bot.messages import Text

NAME = "daily report"
AT = time(9)  # UTC


def daily_report(bot_id: int, owners: frozenset[int]) -> Job:
    async def run(work: Work, _: datetime) -> datetime:
        wanting = [one for one in await work.of(Administrators).reachable(owners) if one.daily_report]
        if wanting:
            numbers = await stats.numbers(work, bot_id)
            screens = [(one.telegram_id, view.report(texts(one.language, one.time_zone), numbers)) for one in wanting]
            await work.of(Outbox).enqueue(bot_id, [Text(chat_id, screen.text) for chat_id, screen in screens])
        return next_time(await work.now())

    return Job(next_time, run)


def next_time(now: datetime) -> datetime:
    """The next 09:00 after `now`, which is in UTC."""
    today = datetime.combine(now.date(), AT, now.tzinfo)
    return today if today > now else today + timedelta(days=1)
