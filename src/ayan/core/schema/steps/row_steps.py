"""Steps over the rows of a table: where it starts and ends, rows that are none, titles and values carried down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Final, Self

from ayan.core.schema.steps.step import (
    RowRule,
    Step,
    StepColumn,
    StepResult,
    StepTable,
    rule_needed,
    texts_needed,
)
from ayan.core.schema.tables import TomlTable
from ayan.core.values import sql
from ayan.core.values.label import Label
from ayan.core.values.text import DITTO

_A_TITLE: Final = RowRule(filled_at_most=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RuledStep(Step):
    """A step that is nothing but a rule for rows."""

    when: RowRule

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """Its rule, ``when``."""
        rule = rule_needed(table)
        table.close()
        return cls(when=rule) if rule else None

    def _left(self, table: StepTable, kept: str) -> StepResult:
        """The rows for which ``kept`` holds, the others named."""
        left = f"SELECT _row, _line FROM {table.relation} WHERE NOT ({kept})"
        return StepResult(replace(table, relation=table.selecting({}, kept)), left)

    def _first(self, table: StepTable) -> str:
        """The number of the first row that the rule means."""
        rows = f"SELECT _row, {self.when.condition(table)} AS meant FROM {table.relation}"
        return f"(SELECT min(_row) FROM ({rows}) WHERE meant)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(_RuledStep):
    """Rows before the first that the rule means are left out; all stay where it means none."""

    do: ClassVar = "start"
    label: ClassVar = Label("آغاز جدول در نخستین ردیفی که…", "The table starts at the first row that…")

    def apply(self, table: StepTable) -> StepResult:
        """Keep that row and those after it."""
        return self._left(table, f"_row >= coalesce({self._first(table)}, 0)")


@dataclass(frozen=True, slots=True, kw_only=True)
class End(_RuledStep):
    """The first row that the rule means and all after it are left out."""

    do: ClassVar = "end"
    label: ClassVar = Label("پایان جدول پیش از نخستین ردیفی که…", "The table ends before the first row that…")

    def apply(self, table: StepTable) -> StepResult:
        """Keep the rows before it."""
        return self._left(table, f"_row < coalesce({self._first(table)}, 9223372036854775807)")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut(_RuledStep):
    """Every row that the rule means is left out."""

    do: ClassVar = "leave_out"
    label: ClassVar = Label("کنار گذاشتن ردیف‌هایی که…", "Rows are left out that…")

    def apply(self, table: StepTable) -> StepResult:
        """Keep the others."""
        condition = self.when.condition(table)
        if not self.when.gap:
            return self._left(table, f"NOT {condition}")
        meant = f"SELECT _row FROM (SELECT _row, {condition} AS meant FROM {table.relation}) WHERE meant"
        return self._left(table, f"_row NOT IN ({meant})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry(Step):
    """A row that is the title of those under it: its text stands in a column of theirs, and the row is none."""

    into: str
    column: str | None = None
    when: RowRule = _A_TITLE

    do: ClassVar = "carry"
    label: ClassVar = Label("بردن عنوان هر بخش به ستونی از ردیف‌های آن", "Section titles become a column")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """Its rule, where the title stands in the row, and the header of the column that it comes into."""
        into = table.text("into") if table.needed("into") else None
        column, rule = table.text("column"), rule_needed(table, _A_TITLE)
        table.close()
        return cls(into=into, column=column, when=rule) if into and rule else None

    def apply(self, table: StepTable) -> StepResult:
        """Fill the new column with the title above; what else a title row holds, and one without rows, is named."""
        title, index = table.first_cell, table.fresh
        letter, sources = (table.columns[0].letter if table.columns else "A"), frozenset[int]()
        if self.column:
            stands = table.single(self.column)
            title, letter, sources = stands.name, stands.letter, stands.sources
        # A row of sums with a single amount is no title.
        is_title = f"({self.when.condition(table)} AND NOT {table.is_total})"
        cells = ", ".join(column.name for column in table.columns)
        marked = (
            f"(SELECT _row, _line, {cells}, _title, "
            f"last_value(CASE WHEN _title THEN coalesce({title}, '') END IGNORE NULLS) OVER w AS _above, "
            f"lead(_title, 1, TRUE) OVER (ORDER BY _row) AS _last, "
            f"{_filled(table)} AS _filled FROM (SELECT *, {is_title} AS _title FROM {table.relation}) "
            "WINDOW w AS (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))"
        )
        # What stands before the first title has none.
        relation = f"(SELECT _row, _line, {cells}, nullif(_above, '') AS c{index} FROM {marked} WHERE NOT _title)"
        left = f"SELECT _row, _line FROM {marked} WHERE _title AND (_last OR _filled > 1)"
        column = StepColumn(index, letter, self.into, sources)
        return StepResult(replace(table, columns=(*table.columns, column), relation=relation), left)


def _filled(table: StepTable) -> str:
    return " + ".join(f"({column.name} IS NOT NULL)::INTEGER" for column in table.columns) or "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class FillDown(Step):
    """An empty cell means the one above it, as where cells were merged; a row of sums is left as it is.

    A mark for "as above" is as good as an empty cell.
    """

    columns: tuple[str, ...]

    do: ClassVar = "fill_down"
    label: ClassVar = Label("پر کردن خانه‌های خالی از بالا", "Empty cells take the value above")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The headers of its columns."""
        columns = texts_needed(table)
        table.close()
        return cls(columns=columns) if columns else None

    def apply(self, table: StepTable) -> StepResult:
        """The last filled cell above, of rows that are records."""
        picked = table.pick(self.columns)
        total = f"(SELECT *, {table.is_total} AS _total FROM {table.relation})"
        above = {
            column.index: f"CASE WHEN _total THEN {column.name} ELSE coalesce({said(column)}, "
            f"last_value(CASE WHEN NOT _total THEN {said(column)} END IGNORE NULLS) OVER w) END"
            for column in picked
        }
        cells = ", ".join(f"{above.get(column.index, column.name)} AS {column.name}" for column in table.columns)
        relation = (
            f"(SELECT _row, _line, {cells} FROM {total} "
            "WINDOW w AS (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))"
        )
        return StepResult(replace(table, relation=relation), filled=picked)


def said(column: StepColumn) -> str:
    """The cell of a column, NULL where it is empty or says no more than that it is the one above."""
    return f"CASE WHEN NOT {sql.is_among(f'lower(trim({column.name}))', DITTO)} THEN {column.name} END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore(Step):
    """Columns that are left out knowingly, by their headers."""

    columns: tuple[str, ...]

    do: ClassVar = "ignore"
    label: ClassVar = Label("کنار گذاشتن ستون‌ها", "Columns are left out")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The headers of its columns, or patterns for them."""
        columns = texts_needed(table)
        table.close()
        return cls(columns=columns) if columns else None

    def apply(self, table: StepTable) -> StepResult:
        """Without them."""
        gone = {column.index for column in table.pick(self.columns)}
        kept = replace(table, columns=tuple(column for column in table.columns if column.index not in gone))
        blank = f"coalesce({', '.join(column.name for column in kept.columns) or 'NULL'}) IS NOT NULL"
        left = tuple(column for column in table.columns if column.index in gone)
        kept = replace(kept, relation=kept.selecting({}, blank if kept.columns else "FALSE"))
        return StepResult(kept, columns_left=left)


def literal_or_null(text: str) -> str:
    """A text in SQL, NULL where it is empty."""
    return sql.literal(text) if text else "NULL"
