"""The audit log, for administrators."""

from bot.features.audit import handlers
from bot.features.audit.views import AUDIT
from bot.framework.feature import Feature
from bot.framework.registry import PanelEntry
from bot.framework.route import button
from bot.framework.screen import NUMBER

FEATURE = Feature(
    name="audit",
    admin_routes=(
        button(AUDIT, handlers.show_newest),
        button(AUDIT, handlers.show_page, "(all|by|of)", NUMBER, NUMBER),
    ),
    panel=(PanelEntry("audit-panel-entry", AUDIT(), rank=70),),
    user_card=handlers.on_card,
)
