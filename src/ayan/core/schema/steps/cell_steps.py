"""Steps over single cells: one column becomes several, or several values in a cell become rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from ayan.core.schema.limits import MOST_PLACES, MOST_STEP_PARTS
from ayan.core.schema.steps.step import (
    Sample,
    Step,
    StepColumn,
    StepResult,
    StepTable,
    StepUnfit,
    numbered,
    pattern_groups,
    texts_needed,
)
from ayan.core.schema.tables import TomlTable
from ayan.core.values import sql
from ayan.core.values.label import Label


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
        split_columns = tuple(
            StepColumn(first + at, column.letter, header, column.sources) for at, header in enumerate(self.into)
        )
        chosen = ", ".join(["_row", "_line", *(other.name for other in kept), *cells])
        # Where the parts stand is decided by the order of columns: they take the place of what was split.
        place = table.columns.index(column)
        columns = (*kept[:place], *split_columns, *kept[place:])
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
            f"(SELECT {numbered(most, '_part')} AS _row, _line, {cells} "
            f"FROM (SELECT *, unnest(range(_parts)) AS _part FROM {whole}))"
        )
        if len(table.places) * most > MOST_PLACES:
            raise StepUnfit("step-too-many", limit=f"{MOST_PLACES:,}")
        places = tuple(place for place in table.places for _ in range(most))
        unfit = ((picked[0], f"NOT {fits}"),)
        return StepResult(replace(table, relation=relation, places=places), unfit=unfit)
