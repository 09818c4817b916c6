"""Users, for administrators: counts, search, cards, roles, notes, letters."""

from functools import partial

from telegram import Message

from bot.db.tables.audit import Action, Audit
from bot.features import privacy
from bot.features.users import service as users
from bot.features.users import views as view
from bot.features.users.repository import Notes, Profile, Profiles
from bot.features.users.service import Actor, Card, NotAllowedError, NotPossibleError, UnknownUserError, UserAction
from bot.framework.command_menu import menu_of
from bot.framework.context import Context
from bot.framework.permissions import Role
from bot.framework.prompts import LONGEST_ANSWER, Answer, AnswerResult, Details, answer_to, ask
from bot.framework.registry import CardSubject
from bot.framework.route import ButtonAction, Route, button
from bot.framework.screen import CallbackData, Screen, headed
from bot.messages import Text

SEARCH, LETTER, NOTE = "people-search", "people-letter", "people-note"
"""Prompts."""
DENIED = (NotAllowedError, NotPossibleError)
"""Answered with a sentence and the card as it is now."""


def user_button(data: CallbackData, action: ButtonAction, *patterns: str) -> Route:
    """A button about a user, who may have been erased since."""
    return button(data, partial(_pressed, action), *patterns)


def user_answer(prompt: str, answer: Answer, most: int = LONGEST_ANSWER) -> Route:
    """The route of answers, of up to `most` characters, to a prompt about a user."""
    return answer_to(prompt, partial(_answered, answer), most)


async def _pressed(action: ButtonAction, context: Context, *groups: str) -> None:
    try:
        await action(context, *groups)
    except UnknownUserError:
        context.answer(context.texts.plain("users-nobody"))


async def _answered(answer: Answer, context: Context, prompted: Details, text: str) -> AnswerResult:
    try:
        return await answer(context, prompted, text)
    except UnknownUserError:
        return AnswerResult(Screen(context.texts.plain("users-nobody")))
    except DENIED as error:
        return await _back_to_card(context, prompted, _reason(context, error))


def actor(context: Context) -> Actor:
    """The administrator who acts in this update."""
    return Actor(context.person_id, context.owners, context.deps.registry)


async def show_people(context: Context) -> None:
    counts = await (await context.work()).of(Profiles).counts()
    context.show(view.panel(context.texts, counts, context.deps.registry.users_panel))


async def search(context: Context) -> None:
    await ask(context, SEARCH)
    context.show(view.search_prompt(context.texts))


async def search_answer(context: Context, _: Details, text: str) -> AnswerResult:
    query = users.query(text)
    if not query:
        return AnswerResult(Screen(context.texts.html("framework-prompt-text-wanted")), stays_open=True)
    found = await users.search(await context.work(), query)
    nothing_found = not found.people and found.more_before is None
    return AnswerResult(view.found(context.texts, query, found, first=True), stays_open=nothing_found)


async def show_found(context: Context, before: str) -> None:
    """Show another page of the search that the message shows."""
    query = _query_of_message(context)
    if query is None:
        context.answer(view.over(context.texts))
        return
    found = await users.search(await context.work(), query, int(before) or None)
    context.show(view.found(context.texts, query, found, first=before == "0"))


async def show_card(context: Context, number: str) -> None:
    context.show(await card(context, int(number)))


async def promote(context: Context, number: str) -> None:
    await _give_role(context, int(number), UserAction.PROMOTE)


async def demote(context: Context, number: str) -> None:
    await _give_role(context, int(number), UserAction.DEMOTE)


async def ask_letter(context: Context, number: str) -> None:
    profile = await user_to_act_on(context, int(number), UserAction.WRITE)
    if profile is not None and not profile.reachable:
        context.answer(context.texts.plain("users-unreachable"))
    elif profile is not None:
        await ask(context, LETTER, person=profile.telegram_id)
        context.show(view.letter_prompt(context.texts, profile))


async def letter_answer(context: Context, prompted: Details, text: str) -> AnswerResult:
    recipient = await users.write_to(await context.work(), actor(context), prompted["person"], text)
    if recipient is None:
        return await _back_to_card(context, prompted, context.texts.html("users-unreachable"))
    for part in view.letter(recipient, text):
        context.send(Text(recipient.telegram_id, part.text))
    return await _back_to_card(context, prompted, context.texts.html("users-sent"))


async def show_notes(context: Context, number: str) -> None:
    context.show(await _notes(context, int(number)))


async def ask_note(context: Context, number: str) -> None:
    profile = await user_to_act_on(context, int(number), UserAction.NOTE)
    if profile is not None:
        await ask(context, NOTE, person=profile.telegram_id)
        context.show(view.note_prompt(context.texts, profile))


async def note_answer(context: Context, prompted: Details, text: str) -> AnswerResult:
    await users.note(await context.work(), actor(context), prompted["person"], text)
    return AnswerResult(headed(context.texts.html("users-noted"), await _notes(context, prompted["person"])))


async def export(context: Context, number: str) -> None:
    """Send the same export that the user gets from /privacy."""
    profile = await user_to_act_on(context, int(number), UserAction.EXPORT)
    if profile is None:
        return
    work = await context.work()
    content = await privacy.export(work, context.deps.registry, profile.telegram_id)
    await work.of(Audit).add(context.person_id, Action.EXPORT, profile.telegram_id)
    context.answer()
    context.send(view.export(context.texts, context.person_id, profile, content))


async def card(context: Context, telegram_id: int) -> Screen:
    """A user's card. Raises UnknownUserError."""
    return await _card(context, await users.card(await context.work(), actor(context), telegram_id))


async def user_to_act_on(context: Context, telegram_id: int, action: UserAction) -> Profile | None:
    """The user if this action is allowed and possible now; otherwise the card is shown with the reason.

    Raises UnknownUserError.
    """
    try:
        return await users.lock_for(await context.work(), actor(context), telegram_id, action)
    except DENIED as error:
        await deny(context, telegram_id, error)
        return None


async def deny(context: Context, telegram_id: int, error: NotAllowedError | NotPossibleError) -> None:
    """Show the card with the reason why an action isn't done."""
    context.show(await card(context, telegram_id), toast=_reason(context, error))


def _reason(context: Context, error: NotAllowedError | NotPossibleError) -> str:
    return context.texts.plain("users-not-allowed" if isinstance(error, NotAllowedError) else "users-changed")


async def _give_role(context: Context, telegram_id: int, action: UserAction) -> None:
    try:
        await users.give_role(await context.work(), actor(context), telegram_id, action)
    except DENIED as error:
        await deny(context, telegram_id, error)
        return
    found = await users.card(await context.work(), actor(context), telegram_id)
    one, administrator = found.profile, found.role is not Role.USER
    if one.private_since is not None:  # otherwise there is no chat whose menu could be set
        commands, languages = context.deps.registry.commands, (one.language, one.language_code)
        context.send(menu_of(commands, telegram_id, *languages, administrator=administrator))
    done = context.texts.html("users-promoted" if action is UserAction.PROMOTE else "users-demoted")
    context.show(headed(done, await _card(context, found)))


def _query_of_message(context: Context) -> str | None:
    """The query, which the message's own text keeps; "" for a list of all users; None for a message too old."""
    query = context.incoming.callback_query
    message = query.message if query is not None else None
    if not isinstance(message, Message):
        return None
    return next(iter(message.parse_entities(["code"]).values()), "")


async def _card(context: Context, found: Card) -> Screen:
    work = await context.work()
    subject = CardSubject(found.profile.telegram_id, found.role, found.profile.banned)
    card_parts = [await part(work, context.texts, subject) for part in context.deps.registry.user_card]
    return view.card(context.texts, found, card_parts)


async def _notes(context: Context, telegram_id: int) -> Screen:
    work = await context.work()
    found = await users.card(work, actor(context), telegram_id)
    written = await work.of(Notes).of(telegram_id)
    authors = await work.of(Profiles).names({one.author_id for one in written if one.author_id is not None})
    return view.notes(context.texts, found, written, authors)


async def _back_to_card(context: Context, prompted: Details, sentence: str) -> AnswerResult:
    return AnswerResult(headed(sentence, await card(context, prompted["person"])))
