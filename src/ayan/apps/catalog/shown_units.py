"""The units of money that pages start with, where a reader asks for none."""

from __future__ import annotations

from typing import Final

from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import RankingView
from ayan.core.values.money import ShownUnit

CITIZEN_UNIT: Final[ShownUnit] = "toman"
"""The unit of what is told exactly: records, differences, what is typed."""
LIST_UNIT: Final[ShownUnit] = "mtoman"
"""The unit of lists, whose columns are compared at a glance; each cell has the exact figure with it."""


def list_unit(dataset: Dataset) -> ShownUnit:
    """The unit of money that the lists of a dataset start with: prices of one piece would be fractions of a million.

    A price by which rows compete is that of the whole.
    """
    whole = {view.measure for view in dataset.views_of(RankingView)}
    priced = (field for field in dataset.published if field.kind.is_money and field.nature == "rate")
    rates = any(field.name not in whole for field in priced)
    return CITIZEN_UNIT if rates else LIST_UNIT
