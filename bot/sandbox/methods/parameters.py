"""The parameters of a call: text, JSON or uploads, read as the type that the method expects."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.world.bot_api import bad_request
from bot.sandbox.world.server_state import ServerState


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    content: bytes
    content_type: str


Values = Mapping[str, Any]
_leading_number = re.compile(r"-?[0-9]{1,19}")
_leading_decimal = re.compile(r"[+-]?[0-9]{1,19}(?:\.[0-9]{1,19})?(?:[eE][+-]?[0-9]{1,2})?")


class Parameters:
    """Typed access to parameters. As at Telegram, an unreadable value counts as missing."""

    def __init__(self, values: Values) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None or isinstance(value, Upload):
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        """Return an integer, or 0 for text without a leading one."""
        value = self.text(name)
        if not value:
            return default
        match = _leading_number.match(value)
        return int(match[0]) if match else 0

    def decimal(self, name: str) -> float:
        """Return a decimal number, or 0 for anything else."""
        match = _leading_decimal.match(self.text(name))
        return float(match[0]) if match else 0.0

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "yes", "1")

    def upload(self, name: str) -> Upload | None:
        value = self.values.get(name)
        return value if isinstance(value, Upload) else None

    def required(self, name: str) -> str:
        if not (value := self.text(name)):
            raise bad_request(f'parameter "{name}" is required')
        return value

    def parsed(self, name: str, what: str) -> Any:
        """Return the parsed JSON, or None if the parameter is missing. `what` names it in the error."""
        try:
            return self._json(name)
        except (ValueError, RecursionError) as error:
            raise bad_request(f"can't parse {what} JSON object") from error

    def parsed_or_none(self, name: str) -> Any:
        """Return the parsed JSON, or None if it is missing or invalid."""
        try:
            return self._json(name)
        except (ValueError, RecursionError):
            return None

    def _json(self, name: str) -> Any:
        value = self.values.get(name)
        return (json.loads(value) if value else None) if isinstance(value, str) else value


Method = Callable[[ServerState, Parameters], Any]
