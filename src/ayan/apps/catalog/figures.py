"""The figures round a result: how many rows each choice would give, and what the amounts come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from ayan.apps.catalog.explorer import MOST_CHOICES
from ayan.core.query.answer import Standing
from ayan.core.query.grouping import MOST_FACETS, By, FacetQuestion, Function, GroupQuestion, Measure
from ayan.core.query.groups import answer_facets, answer_groups
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.schema.definition import Dataset, Field

FUNCTIONS: Final[tuple[Function, ...]] = ("sum", "median")


@dataclass(frozen=True, slots=True)
class Sum:
    """What an amount comes to over all rows of a result, and its median, in rial; None where no row has a value."""

    field: Field
    total: int | None
    median: int | None


def facet_counts(
    reader: Reader, dataset: Dataset, question: Question, standing: Standing
) -> dict[str, Mapping[object, int]]:
    """For each closed list, how many rows each of its values has among those that the other conditions leave."""
    listed = [one for one in dataset.published if one.choices and len(one.choices.entries) <= MOST_CHOICES]
    if not listed:
        return {}
    scope = replace(question, cursor=None, sort=None, fields=(), size=MOST_CHOICES)
    asked = FacetQuestion(scope=scope, by=tuple(By(one.name) for one in listed[:MOST_FACETS]))
    found = answer_facets(reader, dataset, asked, standing)
    return {facet.by.field: {one.value: one.count for one in facet.values} for facet in found.facets}


def sums(reader: Reader, dataset: Dataset, question: Question, standing: Standing) -> list[Sum]:
    """The sum and the median of every declared amount over the whole result."""
    amounts = [
        one for one in dataset.published if one.kind == "rial" and one.role == "amount" and one.shown == "public"
    ]
    if not amounts:
        return []
    measures = tuple(Measure(what, one.name) for one in amounts for what in FUNCTIONS)
    scope = replace(question, cursor=None, sort=None, fields=(), size=None)
    found = answer_groups(reader, dataset, GroupQuestion(scope=scope, measures=measures), standing)
    row = found.rows[0] if found.rows else {}
    return [Sum(one, _whole(row.get(f"sum_{one.name}")), _whole(row.get(f"median_{one.name}"))) for one in amounts]


def _whole(value: Any) -> int | None:
    """Whole rial: the median of an even number of rows may fall half-way between two amounts."""
    return None if value is None else int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))
