"""What a reader of a sheet would see otherwise than it is read: hidden, struck and merged rows, hidden columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ayan.core.intake import row_runs
from ayan.core.intake.header import CellSpan, HeaderLayout, letter
from ayan.core.intake.limits import FURTHEST_COLUMN
from ayan.core.intake.workbook.cell_marks import CellMarks
from ayan.core.schema.issue import Issue

Errors = dict[int, dict[int, str]]


class HiddenColumns:
    """Which columns are hidden, told in ranges: many that overlap cost no more than as many that do not."""

    def __init__(self) -> None:
        self._steps: Counter[int] = Counter()

    def add(self, first: int, last: int) -> None:
        """The columns from ``first`` to ``last``, 1-based; those beyond the furthest are left out."""
        if first <= FURTHEST_COLUMN:
            self._steps[first] += 1
            self._steps[min(last, FURTHEST_COLUMN) + 1] -= 1

    def numbers(self) -> set[int]:
        """The 1-based numbers of all of them."""
        numbers: set[int] = set()
        since, depth = 0, 0
        for place, step in sorted(self._steps.items()):
            if depth > 0:
                numbers.update(range(since, place))
            since, depth = place, depth + step
        return numbers


@dataclass(slots=True)
class SheetSurvey:
    """What a look at a sheet's XML found: cells that the reader tells otherwise than they are seen, and what is hidden.

    ``rows`` are the 1-based numbers of hidden rows, filled or not; ``formats`` by 1-based column those number formats
    of its filled cells that speak of a unit. ``seen`` are the cells of an ODS table that its reader tells otherwise.
    ``struck`` are the 1-based rows with a filled cell that is struck out, ``unseen`` with one that nobody sees;
    ``fractions`` the 1-based columns with a number that is not whole, where the reader itself does not say.
    """

    odd: bool = False
    rows: set[int] = field(default_factory=set)
    columns: HiddenColumns = field(default_factory=HiddenColumns)
    formats: dict[int, set[str]] = field(default_factory=dict)
    seen: Errors = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    fractions: set[int] = field(default_factory=set)

    def mark(self, row: int, marks: CellMarks | None) -> None:
        """A filled cell of the 1-based row is of a style that says so much."""
        if marks is not None and marks.struck:
            self.struck.add(row)
        if marks is not None and marks.unseen:
            self.unseen.add(row)

    def note_format(self, column: int, code: str) -> None:
        """A filled cell of the 1-based column carries a number format that speaks of a unit."""
        self.formats.setdefault(column, set()).add(code)


class HiddenContent:
    """Is told every record of a sheet and then says in issues where a reader of the sheet would see something else."""

    def __init__(self, sheet: str, layout: HeaderLayout, spans: Sequence[CellSpan], looked: SheetSurvey) -> None:
        self._sheet, self._looked = sheet, looked
        self._tops: dict[int, list[int]] = defaultdict(list)
        for top, left, bottom, _right in spans:
            if bottom > top >= layout.data_row - 1:
                self._tops[top + 1].append(left)
        titled = {column for column, title in enumerate(layout.headers, 1) if title}
        self._hidden_columns = looked.columns.numbers() & titled
        self._hidden: list[int] = []
        self._struck: list[int] = []
        self._unseen: list[int] = []
        self._merged: list[int] = []
        self._under: set[int] = set()

    def row(self, number: int, cells: Sequence[str]) -> None:
        """One record: its 1-based row and its cells."""
        if number in self._looked.rows:
            self._hidden.append(number)
        if number in self._looked.struck:
            self._struck.append(number)
        if number in self._looked.unseen:
            self._unseen.append(number)
        if number in self._tops:
            self._merged += [number for left in self._tops[number] if left < len(cells) and cells[left]]
        if self._hidden_columns:
            filled = {column for column in self._hidden_columns if column <= len(cells) and cells[column - 1]}
            self._under |= filled
            self._hidden_columns -= filled

    def issues(self) -> Iterator[Issue]:
        """What was noticed; one issue for each kind of thing."""
        for code, rows in (
            ("rows-hidden", self._hidden),
            ("row-struck", self._struck),
            ("row-unseen", self._unseen),
        ):
            if rows:
                issue = self._issue(code, rows)
                runs = row_runs.written(rows)
                yield replace(issue, params={**issue.params, "rows": runs}) if runs else issue
        if self._under:
            params = {"columns": [letter(column) for column in sorted(self._under)]}
            yield Issue(code="columns-hidden", sheet=self._sheet, count=len(self._under), params=params)
        if self._merged:
            yield self._issue("cells-merged", self._merged)

    def _issue(self, code: str, rows: list[int]) -> Issue:
        return Issue(code=code, sheet=self._sheet, count=len(rows), params={"count": len(rows), "row": rows[0]})
