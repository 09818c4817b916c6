"""Webhook methods. A webhook only blocks getUpdates: nothing is ever posted to it."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.server.polling import PollEnd, Polling
from bot.sandbox.server.responses import DescribedResult
from bot.sandbox.world.bot_api import Json, bad_request


def set_webhook(polling: Polling, parameters: Parameters) -> DescribedResult:
    url = parameters.text("url")
    if not url:
        return delete_webhook(polling, parameters)
    if not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    set_allowed_updates(polling, parameters)
    if polling.webhook == url and not parameters.flag("drop_pending_updates"):
        return DescribedResult(result=True, description="Webhook is already set")
    _drop_pending(polling, parameters)
    polling.wake(PollEnd.WEBHOOK)
    polling.webhook = url
    return DescribedResult(result=True, description="Webhook was set")


def delete_webhook(polling: Polling, parameters: Parameters) -> DescribedResult:
    was_set = bool(polling.webhook)
    polling.webhook = ""
    _drop_pending(polling, parameters)
    return DescribedResult(result=True, description="Webhook was deleted" if was_set else "Webhook is already deleted")


def webhook_info(polling: Polling, _: Parameters) -> Json:
    described: Json = {
        "url": polling.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(polling.updates),
    }
    if kinds := polling.updates.allowed:
        described["allowed_updates"] = sorted(kinds)
    return described


def set_allowed_updates(polling: Polling, parameters: Parameters) -> None:
    """Store `allowed_updates` if the call has a list. An empty list means the default kinds."""
    kinds = parameters.parsed_or_none("allowed_updates")
    if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
        polling.updates.allow(kinds)


def _drop_pending(polling: Polling, parameters: Parameters) -> None:
    if parameters.flag("drop_pending_updates"):
        polling.updates.clear()


METHODS: Mapping[str, Callable[[Polling, Parameters], Any]] = {
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
}
