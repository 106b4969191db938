"""The columns a person chose: which column of a file holds which field, as plain JSON, laid over a declared layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.refine.header_matching import header_key
from ayan.core.refine.limits import LONGEST_CONSTANT
from ayan.core.schema.definition import Dataset, FieldReading, Layout
from ayan.core.schema.layouts import LAST_ROW
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.refusal import Refusal

CHOSEN: Final = "@chosen"
"""The name of the layout that a choice makes; no file of a declaration can have it."""

NOWHERE: Final = 0
"""The position of a field that is in no column of the file."""

_LAST_COLUMN: Final = 16_384

Place = int | str | None


class BadChoice(Refusal, ValueError):
    """A choice that does not fit the dataset or the file."""

    code = "bad-choice"
    fa = "این ستون‌ها با داده نمی‌خواند."
    en = "These columns do not fit the dataset."
    status = 422


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Where each field stands: a 1-based column, a text that holds for all rows (a constant), or nowhere (None).

    A field that is not named is nowhere. ``source`` is the declared layout that it is laid over: money units, calendars
    and placeholders stay as that layout says. ``header_row`` is the first row of the header, None where it is found.
    """

    fields: Mapping[str, Place]
    source: str = "default"
    sheet: str | None = None
    header_row: int | None = None

    def as_json(self) -> dict[str, Json]:
        """The choice as it may be kept."""
        places: dict[str, Json] = {}
        for name, assigned in self.fields.items():
            if isinstance(assigned, int):
                places[name] = {"column": assigned}
            else:
                places[name] = None if assigned is None else {"constant": assigned}
        return {"source": self.source, "sheet": self.sheet, "header_row": self.header_row, "fields": places}

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
        return cls({str(name): _field_place(entry) for name, entry in table["fields"].items()}, source, sheet, row)

    def columns(self, raw: RawTable) -> dict[str, RawColumn]:
        """The columns of the fields that are in the file."""
        return {name: raw.columns[at - 1] for name, at in self.fields.items() if isinstance(at, int)}

    def check(self, dataset: Dataset, raw: RawTable) -> None:
        """Raise BadChoice unless every field is declared, every column is there, and none serves two fields."""
        declared = {field.name: field for field in dataset.fields}
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
    declared = dataset.sources[choice.source]
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
    return replace(dataset, sources={**dataset.sources, CHOSEN: layout})


def layout_of(declared: Layout, sheet: str | None, header_row: int | None) -> Layout:
    """A declared layout with the sheet and the header row that a person chose."""
    layout = declared if sheet is None else replace(declared, sheet=sheet)
    if header_row is None:
        return layout
    return replace(layout, headers=None, data_row=None, header_row=header_row)


def header_fingerprint(raw: RawTable) -> str:
    """What a choice is remembered by: the same columns under the same titles in the same order, however spelt."""
    titles: list[Json] = [header_key(column.header) for column in raw.columns]
    return sha256_hex(canonical_json(titles))


def _field_place(table: object) -> Place:
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
