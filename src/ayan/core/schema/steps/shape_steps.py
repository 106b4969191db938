"""Steps over the shape of a table: columns to rows, tables and sheets below each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from ayan.core.schema.limits import MOST_HEADER_ROWS, MOST_PLACES, MOST_TABLES
from ayan.core.schema.steps.row_steps import literal_or_null
from ayan.core.schema.steps.step import (
    JOINT,
    RowPlace,
    Sample,
    Step,
    StepColumn,
    StepResult,
    StepTable,
    StepUnfit,
    numbered,
    pattern_groups,
    pattern_of,
    texts_needed,
)
from ayan.core.schema.tables import TomlTable
from ayan.core.values.label import Label
from ayan.core.values.text import fold_joined


@dataclass(frozen=True, slots=True)
class _Part:
    """What becomes one row of each row: its names, and the columns that its values stand in."""

    names: tuple[str, ...]
    columns: tuple[StepColumn | None, ...]


def _laid_out(
    table: StepTable, kept: tuple[StepColumn, ...], headers: tuple[str, ...], parts: list[_Part]
) -> StepResult:
    """Each row as many times as there are ``parts`` with a value; ``made`` are the headers of names and then values."""
    if len(parts) * len(table.places) > MOST_PLACES:
        raise StepUnfit("step-too-many", limit=f"{MOST_PLACES:,}")
    first, names = table.fresh, len(parts[0].names)
    columns = [
        StepColumn(first + at, _letters(parts, at - names), header, _sources(parts, at - names))
        for at, header in enumerate(headers)
    ]
    selects = []
    for at, part in enumerate(parts):
        values = ["NULL" if column is None else column.name for column in part.columns]
        cells = [literal_or_null(name) for name in part.names] + values
        named = [f"{cell} AS c{first + position}" for position, cell in enumerate(cells)]
        chosen = ["_line", *(column.name for column in kept), *named]
        some = f"coalesce({', '.join(values)}) IS NOT NULL"
        selects.append(
            f"SELECT {numbered(len(parts), at)} AS _row, {', '.join(chosen)} FROM {table.relation} WHERE {some}"
        )
    places = tuple(
        RowPlace(
            place.sheet,
            {
                **place.columns,
                **{
                    first + names + position: (column.letter, column.header)
                    for position, column in enumerate(part.columns)
                    if column is not None
                },
            },
        )
        for place in table.places
        for part in parts
    )
    every = [column.name for part in parts for column in part.columns if column is not None]
    left = f"SELECT _row, _line FROM {table.relation} WHERE coalesce({', '.join(every)}) IS NULL"
    changed = StepTable((*kept, *columns), f"({' UNION ALL '.join(selects)})", places, table.totals)
    return StepResult(changed, left)


def _letters(parts: list[_Part], at: int) -> str:
    """The letters of all columns that a new one is made of."""
    if at < 0:
        return ""
    return "…".join(dict.fromkeys([_letter(parts[0], at), _letter(parts[-1], at)]))


def _lowest(header: str) -> str:
    """The lowest level of a header."""
    return header.rpartition(JOINT)[2]


def _letter(part: _Part, at: int) -> str:
    column = part.columns[at]
    return column.letter if column else ""


def _sources(parts: list[_Part], at: int) -> frozenset[int]:
    columns = [part.columns[at] for part in parts] if at >= 0 else []
    return frozenset[int]().union(*(column.sources for column in columns if column is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosstab(Step):
    """Columns to rows: each of ``columns`` becomes a row, its header the text of ``into`` and its cell ``value``.

    A header of several levels fills as many columns of ``into``; with ``values`` its last level says into which of
    these columns the cell goes. Empty cells become no rows.
    """

    columns: tuple[str, ...]
    into: tuple[str, ...]
    value: str | None = None
    values: tuple[str, ...] = ()

    do: ClassVar = "crosstab"
    label: ClassVar = Label("ستون‌ها به ردیف (ماه‌ها، سال‌ها، اعضا)", "Columns to rows (months, years, members)")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The columns, and the headers of what is made of them."""
        columns, into = texts_needed(table), texts_needed(table, "into")
        value, values = table.text("value"), table.texts("values") or ()
        if (value is None) == (not values):
            table.refuse("value", "step-value")
        table.close()
        sound = columns and into and (value is None) != (not values)
        return cls(columns=columns, into=into, value=value, values=values) if sound else None

    def apply(self, table: StepTable) -> StepResult:
        """A row for each column, or for each group of columns that differ in their last level alone."""
        picked = table.pick(self.columns)
        kept = tuple(column for column in table.columns if column not in picked)
        if not self.values:
            parts = [_Part(self._names(column.header.split(JOINT)), (column,)) for column in picked]
            return _laid_out(table, kept, (*self.into, self.value or ""), parts)
        keys = [fold_joined(value) for value in self.values]
        groups: dict[tuple[str, ...], list[StepColumn | None]] = {}
        for column in picked:
            *levels, last = column.header.split(JOINT)
            if fold_joined(last) not in keys or not levels:
                raise StepUnfit("step-level", name=column.header)
            cells = groups.setdefault(self._names(levels), [None] * len(keys))
            if cells[keys.index(fold_joined(last))] is not None:
                raise StepUnfit("step-column-ambiguous", name=column.header)
            cells[keys.index(fold_joined(last))] = column
        parts = [_Part(names, tuple(cells)) for names, cells in groups.items()]
        return _laid_out(table, kept, (*self.into, *self.values), parts)

    def _names(self, levels: list[str]) -> tuple[str, ...]:
        """The levels of a header for the columns of ``into``, the surplus joined in the last."""
        last = len(self.into) - 1
        names = [*levels[:last], JOINT.join(levels[last:])]
        return tuple(names + [""] * (len(self.into) - len(names)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide(Step):
    """Tables beside each other under equal headers, ``width`` columns each, become one below the other.

    Where each has a title of its own above its first column, the header of two levels, ``into`` is the column of these;
    the lower level alone must be equal then.
    """

    width: int
    into: str | None = None

    do: ClassVar = "side_by_side"
    label: ClassVar = Label("جدول‌های کنار هم، زیر هم", "Tables beside each other, below each other")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """How many columns each of the tables has, and the header of their titles."""
        width = table.whole("width", 1, 1000) if table.needed("width") else None
        into = table.text("into")
        table.close()
        return cls(width=width, into=into) if width else None

    def apply(self, table: StepTable) -> StepResult:
        """The first table's headers are looked for again to the right; a column between two of them must be empty."""
        titles = self._titles([column.header for column in table.columns], self.into is not None)
        wanted, at, blocks = titles[: self.width], 0, []
        between: list[StepColumn] = []
        while at < len(titles):
            if titles[at : at + self.width] == wanted and any(wanted):
                blocks.append(table.columns[at : at + self.width])
                at += self.width
            else:
                between.append(table.columns[at])
                at += 1
        if len(blocks) < 2:
            raise StepUnfit("step-not-beside", width=str(self.width))
        if self.into is None:
            headers = tuple(column.header for column in blocks[0])
            parts = [_Part((), tuple(block)) for block in blocks]
        else:
            headers = (self.into, *(_lowest(column.header) for column in blocks[0]))
            parts = [_Part((block[0].header.rpartition(JOINT)[0],), tuple(block)) for block in blocks]
        return replace(_laid_out(table, (), headers, parts), columns_left=tuple(between))

    @staticmethod
    def _titles(headers: Sequence[str], titled: bool) -> list[str]:
        """What is compared of the headers: the lower level of those of titled tables."""
        return [fold_joined(_lowest(header) if titled else header) for header in headers]

    @classmethod
    def proposed(cls, sample: Sample) -> Self | None:
        """The header begins again, whole, to the right; of two levels the lower one, each below a title of its own."""
        for titled in (False, True):
            titles = cls._titles(sample.headers, titled)
            for at in range(1, len(titles)):
                width = next((blank for blank, title in enumerate(titles[:at]) if not title), at)
                if not titles[0] or titles[at : at + width] != titles[:width]:
                    continue
                above = [sample.headers[place].rpartition(JOINT)[0] for place in (0, at)]
                if not titled:
                    return cls(width=width)
                if all(above) and above[0] != above[1]:
                    return cls(width=width, into="Table" if "".join(above).isascii() else "جدول")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets(Step):
    """Several sheets of one shape are one table; the name of the sheet stands in the column ``into``.

    ``sheets`` are names or patterns between slashes, ``*`` all that can be seen. It is the first of the steps, and
    whoever reads the file does it.
    """

    sheets: tuple[str, ...] = ("*",)
    into: str | None = None

    do: ClassVar = "sheets"
    label: ClassVar = Label("چند برگهٔ هم‌شکل، یک جدول", "Several sheets of one shape are one table")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """Which sheets, and the header of the column of their names."""
        sheets = texts_needed(table, "sheets") if table.has("sheets") else ("*",)
        into = table.text("into")
        table.close()
        return cls(sheets=sheets, into=into) if sheets else None

    def apply(self, table: StepTable) -> StepResult:
        """Nothing is left to do once the sheets were read."""
        return StepResult(table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Members(Step):
    """Several files of an archive, of one shape, are one table; the name of the file stands in the column ``into``.

    ``members`` are names with ``*`` and ``?`` for what changes, or patterns between slashes. It is the first of the
    steps, and whoever reads the file does it.
    """

    members: tuple[str, ...] = ("*",)
    into: str | None = None

    do: ClassVar = "members"
    label: ClassVar = Label("چند پروندهٔ هم‌شکلِ بایگانی، یک جدول", "Several files of an archive are one table")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """Which files, and the header of the column of their names."""
        members = texts_needed(table, "members") if table.has("members") else ("*",)
        into = table.text("into")
        table.close()
        return cls(members=members, into=into) if members else None

    def apply(self, table: StepTable) -> StepResult:
        """Nothing is left to do once the files were read."""
        return StepResult(table)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOf(Step):
    """One of several tables below each other on a sheet: the one under a ``title``, or the ``number``-th from the top.

    A table begins with a row of words in two cells or more, its header, and ends where another title or header begins.
    It is the first of the steps, and whoever looks at the rows does it.
    """

    title: str | None = None
    number: int | None = None

    do: ClassVar = "table"
    label: ClassVar = Label("یکی از چند جدول برگه", "One of several tables of a sheet")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The text above the table or a pattern for it, or which of the tables it is, from 1."""
        title, number = table.text("title"), table.whole("number", 1, MOST_TABLES)
        if (title is None) == (number is None):
            table.refuse("title", "step-table-which")
        elif title is not None and (pattern := pattern_of(title)) is not None and pattern_groups(pattern) is None:
            table.refuse("title", "step-pattern")
            title = None
        table.close()
        return cls(title=title, number=number) if (title is None) != (number is None) else None

    def apply(self, table: StepTable) -> StepResult:
        """Nothing is left to do once the table was found."""
        return StepResult(table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header(Step):
    """A header of several rows, their titles joined to one («مبلغ › مصوب»); whoever reads the file does it."""

    rows: int

    do: ClassVar = "header"
    label: ClassVar = Label("سرستون چند ردیفه، یک سرستون", "A header of several rows is one")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """How many rows it takes."""
        rows = table.whole("rows", 2, MOST_HEADER_ROWS) if table.needed("rows") else None
        table.close()
        return cls(rows=rows) if rows else None

    def apply(self, table: StepTable) -> StepResult:
        """Nothing is left to do once the header was read."""
        return StepResult(table)
