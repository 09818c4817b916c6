"""The bot's features, joined as the worker joins them."""

from collections.abc import Mapping

import pytest

from bot.features import FEATURES
from bot.framework.feature_set import FeatureSet
from bot.framework.runtime_settings import Setting, flood_limit
from bot.framework.settings import JoinedSettings

OPTIONAL = ("audit", "bans", "bot_settings", "broadcasts", "dead_letters", "statistics", "terms")
"""Features that may be removed: nothing outside their folders imports them."""
JOINED = FeatureSet.join(FEATURES)
REGISTRY = JOINED.registry
ROUTES = (*JOINED.routes, *JOINED.fallbacks)


def needs(*features: str) -> pytest.MarkDecorator:
    """Skip a test where one of these features has been removed."""
    assert set(features) <= set(OPTIONAL), features  # a misspelt name would skip the test for ever
    absent = set(features) - {one.name for one in FEATURES}
    return pytest.mark.skipif(bool(absent), reason=f"there is no feature {', '.join(sorted(absent))}")


def runtime_settings(settings: JoinedSettings, flood_per_minute: int = 0) -> Mapping[str, Setting]:
    """The settings that administrators change, by name, with their defaults from the environment."""
    changeable = (flood_limit(flood_per_minute), *JOINED.runtime_settings(settings))
    return {setting.name: setting for setting in changeable}
