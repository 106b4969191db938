"""What a look beside the cells of a sheet finds: what is hidden or merged in it, and what the file carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ayan.core.intake.header import HeaderLayout, Span, letter
from ayan.core.intake.table import printable_name
from ayan.core.schema.issue import Issue

Errors = dict[int, dict[int, str]]


@dataclass(slots=True)
class SheetSurvey:
    """What a look at a sheet's XML found: cells that the reader tells otherwise than they are seen, and what is hidden.

    ``rows`` and ``columns`` are the 1-based numbers of hidden rows and columns, filled or not.
    """

    odd: bool = False
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


class HiddenContent:
    """Is told every record of a sheet and then says in issues where a reader of the sheet would see something else."""

    def __init__(self, sheet: str, layout: HeaderLayout, spans: Sequence[Span], looked: SheetSurvey) -> None:
        self._sheet, self._looked = sheet, looked
        self._tops: dict[int, list[int]] = defaultdict(list)
        for top, left, bottom, _right in spans:
            if bottom > top >= layout.data_row - 1:
                self._tops[top + 1].append(left)
        self._titled = {column for column, title in enumerate(layout.headers, 1) if title}
        self._hidden: list[int] = []
        self._merged: list[int] = []
        self._under: set[int] = set()

    def row(self, number: int, cells: Sequence[str]) -> None:
        """One record: its 1-based row and its cells."""
        if number in self._looked.rows:
            self._hidden.append(number)
        if number in self._tops:
            self._merged += [number for left in self._tops[number] if left < len(cells) and cells[left]]
        if len(self._under) < len(self._looked.columns & self._titled):
            filled = {column for column in self._looked.columns if column <= len(cells) and cells[column - 1]}
            self._under |= filled & self._titled

    def issues(self) -> Iterator[Issue]:
        """What was noticed; one issue for each kind of thing."""
        if self._hidden:
            yield self._issue("rows-hidden", self._hidden)
        if self._under:
            letters = "، ".join(letter(column) for column in sorted(self._under))
            params = {"columns": letters}
            yield Issue(code="columns-hidden", sheet=self._sheet, count=len(self._under), params=params)
        if self._merged:
            yield self._issue("cells-merged", self._merged)

    def _issue(self, code: str, rows: list[int]) -> Issue:
        return Issue(code=code, sheet=self._sheet, count=len(rows), params={"count": len(rows), "row": rows[0]})


def embedded_issue(code: str, count: int = 1, **params: object) -> Issue:
    """One thing that the file carries."""
    return Issue(code=code, count=count, params={"count": count, **params})


def properties_issue(names: Iterable[str]) -> Issue:
    """The properties that name somebody; which ones, never what they say."""
    return embedded_issue("file-properties", names="، ".join(sorted({printable_name(name) for name in names})))
