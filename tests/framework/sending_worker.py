"""A worker with a feature that sends every kind of message, and does everything with messages that exist."""

from datetime import timedelta

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaDocument,
    InputTextMessageContent,
    ReplyKeyboardMarkup,
    Update,
)

from bot import cli
from bot.db.tables.outbox import Outbox, SentCall
from bot.db.unit_of_work import Work
from bot.features import FEATURES
from bot.framework.context import Context
from bot.framework.feature import Feature
from bot.framework.route import any_update, button, command
from bot.framework.screen import CallbackData, Screen
from bot.messages import Button, OnSent, Text
from bot.sandbox.world.user_actions import PIXEL

MORE = CallbackData("sending:more")


def labelled(label: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=MORE())]])


async def everything(_: Update, context: Context) -> None:
    context.reply(Screen("<b>Screen</b>", ((Button("More", MORE()),),)))
    context.reply("<b>plain", reply_markup=ReplyKeyboardMarkup([["Yes", "No"]]))
    context.reply("<b>bold</b>", parse_mode="HTML")
    context.reply(Screen("<i>Silent</i>", ((Button("More", MORE()),),)), disable_notification=True)
    context.reply_photo(PIXEL, caption="Photo", filename="pixel.png")
    context.reply_document(b"1;2", filename="table.csv", thumbnail=PIXEL)
    context.reply_video(b"video", duration=timedelta(seconds=3))
    context.reply_animation(b"animation")
    context.reply_video_note(b"note", length=240)
    context.reply_audio(b"audio", title="Song")
    context.reply_voice(b"voice")
    context.reply_sticker(b"sticker")
    context.reply_media_group([InputMediaDocument(b"one"), InputMediaDocument(b"two", "Two")])
    context.reply_location(53.9, 27.6)
    context.reply_venue(53.9, 27.6, "Shop", "Street 1")
    context.reply_contact("+375", "Ann", last_name="B")
    context.reply_poll("Tea?", ["Yes", "No"], is_anonymous=False)
    context.reply_dice("🎯")


async def photo(_: Update, context: Context) -> None:
    await context.work()
    context.reply_photo(PIXEL, caption="Photo", on_sent=OnSent("sending:posted", {"about": "photo"}))


async def posted(work: Work, bot_id: int, call: SentCall) -> None:
    await work.of(Outbox).enqueue(bot_id, [Text(call.chat_id, f"{call.data['about']} {call.message_id}")])


async def act(_: Update, context: Context) -> None:
    assert context.incoming.message is not None
    context.react("👍")
    context.pin()
    context.copy(
        context.chat_id, reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data=MORE())]])
    )
    context.forward(context.chat_id)
    context.unpin()
    context.delete()
    context.call("send_message", chat_id=context.chat_id, text="done")


async def more(context: Context) -> None:
    context.answer()
    context.edit("<b>", reply_markup=labelled("Same"))


async def inline(_: Update, context: Context) -> None:
    assert context.incoming.inline_query is not None
    text = context.incoming.inline_query.query
    context.answer_inline_query([InlineQueryResultArticle("1", text, InputTextMessageContent(text))], cache_time=0)


SENDING = Feature(
    name="sending",
    routes=(
        command("everything", everything),
        command("photo", photo),
        command("act", act),
        button(MORE, more),
        any_update(Update.INLINE_QUERY, inline),
    ),
    sent={"sending:posted": posted},
)
cli.main((SENDING, *FEATURES))
