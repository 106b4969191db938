"""Steps over the shape of a table: columns to rows, tables and sheets below each other, cells to parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Self

from ayan.core.schema.limits import MOST_PLACES, MOST_STEP_PARTS
from ayan.core.schema.steps.row_steps import literal_or_null
from ayan.core.schema.steps.step import (
    JOINT,
    STRIDE,
    RowPlace,
    Sample,
    Step,
    StepColumn,
    StepResult,
    StepTable,
    StepUnfit,
    pattern_groups,
    texts_needed,
)
from ayan.core.schema.tables import TomlTable
from ayan.core.values import sql
from ayan.core.values.label import Label
from ayan.core.values.text import fold_joined

MONTHS: Final = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_YEAR: Final = re.compile(r"(1[34]|19|20)\d\d")


def _numbered(parts: int, at: int | str) -> str:
    """The number of a row of which ``parts`` are made, and ``at`` says which of them."""
    return f"((_row // {STRIDE}) * {parts} + {at}) * {STRIDE} + _row % {STRIDE}"


@dataclass(frozen=True, slots=True)
class _Part:
    """What becomes one row of each row: its names, and the columns that its values stand in."""

    names: tuple[str, ...]
    columns: tuple[StepColumn | None, ...]


def _laid_out(table: StepTable, kept: tuple[StepColumn, ...], made: tuple[str, ...], parts: list[_Part]) -> StepResult:
    """Each row as many times as there are ``parts`` with a value; ``made`` are the headers of names and then values."""
    if len(parts) * len(table.places) > MOST_PLACES:
        raise StepUnfit("step-too-many", limit=f"{MOST_PLACES:,}")
    first, names = table.fresh, len(parts[0].names)
    columns = [
        StepColumn(first + at, _letters(parts, at - names), header, _sources(parts, at - names))
        for at, header in enumerate(made)
    ]
    selects = []
    for at, part in enumerate(parts):
        values = ["NULL" if column is None else column.name for column in part.columns]
        cells = [literal_or_null(name) for name in part.names] + values
        named = [f"{cell} AS c{first + position}" for position, cell in enumerate(cells)]
        chosen = ["_line", *(column.name for column in kept), *named]
        some = f"coalesce({', '.join(values)}) IS NOT NULL"
        selects.append(
            f"SELECT {_numbered(len(parts), at)} AS _row, {', '.join(chosen)} FROM {table.relation} WHERE {some}"
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


def _letter(part: _Part, at: int) -> str:
    column = part.columns[at]
    return column.letter if column else ""


def _sources(parts: list[_Part], at: int) -> frozenset[int]:
    columns = [part.columns[at] for part in parts] if at >= 0 else []
    return frozenset().union(*(column.sources for column in columns if column is not None))


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

    @classmethod
    def proposed(cls, sample: Sample) -> Self | None:
        """Three columns or more that are headed by months or by years, alone or above further levels."""
        for name, is_one in (("ماه", _is_month), ("سال", _is_year)):
            hits = [header for header in sample.headers if is_one(header.partition(JOINT)[0].strip())]
            if len(hits) < 3:
                continue
            lasts = list(dict.fromkeys(header.rpartition(JOINT)[2] for header in hits))
            if all(JOINT in header for header in hits) and len(lasts) < len(hits):
                return cls(columns=tuple(hits), into=(name,), values=tuple(lasts))
            return cls(columns=tuple(hits), into=(name,), value="مقدار")
        return None


def _is_month(text: str) -> bool:
    return fold_joined(text) in {fold_joined(month) for month in MONTHS}


def _is_year(text: str) -> bool:
    digits = text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
    return _YEAR.fullmatch(digits) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide(Step):
    """Tables beside each other under equal headers, ``width`` columns each, become one below the other."""

    width: int

    do: ClassVar = "side_by_side"
    label: ClassVar = Label("جدول‌های کنار هم، زیر هم", "Tables beside each other, below each other")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """How many columns each of the tables has."""
        width = table.whole("width", 1, 1000) if table.needed("width") else None
        table.close()
        return cls(width=width) if width else None

    def apply(self, table: StepTable) -> StepResult:
        """The first table's headers are looked for again to the right; a column between two of them must be empty."""
        titles = [fold_joined(column.header) for column in table.columns]
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
        headers = tuple(column.header for column in blocks[0])
        result = _laid_out(table, (), headers, [_Part((), tuple(block)) for block in blocks])
        return replace(result, columns_left=tuple(between))

    @classmethod
    def proposed(cls, sample: Sample) -> Self | None:
        """The header begins again, whole, to the right."""
        titles = [fold_joined(header) for header in sample.headers]
        for at in range(1, len(titles)):
            width = next((blank for blank, title in enumerate(titles[:at]) if not title), at)
            if titles[0] and titles[at : at + width] == titles[:width]:
                return cls(width=width)
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

    @classmethod
    def proposed(cls, sample: Sample) -> Self | None:
        """All sheets but one are named by a month or a year."""
        alike = [sheet for sheet in sample.sheets if _is_month(sheet.strip()) or _YEAR.search(sheet)]
        into = "ماه" if alike and _is_month(alike[0].strip()) else "سال"
        return cls(sheets=tuple(alike), into=into) if len(alike) > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Step):
    """One column becomes several: by a separator, after fixed numbers of characters, or by the groups of a pattern.

    A cell that does not come apart into exactly these is an issue, and its parts stay empty.
    """

    column: str
    into: tuple[str, ...]
    by: str | None = None
    at: tuple[int, ...] = ()
    pattern: str | None = None

    do: ClassVar = "split"
    label: ClassVar = Label("یک ستون به چند ستون", "One column to several")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The column, the headers of its parts, and one of the three ways."""
        column, into = table.text("column") if table.needed("column") else None, texts_needed(table, "into")
        by, pattern, at = table.text("by", trimmed=False), table.text("pattern", trimmed=False), _places(table)
        table.close()
        if sum((by is not None, pattern is not None, table.has("at"))) != 1:
            table.refuse("by", "step-split-way")
            return None
        groups = pattern_groups(pattern) if pattern is not None else len(into)
        if groups != len(into) or (at and len(at) != len(into) - 1):
            table.refuse("into", "step-pattern" if groups is None else "step-split-parts", count=len(into))
            return None
        return cls(column=column, into=into, by=by, at=at, pattern=pattern) if column and into else None

    def apply(self, table: StepTable) -> StepResult:
        """The parts, from left to right; the column itself is gone."""
        column, count = table.single(self.column), len(self.into)
        c = column.name
        if self.by is not None:
            pieces = f"string_split({c}, {sql.literal(self.by)})"
            fits, parts = f"len({pieces}) = {count}", [f"({pieces})[{at}]" for at in range(1, count + 1)]
        elif self.at:
            ends = [0, *self.at]
            lengths = [str(end - start) for start, end in zip(ends, self.at, strict=False)] + [f"length({c})"]
            fits = f"length({c}) > {ends[-1]}"
            parts = [f"substr({c}, {start + 1}, {size})" for start, size in zip(ends, lengths, strict=True)]
        else:
            pattern = sql.literal(self.pattern or "")
            fits = f"regexp_full_match({c}, {pattern})"
            whole = sql.literal(f"^(?:{self.pattern})$")
            parts = [f"regexp_extract({c}, {whole}, {group})" for group in range(1, count + 1)]
        fits = f"coalesce({fits}, FALSE)"
        first = table.fresh
        # The word that makes a row one of sums stays, whole, where it begins the row.
        whole_word = f"WHEN {table.is_total} THEN {c} "
        cells = [
            f"CASE WHEN {fits} THEN nullif({part}, '') {'' if at else whole_word}END AS c{first + at}"
            for at, part in enumerate(parts)
        ]
        kept = tuple(other for other in table.columns if other != column)
        made = tuple(
            StepColumn(first + at, column.letter, header, column.sources) for at, header in enumerate(self.into)
        )
        chosen = ", ".join(["_row", "_line", *(other.name for other in kept), *cells])
        # Where the parts stand is decided by the order of columns: they take the place of what was split.
        place = table.columns.index(column)
        columns = (*kept[:place], *made, *kept[place:])
        relation = f"(SELECT {chosen} FROM {table.relation})"
        unfit = f"{c} IS NOT NULL AND NOT {fits} AND NOT {table.is_total}"
        return StepResult(replace(table, columns=columns, relation=relation), unfit=((column, unfit),))

    @classmethod
    def proposed(cls, sample: Sample) -> Self | None:
        """A column whose cells all come apart at one separator into as many parts as its header."""
        for at, header in enumerate(sample.headers):
            for by in (" - ", " / ", "؛", ";"):
                parts = [part.strip() for part in header.split(by.strip())]
                cells = sample.column(at)
                if len(parts) > 1 and all(parts) and cells and all(len(cell.split(by)) == len(parts) for cell in cells):
                    return cls(column=header, into=tuple(parts), by=by)
        return None


def _places(table: TomlTable) -> tuple[int, ...]:
    """Numbers of characters in rising order."""
    value = table.raw_value("at")
    if value is None:
        return ()
    sound = isinstance(value, list) and all(isinstance(at, int) and not isinstance(at, bool) and at > 0 for at in value)
    if not sound or not isinstance(value, list) or value != sorted(set(value)):
        table.refuse("at", "step-split-at")
        return ()
    return tuple(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildRows(Step):
    """Cells that hold several values become as many rows; in several ``columns`` the values belong together in order.

    The other cells stand in each of these rows, those of the columns ``once`` in the first alone, so that no amount is
    counted twice.
    """

    columns: tuple[str, ...]
    by: str
    once: tuple[str, ...] = ()

    do: ClassVar = "child_rows"
    label: ClassVar = Label("چند مقدار در یک خانه، چند ردیف", "Several values in a cell, several rows")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The columns and what stands between their values."""
        columns, once = texts_needed(table), texts_needed(table, "once") if table.has("once") else ()
        by = table.text("by", trimmed=False) if table.needed("by") else None
        table.close()
        return cls(columns=columns, by=by, once=once) if columns and by else None

    def apply(self, table: StepTable) -> StepResult:
        """A row for each value; a row whose cells hold unlike numbers of values stays one and is an issue."""
        picked, once = table.pick(self.columns), table.pick(self.once) if self.once else ()
        by, most = sql.literal(self.by), MOST_STEP_PARTS
        counts = [f"coalesce(len(string_split({column.name}, {by})), 0)" for column in picked]
        largest = f"greatest({', '.join(counts)}, 1)"
        alike = " AND ".join(f"{count} IN (0, {largest})" for count in counts)
        fits = f"({alike} AND {largest} <= {most})"
        whole = (
            f"(SELECT *, CASE WHEN {fits} THEN {largest} ELSE 1 END AS _parts, {fits} AS _fits FROM {table.relation})"
        )
        several = {
            column.index: f"CASE WHEN _fits AND _parts > 1 "
            f"THEN nullif(trim((string_split({column.name}, {by}))[_part + 1]), '') ELSE {column.name} END"
            for column in picked
        }
        several |= {column.index: f"CASE WHEN _part = 0 THEN {column.name} END" for column in once}
        cells = ", ".join(f"{several.get(column.index, column.name)} AS {column.name}" for column in table.columns)
        relation = (
            f"(SELECT {_numbered(most, '_part')} AS _row, _line, {cells} "
            f"FROM (SELECT *, unnest(range(_parts)) AS _part FROM {whole}))"
        )
        if len(table.places) * most > MOST_PLACES:
            raise StepUnfit("step-too-many", limit=f"{MOST_PLACES:,}")
        places = tuple(place for place in table.places for _ in range(most))
        unfit = ((picked[0], f"NOT {fits}"),)
        return StepResult(replace(table, relation=relation, places=places), unfit=unfit)

    @classmethod
    def proposed(cls, sample: Sample) -> Self | None:
        """Columns in which many cells hold several values beside a sign that lists are written with."""
        for by in ("؛", ";", "\n", "،"):
            names = [
                header
                for at, header in enumerate(sample.headers)
                if header and (cells := sample.column(at)) and 3 * sum(by in cell for cell in cells) >= len(cells)
            ]
            if names:
                return cls(columns=tuple(names), by=by)
        return None
