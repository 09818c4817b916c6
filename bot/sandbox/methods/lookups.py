"""Information about the bot, chats and files."""

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.chats import BotMembership, Chat
from bot.sandbox.world.files import LARGEST_DOWNLOAD
from bot.sandbox.world.server_state import ServerState

NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def me(state: ServerState, _: Parameters) -> Json:
    return state.bot.described()


def chat(state: ServerState, parameters: Parameters) -> Json:
    found = _chat(state, parameters)
    full = found.to_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
    if username := full.get("username"):
        full["active_usernames"] = [username]
    if found.person and found.person.forbids_links:
        full["has_private_forwards"] = True
    return full


def chat_member(state: ServerState, parameters: Parameters) -> Json:
    found = _chat(state, parameters)
    number = parameters.number("user_id")
    if number == state.bot.id:
        return {"user": state.bot.to_json(), "status": "member"}
    person = state.people.get(number)
    if person is None:
        raise bad_request("user not found")
    return _member(found, person)


def chat_administrators(state: ServerState, parameters: Parameters) -> list[Json]:
    found = _chat(state, parameters)
    if found.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [_member(found, person) for person in found.people if _status(found, person) == "creator"]


def chat_member_count(state: ServerState, parameters: Parameters) -> int:
    return len(_chat(state, parameters).people) + 1


def file(state: ServerState, parameters: Parameters) -> Json:
    found = state.files.by_id(parameters.text("file_id"))
    if found is None:
        raise bad_request("invalid file_id")
    if len(found.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return found.to_json() | {"file_path": found.path}


def leave(state: ServerState, parameters: Parameters) -> bool:
    found = _chat(state, parameters)
    if found.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    found.bot_membership = BotMembership.LEFT
    state.changes.notify()
    return True


def _chat(state: ServerState, parameters: Parameters) -> Chat:
    """Find a chat that the bot may read: a group it is in, or a user who has started it."""
    found = state.chat(parameters.text("chat_id"))
    if found.is_private and found.bot_membership is BotMembership.NOT_STARTED:
        raise bad_request("chat not found")
    if not found.is_private and (error := found.access_error()):
        raise error
    return found


def _member(chat: Chat, person: UserAccount) -> Json:
    status = _status(chat, person)
    creator: Json = {"is_anonymous": False} if status == "creator" else {}
    return {"user": person.to_json(), "status": status} | creator


def _status(chat: Chat, person: UserAccount) -> str:
    """Return the status. The first member is the creator of the group."""
    if person not in chat.people:
        return "left"
    return "member" if chat.is_private or person is not chat.people[0] else "creator"
