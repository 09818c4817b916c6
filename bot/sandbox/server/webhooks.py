"""Webhooks: kept, so that getUpdates can be refused for one; nothing is ever posted to it."""

from dataclasses import dataclass

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.server.polling import Ending
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.server_state import ServerState


@dataclass(frozen=True, slots=True)
class Described:
    """A result with Telegram's remark on it."""

    result: bool
    description: str


def put(state: ServerState, parameters: Parameters) -> Described:
    url = parameters.text("url")
    if not url:
        return remove(state, parameters)
    if not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    allow(state, parameters)
    if state.polling.webhook == url and not parameters.flag("drop_pending_updates"):
        return Described(result=True, description="Webhook is already set")
    _drop_pending(state, parameters)
    state.polling.wake(Ending.WEBHOOK)
    state.polling.webhook = url
    return Described(result=True, description="Webhook was set")


def remove(state: ServerState, parameters: Parameters) -> Described:
    was_set = bool(state.polling.webhook)
    state.polling.webhook = ""
    _drop_pending(state, parameters)
    return Described(result=True, description="Webhook was deleted" if was_set else "Webhook is already deleted")


def info(state: ServerState, _: Parameters) -> Json:
    described: Json = {
        "url": state.polling.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
    }
    if kinds := state.updates.allowed:
        described["allowed_updates"] = sorted(kinds)
    return described


def allow(state: ServerState, parameters: Parameters) -> None:
    """Remember `allowed_updates`, where a call names a list of them; an empty one means the usual kinds."""
    kinds = parameters.parsed_leniently("allowed_updates")
    if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
        state.updates.allow(kinds)


def _drop_pending(state: ServerState, parameters: Parameters) -> None:
    if parameters.flag("drop_pending_updates"):
        state.updates.clear()
