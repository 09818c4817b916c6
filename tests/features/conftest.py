"""The fixture that tests of features are written with: see `docs/testing.md`."""

import pytest_asyncio

from tests.support.shared_worker import SharedWorker
from tests.support.telegram import Telegram


@pytest_asyncio.fixture(loop_scope="module")
async def telegram(shared_worker: SharedWorker) -> Telegram:
    """Telegram with a running bot and an empty database. Tests of a module share the worker."""
    return Telegram(shared_worker)
