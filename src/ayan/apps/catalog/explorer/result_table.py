"""The explorer's table: which fields it shows, how they are sorted, what names a row, and the sums under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import Final

from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import MOST_COLUMNS, MOST_TELLING
from ayan.core.query import keys
from ayan.core.query.additivity import date_field, side_field, stand_together
from ayan.core.query.answer import Row
from ayan.core.query.question import Question, Sort
from ayan.core.query.values import sortable
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.label import Label

TELLING: Final = ("company", "person", "amount", "rate", "date", "status", "category", "unit", "place")
"""The roles of fields, from what says most of a row."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of the table: ``address`` sorts by it (empty where it cannot), ``aria`` says how it is sorted now."""

    field: Field
    address: str
    aria: str

    @property
    def wide(self) -> bool:
        """Whether its cells hold words, which need room."""
        return self.field.kind.is_words and self.field.choices is None


@dataclass(frozen=True, slots=True)
class AmountBar:
    """The amount in the column ``name`` as a bar, with a line where another amount stands: both in hundredths."""

    name: str
    width: int
    line: int

    @property
    def start(self) -> int:
        """Where a bar begins that grows from the right."""
        return 100 - self.width


@dataclass(frozen=True, slots=True)
class TableLine:
    """One row of a table: its record's key in an address, the field that heads it, and the other cells.

    ``mark`` is what sets it apart from the others, such as that it won; ``leads`` are records that its cells name, by
    the name of the column; ``bar`` draws one of its amounts.
    """

    key: str
    head: Field | None
    head_value: object
    sub: tuple[tuple[Field, object], ...]
    cells: tuple[tuple[Field, object], ...]
    mark: Label | None = None
    leads: Mapping[str, Lead] = attribute(default_factory=dict)
    bar: AmountBar | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """The record that a cell names: its dataset, its key, and its title where the cell has only a number."""

    slug: str
    key: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class ExplorerTable:
    """What the page draws: heads, lines, and under each column the sum of this page where it is an amount.

    ``telling`` are the columns that a phone shows; None for all.
    """

    heads: tuple[TableColumn, ...]
    lines: tuple[TableLine, ...]
    foot: tuple[tuple[Field, int | None], ...] = ()
    telling: frozenset[str] | None = None

    @property
    def summed(self) -> bool:
        """Whether anything stands under the columns: with one row there is nothing to add up."""
        return len(self.lines) > 1 and any(value is not None for _, value in self.foot)


def title_field(dataset: Dataset) -> Field | None:
    """The field that names a record: the one declared as its title, else a person, a company, else the first words.

    Of a series, whose rows are told apart by time and lists alone, it is the list: its words are of where it came from.
    """
    fields = dataset.published
    for role in ("title", "person", "company"):
        declared = [field for field in fields if field.role == role]
        if declared:
            return declared[0]
    keys = [dataset.field(name) for name in dataset.key]
    if keys and all(field.kind.is_period or field.choices is not None for field in keys):
        return next((field for field in keys if field.choices is not None), None)
    return next((field for field in fields if field.kind.is_words and field.choices is None), None)


def table_fields(dataset: Dataset, question: Question) -> tuple[Field, ...]:
    """The fields shown as columns: those asked for, else the key and the first ones, those with a role before."""
    if question.fields:
        return tuple(field for field in dataset.published if field.name in question.fields)
    plain = [field for field in dataset.published if field.kind.brief]
    chosen = sorted(plain, key=lambda field: (field.name not in dataset.key, field.role is None))[:MOST_COLUMNS]
    return tuple(field for field in plain if field in chosen)


def asked_fields(dataset: Dataset, shown: Iterable[Field], besides: Iterable[str] = ()) -> tuple[str, ...]:
    """The names to ask for: the columns, what the row's own address and name need, and what a sum of them does."""
    title, side = title_field(dataset), side_field(dataset)
    needed = {*(field.name for field in shown), *dataset.key, *([title.name] if title else []), *besides}
    needed |= {side.name} if side else set()
    needed |= {at.name for field in shown if (at := date_field(dataset, field)) is not None}
    return tuple(field.name for field in dataset.published if field.name in needed)


def largest_first(field: Field) -> bool:
    """Whether a list sorted by the field starts with its largest: numbers and days do, words start with alef."""
    return (field.kind.is_number and field.choices is None) or field.kind.is_day


def columns(shown: Sequence[Field], ask: ExplorerState) -> list[TableColumn]:
    """The columns with their sort links; a second click turns the order round."""
    out = []
    for field in shown:
        now = ask.question.sort if ask.question.sort and ask.question.sort.field == field.name else None
        descending = not now.descending if now else largest_first(field)
        address = ask.but(sort=Sort(field.name, descending), view=None).address if sortable(field) else ""
        aria = "" if now is None else "descending" if now.descending else "ascending"
        out.append(TableColumn(field, address, aria))
    return out


def table(
    ask: ExplorerState, rows: Sequence[Row], shown: Sequence[Field], leads: Sequence[Mapping[str, Lead]] = ()
) -> ExplorerTable:
    """The rows as the page shows them: the record's name heads its line, with the key in small beneath it.

    ``leads`` are the records that the cells of each row name, by column.
    """
    head, under, rest = _split(ask.dataset, shown)
    all_columns = columns(shown, ask)
    heads = [column for column in all_columns if column.field == head] + [
        column for column in all_columns if column.field in rest
    ]
    return ExplorerTable(
        tuple(heads),
        tuple(
            replace(_line(ask.dataset, row, head, under, rest), leads=leads[at] if leads else {})
            for at, row in enumerate(rows)
        ),
        tuple((field, _sum(ask.dataset, field, rows)) for field in rest),
        None if ask.question.fields else telling(rest, ask.question.sort),
    )


def telling(fields: Sequence[Field], sort: Sort | None = None) -> frozenset[str] | None:
    """The names of those that say most of a row, what it is sorted by among them: what a phone has room for.

    None where all of them fit.
    """
    if len(fields) <= MOST_TELLING + 1:
        return None
    order = {role: at for at, role in enumerate(TELLING)}
    sorted_by = sort.field if sort else ""
    ranked = sorted(fields, key=lambda field: (field.name != sorted_by, order.get(field.role or "", len(order))))
    return frozenset(field.name for field in ranked[:MOST_TELLING])


def lines(dataset: Dataset, rows: Iterable[Row], shown: Sequence[Field]) -> list[TableLine]:
    """Rows as lines, for a short table on another page."""
    head, under, rest = _split(dataset, shown)
    return [_line(dataset, row, head, under, rest) for row in rows]


def _line(dataset: Dataset, row: Row, head: Field | None, under: Sequence[Field], rest: Sequence[Field]) -> TableLine:
    return TableLine(
        keys.key_of(dataset, row),
        head,
        row.values.get(head.name) if head else None,
        tuple((field, row.values.get(field.name)) for field in under),
        tuple((field, row.values.get(field.name)) for field in rest),
    )


def _split(dataset: Dataset, shown: Sequence[Field]) -> tuple[Field | None, list[Field], list[Field]]:
    """The field that names a record, the key shown in small beneath it, and the other columns."""
    title = title_field(dataset)
    head = title if title in shown else next(iter(shown), None)
    under = [field for field in shown if field.name in dataset.key and field != head][:1]
    return head, under, [field for field in shown if field != head and field not in under]


def _sum(dataset: Dataset, field: Field, rows: Sequence[Row]) -> int | None:
    """What money comes to on this page; None for other columns, and for rows of which a sum would mean nothing."""
    if not field.kind.is_money or field.shown != "public":
        return None
    if not stand_together(dataset, field, [row.values for row in rows]):
        return None
    values = [value for row in rows if isinstance(value := row.values.get(field.name), int)]
    return sum(values) if values else None
