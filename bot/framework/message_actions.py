"""Actions on messages that exist: edit, delete, copy, forward, pin, react. All of them are queued."""

from collections.abc import Sequence
from typing import Unpack

from telegram import (
    InlineKeyboardMarkup,
    InlineQueryResult,
    InlineQueryResultsButton,
    InputMedia,
    ReactionType,
    ReactionTypeEmoji,
)

from bot.errors import InvalidCallError
from bot.framework.replies import MessageQueue, text_parameters
from bot.framework.screen import Screen
from bot.framework.send_options import (
    CaptionOptions,
    EditCaptionOptions,
    EditOptions,
    EditTextOptions,
    ForwardOptions,
)


class MessageActions(MessageQueue):
    """Acts on a message: the one whose button was pressed, the one that the update brings, or another by its id.

    `chat_id` is the update's chat unless it is given, together with `message_id`: an id means a message of one chat.
    """

    def edit(
        self,
        text: Screen | str,
        *,
        message_id: int | None = None,
        chat_id: int | None = None,
        **options: Unpack[EditTextOptions],
    ) -> None:
        """Replace the text and the buttons. A text is plain unless `parse_mode` or `entities` is given.

        `context.show` also answers the press. Source: Bot API, editMessageText.
        """
        self._edit("editMessageText", message_id, chat_id, text_parameters(text) | {**options})

    def edit_caption(
        self,
        caption: str | None,
        *,
        message_id: int | None = None,
        chat_id: int | None = None,
        **options: Unpack[EditCaptionOptions],
    ) -> None:
        """Replace the caption and the buttons. None removes it. Source: Bot API, editMessageCaption."""
        self._edit("editMessageCaption", message_id, chat_id, {"caption": caption, **options})

    def edit_media(
        self,
        media: InputMedia,
        *,
        message_id: int | None = None,
        chat_id: int | None = None,
        **options: Unpack[EditOptions],
    ) -> None:
        """Replace the file, the caption and the buttons. Source: Bot API, editMessageMedia."""
        self._edit("editMessageMedia", message_id, chat_id, {"media": media, **options})

    def edit_markup(
        self,
        reply_markup: InlineKeyboardMarkup | None = None,
        *,
        message_id: int | None = None,
        chat_id: int | None = None,
    ) -> None:
        """Replace the buttons; without new ones, remove them. Source: Bot API, editMessageReplyMarkup."""
        self._edit("editMessageReplyMarkup", message_id, chat_id, {"reply_markup": reply_markup})

    def delete(self, *, message_id: int | None = None, chat_id: int | None = None) -> None:
        """Delete a message, within 48 hours. One that is gone is no error. Source: Bot API, deleteMessage."""
        self._queue("deleteMessage", self._message(message_id, chat_id))

    def copy(
        self,
        to_chat_id: int | str,
        *,
        message_id: int | None = None,
        chat_id: int | None = None,
        **options: Unpack[CaptionOptions],
    ) -> None:
        """Copy a message to another chat without saying where it comes from. Source: Bot API, copyMessage."""
        self._pass_on("copyMessage", to_chat_id, message_id, chat_id, {**options})

    def forward(
        self,
        to_chat_id: int | str,
        *,
        message_id: int | None = None,
        chat_id: int | None = None,
        **options: Unpack[ForwardOptions],
    ) -> None:
        """Forward a message to another chat. Source: Bot API, forwardMessage."""
        self._pass_on("forwardMessage", to_chat_id, message_id, chat_id, {**options})

    def react(
        self,
        *reactions: str | ReactionType,
        message_id: int | None = None,
        chat_id: int | None = None,
        is_big: bool = False,
    ) -> None:
        """React with an emoji; without one, remove the bot's reaction. Source: Bot API, setMessageReaction."""
        given = [ReactionTypeEmoji(one) if isinstance(one, str) else one for one in reactions]
        self._queue(
            "setMessageReaction",
            self._message(message_id, chat_id) | {"reaction": given, "is_big": is_big or None},
        )

    def pin(
        self, *, message_id: int | None = None, chat_id: int | None = None, disable_notification: bool = False
    ) -> None:
        """Pin a message. In a group the bot needs the right to. Source: Bot API, pinChatMessage."""
        silently = {"disable_notification": disable_notification or None}
        self._queue("pinChatMessage", self._message(message_id, chat_id) | silently)

    def unpin(self, *, message_id: int | None = None, chat_id: int | None = None) -> None:
        """Unpin a message. Source: Bot API, unpinChatMessage."""
        self._queue("unpinChatMessage", self._message(message_id, chat_id))

    def answer_inline_query(
        self,
        results: Sequence[InlineQueryResult],
        *,
        cache_time: int | None = None,
        is_personal: bool | None = None,
        next_offset: str | None = None,
        button: InlineQueryResultsButton | None = None,
    ) -> None:
        """Answer the update's inline query with up to 50 results. A late answer is dropped.

        Source: Bot API, answerInlineQuery.
        """
        query = self.incoming.inline_query
        if query is None:
            raise InvalidCallError("answer_inline_query: this update is no inline query")
        self.call(
            "answerInlineQuery",
            inline_query_id=query.id,
            results=results,
            cache_time=cache_time,
            is_personal=is_personal,
            next_offset=next_offset,
            button=button,
        )

    def _edit(self, method: str, message_id: int | None, chat_id: int | None, parameters: dict[str, object]) -> None:
        query = self.incoming.callback_query
        if message_id is None and query is None:
            raise InvalidCallError(
                f"{method}: bots edit only their own messages, and no button was pressed: give message_id"
            )
        if message_id is None and query is not None and query.inline_message_id is not None:
            self._queue(method, {"inline_message_id": query.inline_message_id, **parameters})
        else:
            self._queue(method, self._message(message_id, chat_id) | parameters)

    def _pass_on(
        self, method: str, to: int | str, message_id: int | None, chat_id: int | None, options: dict[str, object]
    ) -> None:
        source = self._message(message_id, chat_id)
        passed = {"chat_id": to, "from_chat_id": source["chat_id"], "message_id": source["message_id"]}
        self._queue(method, passed | options)

    def _message(self, message_id: int | None, chat_id: int | None) -> dict[str, object]:
        """The chat and the id of the message that is meant. Raises InvalidCallError if there is none."""
        if chat_id is not None and message_id is None:
            raise InvalidCallError("this update's message isn't in another chat: give message_id together with chat_id")
        query, chat = self.incoming.callback_query, self.incoming.effective_chat
        message = query.message if query is not None else self.incoming.effective_message
        found = message.message_id if message_id is None and message is not None else message_id
        where = chat.id if chat_id is None and chat is not None else chat_id
        if found is None or where is None:
            raise InvalidCallError("this update has no message, or no chat: give message_id and chat_id")
        return {"chat_id": where, "message_id": found}
