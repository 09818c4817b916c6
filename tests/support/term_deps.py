"""TermDeps for tests of features."""

from collections import Counter

from bot.db.unit_of_work import UnitOfWork
from bot.features import FEATURES
from bot.framework import feature
from bot.framework.feature import TermDeps


def term_deps(unit_of_work: UnitOfWork, bot_id: int, *owners: int) -> TermDeps:
    return TermDeps(
        unit_of_work,
        bot_id,
        owners=frozenset(owners),
        version="1.0",
        clean=str,
        registry=feature.registry(FEATURES),
        admin_notices=True,
        button_presses=Counter(),
    )
