"""Answers to pressed buttons."""

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world.bot_api import bad_request
from bot.sandbox.world.callback_queries import CallbackAnswer
from bot.sandbox.world.server_state import ServerState

LONGEST_TOAST = 200  # characters


def answer(state: ServerState, parameters: Parameters) -> bool:
    text = parameters.text("text")
    if len(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    query = state.callback_queries.take(parameters.text("callback_query_id"))
    if query is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    query.answer = CallbackAnswer(text, parameters.flag("show_alert"), parameters.text("url"))
    state.changes.tell()
    return True
