"""The bot's commands, name, descriptions and menu button."""

import re
from typing import Any

from bot.sandbox.methods.parameters import Method, Parameters
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.profile import DEFAULT, Scope
from bot.sandbox.world.server_state import ServerState

LONGEST_COMMAND = 32
LONGEST_DESCRIPTION = 256
COMMANDS = 100
WITHOUT_CHAT = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
WITH_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})
LONGEST_TEXTS = {"name": 64, "description": 512, "short_description": 120}
_command_pattern = re.compile(r"[a-z0-9_]+\Z")
_language_pattern = re.compile(r"(?:[a-z]{2})?\Z")


def set_commands(state: ServerState, parameters: Parameters) -> bool:
    given = parameters.parsed("commands", "commands") or []
    if not isinstance(given, list):
        raise bad_request("expected an Array of BotCommand")
    if len(given) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_bot_command(command) for command in given]
    state.profile.set_commands(commands, _scope(state, parameters), _language_code(parameters))
    state.changes.notify()
    return True


def commands(state: ServerState, parameters: Parameters) -> list[Json]:
    return state.profile.commands(_scope(state, parameters), _language_code(parameters))


def delete_commands(state: ServerState, parameters: Parameters) -> bool:
    state.profile.delete_commands(_scope(state, parameters), _language_code(parameters))
    state.changes.notify()
    return True


def set_text(what: str) -> Method:
    """Make setMyName, setMyDescription or setMyShortDescription."""

    def set_value(state: ServerState, parameters: Parameters) -> bool:
        text = parameters.text(what)
        if len(text) > LONGEST_TEXTS[what]:
            raise bad_request(f"{what.replace('_', ' ')} length must not exceed {LONGEST_TEXTS[what]}")
        state.profile.set_text(what, _language_code(parameters), text)
        return True

    return set_value


def text(what: str) -> Method:
    def get_value(state: ServerState, parameters: Parameters) -> Json:
        value = state.profile.text(what, _language_code(parameters))
        return {what: value or (state.bot.first_name if what == "name" else "")}

    return get_value


def set_menu_button(state: ServerState, parameters: Parameters) -> bool:
    button = parameters.parsed("menu_button", "menu button") or {"type": "default"}
    state.profile.menu_buttons[parameters.number("chat_id")] = button
    return True


def menu_button(state: ServerState, parameters: Parameters) -> Json:
    buttons = state.profile.menu_buttons
    return buttons.get(parameters.number("chat_id"), buttons.get(0, {"type": "commands"}))


def _bot_command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    fields = Parameters(given)
    command = fields.text("command").strip().removeprefix("/")
    description = fields.text("description").strip()
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > LONGEST_COMMAND:
        raise bad_request(f"command length must not exceed {LONGEST_COMMAND}")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > LONGEST_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {LONGEST_DESCRIPTION}")
    if not _command_pattern.match(command):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}


def _scope(state: ServerState, parameters: Parameters) -> Scope:
    given = parameters.parsed("scope", "BotCommandScope")
    if given is None:
        return DEFAULT
    fields = Parameters(given if isinstance(given, dict) else {})
    kind = fields.text("type")
    if kind in WITHOUT_CHAT:
        return kind, 0, 0
    if kind not in WITH_CHAT:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = state.chat(fields.text("chat_id"))
    return kind, chat.id, fields.number("user_id")


def _language_code(parameters: Parameters) -> str:
    code = parameters.text("language_code")
    if not _language_pattern.match(code):
        raise bad_request("invalid language code specified")
    return code
