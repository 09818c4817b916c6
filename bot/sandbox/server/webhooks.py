"""Webhooks: kept, so that getUpdates can be refused for one; nothing is ever posted to it."""

from dataclasses import dataclass

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.server.polling import Ending
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.server_state import Cloud


@dataclass(frozen=True, slots=True)
class Described:
    """A result with Telegram's remark on it."""

    result: bool
    description: str


def put(cloud: Cloud, parameters: Parameters) -> Described:
    url = parameters.text("url")
    if not url:
        return remove(cloud, parameters)
    if not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    allow(cloud, parameters)
    if cloud.polling.webhook == url and not parameters.flag("drop_pending_updates"):
        return Described(result=True, description="Webhook is already set")
    _drop_pending(cloud, parameters)
    cloud.polling.wake(Ending.WEBHOOK)
    cloud.polling.webhook = url
    return Described(result=True, description="Webhook was set")


def remove(cloud: Cloud, parameters: Parameters) -> Described:
    was_set = bool(cloud.polling.webhook)
    cloud.polling.webhook = ""
    _drop_pending(cloud, parameters)
    return Described(result=True, description="Webhook was deleted" if was_set else "Webhook is already deleted")


def info(cloud: Cloud, _: Parameters) -> Json:
    described: Json = {
        "url": cloud.polling.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(cloud.updates),
    }
    if kinds := cloud.updates.allowed:
        described["allowed_updates"] = sorted(kinds)
    return described


def allow(cloud: Cloud, parameters: Parameters) -> None:
    """Remember `allowed_updates`, where a call names a list of them; an empty one means the usual kinds."""
    kinds = parameters.parsed_leniently("allowed_updates")
    if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
        cloud.updates.allow(kinds)


def _drop_pending(cloud: Cloud, parameters: Parameters) -> None:
    if parameters.flag("drop_pending_updates"):
        cloud.updates.clear()
