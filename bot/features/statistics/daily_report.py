"""The daily report to administrators who want it: at 09:00 UTC, the numbers of that moment."""

from datetime import datetime, time, timedelta

from bot.db.tables import mail
from bot.db.tables.people import People
from bot.db.unit_of_work import Work
from bot.features.admin import notice_rules as notices
from bot.features.statistics import service as stats
from bot.features.statistics import views as view
from bot.framework.i18n import texts
from bot.messages import Text
from bot.worker.scheduler import Entry

WHAT = "daily report"
AT = time(9)  # UTC


def daily_report(bot_id: int, owners: frozenset[int]) -> Entry:
    async def fire(work: Work, _: datetime) -> datetime:
        wanting = [one for one in await notices.recipients(work, owners) if one.daily_report]
        if wanting:
            numbers = await stats.numbers(work, bot_id)
            screens = [(one.telegram_id, view.report(texts(one.language, one.time_zone), numbers)) for one in wanting]
            await mail.post(work, bot_id, [Text(chat_id, screen.text) for chat_id, screen in screens])
        return next_time(await work.of(People).now())

    return Entry(next_time, fire)


def next_time(now: datetime) -> datetime:
    """The next 09:00 after `now`, which is in UTC."""
    today = datetime.combine(now.date(), AT, now.tzinfo)
    return today if today > now else today + timedelta(days=1)
