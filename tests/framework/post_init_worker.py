"""A worker whose `post_init` calls Telegram, and then waits if WAITS is set."""

import asyncio
import os

from bot import cli
from bot.features import FEATURES
from bot.framework.application import App
from bot.framework.feature import Feature


async def introduce(application: App) -> None:
    await application.bot.set_my_short_description("A bot")
    if "WAITS" in os.environ:
        await asyncio.Event().wait()


def set_up(application: App) -> None:
    application.post_init = introduce


cli.main((*FEATURES, Feature(name="introduces", application_setup=set_up)))
