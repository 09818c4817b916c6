"""Consent: in private, the bot does nothing for users who haven't agreed to the terms."""

from typing import Annotated

from pydantic import Field
from telegram import Update

from bot.db.tables.users import Users
from bot.features.terms import views as view
from bot.framework.context import Context
from bot.framework.deep_links import remember_source
from bot.framework.settings import FeatureSettings

Version = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")]  # it goes into a button's data


class TermsSettings(FeatureSettings):
    terms_version: Version | None = Field(
        None, description="up to 32 of the characters A-Z a-z 0-9 . _ -, such as 2026-11"
    )


def has_to_agree(_: Update, context: Context) -> bool:
    """Return whether a user has to agree first. Administrators and groups don't."""
    version = _version(context)
    if version is None or not context.private or context.administers:
        return False
    return context.person is None or context.person.consent_version != version


async def ask(update: Update, context: Context) -> None:
    """Show the terms. The source of a deep link is kept, since a link is followed only once."""
    version = _version(context)
    assert version is not None
    await remember_source(context)
    if update.callback_query is not None:
        context.answer(context.texts.plain("terms-first"))
    context.reply(view.terms(context.texts, version))


async def agreed(context: Context, version: str) -> None:
    """Note the consent. A button of an earlier version shows the current terms."""
    current = _version(context)
    if not context.private or current is None:
        context.answer(context.texts.plain("terms-not-asked"))
    elif version != current:
        context.show(view.terms(context.texts, current), toast=context.texts.plain("terms-changed"))
    else:
        work = await context.work()
        await work.of(Users).agree(context.person_id, version)
        work.changed_people.add(context.person_id)
        context.show(view.agreed(context.texts))


def _version(context: Context) -> str | None:
    return context.deps.settings.of(TermsSettings).terms_version
