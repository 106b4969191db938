"""Conditions of several words on one column, put together as the grammar takes them."""

from __future__ import annotations

from collections.abc import Sequence

from ayan.core.query import values
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset


def is_left_out(condition: Filter, filters: Sequence[Filter]) -> bool:
    """Whether another condition of its kind took the place of one."""
    if condition.op == "isnull" and any(each.field == condition.field and each.op in ("eq", "in") for each in filters):
        return False
    return condition.op != "eq" and condition not in filters


def together(dataset: Dataset, listed: Sequence[Filter]) -> list[Filter]:
    """The conditions on one field as the grammar takes them: several values are one list."""
    equal = [condition for condition in listed if condition.op == "eq"]
    if equal:
        # What has a value is filled.
        listed = [condition for condition in listed if condition.op != "isnull" or condition.values != (False,)]
    # Of one column the grammar takes each other comparison once; what is left out counts as unread.
    rest = list({condition.op: condition for condition in reversed(listed) if condition.op != "eq"}.values())[::-1]
    if len(equal) < 2:
        return [*equal, *rest]
    own = values.as_asked(dataset).field(equal[0].field)
    given = values.without_repetition(own, [condition.values[0] for condition in equal])
    return [Filter(own.name, "eq" if len(given) == 1 else "in", given), *rest]
