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

from ayan.core.query.changing import What
from ayan.core.query.comparing import ORDER, Tally
from ayan.core.release.difference import Change, ChangePage, Difference, Sum
from ayan.core.release.limits import MOST_CHANGES_KEPT
from ayan.core.release.waiting import Waiting
from ayan.core.schema.definition import Dataset, Field
from ayan.core.system.files import flush, write

FOLDER: Final = "difference"

_TOLD: Final = "told.json"
_ROWS: Final = "rows.parquet"


@dataclass(frozen=True, slots=True)
class Compared:
    """What a draft changes, as it was told when the draft was made. ``first`` is whether nothing stood before it."""

    folder: Path
    tally: Tally
    totals: tuple[Sum, ...]
    columns: tuple[Field, ...]
    first: bool
    most: int

    @property
    def needs_note(self) -> bool:
        """Whether a sum changes by more than the dataset declares."""
        return any(one.above for one in self.totals)

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
        made = tuple(self._change(one) for one in rows[:limit])
        return ChangePage(made, int(rows[limit - 1]["place"]) if len(rows) > limit else None)

    def _change(self, row: Mapping[str, Any]) -> Change:
        before, after = (
            {one.name: row[f"{side}_{one.name}"] for one in self.columns} if row[f"{side}_row"] is not None else {}
            for side in "ba"
        )
        differs = tuple(one.name for one in self.columns if before.get(one.name) != after.get(one.name))
        return Change(ORDER[row["what"]], row["a_row"], before, after, differs)


def keep_compared(made: Difference, waiting: Waiting) -> None:
    """Keep a difference beside its draft, to be read with it; durable, whole or not at all."""
    folder = waiting.folder / FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    pq.write_table(made.first_of_each(MOST_CHANGES_KEPT), folder / _ROWS)
    flush(folder / _ROWS)
    told = {
        "tally": asdict(made.tally),
        "totals": [_written(one) for one in made.totals],
        "columns": [one.name for one in made.columns],
        "first": made.against is None,
        "most": MOST_CHANGES_KEPT,
    }
    write(folder / _TOLD, json.dumps(told, ensure_ascii=False).encode())


def kept_compared(waiting: Waiting, dataset: Dataset) -> Compared | None:
    """The difference of a draft; None where none was kept, or where it speaks of fields that are declared no more."""
    folder = waiting.folder / FOLDER
    try:
        told: dict[str, Any] = json.loads((folder / _TOLD).read_text("utf-8"))
        totals = tuple(_read(one, dataset) for one in told["totals"])
        columns = tuple(dataset.field(name) for name in told["columns"])
    except (OSError, ValueError, KeyError):
        return None
    if not (folder / _ROWS).is_file():
        return None
    return Compared(folder, Tally(**told["tally"]), totals, columns, told["first"], told["most"])


def _written(one: Sum) -> dict[str, Any]:
    percent = None if one.percent is None else str(one.percent)
    sides = {"before": str(one.before), "after": str(one.after)}
    return {"field": one.field.name, **sides, "percent": percent, "above": one.above}


def _read(table: Mapping[str, Any], dataset: Dataset) -> Sum:
    percent = None if table["percent"] is None else Decimal(table["percent"])
    before, after = _number(table["before"]), _number(table["after"])
    return Sum(dataset.field(table["field"]), before, after, percent, table["above"])


def _number(text: str) -> int | Decimal:
    made = Decimal(text)
    return made if "." in text else int(made)
