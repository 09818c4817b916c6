"""Texts, files, chat actions and answers to queries."""

from bot.sandbox.methods import attachments, texts
from bot.sandbox.methods.parameters import Method, Parameters
from bot.sandbox.methods.posting import post
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.callback_queries import CallbackAnswer
from bot.sandbox.world.message_kinds import MESSAGE_KINDS
from bot.sandbox.world.messages import Content
from bot.sandbox.world.server_state import ServerState

LONGEST_TOAST = 200  # characters
MOST_RESULTS = 50
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note", "record_audio", "upload_audio",
})  # fmt: skip


def text(state: ServerState, parameters: Parameters) -> Json:
    return post(state, parameters, Content(texts.text(state, parameters))).to_json()


def file(kind: str) -> Method:
    """Make the method that sends a file of this kind."""

    def send(state: ServerState, parameters: Parameters) -> Json:
        found = attachments.required_file(state, parameters, kind)
        caption = texts.caption(state, parameters) if MESSAGE_KINDS[kind].has_caption else texts.NO_TEXT
        return post(state, parameters, Content(caption, attachments.media_of(found, parameters))).to_json()

    return send


def chat_action(state: ServerState, parameters: Parameters) -> bool:
    chat = state.writable_chat(parameters.text("chat_id"))
    if parameters.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = parameters.text("action"), state.clock.now()
    state.changes.notify()
    return True


def callback_answer(state: ServerState, parameters: Parameters) -> bool:
    text = parameters.text("text")
    if len(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    query = state.callback_queries.take(parameters.text("callback_query_id"))
    if query is None:
        raise bad_request(TOO_OLD)
    query.answer = CallbackAnswer(text, parameters.flag("show_alert"), parameters.text("url"))
    state.changes.notify()
    return True


def inline_answer(state: ServerState, parameters: Parameters) -> bool:
    results = parameters.parsed("results", "inline query results")
    if not isinstance(results, list) or any(not isinstance(one, dict) or not one.get("id") for one in results):
        raise bad_request("can't parse inline query results: expected an Array of InlineQueryResult")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    query = state.inline_queries.take(parameters.text("inline_query_id"))
    if query is None:
        raise bad_request(TOO_OLD)
    query.results = results
    state.changes.notify()
    return True
