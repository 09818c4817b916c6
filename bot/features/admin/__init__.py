"""The administrators' panel, their command menus, and notices to them."""

from bot.features.admin import handlers, jobs
from bot.features.admin.models import AdministratorsChat
from bot.features.admin.repository import PERSONAL_DATA
from bot.framework.feature import Feature
from bot.framework.registry import Command, Scope
from bot.framework.route import button, command
from bot.framework.screen import PANEL, CallbackData

FEATURE = Feature(
    name="admin",
    admin_routes=(command("admin", handlers.command), button(CallbackData(PANEL), handlers.show)),
    commands=(Command("admin", "admin-command-admin", rank=110, help="admin-help-admin", scope=Scope.ADMINISTRATORS),),
    tables={AdministratorsChat: PERSONAL_DATA},
    jobs=jobs.notices,
    term_began=jobs.notify_of_start,
)
