"""Consent to the terms before anything else, if `TERMS_VERSION` is set."""

from bot.features import privacy, start
from bot.features.terms import handlers
from bot.features.terms.views import AGREE
from bot.framework.feature import Feature
from bot.framework.route import Guard, button

LETS_THROUGH = frozenset({AGREE.prefix}) | start.KEYS | privacy.KEYS

FEATURE = Feature(
    name="terms",
    routes=(button(AGREE, handlers.agreed, "([A-Za-z0-9._-]{1,32})"),),
    settings=handlers.TermsSettings,
    guards=(Guard("terms", handlers.has_to_agree, handlers.ask, lets_through=LETS_THROUGH),),
)
