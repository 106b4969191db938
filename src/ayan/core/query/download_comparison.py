"""A file in somebody's hand beside the answer that it came from: whether they say the same, and where they do not."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ayan.core.query.download_table import ROW, DownloadTable, NotATable, read_table
from ayan.core.query.limits import (
    COMPARISON_MEMORY,
    COMPARISON_SECONDS,
    LONGEST_REPEATED,
    MOST_DIFFERENCES,
    MOST_NAMED_BY_ROWS,
)
from ayan.core.system import child, processor_budget

_NUMBER: Final = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,40})?")
_ADDRESS: Final = re.compile(r"([0-9A-Za-z-]{1,40}/[1-9][0-9]{0,8})#([1-9][0-9]{0,17})")
# Rows of a table that are looked at to see how its days are written.
_FIRST: Final = 50


@dataclass(frozen=True, slots=True)
class DownloadFacts:
    """What a file is seen to be: its form and heads, its first rows, what it says of itself, and the releases
    (``period/number``) that its rows name, with how many name each."""

    form: str
    heads: list[str]
    first: list[list[str]]
    said: Mapping[str, str]
    releases: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CellDifference:
    """One cell that differs: its ``line`` in the file (the header is 1), its column, both texts, the row's address."""

    line: int
    column: str
    theirs: str
    ours: str
    address: str


@dataclass(frozen=True, slots=True)
class TableDifference:
    """What differs between a file and the answer; the lists are cut short, their totals are not.

    ``missing`` are addresses of rows that the file lacks (empty where rows have none), ``added`` lines of the file that
    the answer has not. ``lost`` counts rows of the file of which nothing can be said, for they are no longer kept.
    """

    rows: int
    expected: int
    cells: list[CellDifference]
    cells_total: int
    missing: list[str]
    missing_total: int
    added: list[int]
    added_total: int
    columns_missing: list[str]
    columns_added: list[str]
    reordered: bool
    lost: int = 0

    @property
    def size(self) -> int:
        """How many things differ."""
        cells = self.cells_total + self.missing_total + self.added_total
        return cells + len(self.columns_missing) + len(self.columns_added)

    @property
    def is_none(self) -> bool:
        """Whether both say the same, whatever the order of their rows."""
        return not self.size


KeptNumbers = Sequence[Sequence[int]]
KeptRuns = Mapping[str, KeptNumbers]
"""The releases that are still kept (``period/number``), each with the runs of row numbers that were erased from it."""


class Unread(Exception):
    """The file is no table of ours, or reading it took too much; ``how`` as of `child.ChildFailed`, or ``table``."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class DownloadReader:
    """Reads files of strangers in a process apart; to be used in ``with``.

    What it takes is counted as if the reader's own thread had taken it, and ends with what that may take.
    """

    def __init__(self) -> None:
        budget = processor_budget.current()
        seconds = COMPARISON_SECONDS if budget is None else max(1.0, min(COMPARISON_SECONDS, budget.left))
        self._assistant = child.Assistant(__name__, memory=COMPARISON_MEMORY, seconds=seconds)

    def __enter__(self) -> DownloadReader:
        return self

    def __exit__(self, *ended: object) -> None:
        self._assistant.__exit__(*ended)

    def look(self, path: Path) -> DownloadFacts:
        """What a file is. Raises Unread."""
        return DownloadFacts(**self._asked({"look": str(path)}))

    def compare(self, theirs: Path, ours: Sequence[Path], kept: KeptRuns | None = None) -> TableDifference:
        """How a file differs from the answer, which stands in the files ``ours`` in the same form.

        Rows are paired by their address, and where the file has none by their order. With ``kept`` the answer is all
        that is still kept of what the rows of the file may come from, so that rows that it lacks count for nothing;
        else it is the whole of what the file should hold. Raises Unread.
        """
        answer = self._asked({"theirs": str(theirs), "ours": [str(path) for path in ours], "kept": kept})
        return TableDifference(**answer | {"cells": [CellDifference(**cell) for cell in answer["cells"]]})

    def _asked(self, request: Mapping[str, Any]) -> dict[str, Any]:
        budget, began = processor_budget.current(), time.monotonic()
        try:
            answer = self._assistant.ask(request)
        except child.ChildFailed as failed:
            raise Unread(failed.how) from None
        finally:
            if budget is not None:
                budget.charge(time.monotonic() - began)
        if answer is None:
            raise Unread("table")
        return dict(answer)


# --- in the other process ---------------------------------------------------------------------------------------------


def _work(request: Mapping[str, Any]) -> Any:
    try:
        if "look" in request:
            return asdict(_facts(read_table(Path(request["look"]))))
        ours = [read_table(Path(path)) for path in request["ours"]]
        return asdict(difference(read_table(Path(request["theirs"])), ours, request["kept"]))
    except NotATable:
        return None


def _facts(table: DownloadTable) -> DownloadFacts:
    releases: dict[str, int] = {}
    first: list[list[str]] = []
    at = table.heads.index(ROW) if ROW in table.heads else None
    for row in table.rows:
        if len(first) < _FIRST:
            first.append([text[:LONGEST_REPEATED] for text in row])
        if at is not None and at < len(row) and (named := _ADDRESS.fullmatch(row[at])):
            releases[named[1]] = releases.get(named[1], 0) + 1
            if len(releases) > MOST_NAMED_BY_ROWS:
                raise NotATable("too many releases")
    heads = [head[:LONGEST_REPEATED] for head in table.heads[:1000]]
    return DownloadFacts(table.form, heads, first, table.said, releases)


class _Differences:
    """Differences as they are met, the first of each sort kept."""

    def __init__(self) -> None:
        self.cells: list[CellDifference] = []
        self.cells_total = 0

    def of_row(
        self, line: int, address: str, columns: Iterable[tuple[str, int, int]], theirs: Sequence[str], ours: Any
    ) -> None:
        """Compare the cells of one row that both have."""
        for head, left, right in columns:
            mine = theirs[left] if left < len(theirs) else ""
            if not alike(mine, ours[right]):
                self.cells_total += 1
                if len(self.cells) < MOST_DIFFERENCES:
                    short = (mine[:LONGEST_REPEATED], ours[right][:LONGEST_REPEATED])
                    self.cells.append(CellDifference(line, head[:LONGEST_REPEATED], *short, address[:80]))


def alike(theirs: str, ours: str) -> bool:
    """Whether two cells say the same: the same text, or the same number in another spelling."""
    if theirs == ours or theirs.strip() == ours.strip():
        return True
    left, right = theirs.strip(), ours.strip()
    return bool(_NUMBER.fullmatch(left) and _NUMBER.fullmatch(right) and Decimal(left) == Decimal(right))


def difference(theirs: DownloadTable, ours: Sequence[DownloadTable], kept: KeptRuns | None = None) -> TableDifference:
    """How the first table differs from the others, which follow each other and have the same heads."""
    heads = ours[0].heads if ours else []
    by_address = ROW in theirs.heads and ROW in heads
    places = {head: at for at, head in reversed(list(enumerate(theirs.heads)))}
    columns = [(head, places[head], at) for at, head in enumerate(heads) if head in places and head != ROW]
    expected = [row for table in ours for row in table.rows]
    out = _Differences()
    empty = TableDifference(
        rows=0,
        expected=len(expected),
        cells=[],
        cells_total=0,
        missing=[],
        missing_total=0,
        added=[],
        added_total=0,
        columns_missing=[head[:LONGEST_REPEATED] for head in heads if head not in places][:MOST_DIFFERENCES],
        columns_added=[head[:LONGEST_REPEATED] for head in theirs.heads if head not in heads][:MOST_DIFFERENCES],
        reordered=False,
    )
    if not by_address:
        return _by_order(theirs, expected, columns, out, empty)
    at, own = places[ROW], heads.index(ROW)
    standing = {row[own]: (number, row) for number, row in enumerate(expected)}
    added, added_total, rows, last, reordered, lost = list[int](), 0, 0, -1, False, 0
    for rows, row in enumerate(theirs.rows, 1):
        address = row[at] if at < len(row) else ""
        number, known = standing.pop(address, (-1, None))
        if known is None and kept is not None and _is_lost(address, kept):
            lost += 1
            continue
        if known is None:
            added_total += 1
            added += [rows + 1] if len(added) < MOST_DIFFERENCES else []
            continue
        reordered, last = reordered or number < last, number
        out.of_row(rows + 1, address, columns, row, known)
    missing = list(standing) if kept is None else []
    return replace(
        empty,
        rows=rows,
        cells=out.cells,
        cells_total=out.cells_total,
        missing=missing[:MOST_DIFFERENCES],
        missing_total=len(missing),
        added=added,
        added_total=added_total,
        reordered=reordered,
        lost=lost,
    )


def _is_lost(address: str, kept: KeptRuns) -> bool:
    """Whether the row of an address is no longer kept, with its release or by itself; or never was."""
    named = _ADDRESS.fullmatch(address)
    if named is None:
        return False
    erased = kept.get(named[1])
    return erased is None or any(first <= int(named[2]) <= last for first, last in erased)


def _by_order(
    theirs: DownloadTable,
    expected: Sequence[Sequence[str]],
    columns: Sequence[tuple[str, int, int]],
    out: _Differences,
    empty: TableDifference,
) -> TableDifference:
    rows = 0
    for rows, row in enumerate(theirs.rows, 1):
        if rows <= len(expected):
            out.of_row(rows + 1, "", columns, row, expected[rows - 1])
    more = max(0, rows - len(expected))
    return replace(
        empty,
        rows=rows,
        cells=out.cells,
        cells_total=out.cells_total,
        missing_total=max(0, len(expected) - rows),
        added=list(range(len(expected) + 2, rows + 2))[:MOST_DIFFERENCES],
        added_total=more,
    )


def main() -> None:
    """Answer whoever started this process."""
    child.answer(_work)


if __name__ == "__main__":
    main()
