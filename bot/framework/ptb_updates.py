"""Facts about handlers of python-telegram-bot: the kinds of their updates, and whether they keep to their lane."""

from collections.abc import Iterator

from telegram import Update
from telegram.ext import (
    BusinessConnectionHandler,
    BusinessMessagesDeletedHandler,
    CallbackQueryHandler,
    ChatBoostHandler,
    ChatJoinRequestHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    ConversationHandler,
    InlineQueryHandler,
    ManagedBotUpdatedHandler,
    MessageHandler,
    MessageReactionHandler,
    PaidMediaPurchasedHandler,
    PollAnswerHandler,
    PollHandler,
    PreCheckoutQueryHandler,
    PrefixHandler,
    ShippingQueryHandler,
)

from bot.errors import FatalError
from bot.framework.application import App, Conversation, Handler

MESSAGES = frozenset({
    Update.MESSAGE, Update.EDITED_MESSAGE, Update.CHANNEL_POST, Update.EDITED_CHANNEL_POST,
    Update.BUSINESS_MESSAGE, Update.EDITED_BUSINESS_MESSAGE, Update.GUEST_MESSAGE,
})  # fmt: skip
"""Filters choose among these, and can't be asked which. Source: PTB, BaseFilter.check_update."""
KINDS: dict[type[Handler], frozenset[str]] = {
    CommandHandler: MESSAGES,
    MessageHandler: MESSAGES,
    PrefixHandler: MESSAGES,
    CallbackQueryHandler: frozenset({Update.CALLBACK_QUERY}),
    InlineQueryHandler: frozenset({Update.INLINE_QUERY}),
    ChosenInlineResultHandler: frozenset({Update.CHOSEN_INLINE_RESULT}),
    ShippingQueryHandler: frozenset({Update.SHIPPING_QUERY}),
    PreCheckoutQueryHandler: frozenset({Update.PRE_CHECKOUT_QUERY}),
    PaidMediaPurchasedHandler: frozenset({Update.PURCHASED_PAID_MEDIA}),
    PollHandler: frozenset({Update.POLL}),
    PollAnswerHandler: frozenset({Update.POLL_ANSWER}),
    ChatMemberHandler: frozenset({Update.MY_CHAT_MEMBER, Update.CHAT_MEMBER}),
    ChatJoinRequestHandler: frozenset({Update.CHAT_JOIN_REQUEST}),
    ManagedBotUpdatedHandler: frozenset({Update.MANAGED_BOT}),
    ChatBoostHandler: frozenset({Update.CHAT_BOOST, Update.REMOVED_CHAT_BOOST}),
    MessageReactionHandler: frozenset({Update.MESSAGE_REACTION, Update.MESSAGE_REACTION_COUNT}),
    BusinessConnectionHandler: frozenset({Update.BUSINESS_CONNECTION}),
    BusinessMessagesDeletedHandler: frozenset({Update.DELETED_BUSINESS_MESSAGES}),
}
"""By the class itself: a subclass may check updates in its own way."""


def allowed_updates(application: App) -> frozenset[str]:
    """The kinds of updates for all handlers; every kind if a handler's class doesn't tell."""
    found: set[str] = set()
    for handler in all_handlers(application):
        if not isinstance(handler, ConversationHandler):
            found |= KINDS.get(type(handler), frozenset(Update.ALL_TYPES))
    return frozenset(found)


def commands(application: App) -> frozenset[str]:
    """The commands that handlers wait for, without their slash."""
    handlers = [handler for handler in all_handlers(application) if isinstance(handler, CommandHandler)]
    return frozenset(command for handler in handlers for command in handler.commands)


def conversations(application: App) -> list[Conversation]:
    """All conversations, nested ones included."""
    return [handler for handler in all_handlers(application) if isinstance(handler, ConversationHandler)]


def all_handlers(application: App) -> Iterator[Handler]:
    """All handlers, with those in conversations."""
    for handlers in application.handlers.values():
        for handler in handlers:
            yield from _with_inner(handler)


def require_blocking(application: App) -> None:
    """Raise FatalError for a handler with `block=False`, which would leave the order of its chat's updates."""
    waits = [handler.block for handler in all_handlers(application)]
    waits += [one._block for one in conversations(application)]  # noqa: SLF001 -- its `block` is always True
    waits += application.error_handlers.values()
    if not all(waits):
        raise FatalError(
            "a handler of the Application has block=False. Leave that out: a chat's updates are handled one at a time, "
            "and no chat waits for another"
        )


def _with_inner(handler: Handler) -> Iterator[Handler]:
    yield handler
    if isinstance(handler, ConversationHandler):
        states = [inner for some in handler.states.values() for inner in some]
        for inner in (*handler.entry_points, *states, *handler.fallbacks):
            yield from _with_inner(inner)
