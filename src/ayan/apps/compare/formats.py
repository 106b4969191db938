"""A comparison as documents: JSON for programs, CSV and a workbook for people, all with the exact numbers in rial."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson
import xlsxwriter

from ayan.apps.catalog import choosing, grouped
from ayan.apps.compare import offering, reckoning, saying
from ayan.apps.compare.working import Line, Number, Told, Worked
from ayan.core.query.formats.delimited import safe
from ayan.core.query.formats.document import plain, provenance
from ayan.core.store.shelf import instant
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.limits import MOST_SHEET_DIGITS
from ayan.core.values.locale import Lang
from ayan.core.values.money import unit_label

DIFFERENCE: Final = Label("{other} منهای {first}", "{other} minus {first}")
CHANGE: Final = Label("{other} در برابر {first}، درصد", "{other} against {first}, per cent")
WHAT: Final = Label("آنچه سنجیده شد", "What is compared")
HOW: Final = Label("چگونه حساب شد", "How it was reckoned")
SOURCE: Final = Label("منبع", "Source")
NOTES: Final = Label("دربارهٔ این مقایسه", "About this comparison")
TABLE: Final = Label("مقایسه", "Comparison")


def document(worked: Worked, lang: Lang) -> bytes:
    """Everything: the question, the sides with what they were read from, the lines, the method in both languages."""
    asked = worked.asked
    return orjson.dumps(
        {
            "title": {one: saying.title(asked, one) for one in locale.codes()},
            "finding": {one: saying.finding(worked, one) for one in locale.codes()},
            "measure": asked.measure.name,
            "unit": _unit(worked),
            "over": asked.over.name if asked.over else None,
            "sides": [
                {
                    "side": told.side.text,
                    "label": saying.side_label(asked, told.side, lang),
                    "rows": told.rows,
                    "left_out": told.left_out,
                    "api": None if told.away else grouped.api_address(asked.dataset, told.question),
                    "city": told.away.as_json() if told.away else None,
                    **provenance(told.standing),
                }
                for told in worked.told
            ],
            "lines": [_line(worked, one, lang) for one in worked.lines],
            "total": _line(worked, worked.total, lang),
            "real": None
            if worked.prices is None
            else {
                "base": asked.base,
                "dataset": worked.prices.dataset.slug,
                "index": {year: plain(level) for year, level in sorted(worked.prices.index.items())},
            },
            "per": None
            if worked.divisor is None
            else {"code": asked.per, "dataset": worked.people.dataset.slug if worked.people else asked.dataset.slug},
            "method": {one: list(reckoning.method(worked, one)) for one in locale.codes()},
            "query": asked.query,
        }
    )


def _unit(worked: Worked) -> str | None:
    return "rial" if worked.is_money else None


def _line(worked: Worked, line: Line, lang: Lang) -> dict[str, Any]:
    places = range(len(line.values))
    out: dict[str, Any] = {
        "values": [plain(one) for one in line.values],
        "differences": [plain(line.difference(place)) if place else None for place in places],
        "changes_percent": [plain(line.change(place)) if place else None for place in places],
    }
    if line is worked.total:
        return out
    return {"key": plain(line.key), "label": saying.key_label(worked.asked, line.key, lang), **out}


def heads(worked: Worked, lang: Lang) -> list[str]:
    """The heads of the table: what it runs along, the sides, then each other side against the first."""
    asked = worked.asked
    names = saying.side_labels(asked, lang)
    along = choosing.by_label(asked.dataset, asked.over, lang) if asked.over else ""
    unit = f" ({unit_label('rial', lang)})" if worked.is_money else ""
    others = [(DIFFERENCE, unit), (CHANGE, "")]
    beside = [
        f"{words.of(lang).format(other=name, first=names[0])}{end}" for name in names[1:] for words, end in others
    ]
    return [
        along or offering.measure_label(asked.dataset, asked.measure, lang),
        *(f"{one}{unit}" for one in names),
        *beside,
    ]


def cells(worked: Worked, lang: Lang) -> list[list[Any]]:
    """The lines of the table and, last, all together; numbers exact, in rial."""
    named = [(saying.key_label(worked.asked, one.key, lang), one) for one in worked.lines]
    return [
        [
            label,
            *line.values,
            *(each for place in range(1, len(line.values)) for each in (line.difference(place), line.change(place))),
        ]
        for label, line in [*named, (saying.total_label(worked).of(lang), worked.total)]
    ]


def delimited(worked: Worked, lang: Lang) -> bytes:
    """CSV in UTF-8 with a byte order mark; texts that a spreadsheet would run get an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe(one) for one in heads(worked, lang)])
    writer.writerows(
        [safe(label), *("" if one is None else _text(one) for one in rest)] for label, *rest in cells(worked, lang)
    )
    return codecs.BOM_UTF8 + out.getvalue().encode()


def workbook(worked: Worked, lang: Lang) -> bytes:
    """XLSX: the table on one sheet, what it means and where it comes from on another."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    sheet, notes = book.add_worksheet(TABLE.of(lang)), book.add_worksheet(NOTES.of(lang))
    for each in (sheet, notes):
        if not locale.of(lang).is_ltr:
            each.right_to_left()
    sheet.freeze_panes(1, 1)
    for place, head in enumerate(heads(worked, lang)):
        sheet.write_string(0, place, head, bold)
    for number, row in enumerate(cells(worked, lang), 1):
        for place, value in enumerate(row):
            _write(sheet, number, place, value)
    told = [
        (WHAT.of(lang), saying.title(worked.asked, lang)),
        *((HOW.of(lang), one) for one in reckoning.method(worked, lang)),
        *((SOURCE.of(lang), _source(one)) for one in worked.told),
    ]
    for number, (head, words) in enumerate(told):
        notes.write_string(number, 0, head, bold)
        notes.write_string(number, 1, words)
    book.close()
    return out.getvalue()


def _source(told: Told) -> str:
    """What a side was read from: its state, and of another city the addresses and times of its releases."""
    known = [] if told.away is None else [one.origin for one in told.away.sources if one.origin]
    fetched = [f"{one.address} ({instant(one.fetched_at)}, sha256:{one.digest})" for one in known]
    return "; ".join([f"{told.side.text}: {told.standing.state}", *fetched])


def _text(value: Number) -> str:
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
class Format:
    """A format of a comparison: its media type and how it is written."""

    media_type: str
    write: Callable[[Worked, Lang], bytes]


FORMATS: Final[Mapping[str, Format]] = {
    "json": Format("application/json", document),
    "csv": Format("text/csv; charset=utf-8", delimited),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
}
