"""Messages to many people: composing, audience, schedule, sending, reports, deletion."""

from bot.features.broadcasts import authors, routes, sender, service
from bot.features.broadcasts.buttons import BROADCAST
from bot.features.broadcasts.models import Broadcast, BroadcastRecipient
from bot.features.broadcasts.repository.recipients import BROADCASTS, RECIPIENTS
from bot.framework.feature import Feature
from bot.framework.registry import Command, PanelEntry

FEATURE = Feature(
    name="broadcasts",
    admin_routes=routes.ROUTES,
    commands=(Command("broadcast", "broadcasts-command-broadcast", rank=120, for_administrators=True),),
    panel=(PanelEntry("broadcasts-panel-entry", BROADCAST("list"), rank=20),),
    rights_lost=authors.hold_back,
    cancel=authors.cancel,
    tables={BroadcastRecipient: RECIPIENTS, Broadcast: BROADCASTS},  # in the order of erasure
    erasure_waits=authors.has_under_way,
    background=sender.BroadcastSender,
    pruning={"rows_of_broadcasts": service.prune},
)
