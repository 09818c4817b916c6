"""Errors of Telegram's servers for a chat, to use with `Conversation.refuses`.

Source: reports by users of the real server. The wording reaches a bot unchanged, because
tdlib/telegram-bot-api, Client::fail_query_with_error, passes on unknown errors.
"""

from bot.sandbox.world.bot_api import bad_request, forbidden

CHAT_WRITE_FORBIDDEN = bad_request("CHAT_WRITE_FORBIDDEN")
NO_RIGHTS_TO_SEND = bad_request("have no rights to send a message")  # before 2023; old logs have it
NO_WRITE_ACCESS = bad_request("have no write access to the chat")  # tdlib/td, DialogManager.cpp
TOPIC_CLOSED = bad_request("TOPIC_CLOSED")
CHAT_RESTRICTED = bad_request("CHAT_RESTRICTED")
GROUP_DELETED = forbidden("the group chat was deleted")  # Client::check_chat_access
