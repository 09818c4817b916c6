"""The daily report to administrators who want it: at 09:00 UTC, the numbers of that moment."""

from datetime import datetime, time, timedelta

from bot.db.uow import Work
from bot.jobs.timetable import Entry
from bot.outgoing.messages import Text
from bot.services import mail, notices, stats
from bot.views import stats as view
from bot.views.i18n import texts

WHAT = "daily report"
AT = time(9)  # UTC


def daily_report(bot_id: int, owners: frozenset[int]) -> Entry:
    async def fire(work: Work, _: datetime) -> datetime:
        wanting = [one for one in await notices.recipients(work, owners) if one.daily_report]
        if wanting:
            numbers = await stats.numbers(work, bot_id)
            screens = [(one.telegram_id, view.report(texts(one.language, one.time_zone), numbers)) for one in wanting]
            await mail.post(work, bot_id, [Text(chat_id, screen.text) for chat_id, screen in screens])
        return next_time(await work.people.now())

    return Entry(next_time, fire)


def next_time(now: datetime) -> datetime:
    """The next 09:00 after `now`, which is in UTC."""
    today = datetime.combine(now.date(), AT, now.tzinfo)
    return today if today > now else today + timedelta(days=1)
