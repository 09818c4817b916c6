"""Buttons that a form adds to its feature's screens, and the sentences that all forms share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.framework.forms.readers import Choice
from bot.framework.i18n import Texts
from bot.framework.screen import CallbackData, Screen
from bot.messages import Button


class Press(StrEnum):
    """A button that a form adds."""

    YES = "yes"
    BACK = "back"
    SKIP = "skip"
    START_OVER = "over"
    CANCEL = "cancel"


LABELS: Mapping[Press, str] = {
    Press.YES: "framework-form-yes",
    Press.BACK: "framework-back",
    Press.SKIP: "framework-form-skip",
    Press.START_OVER: "framework-form-over",
    Press.CANCEL: "framework-form-cancel",
}
BEGIN, CHOOSE = "begin", "choose"


def data_of(name: str) -> CallbackData:
    """The callback data of a form's buttons."""
    return CallbackData(f"form:{name}")


@dataclass(frozen=True, slots=True)
class FormButtons:
    """The buttons of one question, bound to it by a token."""

    texts: Texts
    form: str
    token: str

    def under_question(self, screen: Screen, choices: Iterable[Choice], presses: Iterable[Press]) -> Screen:
        """The screen of a question with its choices, one a row, and below them the presses in one row."""
        rows = [(Button(one.label, data_of(self.form)(self.token, CHOOSE, one.value)),) for one in choices]
        return Screen(screen.text, (*screen.keyboard, *rows, self._row(presses)))

    def under_confirmation(self, screen: Screen) -> Screen:
        """The screen that shows the answers, with the buttons that confirm or change them."""
        change = self._row((Press.BACK, Press.START_OVER, Press.CANCEL))
        return Screen(screen.text, (*screen.keyboard, self._row((Press.YES,)), change))

    def _row(self, presses: Iterable[Press]) -> tuple[Button, ...]:
        data = data_of(self.form)
        return tuple(Button(self.texts.plain(LABELS[one]), data(self.token, one)) for one in presses)


def timed_out(texts: Texts, form: str, *, can_begin: bool) -> Screen:
    """The answer to an action in a form that has expired."""
    again = Button(texts.plain("framework-form-over"), data_of(form)(BEGIN))
    return Screen(texts.html("framework-form-timed-out"), ((again,),) if can_begin else ())


def cancelled(texts: Texts) -> Screen:
    """The screen of a form that was cancelled with its button."""
    return Screen(texts.html("framework-form-cancelled"))


def only_private(texts: Texts) -> Screen:
    """The answer to a form that is begun in a group."""
    return Screen(texts.html("framework-form-private"))


def buttons_wanted(texts: Texts) -> str:
    """The sentence above a confirmation that is repeated because a message came instead of a press."""
    return texts.html("framework-form-buttons-wanted")
