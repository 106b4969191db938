"""What a draft would change: counts, sums before and after, every row that differs; and the same, kept beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.publish.limits import CHANGES_PAGE, DRAFT_MEMORY, DRAFT_SECONDS, MOST_CHANGES_KEPT
from ayan.core.publish.pending_draft import PendingDraft
from ayan.core.publish.publish_context import PublishContext
from ayan.core.query.change_question import ChangeSort
from ayan.core.query.changes import is_amount
from ayan.core.query.part_comparison import (
    ORDER,
    ComparedPair,
    ComparedPart,
    ComparisonCounts,
    ComparisonLimits,
    PartComparison,
)
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.release import Release
from ayan.core.system.files import flush, write

BUDGET: Final = ComparisonLimits(memory=DRAFT_MEMORY, seconds=DRAFT_SECONDS, processor=DRAFT_SECONDS)
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

    what: ChangeSort
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

    def page(self, what: ChangeSort | None = None, after: int = 0, limit: int = CHANGES_PAGE) -> ChangePage:
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
    spill = context.private_store.scratch
    with closing(PartComparison(dataset, before, after, budget, budget.seconds, spill)) as comparison:
        yield Difference(dataset, against, comparison)


@contextmanager
def draft_difference(
    context: PublishContext,
    dataset: Dataset,
    returned: PendingDraft,
    pending: PendingDraft,
    budget: ComparisonLimits = BUDGET,
) -> Iterator[Difference]:
    """Compare a draft with an earlier one of the same submission; as `difference` otherwise."""
    before, after = ([ComparedPart(pending.period, path) for path in each.parts()] for each in (returned, pending))
    spill = context.private_store.scratch
    with closing(PartComparison(dataset, before, after, budget, budget.seconds, spill)) as comparison:
        yield Difference(dataset, None, comparison)


FOLDER: Final = "difference"
SINCE_RETURN: Final = "since-return"
"""Beside a draft, what it changes in the one that was returned before it."""

_SUMMARY: Final = "summary.json"
# What 0.2.0 called it, in drafts that still wait.
_EARLIER_SUMMARY: Final = "told.json"
_ROWS: Final = "rows.parquet"


@dataclass(frozen=True, slots=True)
class StoredDifference:
    """What a draft changes, computed when the draft was made. ``first`` is whether nothing stood before it."""

    folder: Path
    tally: ComparisonCounts
    totals: tuple[DraftSum, ...]
    columns: tuple[Field, ...]
    first: bool
    most: int

    @property
    def needs_note(self) -> bool:
        """Whether a sum changes by more than the dataset declares."""
        return any(total.above for total in self.totals)

    @property
    def cut(self) -> bool:
        """Whether there are more rows of some sort than can be looked at one by one."""
        return max(self.tally.changed, self.tally.added, self.tally.removed) > self.most

    def page(self, what: ChangeSort | None, after: int, limit: int) -> ChangePage:
        """The changes (of one sort, or all) that come after a place."""
        table = pq.read_table(self.folder / _ROWS)
        chosen = pc.greater(table["place"], pa.scalar(after, table["place"].type))
        if what is not None:
            number = pa.scalar(ORDER.index(what), table["what"].type)
            chosen = pc.and_(chosen, pc.equal(table["what"], number))
        rows = table.filter(chosen).slice(0, limit + 1).to_pylist()
        changes = tuple(self._change(row) for row in rows[:limit])
        return ChangePage(changes, int(rows[limit - 1]["place"]) if len(rows) > limit else None)

    def _change(self, row: Mapping[str, Any]) -> DraftChange:
        before, after = (
            {column.name: row[f"{side}_{column.name}"] for column in self.columns}
            if row[f"{side}_row"] is not None
            else {}
            for side in "ba"
        )
        differs = tuple(column.name for column in self.columns if before.get(column.name) != after.get(column.name))
        return DraftChange(ORDER[row["what"]], row["a_row"], before, after, differs)


def store_difference(difference: Difference, pending: PendingDraft, name: str = FOLDER) -> None:
    """Keep a difference beside its draft, to be read with it; durable, whole or not at all."""
    folder = pending.folder / name
    folder.mkdir(exist_ok=True, mode=0o700)
    pq.write_table(difference.first_of_each(MOST_CHANGES_KEPT), folder / _ROWS)
    flush(folder / _ROWS)
    document = {
        "tally": asdict(difference.tally),
        "totals": [_written(total) for total in difference.totals],
        "columns": [column.name for column in difference.columns],
        "first": difference.against is None,
        "most": MOST_CHANGES_KEPT,
    }
    write(folder / _SUMMARY, json.dumps(document, ensure_ascii=False).encode())


def stored_difference(pending: PendingDraft, dataset: Dataset, name: str = FOLDER) -> StoredDifference | None:
    """The difference of a draft; None where none was kept, or where it speaks of fields that are declared no more."""
    folder = pending.folder / name
    try:
        summary = folder / _SUMMARY
        summary = summary if summary.exists() else folder / _EARLIER_SUMMARY
        document: dict[str, Any] = json.loads(summary.read_text("utf-8"))
        totals = tuple(_read(entry, dataset) for entry in document["totals"])
        columns = tuple(dataset.field(name) for name in document["columns"])
    except (OSError, ValueError, KeyError):
        return None
    if not (folder / _ROWS).is_file():
        return None
    return StoredDifference(
        folder, ComparisonCounts(**document["tally"]), totals, columns, document["first"], document["most"]
    )


def _written(total: DraftSum) -> dict[str, Any]:
    percent = None if total.percent is None else str(total.percent)
    sides = {"before": str(total.before), "after": str(total.after)}
    return {"field": total.field.name, **sides, "percent": percent, "above": total.above}


def _read(table: Mapping[str, Any], dataset: Dataset) -> DraftSum:
    percent = None if table["percent"] is None else Decimal(table["percent"])
    before, after = _number(table["before"]), _number(table["after"])
    return DraftSum(dataset.field(table["field"]), before, after, percent, table["above"])


def _number(text: str) -> int | Decimal:
    number = Decimal(text)
    return number if "." in text else int(number)
