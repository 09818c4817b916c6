"""Every name that an earlier version has stored for a broadcast is still valid. New ones may have been added."""

from enum import StrEnum

import pytest

from bot.features.broadcasts.repository.broadcasts import Option, State
from bot.features.broadcasts.repository.recipients import DeliveryStatus
from tests.compatibility.recording import read


@pytest.mark.parametrize(
    ("what", "names"), [("broadcast states", State), ("broadcast options", Option), ("ledger states", DeliveryStatus)]
)
def test_every_name_is_still_one(what: str, names: type[StrEnum]) -> None:
    assert set(read("catalogue.json")["names"][what]) <= {str(name) for name in names}
