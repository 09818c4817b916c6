"""What the bot does about being put into groups."""

from telegram import ChatMember, Update

from bot.framework.context import Context
from bot.framework.screen import Screen
from bot.messages import Leave

OUT = (ChatMember.LEFT, ChatMember.BANNED)


async def membership_changed(update: Update, context: Context) -> None:
    """Leave a group, with a sentence, into which somebody has put the bot who doesn't administer it, where so set."""
    change = update.my_chat_member
    assert change is not None
    if not context.deps.settings.leave_groups or change.chat.type not in {change.chat.GROUP, change.chat.SUPERGROUP}:
        return
    put_in = change.old_chat_member.status in OUT and change.new_chat_member.status not in OUT
    if put_in and not context.administers:
        context.reply(Screen(context.words.html("start-leaves-group")))
        context.say(Leave(change.chat.id))
