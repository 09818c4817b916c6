"""Consent: whoever hasn't agreed to the terms is shown them before anything else is done for them in private."""

from telegram import Update

from bot.features.settings import service as users
from bot.features.terms import views as view
from bot.framework.context import Context


def missing(context: Context) -> bool:
    """Whether this has to wait for its author's consent; administrators and groups are not asked."""
    version = context.rules.terms_version
    if version is None or not context.private or context.administers:
        return False
    return context.person is None or context.person.consent_version != version


async def ask(context: Context) -> None:
    """Where somebody came from is kept all the same: a link is followed once."""
    update, version = context.incoming, context.rules.terms_version
    assert version is not None
    parameter = _deep_link_parameter(update)
    if parameter is not None:
        await users.remember_source(await context.work(), context.person_id, parameter)
    if update.callback_query is not None:
        context.answer(view.agree_first(context.words))
    context.reply(view.terms(context.words, version))


async def agreed(_: Update, context: Context) -> None:
    """A button of an earlier version's is answered with the present terms."""
    assert context.matches is not None
    (version,) = context.matches[0].groups()
    present = context.rules.terms_version
    if not context.private or present is None:
        context.answer(view.not_asked(context.words))
    elif version != present:
        context.show(view.terms(context.words, present), toast=view.changed(context.words))
    else:
        await users.agree(await context.work(), context.person_id, version)
        context.show(view.agreed(context.words))


def _deep_link_parameter(update: Update) -> str | None:
    parts = ((update.message.text or "") if update.message is not None else "").split()
    return parts[1] if len(parts) > 1 and parts[0].split("@")[0] == "/start" else None
