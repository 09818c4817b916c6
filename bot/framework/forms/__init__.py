"""Forms: the bot asks one question after another, shows the answers, and acts on them once they are confirmed."""

from bot.framework.forms.form import Form
from bot.framework.forms.readers import Choice, Reader, Refusal, choice, number, photo, text
from bot.framework.forms.steps import Step

__all__ = ["Choice", "Form", "Reader", "Refusal", "Step", "choice", "number", "photo", "text"]
