"""Lists of numbers as one statement parameter, so that a statement is prepared once for lists of any length."""

from collections.abc import Collection

from sqlalchemy import ARRAY, BigInteger, BindParameter, TableValuedAlias, column, func, literal


def bigints(numbers: Collection[int]) -> BindParameter[list[int]]:
    """For `= ANY(…)` and `<> ALL(…)`."""
    return literal(list(numbers), ARRAY(BigInteger))


def as_rows(numbers: Collection[int]) -> TableValuedAlias:
    """A table with one column, `number`."""
    return func.unnest(bigints(numbers)).table_valued(column("number", BigInteger)).render_derived()
