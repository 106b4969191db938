"""Pages held against sealed rows: of a record, of a dataset, of a release, as people see and hear them.

Everything here reads what a stranger may have written, so only the process for that does it (`row_check_process`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeAlias

from ayan.core.query.additivity import ADDED, SIDE_LABELS
from ayan.core.transparency import page_text
from ayan.core.transparency.answer_difference import AnswerDifference, difference
from ayan.core.transparency.entries.statement import REASON_LABELS
from ayan.core.transparency.held_rows import ADDRESS
from ayan.core.transparency.limits import LARGEST_PAGE, LINES_LOOKED_UP
from ayan.core.transparency.page_text import Shown, ShownRow
from ayan.core.transparency.sealed_rows import SealedRow, SealedRows
from ayan.core.transparency.shown_values import (
    SealedField,
    bare,
    headers,
    headline_readings,
    is_empty,
    money_readings,
    readings,
)
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import ShownUnit

_Header: TypeAlias = tuple[SealedField, ShownUnit | None]
_Cells: TypeAlias = Sequence[tuple[Sequence[_Header], Shown]]
_DATASET: Final = re.compile(r"(?:.*/)?([a-z0-9][a-z0-9_-]{0,63})(?:/index\.html)?", re.ASCII)
_APART: Final = re.compile("~[0-9a-f]{8}$")
_UNTITLED: Final = frozenset(map(bare, ("", "—", "بی‌نام", "untitled")))
_SUM: Final = Label("جمع {label}", "{label}, sum")
# The side in brackets; that it is a sum, or when it stands: «مانده (بدهی) در پایان ۱۴۰۴».
_PARTED: Final = r"(?:جمع )?{label}(?: \((?P<side>[^()]+)\))?(?:, sum| (?:در|at|on|in) [^,،]+)?"

# --- pages ------------------------------------------------------------------------------------------------------------


def _page(file: Path) -> str:
    if file.stat().st_size > LARGEST_PAGE:
        raise ValueError("a page larger than any")
    return file.read_text(encoding="utf-8")


def _record(rows: SealedRows, file: Path, key: str, lang: Lang) -> Iterator[AnswerDifference]:
    """The page of a record: each of its facts."""
    page = _page(file)
    # In a copy, keys that differ only in case have eight more digits in the names of their folders.
    sealed = rows.keyed(key) or rows.keyed(_APART.sub("", key))
    if not sealed:
        yield difference("page-of-nothing", key)
        return
    # Of a key that periods repeat, the newest is shown; within one, a file may hold it twice.
    newest = [row for row in sealed if _period(row) == _period(sealed[0])]
    apart = [list(_facts_apart(rows, row, page, lang)) for row in newest]
    yield from min(apart, key=len)


def _period(row: SealedRow) -> str:
    return str(row[ADDRESS]).partition("/")[0]


def _facts_apart(rows: SealedRows, row: SealedRow, page: str, lang: Lang) -> Iterator[AnswerDifference]:
    facts = page_text.facts(page)
    own = [rows.fields[name] for name in rows.published]
    if not facts:
        # A city may draw the page in its own way; then every value must at least be on it.
        text = bare(page_text.main_text(page))
        for field in own:
            wanted = () if is_empty(row.get(field.name)) else readings(field, row[field.name], lang)
            if wanted and not any(_holds(text, reading) for reading in wanted):
                yield difference("page-apart", field.name, "", min(wanted, key=len))
        return
    by_label: dict[str, list[SealedField]] = {}
    for field in rows.fields.values():
        by_label.setdefault(bare(field.label.get(lang, field.name)), []).append(field)
    named: set[str] = set()
    for label, shown in facts:
        fields = by_label.get(bare(label), [])
        named |= {field.name for field in fields}
        if fields and not any(_agrees(field, row.get(field.name), shown, lang) for field in fields):
            yield difference("page-apart", label, shown.seen, _sealed(fields[0], row.get(fields[0].name), lang))
    for field in own:
        if field.name not in named:
            yield difference("page-lacks", field.label.get(lang, field.name))


def _holds(text: str, reading: str) -> bool:
    return re.search(f"(?<![0-9.]){re.escape(reading)}(?![0-9])", text) is not None


def _agrees(field: SealedField, value: object, shown: Shown, lang: Lang, unit: ShownUnit | None = None) -> bool:
    seen, heard = bare(shown.seen), bare(shown.heard)
    if is_empty(value):
        return not any(character.isdigit() for character in f"{seen}{heard}")
    if field.kind.is_shape:
        return bare(str(value)) in seen
    wanted = readings(field, value, lang, unit)
    beside = field.kind.is_money and isinstance(value, int) and not field.choices
    return (
        seen in wanted
        and heard in wanted
        and (
            not beside
            or all(bare(small) in set(map(bare, money_readings(int(str(value)), lang))) for small in shown.beside)
        )
        and (field.kind.style != "link" or not shown.leads or str(value) in shown.leads)
    )


def _sealed(field: SealedField, value: object, lang: Lang) -> str:
    return min(readings(field, value, lang), key=len, default="")


def _rows_table(rows: SealedRows, file: Path, lang: Lang) -> Iterator[AnswerDifference]:
    """The page of a dataset: the lines of its table, the sums under and over them, how many rows it counts."""
    page = _page(file)
    columns: dict[str, list[_Header]] = {}
    for field in rows.fields.values():
        for header, unit in headers(field, lang):
            columns.setdefault(header, []).append((field, unit))
    shown = [
        (line, [(columns.get(bare(header), []), cell) for header, cell in line.cells])
        for line in page_text.table_rows(page)
    ]
    every = list(rows.every()) if rows.rows <= LINES_LOOKED_UP and any(not line.key for line, _ in shown) else []
    matched: list[SealedRow] = []
    for line, cells in shown:
        candidates = rows.keyed(line.key) or rows.keyed(_APART.sub("", line.key)) if line.key else every
        fitting = next((row for row in candidates if _fits(rows, row, line, cells, lang)), None)
        if fitting is not None:
            matched.append(fitting)
        elif candidates or line.key:
            yield _line_apart(rows, line, cells, candidates[0] if line.key and candidates else None, lang)
    if rows.rows and not shown:
        yield difference("page-lacks", "table")
    yield from _sums(rows, page, columns, matched if len(matched) == len(shown) else [], lang)


def _fits(
    rows: SealedRows,
    row: SealedRow,
    line: ShownRow,
    cells: _Cells,
    lang: Lang,
) -> bool:
    return all(
        not fields or any(_agrees(field, row.get(field.name), cell, lang, unit) for field, unit in fields)
        for fields, cell in cells
    ) and _heads(rows, row, line.head, lang)


def _heads(rows: SealedRows, row: SealedRow, head: Shown, lang: Lang) -> bool:
    """Whether what names a line, and stands small beneath it, are values of its row."""
    left = {bare(head.seen), *(bare(small) for small in head.beside)} - _UNTITLED
    for name, field in rows.fields.items():
        if left and not is_empty(row.get(name)):
            left -= readings(field, row[name], lang)
    return not left


def _line_apart(
    rows: SealedRows,
    line: ShownRow,
    cells: _Cells,
    row: SealedRow | None,
    lang: Lang,
) -> AnswerDifference:
    if row is None:
        return difference("page-of-nothing", line.key or line.head.seen)
    for fields, cell in cells:
        if fields and not any(_agrees(field, row.get(field.name), cell, lang, unit) for field, unit in fields):
            value = row.get(fields[0][0].name)
            return difference("page-apart", line.key, cell.seen, _sealed(fields[0][0], value, lang))
    return difference("page-apart", line.key, line.head.seen, rows.key_of(row))


def _sums(
    rows: SealedRows,
    page: str,
    columns: Mapping[str, Sequence[_Header]],
    lines: Sequence[SealedRow],
    lang: Lang,
) -> Iterator[AnswerDifference]:
    for header, cell in page_text.table_sums(page) if lines else ():
        for field, unit in columns.get(bare(header), ())[:1]:
            total = sum(int(str(row[field.name])) for row in lines if not is_empty(row.get(field.name)))
            if unit is not None and not _agrees(field, total, cell, lang, unit):
                yield difference("page-apart", header, cell.seen, _sealed(field, total, lang))
    counted = re.findall("[0-9]+", bare(page_text.counted_rows(page)))
    if counted and int(counted[0]) != rows.rows:
        yield difference("count-apart", shown=counted[0], sealed=rows.rows)
    for name, shown in page_text.headline_sums(page):
        promised = _promised(rows, bare(name), lang)
        if promised is not None:
            wanted = headline_readings(promised, lang)
            if bare(shown.seen) not in wanted or bare(shown.heard) not in wanted:
                yield difference("page-apart", name, shown.seen, min(wanted, key=len))


def _promised(rows: SealedRows, name: str, lang: Lang) -> int | None:
    """The sum over all rows that a headline promises by its name; None where it promises none.

    A name may say the side of the money, and of a stock the date at which it stands, which is the latest.
    """
    for field in rows.fields.values():
        label = bare(field.label.get(lang, ""))
        if not label or not field.kind.is_money or field.nature not in ADDED:
            continue
        if name == bare(_SUM.of(lang).format(label=label)) and rows.is_whole(field.name):
            return rows.total(field.name)
        said = re.fullmatch(_PARTED.format(label=re.escape(label)), name)
        if said is not None and (codes := _codes_of(rows.side_of(field), said["side"], lang)) is not None:
            sums = rows.parted(field.name)
            return sum(sums.get(code, 0) for code in codes)
    return None


def _codes_of(parted: SealedField | None, said: str | None, lang: Lang) -> Sequence[str] | None:
    """The codes of the side that a name says, one without a name where nothing has sides; None of what is not clear."""
    if parted is None:
        return ("",) if said is None else None
    for side, label in SIDE_LABELS.items():
        if said == bare(label.of(lang)):
            return parted.sides.get(side)
    return next(((code,) for code, words in parted.choices.items() if bare(words.get(lang, "")) == said), None)


def _release(rows: SealedRows, file: Path, ref: str, digest: str, lang: Lang) -> Iterator[AnswerDifference]:
    """The page of a release: its digest, how many rows it has, its totals, who sent and who approved it."""
    text = bare(page_text.main_text(_page(file)))
    release = next(release for release in rows.releases if release.ref == ref)
    facts = release.manifest["ayan"]
    must: list[list[str]] = [[digest], [str(release.rows)], [str(facts["sent_by"])]]
    must += [[str(approval["by"])] for approval in facts["approvals"]]
    for stated in facts["totals"].values():
        amount = Decimal(stated)
        whole = amount == amount.to_integral_value()
        must.append([str(stated), format(amount, "f"), *(money_readings(int(amount), lang) if whole else ())])
    for readings_of in must:
        if not any(_holds(text, bare(reading)) for reading in readings_of):
            yield difference("page-lacks", readings_of[0])


def _tombstone(_rows: SealedRows | None, file: Path, digest: str, code: str, lang: Lang) -> Iterator[AnswerDifference]:
    """The page of a withdrawn release: what it was, and why it went."""
    text = bare(page_text.main_text(_page(file)))
    label = REASON_LABELS.get(code)
    for words in (digest, label.of(lang) if label else code):
        if bare(words) not in text:
            yield difference("page-lacks", words)


def _catalogue(_rows: SealedRows | None, file: Path, slugs: Sequence[str]) -> Iterator[AnswerDifference]:
    """The page of all datasets: it leads to each of them."""
    named = {match[1] for address in page_text.links(_page(file)) if (match := _DATASET.fullmatch(address))}
    for slug in slugs:
        if slug not in named:
            yield difference("page-lacks", slug)


PAGE_ANSWERS: Final[Mapping[str, Callable[..., Iterator[AnswerDifference]]]] = {
    "record": _record,
    "table": _rows_table,
    "release": _release,
    "tombstone": _tombstone,
    "catalogue": _catalogue,
}
"""By the kind of page, what holds a file against sealed rows."""
