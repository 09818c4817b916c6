"""Inline keyboards, validated as Telegram does.

Source: tdlib/telegram-bot-api, Client::get_reply_markup and get_inline_keyboard_button.
"""

from typing import Any

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.links import normalized_url

DATA_BYTES = 64
BUTTON_ACTIONS = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
)  # fmt: skip
STYLE_FIELDS = ("style", "icon_custom_emoji_id")


def inline_keyboard(parameters: Parameters) -> Json | None:
    """Return the inline keyboard of a call, or None. Other keyboards are accepted and ignored."""
    markup = parameters.parsed("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _parse_error("InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise _parse_error('Can\'t find field "text"')
    action = next((name for name in BUTTON_ACTIONS if _is_set(button, name)), None)
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if action is None:
        raise _parse_error("Text buttons are unallowed in the inline keyboard")
    if action == "callback_data" and len(str(button[action]).encode()) > DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    value = _address(button["url"]) if action == "url" else button[action]
    return {"text": button["text"], action: value} | {name: button[name] for name in STYLE_FIELDS if button.get(name)}


def _is_set(button: Json, name: str) -> bool:
    return name in button and (button[name] != "" or name.startswith("switch"))


def _address(url: Any) -> str:
    address = normalized_url(str(url))
    if not address:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return address


def _parse_error(reason: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {reason}")
