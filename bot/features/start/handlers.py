"""/start, /help, /id, /cancel, groups, and answers to unknown messages."""

from collections.abc import Sequence

from pydantic import Field
from telegram import ChatMember, Message, MessageEntity, Update
from telegram.ext import filters

from bot.features.start import views as view
from bot.framework import command_menu
from bot.framework.context import Context
from bot.framework.deep_links import remember_source
from bot.framework.registry import listed
from bot.framework.runtime_settings import Setting, switch
from bot.framework.screen import Screen
from bot.framework.settings import FeatureSettings, JoinedSettings
from bot.messages import Leave


async def start(_: Update, context: Context) -> None:
    if context.private:
        await remember_source(context)
    context.reply(_welcome(context))
    if context.private and context.administers:
        commands, user_id = context.deps.registry.commands, context.person_id
        context.send(command_menu.menu(commands, context.texts, user_id, administrator=True, chosen=False))


async def help_(_: Update, context: Context) -> None:
    context.reply(_help(context))


async def own_id(update: Update, context: Context) -> None:
    if update.effective_user is not None:
        context.reply(view.own_id(context.texts, update.effective_user.id))


async def cancel(_: Update, context: Context) -> None:
    work = await context.work()
    text = context.texts.html("start-cancelled" if await context.end_prompt() else "start-nothing-to-cancel")
    if context.private and context.administers:
        for cancel_in_feature in context.deps.registry.cancels:
            text = await cancel_in_feature(work, context.texts, context.bot_id, context.person_id) or text
    context.reply(Screen(text))


async def show_start(context: Context) -> None:
    context.show(_welcome(context))


async def show_help(context: Context) -> None:
    context.show(_help(context))


async def show_id(context: Context) -> None:
    context.show(view.own_id(context.texts, context.person_id))


async def unknown_button(_: Update, context: Context) -> None:
    context.outdated()


async def unknown_command(_: Update, context: Context) -> None:
    context.reply(Screen(context.texts.html("start-unknown-command")))


async def unknown_message(_: Update, context: Context) -> None:
    context.not_understood()


def _welcome(context: Context) -> Screen:
    user = context.incoming.effective_user
    name = user.first_name if user is not None else ""
    return view.welcome(context.texts, name=name, bot=context.bot.first_name, private=context.private)


def _help(context: Context) -> Screen:
    administrator = context.private and context.administers
    commands = listed(context.deps.registry.commands, private=context.private, administrator=administrator)
    return view.help_(context.texts, commands)


OUT = (ChatMember.LEFT, ChatMember.BANNED)
LEAVE_GROUPS = "leave_groups"


class StartSettings(FeatureSettings):
    leave_groups: bool = Field(default=False, description="true or false")


def runtime_settings(settings: JoinedSettings) -> Sequence[Setting]:
    default, title = settings.of(StartSettings).leave_groups, "start-setting-leave_groups"
    return (switch(LEAVE_GROUPS, default=default, title=title, about="start-setting-leave_groups-about"),)


async def membership_changed(update: Update, context: Context) -> None:
    """Leave a group if the setting says so and no administrator of the bot has added it."""
    change = update.my_chat_member
    assert change is not None
    groups = {change.chat.GROUP, change.chat.SUPERGROUP}
    if not context.deps.runtime_settings.is_on(LEAVE_GROUPS) or change.chat.type not in groups:
        return
    put_in = change.old_chat_member.status in OUT and change.new_chat_member.status not in OUT
    if put_in and not context.administers:
        context.reply(Screen(context.texts.html("start-leaves-group")))
        context.send(Leave(change.chat.id))


class _Addressed(filters.MessageFilter):
    """Messages in private, replies to the bot, and mentions of it."""

    def filter(self, message: Message) -> bool:
        return message.chat.type == message.chat.PRIVATE or _answers(message) or _mentions(message)


class _CommandForThisBot(filters.MessageFilter):
    """Commands in private, and those that name this bot: `/start@this_bot`."""

    def filter(self, message: Message) -> bool:
        command = (message.text or message.caption or "").split(maxsplit=1)[:1]
        _, _, named = "".join(command).partition("@")
        if named:
            return named.lower() == message.get_bot().username.lower()
        return message.chat.type == message.chat.PRIVATE


def _answers(message: Message) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_user is not None and answered.from_user.id == message.get_bot().id


def _mentions(message: Message) -> bool:
    name = f"@{message.get_bot().username}".lower()
    mentions = {
        **message.parse_entities([MessageEntity.MENTION]),
        **message.parse_caption_entities([MessageEntity.MENTION]),
    }
    return any(mention.lower() == name for mention in mentions.values())


ADDRESSED = _Addressed()
COMMAND_FOR_THIS_BOT = _CommandForThisBot()
