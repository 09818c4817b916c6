"""Settings that administrators change while the bot runs, maintenance among them."""

from bot.features.bot_settings import handlers, maintenance
from bot.features.bot_settings.views import DEFAULT, MAINTENANCE, SETTINGS
from bot.framework.feature import Feature
from bot.framework.registry import Command, PanelEntry, Scope
from bot.framework.route import Guard, button, command

FEATURE = Feature(
    name="bot_settings",
    guards=(Guard("maintenance", maintenance.turns_away, maintenance.turn_away, before_routes=True),),
    admin_routes=(
        command("maintenance", maintenance.command),
        button(MAINTENANCE, maintenance.show),
        button(MAINTENANCE, maintenance.switch_on, "on"),
        button(MAINTENANCE, maintenance.switch_off, "off"),
        command("botsettings", handlers.command),
        button(SETTINGS, handlers.show),
        handlers.setting_button(handlers.show_one),
        handlers.setting_button(handlers.reset, DEFAULT),
        handlers.setting_button(handlers.choose, "(.+)"),
    ),
    commands=(
        Command(
            "maintenance",
            "bot_settings-command-maintenance",
            rank=150,
            help="bot_settings-help-maintenance",
            scope=Scope.ADMINISTRATORS,
        ),
        Command(
            "botsettings",
            "bot_settings-command-botsettings",
            rank=160,
            help="bot_settings-help-botsettings",
            scope=Scope.ADMINISTRATORS,
        ),
    ),
    runtime_settings=lambda _: (maintenance.MAINTENANCE,),
    panel=(
        PanelEntry("bot_settings-panel-entry-maintenance", MAINTENANCE(), rank=50),
        PanelEntry("bot_settings-panel-entry", SETTINGS(), rank=60),
    ),
)
