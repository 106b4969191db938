"""What an engine is asked for: each plan is a frozen value that says what the result is, not how it is found.

`ayan.core.query.sql.to_sql` writes any of them as SQL; an engine may as well answer without (`tests/engines` has one).
A result is a list of tuples of Python values: int, Decimal, date, bool, str, and None for an empty cell. Wherever rows
have no other order they stand in that of their numbers ``_n``, which go from 1 in the order of period and row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Final

from ayan.core.query.grouping import GroupKey, GroupQuestion
from ayan.core.query.question import Position, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

# Where a row stands: its place in the state, and the release and row number by which it is cited.
NUMBER: Final = "_n"
ADDRESS: Final = ("_period", "_release", "_row")


# --- rows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of the rows of a question, from a position on, and one row more if there is one.

    Each is its shown columns, its ``_period``, ``_release``, ``_row`` and ``_n``, and the value that is sorted by.
    """

    question: Question
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class RowNumbers:
    """The same page, but up to ``limit`` rows and one more, each as its ``_n`` alone."""

    question: Question
    position: Position | None = None
    limit: int = 0


@dataclass(frozen=True, slots=True)
class RowFile:
    """All rows of a question from a position on: the shown columns, then ``_row`` as ``period/release#row``.

    With ``cells`` texts are made safe for a spreadsheet and, where the question names a language, the codes of a list
    are shown by their labels.
    """

    question: Question
    position: Position | None = None
    cells: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """The rows with exactly these values, the newest first: all published columns, and the address.

    ``key`` pairs names with values, None for an empty cell; a name of `ADDRESS` is a part of the row's own address.
    """

    key: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Newest:
    """Rows in the shape of `Record`, in the order of ``periods``, ``limit`` of them after the first ``past``."""

    scope: Question
    periods: tuple[str, ...]
    limit: int
    past: int


# --- rows taken together --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowCount:
    """One row: how many rows match, all pages together."""

    scope: Question

    columns: ClassVar[tuple[str, ...]] = ()

    def over(self, scope: Question) -> RowCount:
        """The same of the rows of another question."""
        return RowCount(scope)


@dataclass(frozen=True, slots=True)
class Groups:
    """A row for each group: its keys, its measures, and how many groups there are in all.

    A Jalali year is the number 1403, a month 140305. An average is two columns, a sum and a count; a median the two
    values in the middle: both are divided by whoever asks, for a quotient would be rounded.
    """

    question: GroupQuestion

    @property
    def scope(self) -> Question:
        """The rows that are grouped."""
        return self.question.scope

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        measured = (measure.field for measure in self.question.measures if measure.field)
        return (*(by.field for by in self.question.by), *measured)

    def over(self, scope: Question) -> Groups:
        """The same of the rows of another question."""
        return Groups(replace(self.question, scope=scope))


@dataclass(frozen=True, slots=True)
class Facet:
    """The commonest values of a field with their counts, one more than ``limit``; keys as in `Groups`.

    The field's own conditions do not count, so that the counts say what another choice would give.
    """

    question: Question
    by: GroupKey
    limit: int

    @property
    def scope(self) -> Question:
        """The question without the field's own conditions."""
        others = tuple(condition for condition in self.question.filters if condition.field != self.by.field)
        return replace(self.question, filters=others)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return (self.by.field,)

    def over(self, scope: Question) -> Facet:
        """The same of the rows of another question."""
        return replace(self, question=scope)


@dataclass(frozen=True, slots=True)
class AmountTotals:
    """``part, key, rows`` and the sum of each amount: part 0 is the whole, part 1 a value of ``key``, if there is one.

    ``key`` is a field of days or periods, or the ``_period`` of the release; the parts have no order.
    """

    scope: Question
    amounts: tuple[str, ...]
    key: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return (*([self.key] if self.key else []), *self.amounts)

    def over(self, scope: Question) -> AmountTotals:
        """The same of the rows of another question."""
        return replace(self, scope=scope)


@dataclass(frozen=True, slots=True)
class Median:
    """One row: the median of a column of numbers, perhaps rounded to a double, its least and its greatest value."""

    scope: Question
    field: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return (self.field,)

    def over(self, scope: Question) -> Median:
        """The same of the rows of another question."""
        return replace(self, scope=scope)


# --- numbers and places ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Series:
    """For each series of running numbers, by name: its name, how many different numbers, the first and the last.

    A number is the last digits of a code, twelve at most, and what stands before them names its series. ``first`` is
    the number that each series begins with; smaller ones do not count. None for the least that stands in it.
    """

    by: str
    first: int | None = None


@dataclass(frozen=True, slots=True)
class SeriesGaps:
    """The ranges of numbers that no row has, as series, first and last number, in order; ``limit`` of them."""

    by: str
    first: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class Extent:
    """One row: how many rows, how many with a point, and the least and greatest of ``x`` and of ``y``."""

    scope: Question
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Tiles:
    """Column, line and number of rows of each tile that holds any, by line and column.

    Columns are counted from ``west``, each ``wide``, and lines from ``north`` downwards, each ``high``.
    """

    scope: Question
    x: str
    west: Decimal
    wide: Decimal
    y: str
    north: Decimal
    high: Decimal


Scoped = RowCount | Groups | Facet | AmountTotals | Median
"""Plans about the rows of a question taken together, for an engine that can name these without a look at each."""

Plan = Rows | RowNumbers | RowFile | Record | Newest | Scoped | Series | SeriesGaps | Extent | Tiles


def shown_fields(dataset: Dataset, question: Question) -> tuple[Field, ...]:
    """The fields an answer carries, in declared order."""
    return tuple(field for field in dataset.published if not question.fields or field.name in question.fields)
