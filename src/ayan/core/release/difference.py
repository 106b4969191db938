"""What a draft would change: counts, sums before and after, and every row that differs, against what stands now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyarrow as pa

from ayan.core.query.changes import is_amount
from ayan.core.query.changing import What
from ayan.core.query.comparing import Budget, Comparison, Pair, Part, Tally
from ayan.core.release.waiting import Waiting
from ayan.core.release.workplace import Workplace
from ayan.core.schema.definition import Dataset, Field
from ayan.core.store.shelf import Release

PAGE: Final = 50
BUDGET: Final = Budget(memory="1GB", seconds=120.0)
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Sum:
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
class Change:
    """One row that differs: its number in the draft's file, if it is there, its values, and what differs in them."""

    what: What
    after_row: int | None
    before: dict[str, object]
    after: dict[str, object]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some changes, and what to ask for to get those that follow (None when there are none)."""

    rows: tuple[Change, ...]
    next: int | None


class Difference:
    """A draft beside the current release of its period (None where there is none, or it was withdrawn)."""

    def __init__(self, dataset: Dataset, against: Release | None, comparison: Comparison) -> None:
        self.dataset = dataset
        self.against = against
        self._comparison = comparison
        self.tally: Tally = sum(comparison.tallies().values(), Tally())
        amounts = [one for one in comparison.columns if is_amount(one)]
        sums = comparison.sums(amounts)
        self.totals: tuple[Sum, ...] = tuple(self._sum(one, *sums[one.name]) for one in amounts)

    @property
    def needs_note(self) -> bool:
        """Whether a sum changes by more than the dataset declares, so that the sender has to say why."""
        return any(one.above for one in self.totals)

    @property
    def columns(self) -> tuple[Field, ...]:
        """The published fields that either side has."""
        return self._comparison.columns

    def page(self, what: What | None = None, after: int = 0, limit: int = PAGE) -> ChangePage:
        """The changes (of one sort, or all) that come after a place; changed rows first, then added, then removed."""
        pairs = self._comparison.pairs(what, after, limit + 1)
        rows = tuple(self._change(pair) for pair in pairs[:limit])
        return ChangePage(rows, pairs[limit - 1].place if len(pairs) > limit else None)

    def first_of_each(self, most: int) -> pa.Table:
        """The first changes of each sort with their cells, as `Comparison.first_of_each` gives them."""
        return self._comparison.first_of_each(most)

    def _sum(self, field: Field, before: int | Decimal, after: int | Decimal) -> Sum:
        if self.against is None or not before:
            # Out of nothing comes any amount; only a first release need not explain that.
            return Sum(field, before, after, None, self.against is not None and after != before)
        change = (Decimal(after) - Decimal(before)) * _HUNDRED / abs(Decimal(before))
        return Sum(field, before, after, round(change, 1), abs(change) > self.dataset.note_above)

    def _change(self, pair: Pair) -> Change:
        before, after = (side[1] if side else {} for side in (pair.before, pair.after))
        fields = tuple(one.name for one in self.columns if before.get(one.name) != after.get(one.name))
        return Change(
            pair.what,
            pair.after[0] if pair.after else None,
            before,
            after,
            fields,
        )


@contextmanager
def difference(place: Workplace, dataset: Dataset, waiting: Waiting, budget: Budget = BUDGET) -> Iterator[Difference]:
    """Compare a draft with what stands; the result is asked within the ``with`` block.

    Rows are matched by the declared key, without one as whole rows. Raises TooSlow or TooHeavy beyond the budget.
    """
    against = place.shelf.current(dataset.slug).get(waiting.period)
    before = [Part(waiting.period, path) for path in against.parts()] if against else []
    after = [Part(waiting.period, path) for path in waiting.parts()]
    with closing(Comparison(dataset, before, after, budget, budget.seconds)) as comparison:
        yield Difference(dataset, against, comparison)
