"""The sums of a result that are parted: over all its rows, and over those of each day or period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ayan.core.query.additivity import SumPart, at_condition, date_field, side_conditions, sides
from ayan.core.query.answer import Snapshot
from ayan.core.query.plan import AmountTotals
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

TotalKey = date | str | None


@dataclass(frozen=True, slots=True)
class PartSums:
    """One sum: over all rows, and over those of each key."""

    total: int | Decimal | None
    by_key: Mapping[TotalKey, int | Decimal | None]
    last: bool = False
    """Whether a range of keys has the sum of its last one, and not of all of them."""

    def within(self, keys: Sequence[TotalKey]) -> int | Decimal | None:
        """The sum over a range of keys."""
        known = [key for key in keys if self.by_key.get(key) is not None]
        if self.last:
            known = [key for key in known if key == max(keys, key=str)]
        figures = [figure for key in known if (figure := self.by_key[key]) is not None]
        return sum(figures[1:], figures[0]) if figures else None


@dataclass(frozen=True, slots=True)
class KeyTotals:
    """The answer of one statement: rows and sums over all, and by key."""

    fields: tuple[Field, ...]
    whole: tuple[Any, ...]
    by_key: Mapping[TotalKey, tuple[Any, ...]]

    @classmethod
    def of(
        cls,
        reader: QueryService,
        dataset: Dataset,
        scope: Question,
        snapshot: Snapshot,
        fields: tuple[Field, ...],
        key: str | None,
    ) -> KeyTotals:
        """The sums of some fields over the rows of a question, and over those of each value of ``key``."""
        plan = AmountTotals(scope, tuple(field.name for field in fields), key)
        records = reader.table(dataset, plan, snapshot)
        whole = next(tuple(row[2:]) for row in records if row[0] == 0)
        return cls(fields, whole, {row[1]: tuple(row[2:]) for row in records if row[0] == 1})

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return int(self.whole[0])

    def sums(self, field: Field, *, over_time: bool = True) -> PartSums:
        """The sums of one field; without those of its keys where these are no times of its numbers."""
        place = self.fields.index(field) + 1
        by_key = {key: figures[place] for key, figures in self.by_key.items()} if over_time else {}
        return PartSums(self.whole[place], by_key)


def is_parted(dataset: Dataset, field: Field, scope: Question) -> bool:
    """Whether the sum over all rows means nothing: a stock with dates, or money on several sides."""
    return date_field(dataset, field) is not None or len(sides(dataset, field, scope.filters, ())) > 1


def only_side(dataset: Dataset, field: Field, scope: Question) -> str:
    """The one side that the rows of a question are on; empty where money has none."""
    return next(iter(sides(dataset, field, scope.filters, ())), "")


def parted_totals(
    reader: QueryService,
    dataset: Dataset,
    scope: Question,
    snapshot: Snapshot,
    fields: Sequence[Field],
    key: str | None,
) -> dict[SumPart, PartSums]:
    """The sums that are parted: each side by itself, and of a stock what stands at its latest date."""
    out: dict[SumPart, PartSums] = {}
    for at in dict.fromkeys(date_field(dataset, field) for field in fields):
        dated = tuple(field for field in fields if date_field(dataset, field) == at)
        parted = sides(dataset, dated[0], scope.filters, ())
        several = len(parted) > 1
        answers = {
            side: KeyTotals.of(
                reader,
                dataset,
                scope.having(*side_conditions(dataset, side)) if several else scope,
                snapshot,
                dated,
                at.name if at else key,
            )
            for side in parted or ("",)
        }
        # One date for all sides: a side that has no row at it stands at nothing.
        moments = [moment for answer in answers.values() for moment in answer.by_key if moment is not None]
        latest = max(moments, key=str, default=None) if at else None
        for field in dated:
            for side, answer in answers.items():
                conditions = side_conditions(dataset, side) if several else ()
                sums = answer.sums(field)
                if at is not None:
                    conditions = (*conditions, *([at_condition(at, [latest])] if latest is not None else []))
                    sums = PartSums(sums.by_key.get(latest), sums.by_key if key in (None, at.name) else {}, last=True)
                out[SumPart(field, side, latest, conditions)] = sums
    return out
