"""Settings of features: variables of the environment that a feature declares, and their values."""

from collections.abc import Collection
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

S = TypeVar("S", bound="FeatureSettings")


class FeatureSettings(BaseModel):
    """A feature's settings. Each field is the variable of that name in upper case, and needs a default.

    A field's description says what is expected, in the message for an invalid value. A `SecretStr` is never printed.
    """

    model_config = ConfigDict(frozen=True)


class JoinedSettings:
    """The values of all features' settings."""

    def __init__(self, values: Collection[FeatureSettings] = ()) -> None:
        self._values = {type(one): one for one in values}

    def of(self, kind: type[S]) -> S:
        """The values of one feature's settings; the defaults if its feature isn't joined."""
        found = self._values.get(kind)
        return found if isinstance(found, kind) else kind()
