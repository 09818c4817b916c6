"""Every method of the Bot API that the emulator knows, but getUpdates, which waits."""

from collections.abc import Mapping

from bot.sandbox.methods import editing, lookups, profiles, queries, sending, webhooks
from bot.sandbox.methods.profiles import Method

METHODS: Mapping[str, Method] = {
    "getMe": lookups.me,
    "setWebhook": webhooks.put,
    "deleteWebhook": webhooks.remove,
    "getWebhookInfo": webhooks.info,
    "sendMessage": sending.text,
    "sendPhoto": sending.photo,
    "sendDocument": sending.document,
    "copyMessage": sending.copy,
    "sendChatAction": sending.action,
    "editMessageText": editing.text,
    "editMessageCaption": editing.caption,
    "editMessageReplyMarkup": editing.keyboard,
    "deleteMessage": editing.delete,
    "deleteMessages": editing.delete_many,
    "answerCallbackQuery": queries.answer,
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
LIMITED = frozenset({
    "sendMessage", "sendPhoto", "sendDocument", "copyMessage",
    "editMessageText", "editMessageCaption", "editMessageReplyMarkup",
})  # fmt: skip
NAMES = {name.lower(): name for name in (*METHODS, "getUpdates")}
