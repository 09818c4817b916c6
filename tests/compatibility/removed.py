"""Recorded names of optional features. They need not be known once the feature is removed."""

from collections.abc import Iterable, Mapping

from tests.support.joined import JOINED

BUTTONS: Mapping[str, tuple[str, ...]] = {
    "audit": ("a:audit",),
    "bans": ("a:ban", "a:bulk", "a:skip", "a:unban"),
    "bot_settings": ("s:maintenance", "s:settings"),
    "broadcasts": ("b",),
    "dead_letters": ("s:dead",),
    "statistics": ("s:chart", "s:report", "s:stats"),
    "terms": ("agree",),
}
"""The beginnings of each feature's callback data, whole parts of it."""
NAMES: Mapping[str, tuple[str, ...]] = {"bot_settings": ("maintenance",), "statistics": ("daily report",)}
"""Each feature's settings and jobs."""


def remaining(recorded: Iterable[str]) -> list[str]:
    """Leave out buttons, settings and jobs of features that have been removed."""
    joined = {feature.name for feature in JOINED.features}
    gone = [
        f"{name}:"
        for of_features in (BUTTONS, NAMES)
        for feature, names in of_features.items()
        if feature not in joined
        for name in names
    ]
    return [one for one in recorded if not f"{one}:".startswith(tuple(gone))]
