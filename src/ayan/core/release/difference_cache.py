"""A difference kept beside its draft: told once, where the work is done, and read page by page from then on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.query.change_question import What
from ayan.core.query.part_comparison import ORDER, ComparisonCounts
from ayan.core.release.difference import ChangePage, Difference, DraftChange, DraftSum
from ayan.core.release.limits import MOST_CHANGES_KEPT
from ayan.core.release.pending_draft import PendingDraft
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.system.files import flush, write

FOLDER: Final = "difference"

_SUMMARY: Final = "told.json"
_ROWS: Final = "rows.parquet"


@dataclass(frozen=True, slots=True)
class StoredDifference:
    """What a draft changes, as it was told when the draft was made. ``first`` is whether nothing stood before it."""

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

    def page(self, what: What | None, after: int, limit: int) -> ChangePage:
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


def store_difference(difference: Difference, pending: PendingDraft) -> None:
    """Keep a difference beside its draft, to be read with it; durable, whole or not at all."""
    folder = pending.folder / FOLDER
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


def stored_difference(pending: PendingDraft, dataset: Dataset) -> StoredDifference | None:
    """The difference of a draft; None where none was kept, or where it speaks of fields that are declared no more."""
    folder = pending.folder / FOLDER
    try:
        document: dict[str, Any] = json.loads((folder / _SUMMARY).read_text("utf-8"))
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
