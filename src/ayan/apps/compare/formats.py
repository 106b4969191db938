"""A comparison as documents: JSON for programs, CSV and a workbook for people, all with the exact numbers in rial."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, TypedDict, cast

import orjson
import xlsxwriter

from ayan.apps.catalog.explorer import group_table, result_options
from ayan.apps.compare import comparison_options, comparison_text
from ayan.apps.compare.computation import ComparisonLine, ComparisonResult, WorkedSide
from ayan.apps.compare.other_cities import OtherCityAnswer
from ayan.core.query.formats.document import plain
from ayan.core.store.tombstone import instant
from ayan.core.values import locale
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.limits import MOST_SHEET_DIGITS
from ayan.core.values.locale import Lang
from ayan.core.values.money import unit_label
from ayan.core.values.spreadsheet import safe
from ayan.ui.api.answers import AnswerCell, ProvenanceAnswer, Url, WholeNumber, WordsAnswer, provenance
from ayan.ui.api.json_schema import Schema, extended_by

DIFFERENCE: Final = Label("{other} منهای {first}", "{other} minus {first}")
CHANGE: Final = Label("{other} در برابر {first}، درصد", "{other} against {first}, per cent")
WHAT: Final = Label("آنچه سنجیده شد", "What is compared")
HOW: Final = Label("چگونه حساب شد", "How it was worked out")
SOURCE: Final = Label("منبع", "Source")
NOTES: Final = Label("دربارهٔ این مقایسه", "About this comparison")
TABLE: Final = Label("مقایسه", "Comparison")


FigureCells = list[float | None]


class SideNumbersAnswer(TypedDict):
    """One number for each side."""

    values: Annotated[FigureCells, Schema("One number for each side, money in rial")]
    differences: Annotated[FigureCells, Schema("How much each side is above the first one")]
    changes_percent: Annotated[FigureCells, Schema("The same in per cent of the first, one decimal")]


class ComparisonLineAnswer(SideNumbersAnswer):
    """The numbers for one value of what the comparison runs along."""

    key: AnswerCell
    label: str


class ComparisonSideAnswer(ProvenanceAnswer):
    """One of the sides, and what it was read from."""

    side: str
    label: str
    rows: WholeNumber
    left_out: WholeNumber
    api: Url | None
    city: OtherCityAnswer | None


@extended_by(list[str])
class SentencesAnswer(TypedDict):
    """The same sentences in Persian, in English, and in every further language in use."""

    fa: list[str]
    en: list[str]


class RealMoneyAnswer(TypedDict):
    """At the prices of which year amounts are told, and by which index."""

    base: str
    dataset: str
    index: dict[str, float | None]


class DivisorAnswer(TypedDict):
    """What numbers are divided by."""

    code: str
    dataset: str


class ComparisonAnswer(TypedDict):
    """The numbers of a comparison, each side with the state that it was read from."""

    title: WordsAnswer
    finding: SentencesAnswer
    measure: str
    unit: str | None
    over: str | None
    sides: list[ComparisonSideAnswer]
    lines: list[ComparisonLineAnswer]
    total: SideNumbersAnswer
    real: RealMoneyAnswer | None
    per: DivisorAnswer | None
    method: SentencesAnswer
    query: str


def document(worked: ComparisonResult, lang: Lang) -> bytes:
    """Everything: the question, the sides with what they were read from, the lines, the method in both languages."""
    comparison = worked.question
    answer: ComparisonAnswer = {
        "title": cast(WordsAnswer, {lang: comparison_text.title(comparison, lang) for lang in locale.codes()}),
        "finding": _sentences(lambda lang: comparison_text.finding(worked, lang)),
        "measure": comparison.measure.name,
        "unit": _unit(worked),
        "over": comparison.over.name if comparison.over else None,
        "sides": [
            {
                "side": worked_side.side.text,
                "label": comparison_text.side_label(comparison, worked_side.side, lang),
                "rows": worked_side.rows,
                "left_out": worked_side.left_out,
                "api": None if worked_side.away else group_table.api_address(comparison.dataset, worked_side.question),
                "city": worked_side.away.as_json() if worked_side.away else None,
                **provenance(worked_side.snapshot),
            }
            for worked_side in worked.sides
        ],
        "lines": [
            {
                "key": cast(AnswerCell, plain(line.key)),
                "label": comparison_text.key_label(worked.question, line.key, lang),
                **_numbers(line),
            }
            for line in worked.lines
        ],
        "total": _numbers(worked.total),
        "real": None
        if worked.prices is None
        else {
            "base": comparison.base,
            "dataset": worked.prices.dataset.slug,
            "index": {year: _number(level) for year, level in sorted(worked.prices.index.items())},
        },
        "per": None
        if worked.divisor is None
        else {
            "code": comparison.per,
            "dataset": worked.people.dataset.slug if worked.people else comparison.dataset.slug,
        },
        "method": _sentences(lambda lang: comparison_text.method(worked, lang)),
        "query": comparison.query,
    }
    return orjson.dumps(answer)


def _sentences(of: Callable[[Lang], Iterable[str]]) -> SentencesAnswer:
    return cast(SentencesAnswer, {lang: list(of(lang)) for lang in locale.codes()})


def _unit(worked: ComparisonResult) -> str | None:
    return "rial" if worked.is_money else None


def _numbers(line: ComparisonLine) -> SideNumbersAnswer:
    places = range(len(line.values))
    return {
        "values": [_number(value) for value in line.values],
        "differences": [_number(line.difference(position)) if position else None for position in places],
        "changes_percent": [_number(line.change(position)) if position else None for position in places],
    }


def _number(value: object) -> float | None:
    """A number as JSON holds it, exact whatever its size."""
    return cast(float | None, plain(value))


def heads(worked: ComparisonResult, lang: Lang) -> list[str]:
    """The heads of the table: what it runs along, the sides, then each other side against the first."""
    comparison = worked.question
    names = comparison_text.side_labels(comparison, lang)
    along = result_options.by_label(comparison.dataset, comparison.over, lang) if comparison.over else ""
    unit = f" ({unit_label('rial', lang)})" if worked.is_money else ""
    others = [(DIFFERENCE, unit), (CHANGE, "")]
    beside = [
        f"{words.of(lang).format(other=name, first=names[0])}{end}" for name in names[1:] for words, end in others
    ]
    return [
        along or comparison_options.measure_label(comparison.dataset, comparison.measure, lang),
        *(f"{name}{unit}" for name in names),
        *beside,
    ]


def cells(worked: ComparisonResult, lang: Lang) -> list[list[Any]]:
    """The lines of the table and, last, all together where that means something; numbers exact, in rial."""
    together = [] if worked.adds_nominal_years else [(comparison_text.total_label(worked).of(lang), worked.total)]
    named = [(comparison_text.key_label(worked.question, line.key, lang), line) for line in worked.lines]
    return [
        [
            label,
            *line.values,
            *(
                each
                for position in range(1, len(line.values))
                for each in (line.difference(position), line.change(position))
            ),
        ]
        for label, line in [*named, *together]
    ]


def delimited(worked: ComparisonResult, lang: Lang) -> bytes:
    """CSV in UTF-8 with a byte order mark; texts that a spreadsheet would run get an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe(head) for head in heads(worked, lang)])
    writer.writerows(
        [safe(label), *("" if value is None else _text(value) for value in rest)]
        for label, *rest in cells(worked, lang)
    )
    return codecs.BOM_UTF8 + out.getvalue().encode()


_NEVER: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The earliest time that an archive of the kind can tell."""


def workbook(worked: ComparisonResult, lang: Lang) -> bytes:
    """XLSX: the table on one sheet, what it means and where it comes from on another."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # The same answer is the same bytes, as its ETag says: by itself a workbook carries the second of its making.
    book.set_properties({"created": max(filter(None, (side.snapshot.as_of for side in worked.sides)), default=_NEVER)})
    bold = book.add_format({"bold": True})
    sheet, notes = book.add_worksheet(TABLE.of(lang)), book.add_worksheet(NOTES.of(lang))
    for each in (sheet, notes):
        if not locale.of(lang).is_ltr:
            each.right_to_left()
    sheet.freeze_panes(1, 1)
    for column, head in enumerate(heads(worked, lang)):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(cells(worked, lang), 1):
        for position, value in enumerate(row):
            _write(sheet, number, position, value)
    method_lines = [
        (WHAT.of(lang), comparison_text.title(worked.question, lang)),
        *((HOW.of(lang), sentence) for sentence in comparison_text.method(worked, lang)),
        *((SOURCE.of(lang), _source(worked_side)) for worked_side in worked.sides),
    ]
    for number, (head, words) in enumerate(method_lines):
        notes.write_string(number, 0, head, bold)
        notes.write_string(number, 1, words)
    book.close()
    return out.getvalue()


def _source(worked_side: WorkedSide) -> str:
    """What a side was read from: its state, and of another city the addresses and times of its releases."""
    known = [] if worked_side.away is None else [source.origin for source in worked_side.away.sources if source.origin]
    fetched = [f"{origin.address} ({instant(origin.fetched_at)}, sha256:{origin.digest})" for origin in known]
    return "; ".join([f"{worked_side.side.text}: {worked_side.snapshot.snapshot_id}", *fetched])


def _text(value: ExactNumber) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    """Numbers as numbers, but those of more digits than a spreadsheet keeps as texts."""
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        text = _text(value)
        if len(text.replace("-", "").replace(".", "").lstrip("0")) > MOST_SHEET_DIGITS:
            sheet.write_string(row, column, text)
        else:
            sheet.write_number(row, column, float(value))


@dataclass(frozen=True, slots=True)
class ComparisonFormat:
    """A format of a comparison: its media type and how it is written."""

    media_type: str
    write: Callable[[ComparisonResult, Lang], bytes]


FORMATS: Final[Mapping[str, ComparisonFormat]] = {
    "json": ComparisonFormat("application/json", document),
    "csv": ComparisonFormat("text/csv; charset=utf-8", delimited),
    "xlsx": ComparisonFormat("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
}
