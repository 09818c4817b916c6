"""What administrators answer to prompts: whom they search for, what to write to a user, what to note."""

from functools import partial

from bot.features.users import service as profiles
from bot.features.users import views as view
from bot.features.users.handlers import DENIED, actor, card, denial, notes
from bot.features.users.service import UnknownUserError
from bot.framework.context import Context
from bot.framework.prompts import LONGEST_ANSWER, Answer, AnswerResult, Details, answer_to
from bot.framework.route import Route
from bot.framework.screen import Screen, headed
from bot.messages import Text


def user_answer(prompt: str, answer: Answer, most: int = LONGEST_ANSWER) -> Route:
    """The route of answers to a prompt about a user, of up to `most` characters."""
    return answer_to(prompt, partial(_answered, answer), most)


async def search(context: Context, _: Details, text: str) -> AnswerResult:
    query = profiles.query(text)
    if not query:
        return AnswerResult(view.text_wanted(context.texts), stays_open=True)
    found = await profiles.search(await context.work(), query)
    is_empty = not found.people and found.more_before is None
    return AnswerResult(view.found(context.texts, query, found, first=True), stays_open=is_empty)


async def letter(context: Context, prompted: Details, text: str) -> AnswerResult:
    reached = await profiles.write_to(await context.work(), actor(context), prompted["person"], text)
    if reached is None:
        return AnswerResult(headed(view.unreachable(context.texts), await card(context, prompted["person"])))
    for part in view.letter(reached, text):
        context.send(Text(reached.telegram_id, part.text))
    return AnswerResult(headed(view.sent(context.texts), await card(context, prompted["person"])))


async def note(context: Context, prompted: Details, text: str) -> AnswerResult:
    await profiles.note(await context.work(), actor(context), prompted["person"], text)
    return AnswerResult(headed(view.noted(context.texts), await notes(context, prompted["person"])))


async def _answered(answer: Answer, context: Context, prompted: Details, text: str) -> AnswerResult:
    """What the answer leads to; where it can't be done any more, why not."""
    try:
        return await answer(context, prompted, text)
    except UnknownUserError:
        return AnswerResult(Screen(view.unknown_user(context.texts)))
    except DENIED as error:
        return AnswerResult(headed(denial(context, error), await card(context, prompted["person"])))
