"""Which column holds which field: guessed from titles and cells, and as a person chose it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import Final, Literal

import duckdb

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.refine.column_guesses import LOOKED_AT, ColumnGuesses
from ayan.core.refine.column_sql import unifications
from ayan.core.refine.date_orders import check_orders, in_orders
from ayan.core.refine.header_matching import header_key, match
from ayan.core.refine.limits import LONGEST_CONSTANT
from ayan.core.refine.money_units import StatedUnit, check_units, in_units
from ayan.core.schema.definition import Dataset, FieldReading, Layout
from ayan.core.schema.field import Field
from ayan.core.schema.layouts import LAST_ROW, layout_called, read_as
from ayan.core.system.duckdb import confined
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.refusal import Refusal

MatchBasis = Literal["exact", "remembered", "guess", "none"]

SAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class FieldProposal:
    """One declared field and the column (or constant) proposed for it; a guess counts only once a person says so."""

    field: Field
    how: MatchBasis
    column: RawColumn | None
    constant: str | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of the file: the field it is used for, the one it may be meant for, or none: then it is ignored."""

    column: RawColumn
    field: str | None
    guess: str | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """Both sides beside each other.

    ``unified`` counts the cells of the columns in use (guesses among them) that will be written in one way without a
    word: letters, digits, dates, numbers, spaces.
    """

    fingerprint: str
    ours: tuple[FieldProposal, ...]
    theirs: tuple[FileColumn, ...]
    unified: Mapping[str, int]
    source: str
    sheet: str | None
    header_row: int | None

    def choice(self, confirmed: Collection[str] = ()) -> ColumnChoice:
        """The choice that follows from this; guesses only of the fields ``confirmed``."""
        places: dict[str, int | str | None] = {}
        for proposal in self.ours:
            sure = proposal.how != "guess" or proposal.field.name in confirmed
            column = proposal.column.index if proposal.column is not None else None
            places[proposal.field.name] = (proposal.constant or column) if sure else None
        return ColumnChoice(places, self.source, self.sheet, self.header_row)


def propose(
    raw: RawTable,
    dataset: Dataset,
    *,
    source: str = "default",
    sheet: str | None = None,
    header_row: int | None = None,
    remembered: ColumnChoice | None = None,
) -> ColumnProposal:
    """Set the columns of ``raw`` beside the fields of ``dataset``.

    ``remembered`` is the choice that was made for a file of the same `header_fingerprint`; it wins over everything.
    """
    layout, fields, constants = read_as(dataset, source)
    with _opened(raw) as con:
        samples = _samples(con, raw)
        proposed: dict[str, tuple[MatchBasis, RawColumn | None, str | None]] = {}
        if remembered is not None:
            proposed = _remembered(raw, fields, remembered)
        else:
            for mapped in match(raw, layout, fields, constants).fields:
                if mapped.column is not None or mapped.constant is not None:
                    proposed[mapped.field.name] = ("exact", mapped.column, mapped.constant)
            taken = {column.index for _, column, _ in proposed.values() if column is not None}
            open_fields = [field for field in fields if field.name not in proposed]
            free = [column for column in raw.columns if column.index not in taken]
            proposed |= {
                name: ("guess", column, None)
                for name, column in ColumnGuesses(con, raw).pairs(open_fields, free).items()
            }
        ours = tuple(_ours(field, proposed.get(field.name), samples) for field in fields)
        counts = unifications(
            con, raw, [(proposal.field, proposal.column) for proposal in ours if proposal.column is not None]
        )
    used = {proposal.column.index: proposal for proposal in ours if proposal.column is not None}
    theirs = tuple(_theirs(column, used.get(column.index), samples) for column in raw.columns)
    return ColumnProposal(header_fingerprint(raw), ours, theirs, counts, source, sheet, header_row)


def _ours(
    field: Field,
    proposed: tuple[MatchBasis, RawColumn | None, str | None] | None,
    samples: Mapping[int, tuple[str, ...]],
) -> FieldProposal:
    how, column, constant = proposed or ("none", None, None)
    return FieldProposal(field, how, column, constant, samples.get(column.index, ()) if column else ())


def _theirs(column: RawColumn, used: FieldProposal | None, samples: Mapping[int, tuple[str, ...]]) -> FileColumn:
    name = used.field.name if used else None
    guessed = used is not None and used.how == "guess"
    return FileColumn(column, None if guessed else name, name if guessed else None, samples.get(column.index, ()))


def _remembered(
    raw: RawTable, fields: Sequence[Field], choice: ColumnChoice
) -> dict[str, tuple[MatchBasis, RawColumn | None, str | None]]:
    by_index = {column.index: column for column in raw.columns}
    proposed: dict[str, tuple[MatchBasis, RawColumn | None, str | None]] = {}
    for field in fields:
        assigned = choice.fields.get(field.name)
        if isinstance(assigned, str):
            proposed[field.name] = ("remembered", None, assigned)
        elif assigned in by_index:
            proposed[field.name] = ("remembered", by_index[assigned], None)
    return proposed


@contextmanager
def _opened(raw: RawTable) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read the files of ``raw`` and nothing else."""
    with confined(paths=raw.files) as con:
        yield con


def _samples(con: duckdb.DuckDBPyConnection, raw: RawTable) -> dict[int, tuple[str, ...]]:
    """The first different values of every column, as the file writes them."""
    if not raw.columns:
        return {}
    picked = ", ".join(
        f"list(c{column.index} ORDER BY _row) FILTER (c{column.index} IS NOT NULL)" for column in raw.columns
    )
    row = con.execute(f"SELECT {picked} FROM (FROM {raw.relation} LIMIT {LOOKED_AT})").fetchone() or ()
    return {
        column.index: tuple(dict.fromkeys(str(text)[:300] for text in texts or ()))[:SAMPLES]
        for column, texts in zip(raw.columns, row, strict=True)
    }


CHOSEN: Final = "@chosen"
"""The name of the layout that a choice makes; no file of a declaration can have it."""

NOWHERE: Final = 0
"""The position of a field that is in no column of the file."""

_LAST_COLUMN: Final = 16_384

ColumnPlace = int | str | None


class BadChoice(Refusal, ValueError):
    """A choice that does not fit the dataset or the file."""

    code = "bad-choice"
    fa = "این ستون‌ها با داده سازگار نیست."
    en = "These columns do not fit the dataset."
    status = 422


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Where each field stands: a 1-based column, a text that holds for all rows (a constant), or nowhere (None).

    A field that is not named is nowhere. ``source`` is the declared layout that it is laid over: calendars,
    placeholders, orders of day and month not named in ``date_orders`` and units of money not named in ``units`` stay as
    that layout says. ``header_row`` is the first row of
    the header, None where it is found.
    """

    fields: Mapping[str, ColumnPlace]
    source: str = "default"
    sheet: str | None = None
    header_row: int | None = None
    units: Mapping[str, StatedUnit] = attribute(default_factory=dict)
    date_orders: Mapping[str, str] = attribute(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """The choice as it may be kept."""
        units: dict[str, Json] = {name: stated.as_json() for name, stated in sorted(self.units.items())}
        places: dict[str, Json] = {}
        for name, assigned in self.fields.items():
            if isinstance(assigned, int):
                places[name] = {"column": assigned}
            else:
                places[name] = None if assigned is None else {"constant": assigned}
        chosen: dict[str, Json] = {"source": self.source, "sheet": self.sheet, "header_row": self.header_row}
        orders: dict[str, Json] = dict(sorted(self.date_orders.items()))
        said = ({"units": units} if units else {}) | ({"date_orders": orders} if orders else {})
        return chosen | {"fields": places} | said

    @classmethod
    def from_json(cls, table: object) -> ColumnChoice:
        """The choice that `as_json` wrote; BadChoice for anything else."""
        if not isinstance(table, Mapping) or not isinstance(table.get("fields"), Mapping):
            raise BadChoice("انتخاب ستون‌ها خوانده نشد.", "The choice of columns cannot be read.")
        sheet, row, source = table.get("sheet"), table.get("header_row"), table.get("source", "default")
        if not isinstance(source, str) or not isinstance(sheet, str | None):
            raise BadChoice("نام چیدمان یا برگه متن نیست.", "The name of the layout or of the sheet is no text.")
        if row is not None and not _whole(row, LAST_ROW):
            raise BadChoice("شمارهٔ ردیف سرستون درست نیست.", "The row of the header is not a row number.")
        units, orders = table.get("units", {}), table.get("date_orders", {})
        if not (isinstance(units, Mapping) and isinstance(orders, Mapping)):
            raise BadChoice("واحدهای پول یا ترتیب تاریخ‌ها خوانده نشد.", "Units or orders of dates cannot be read.")
        stated = {str(name): StatedUnit.from_json(unit) for name, unit in units.items()}
        places = {str(name): _field_place(entry) for name, entry in table["fields"].items()}
        return cls(places, source, sheet, row, stated, {str(name): str(order) for name, order in orders.items()})

    def in_unit(self, name: str, unit: str, over: Iterable[str]) -> ColumnChoice:
        """The choice with one field said to be in a unit, in the face of ``over`` and what it was said over before."""
        before = self.units.get(name)
        codes = dict.fromkeys([*(before.over if before and before.unit == unit else ()), *over])
        return replace(self, units={**self.units, name: StatedUnit(unit, tuple(codes))})

    def in_order(self, name: str, order: str) -> ColumnChoice:
        """The choice with the days of one field said to be in an order."""
        return replace(self, date_orders={**self.date_orders, name: order})

    def columns(self, raw: RawTable) -> dict[str, RawColumn]:
        """The columns of the fields that are in the file."""
        return {name: raw.columns[at - 1] for name, at in self.fields.items() if isinstance(at, int)}

    def check(self, dataset: Dataset, raw: RawTable) -> None:
        """Raise BadChoice unless every field is declared, every column is there, and none serves two fields."""
        declared = {field.name: field for field in dataset.fields}
        check_units(dataset, ((name, stated.unit) for name, stated in self.units.items()))
        check_orders(dataset, self.date_orders.items())
        taken: dict[int, str] = {}
        for name, assigned in self.fields.items():
            if name not in declared:
                raise BadChoice("فیلدی به نام {name} اعلام نشده است.", "No field {name} is declared.").format(
                    name=name[:60]
                )
            label = declared[name].label
            if not isinstance(assigned, int):
                continue
            if not 1 <= assigned <= len(raw.columns):
                raise BadChoice(
                    "ستونی که برای «{label}» انتخاب شد در پرونده نیست.",
                    "The column chosen for “{label}” is not in the file.",
                ).format(label=label)
            if (other := taken.setdefault(assigned, name)) != name:
                first = declared[other].label
                raise BadChoice(
                    "یک ستون هم برای «{first}» و هم برای «{label}» انتخاب شده است.",
                    "One column is chosen for both “{first}” and “{label}”.",
                ).format(first=first, label=label)


def laid_over(dataset: Dataset, choice: ColumnChoice, width: int = _LAST_COLUMN) -> Dataset:
    """``dataset`` with one more layout, `CHOSEN`: the declared one with the columns of ``choice`` in place of its own.

    Whatever of the ``width`` columns no field was given is left out knowingly.
    """
    declared = layout_called(dataset, choice.source)
    if declared is None:
        raise BadChoice
    readings: dict[str, FieldReading] = {}
    for field in dataset.fields:
        assigned = choice.fields.get(field.name)
        reading = declared.fields.get(field.name, FieldReading())
        position = assigned if isinstance(assigned, int) else NOWHERE
        constant = assigned if isinstance(assigned, str) else None
        readings[field.name] = replace(reading, position=position, constant=constant)
    used = {assigned for assigned in choice.fields.values() if isinstance(assigned, int)}
    ignore = tuple(index for index in range(1, width + 1) if index not in used)
    layout = replace(layout_of(declared, choice.sheet, choice.header_row), name=CHOSEN, ignore=ignore, fields=readings)
    chosen = replace(dataset, sources={**dataset.sources, CHOSEN: layout})
    return in_orders(in_units(chosen, CHOSEN, choice.units), CHOSEN, choice.date_orders)


def layout_of(declared: Layout, sheet: str | None, header_row: int | None) -> Layout:
    """A declared layout with the sheet and the header row that a person chose."""
    layout = declared if sheet is None else replace(declared, sheet=sheet)
    if header_row is None:
        return layout
    return replace(layout, headers=None, data_row=None, header_row=header_row)


def header_fingerprint(raw: RawTable) -> str:
    """What a choice is remembered by: the same columns under the same titles in the same order, however spelt."""
    return _fingerprint(column.header for column in raw.columns)


def titles_fingerprint(raw: RawTable) -> str:
    """What layout steps are remembered by: the titles of the file as they are before any step."""
    return _fingerprint(raw.titles)


def _fingerprint(headers: Iterable[str]) -> str:
    return sha256_hex(canonical_json(list[Json](map(header_key, headers))))


def _field_place(table: object) -> ColumnPlace:
    if table is None:
        return None
    if isinstance(table, Mapping) and len(table) == 1:
        column, constant = table.get("column"), table.get("constant")
        if isinstance(column, int) and _whole(column, _LAST_COLUMN):
            return column
        if isinstance(constant, str) and 0 < len(constant) <= LONGEST_CONSTANT:
            return constant
    raise BadChoice("جای یک فیلد خوانده نشد.", "The place of a field cannot be read.")


def _whole(value: object, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= high
