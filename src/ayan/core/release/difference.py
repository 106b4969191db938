"""What a draft would change: counts, sums before and after, and every row that differs, against what stands now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyarrow as pa

from ayan.core.query.change_question import What
from ayan.core.query.changes import is_amount
from ayan.core.query.part_comparison import (
    ComparedPair,
    ComparedPart,
    ComparisonCounts,
    ComparisonLimits,
    PartComparison,
)
from ayan.core.release.pending_draft import PendingDraft
from ayan.core.release.publish_context import PublishContext
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.release import Release

PAGE: Final = 50
BUDGET: Final = ComparisonLimits(memory="1GB", seconds=120.0)
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class DraftSum:
    """An amount added up before and after.

    ``percent`` is the change in percent of what it was, to one decimal (None where there was nothing to change);
    ``above`` whether it goes beyond what may change without a note.
    """

    field: Field
    before: int | Decimal
    after: int | Decimal
    percent: Decimal | None
    above: bool


@dataclass(frozen=True, slots=True)
class DraftChange:
    """One row that differs: its number in the draft's file, if it is there, its values, and what differs in them."""

    what: What
    after_row: int | None
    before: dict[str, object]
    after: dict[str, object]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some changes, and what to ask for to get those that follow (None when there are none)."""

    rows: tuple[DraftChange, ...]
    next: int | None


class Difference:
    """A draft beside the current release of its period (None where there is none, or it was withdrawn)."""

    def __init__(self, dataset: Dataset, against: Release | None, comparison: PartComparison) -> None:
        self.dataset = dataset
        self.against = against
        self._comparison = comparison
        self.tally: ComparisonCounts = sum(comparison.tallies().values(), ComparisonCounts())
        amounts = [column for column in comparison.columns if is_amount(column)]
        sums = comparison.sums(amounts)
        self.totals: tuple[DraftSum, ...] = tuple(self._sum(field, *sums[field.name]) for field in amounts)

    @property
    def needs_note(self) -> bool:
        """Whether a sum changes by more than the dataset declares, so that the sender has to say why."""
        return any(total.above for total in self.totals)

    @property
    def columns(self) -> tuple[Field, ...]:
        """The published fields that either side has."""
        return self._comparison.columns

    def page(self, what: What | None = None, after: int = 0, limit: int = PAGE) -> ChangePage:
        """The changes (of one sort, or all) that come after a place; changed rows first, then added, then removed."""
        pairs = self._comparison.pairs(what, after, limit + 1)
        rows = tuple(self._change(pair) for pair in pairs[:limit])
        return ChangePage(rows, pairs[limit - 1].position if len(pairs) > limit else None)

    def first_of_each(self, most: int) -> pa.Table:
        """The first changes of each sort with their cells, as `PartComparison.first_of_each` gives them."""
        return self._comparison.first_of_each(most)

    def _sum(self, field: Field, before: int | Decimal, after: int | Decimal) -> DraftSum:
        if self.against is None or not before:
            # Out of nothing comes any amount; only a first release need not explain that.
            return DraftSum(field, before, after, None, self.against is not None and after != before)
        change = (Decimal(after) - Decimal(before)) * _HUNDRED / abs(Decimal(before))
        return DraftSum(field, before, after, round(change, 1), abs(change) > self.dataset.note_above)

    def _change(self, pair: ComparedPair) -> DraftChange:
        before, after = (side[1] if side else {} for side in (pair.before, pair.after))
        fields = tuple(column.name for column in self.columns if before.get(column.name) != after.get(column.name))
        return DraftChange(
            pair.what,
            pair.after[0] if pair.after else None,
            before,
            after,
            fields,
        )


@contextmanager
def difference(
    context: PublishContext, dataset: Dataset, pending: PendingDraft, budget: ComparisonLimits = BUDGET
) -> Iterator[Difference]:
    """Compare a draft with what stands; the result is asked within the ``with`` block.

    Rows are matched by the declared key, without one as whole rows. Raises TooSlow or TooHeavy beyond the budget.
    """
    against = context.release_store.current(dataset.slug).get(pending.period)
    before = [ComparedPart(pending.period, path) for path in against.parts()] if against else []
    after = [ComparedPart(pending.period, path) for path in pending.parts()]
    with closing(PartComparison(dataset, before, after, budget, budget.seconds)) as comparison:
        yield Difference(dataset, against, comparison)
