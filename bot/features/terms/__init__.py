"""Consent to the terms before anything else, if `TERMS_VERSION` is set."""

from bot.features.terms import handlers
from bot.features.terms.views import AGREE
from bot.framework.feature import Feature
from bot.framework.route import Guard, always, button

FEATURE = Feature(
    name="terms",
    routes=(always(button(AGREE, handlers.agreed, "([A-Za-z0-9._-]{1,32})")),),
    guards=(Guard("terms", applies=handlers.has_to_agree, answer=handlers.ask),),
)
