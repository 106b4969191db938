"""The columns of a sheet that people read: titles with units, real days beside Jalali ones, money in its unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pyarrow as pa

from ayan.core.query.formats.csv_text import compute, day_column, texts
from ayan.core.query.plan import shown_fields
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.limits import LARGEST_WIDTH, SMALLEST_WIDTH
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit, unit_label

ROW: Final = "_row"
WITH_UNIT: Final = "{} ({})"
REAL_DAY: Final = Label("میلادی", "Gregorian")
YES, NO = Label("بله", "yes"), Label("خیر", "no")

Content = Literal["text", "number", "whole", "decimal", "day"]


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet: its title, which column of a batch it shows (``at``), and as what.

    ``field`` is None for the address of the row. ``decimals`` is how many are always shown of a ``decimal``.
    """

    title: str
    at: int
    field: Field | None
    content: Content
    decimals: int = 0


def sheet_columns(dataset: Dataset, question: Question, lang: Lang) -> list[SheetColumn]:
    """The columns in order; a Jalali day has two of them: as it is read, and one that a program reckons with."""
    out: list[SheetColumn] = []
    shown = shown_fields(dataset, question)
    for at, field in enumerate(shown):
        label = field.label.of(lang)
        if field.kind.is_day and field.storage == "DATE":
            if question.calendar == "jalali":
                out.append(SheetColumn(label, at, field, "text"))
                label = WITH_UNIT.format(label, REAL_DAY.of(lang))
            out.append(SheetColumn(label, at, field, "day"))
            continue
        unit = _unit(field, question, lang)
        title = WITH_UNIT.format(label, unit) if unit else label
        out.append(SheetColumn(title, at, field, *_content(field)))
    return [*out, SheetColumn(ROW, len(shown), None, "text")]


def _unit(field: Field, question: Question, lang: Lang) -> str:
    if field.is_text:
        return ""
    if field.kind.is_money:
        return unit_label(SHOWN_UNITS[question.unit], lang)
    return field.unit.of(lang) if field.unit else ""


def _content(field: Field) -> tuple[Content, int]:
    """What cells of a field are; only amounts and quantities are read in groups of three digits, years are not."""
    if field.is_text or not field.kind.is_number or field.choices is not None:
        return "text", 0
    decimals = field.kind.decimals(field)
    if decimals and field.nature is not None:
        return "decimal", decimals
    return ("whole" if field.kind.is_money or field.nature is not None else "number"), 0


def in_unit(column: pa.Array[Any], field: Field, question: Question) -> pa.Array[Any]:
    """A column of numbers as texts, money in the unit of the question: exact, without idle zeros."""
    factor = MONEY_UNITS[SHOWN_UNITS[question.unit]] if field.kind.is_money else 1
    if factor == 1 or not pa.types.is_integer(column.type):
        return texts(column)
    shown = len(str(factor)) - 1
    text = texts(column)
    sign = compute.if_else(compute.starts_with(text, "-"), "-", "")
    digits = compute.utf8_lpad(compute.utf8_ltrim(text, "-"), shown + 1, "0")
    whole = compute.utf8_slice_codeunits(digits, 0, -shown)
    rest = compute.utf8_rtrim(compute.utf8_slice_codeunits(digits, -shown, 2**31 - 1), "0")
    dotted = compute.if_else(compute.equal(rest, ""), "", compute.binary_join_element_wise(".", rest, ""))
    out: pa.Array[Any] = compute.binary_join_element_wise(sign, whole, dotted, "")
    return out


def read_text(column: pa.Array[Any], field: Field | None, question: Question, lang: Lang) -> pa.Array[Any]:
    """A column as the texts that people read: labels of codes, days in the calendar, yes and no in words."""
    if field is not None and field.choices is not None:
        return labelled(texts(column), field, lang)
    out = texts(column)
    if pa.types.is_date(column.type):
        out = compute.replace_substring(day_column(column, question.calendar), "-", locale.of(lang).date_mark)
    elif pa.types.is_boolean(column.type):
        out = compute.if_else(column, YES.of(lang), NO.of(lang))
    return out


def labelled(column: pa.Array[Any], field: Field, lang: Lang) -> pa.Array[Any]:
    """Codes as the labels of their list; each distinct code is looked up once."""
    coded = column.dictionary_encode()
    labels = [field.choices.label(str(code), lang) if field.choices else code for code in coded.dictionary.to_pylist()]
    return pa.array(labels, pa.string()).take(coded.indices)


def widths(columns: Sequence[SheetColumn], written: Sequence[pa.Array[Any]]) -> list[int]:
    """How wide columns are, in digits, by their titles and the texts of the first rows."""
    out = []
    for column, text in zip(columns, written, strict=True):
        longest = compute.max(compute.utf8_length(text)).as_py() or 0
        groups = longest // 3 if column.content in ("whole", "decimal") else 0
        # A title may stand in two lines.
        out.append(min(LARGEST_WIDTH, max(SMALLEST_WIDTH, longest + groups + 2, len(column.title) // 2 + 4)))
    return out


def fields_of(dataset: Dataset, lang: Lang | None) -> dict[str, str]:
    """The field that each title of a table belongs to, in whatever unit and calendar a sheet for people has it."""
    if lang is None:
        return {field.name: field.name for field in dataset.published}
    names = {field.label.of(lang): field.name for field in dataset.published}
    for unit in SHOWN_UNITS:
        question = Question(slug=dataset.slug, lang=lang, unit=unit, calendar="jalali")
        for column in sheet_columns(dataset, question, lang):
            if column.field is not None:
                names.setdefault(column.title, column.field.name)
    return names


def unit_of(dataset: Dataset, titles: Collection[str], lang: Lang | None) -> ShownUnit:
    """The unit of money that the titles of a sheet name; rial where they name none."""
    for unit in SHOWN_UNITS if lang else ():
        columns = sheet_columns(dataset, Question(slug=dataset.slug, lang=lang, unit=unit), lang or "")
        if any(
            column.field is not None and column.field.kind.is_money and column.title in titles for column in columns
        ):
            return unit
    return "rial"
