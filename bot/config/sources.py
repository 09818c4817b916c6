"""Where settings come from: the environment, and `.env` beside it; and how a child process gets an environment."""

import os
from collections.abc import Mapping

from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource


def child_environment(**changes: str | None) -> dict[str, str]:
    """This process's environment for a child, with `changes` made; None takes a variable away."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in changes}
    return kept | {name: value for name, value in changes.items() if value is not None}


def _trimmed(variables: Mapping[str, str | None]) -> dict[str, str]:
    """Without blanks around values, and without variables that are empty then."""
    stripped = {name: value.strip() for name, value in variables.items() if value is not None}
    return {name: value for name, value in stripped.items() if value}


class Variables(EnvSettingsSource):
    def _load_env_vars(self) -> Mapping[str, str | None]:
        return _trimmed(super()._load_env_vars())


class File(DotEnvSettingsSource):
    def _load_env_vars(self) -> Mapping[str, str | None]:
        return _trimmed(super()._load_env_vars())
