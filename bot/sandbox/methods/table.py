"""Every method of the Bot API that works on the server state. The server adds getUpdates and webhooks."""

from collections.abc import Mapping

from bot.sandbox.methods import albums, editing, forwarding, lookups, marking, places_polls_dice, profiles, sending
from bot.sandbox.methods.parameters import Method

METHODS: Mapping[str, Method] = {
    "getMe": lookups.me,
    "sendMessage": sending.text,
    "sendPhoto": sending.file("photo"),
    "sendDocument": sending.file("document"),
    "sendVideo": sending.file("video"),
    "sendAnimation": sending.file("animation"),
    "sendAudio": sending.file("audio"),
    "sendVoice": sending.file("voice"),
    "sendVideoNote": sending.file("video_note"),
    "sendSticker": sending.file("sticker"),
    "sendMediaGroup": albums.send,
    "sendPoll": places_polls_dice.poll,
    "sendLocation": places_polls_dice.location,
    "sendVenue": places_polls_dice.venue,
    "sendContact": places_polls_dice.contact,
    "sendDice": places_polls_dice.dice,
    "forwardMessage": forwarding.forward,
    "forwardMessages": forwarding.forward_many,
    "copyMessage": forwarding.copy,
    "copyMessages": forwarding.copy_many,
    "sendChatAction": sending.chat_action,
    "editMessageText": editing.text,
    "editMessageCaption": editing.caption,
    "editMessageMedia": editing.media,
    "editMessageReplyMarkup": editing.keyboard,
    "deleteMessage": editing.delete,
    "deleteMessages": editing.delete_many,
    "setMessageReaction": marking.react,
    "pinChatMessage": marking.pin,
    "unpinChatMessage": marking.unpin,
    "answerCallbackQuery": sending.callback_answer,
    "answerInlineQuery": sending.inline_answer,
    "getFile": lookups.file,
    "getChat": lookups.chat,
    "getChatMember": lookups.chat_member,
    "getChatAdministrators": lookups.chat_administrators,
    "getChatMemberCount": lookups.chat_member_count,
    "leaveChat": lookups.leave,
    "setMyCommands": profiles.set_commands,
    "getMyCommands": profiles.commands,
    "deleteMyCommands": profiles.delete_commands,
    "setMyName": profiles.set_text("name"),
    "getMyName": profiles.text("name"),
    "setMyDescription": profiles.set_text("description"),
    "getMyDescription": profiles.text("description"),
    "setMyShortDescription": profiles.set_text("short_description"),
    "getMyShortDescription": profiles.text("short_description"),
    "setChatMenuButton": profiles.set_menu_button,
    "getChatMenuButton": profiles.menu_button,
}
UNLIMITED = frozenset({"sendChatAction"})  # sends nothing
RATE_LIMITED = (
    frozenset(name for name in METHODS if name.startswith(("send", "copy", "forward", "editMessage"))) - UNLIMITED
)
BATCH_PARAMETERS: Mapping[str, str] = {
    "sendMediaGroup": "media", "forwardMessages": "message_ids", "copyMessages": "message_ids",
}  # fmt: skip
"""The parameter whose items each count as one message."""
