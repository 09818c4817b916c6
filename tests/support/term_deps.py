"""The dependencies that features get while a worker leads."""

from collections import Counter

from bot.db.unit_of_work import UnitOfWork
from bot.framework.feature import TermDeps
from bot.framework.settings import JoinedSettings
from tests.support.joined import REGISTRY


def term_deps(unit_of_work: UnitOfWork, bot_id: int, *owners: int) -> TermDeps:
    return TermDeps(
        unit_of_work,
        bot_id,
        owners=frozenset(owners),
        version="1.0",
        clean=str,
        registry=REGISTRY,
        settings=JoinedSettings(),
        admin_notices=True,
        button_presses=Counter(),
    )
