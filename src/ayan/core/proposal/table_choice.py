"""Several tables below each other on a sheet: which there are, and how the one that somebody chose is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.intake.reading_notes import FIRST_ROWS, SheetPreview, head_of
from ayan.core.intake.sheet_tables import SheetTable, tables_of
from ayan.core.intake.table import RawTable, printable_name
from ayan.core.proposal.answers import BadAnswer
from ayan.core.proposal.limits import MOST_OPTIONS
from ayan.core.proposal.proposed_field import OpenQuestion
from ayan.core.proposal.sheet_shape import SheetShape, shape_of
from ayan.core.schema.definition import Layout
from ayan.core.schema.steps.shape_steps import TableOf
from ayan.core.schema.steps.step import StepColumn, StepTable
from ayan.core.system.duckdb import confined
from ayan.core.values.label import Label

TABLE: Final = "table"
"""The key of the question which of the tables of a sheet is meant."""

_WHICH_TABLE: Final = Label(
    "در برگه چند جدول هست. کدام را می‌خواهید؟ پیشنهاد از «{name}» است.",
    "The sheet holds several tables. Which is meant? The proposal is made from “{name}”.",
)


@dataclass(frozen=True, slots=True)
class ListedTable:
    """One of the tables of a sheet: by which answer it is meant, the step that reads it, and its shape."""

    name: str
    step: TableOf
    shape: SheetShape


def listed_tables(raw: RawTable) -> list[ListedTable]:
    """The tables of a sheet of which every row was read."""
    columns = tuple(StepColumn(each.index, each.letter, each.header) for each in raw.columns)
    with confined(paths=raw.files) as con:
        tables = tables_of(con, StepTable(columns, raw.relation))
        cells = ", ".join(["_row", *(column.name for column in columns)])
        heads = [
            con.execute(
                f"SELECT {cells} FROM {raw.relation} WHERE _row >= {table.header.number} AND _row < {_end(table)} "
                f"LIMIT {FIRST_ROWS}"
            ).fetchall()
            for table in tables
        ]
    titles = [printable_name(table.title) for table in tables]
    listed = []
    for at, (table, head) in enumerate(zip(tables, heads, strict=True)):
        rows = head_of((number, None, [str(cell or "") for cell in row]) for number, *row in head)
        shape = shape_of(SheetPreview("", None, None, False, rows), 1)
        alone = bool(titles[at]) and titles.count(titles[at]) == 1 and table.title == titles[at]
        step = TableOf(title=titles[at]) if alone else TableOf(number=at + 1)
        named = SheetShape(1, shape.header_rows, title=titles[at])
        listed.append(ListedTable(titles[at] if alone else str(at + 1), step, named))
    return listed


def _end(table: SheetTable) -> int:
    return table.end if table.end is not None else 2**62


def choose_table(
    answer: str | None, read: Callable[[Layout], RawTable], layout: Layout, questions: list[OpenQuestion]
) -> ListedTable | None:
    """The table that was answered; without an answer the first, which is asked about, where there are several.

    Raises BadAnswer for an answer that is none of them.
    """
    listed = listed_tables(read(layout))
    if answer is not None:
        chosen = next((each for each in listed if answer in (each.name, str(listed.index(each) + 1))), None)
        if chosen is None:
            raise BadAnswer("جدولی به نام «{name}» در برگه نیست.", "The sheet has no table “{name}”.").format(
                name=printable_name(answer)
            )
        return chosen
    if len(listed) > 1 and all(each.key != TABLE for each in questions):
        names = _names(listed)
        questions.append(OpenQuestion(TABLE, _WHICH_TABLE.format(name=names[0]), tuple(names[:MOST_OPTIONS]), 0))
        return listed[0]
    return None


def _names(listed: Sequence[ListedTable]) -> list[str]:
    return [each.name for each in listed]
