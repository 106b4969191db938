"""What a file looks like: columns under one or more header rows, titles, totals, and what was spoilt in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it carries (or a name of its own), its header levels, its SQL, how its cells are written.

    In a text file ``sql`` gives the finished text. In a workbook it gives the value that ``cell`` writes. ``summed``
    columns stand in the totals row; ``factor`` rials make one of the column's units.
    """

    name: str
    header: tuple[str, ...]
    sql: str
    cell: str = "text"
    summed: bool = False
    factor: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one sender writes one dataset.

    ``order`` sorts the rows; ``segment`` (SQL, one of the row's values) closes a part of the table with a totals row of
    its own named by ``totals``; without it there is one row «جمع کل» when any column is summed.
    """

    dataset: str
    source: str
    form: Literal["csv", "xlsx", "geojson"]
    order: str
    columns: tuple[Column, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    titles: tuple[str, ...] = ()
    sheet: str = "Sheet1"
    cover: bool = False
    segment: str | None = None
    totals: Mapping[str, str] = field(default_factory=dict)
    blank_every: int = 0
    counter_only_every: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoil:
    """What is wrong on purpose in one file.

    ``cells`` puts a text into a field's column of row ``row`` (counted from 1); ``repeat`` sends that row twice;
    ``total`` shifts the stated total of a field by so many of its units.
    """

    row: int = 1
    cells: Mapping[str, str] = field(default_factory=dict)
    repeat: bool = False
    total: Mapping[str, int] = field(default_factory=dict)
