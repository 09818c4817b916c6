"""A pizza shop: a conversation, a menu of buttons, a reminder, and a handler of errors."""

import logging

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, ConversationHandler, MessageHandler, filters

from bot.framework.application import App
from bot.framework.context import Context

PIZZA, ADDRESS = range(2)


async def order(update: Update, _: Context) -> int:
    assert update.message is not None
    await update.message.reply_text("Which pizza?")
    return PIZZA


async def pizza(update: Update, context: Context) -> int:
    assert update.message is not None
    assert context.user_data is not None
    context.user_data["pizza"] = update.message.text
    await update.message.reply_text("Where to?")
    return ADDRESS


async def address(update: Update, context: Context) -> int:
    assert update.message is not None
    assert context.user_data is not None
    await update.message.reply_text(f"{context.user_data['pizza']} goes to {update.message.text}.")
    return ConversationHandler.END


async def give_up(update: Update, _: Context) -> int:
    assert update.message is not None
    await update.message.reply_text("No pizza, then.")
    return ConversationHandler.END


async def crusts(update: Update, _: Context) -> None:
    assert update.message is not None
    buttons = [InlineKeyboardButton(crust, callback_data=f"crust:{crust}") for crust in ("thin", "thick")]
    await update.message.reply_text("Which crust?", reply_markup=InlineKeyboardMarkup([buttons]))


async def crust_chosen(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query is not None
    assert query.data is not None
    assert context.chat_data is not None
    context.chat_data["crust"] = query.data.removeprefix("crust:")
    await query.answer()
    await query.edit_message_text(f"A {context.chat_data['crust']} crust it is.")


async def remind(update: Update, context: Context) -> None:
    assert update.effective_chat is not None
    assert context.job_queue is not None
    context.job_queue.run_once(reminder, 1, chat_id=update.effective_chat.id)


async def reminder(context: Context) -> None:
    assert context.job is not None
    assert context.job.chat_id is not None
    assert context.chat_data is not None
    await context.bot.send_message(context.job.chat_id, f"Hungry? Your crust is {context.chat_data.get('crust')}.")


async def burn(*_: object) -> None:
    raise RuntimeError("the oven is on fire")


async def failed(update: object, context: Context) -> None:
    logging.getLogger(__name__).error("an update failed", exc_info=context.error)
    if isinstance(update, Update) and update.effective_message is not None:
        await update.effective_message.reply_text(f"Sorry: {context.error}.")


def set_up(application: App) -> None:
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("order", order)],
            states={
                PIZZA: [MessageHandler(filters.TEXT & ~filters.COMMAND, pizza)],
                ADDRESS: [MessageHandler(filters.TEXT & ~filters.COMMAND, address)],
            },
            fallbacks=[CommandHandler("giveup", give_up)],
            name="order",
            persistent=True,
        )
    )
    application.add_handler(CommandHandler("crusts", crusts))
    application.add_handler(CallbackQueryHandler(crust_chosen, pattern="^crust:"))
    application.add_handler(CommandHandler("remind", remind))
    application.add_handler(CommandHandler("burn", burn))
    application.add_error_handler(failed)
