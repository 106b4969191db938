"""Rows that say of themselves that they are none: struck out, unseen, void by a word, or reckoned from others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ayan.core.intake.row_runs import MARKED
from ayan.core.intake.table import RawColumn
from ayan.core.refine import row_ranges
from ayan.core.refine.limits import LONGEST_WORDS, MOST_ROWS_KEPT
from ayan.core.refine.money_units import has_amounts
from ayan.core.refine.odd_rows import is_sound, suspected
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.text_records import RecordAddress
from ayan.core.schema.field import Field
from ayan.core.schema.issue import Issue
from ayan.core.values import sql
from ayan.core.values.text import fold

CANCELLED: Final = "row-cancelled"
# A cell that is such a word, or ends with one in parentheses.
_VOID: Final = (
    r"باطل|باطله|ابطالی|ابطال|لغو|ملغی|حذف|کان لم یکن",
    r"void|voided|cancelled|canceled|annulled|deleted|reversed",
)
_DONE: Final = r"(?: ?(?:شد|شده|گردید|گردیده|است|شده است|گردیده است))?"
_VOIDED: Final = re.compile(rf"(?:.* )?[(\[] ?(?:{'|'.join(_VOID)}){_DONE} ?[)\]]|(?:{'|'.join(_VOID)}){_DONE}")
RECKONED: Final = "row-reckoned"
_CARRIED: Final = (
    r"(?:نقل|منقول|انتقال|انتقالی|مانده|جمع|نقل جمع|جمع نقل)(?: شده)?(?: از| به| در)? (?:صفحه|برگ|برگه)"
    r"(?: ی)?(?: (?:قبل|قبلی|پیش|پیشین|بعد|بعدی|\d{1,4}))?|مانده (?:از )?(?:قبل|قبلی)|نقل از قبل|نقل به بعد|"
    r"(?:balance |total |amount )?(?:brought|carried) (?:forward|down|over)|(?:balance |total )?[bc] ?/ ?(?:f|d|fwd)"
)
_SUMS: Final = (
    r"(?:جمع|مجموع|سرجمع)(?: (?:کل|این|صفحه|ستون|مبلغ|مبالغ|قابل|پرداخت|پرداختی|دریافتی|نهایی|هزینه ها?|درآمد ها?|بخش|"
    r"قسمت|فصل|ماه|سال|تا|کنون|تاکنون))*|(?:grand |sub ?-? ?|page )?totals?(?: (?:amount|page|payable|due))?"
)
_STATISTICS: Final = (
    r"(?:میانگین|متوسط|معدل|بیشینه|کمینه|بیشترین|کمترین|حداکثر|حداقل|انحراف معیار|تعداد(?: کل| ردیف(?: ها)?)?|"
    r"average|mean|median|maximum|minimum|max|min|std\. ?dev|row count)(?: ?: ?[\d.,]{1,20})?"
)
_RECKONED: Final = re.compile(rf"(?:{_CARRIED}|{_SUMS}|{_STATISTICS}) ?:?")
_LIKE_RECKONED: Final = (
    r"نقل|منقول|انتقال|مانده|جمع|مجموع|م[یي]انگ[یي]ن|متوسط|معدل|ب[یي]ش|[کك]م|حدا|انحراف|تعداد|"
    r"(?i)brought|carried|/|total|average|mean|median|max|min|std|count"
)
_LIKE: Final = r"باطل|ابطال|لغو|ملغ|حذف|لم[ ‌]*[يی]کن|(?i)void|cancel|annul|delete|reverse"


def issues_of(session: RefineSession, accepted: Mapping[str, int], sums: Collection[int]) -> Iterator[Issue]:
    """What is asked of the rows that the file marks, and in a file with money of those that speak of themselves so.

    A word that makes a row void and is published itself says so to its reader: it is but a warning. Of the rows
    ``sums``, which are known for sums by their amounts, is asked elsewhere.
    """
    for code in sorted(MARKED):
        rows = _marked(session, code)
        yield from suspected(session, code, rows, accepted)
    if session.raw.rows <= MOST_ROWS_KEPT and has_amounts(session.matching):
        yield from _cancelled(session, accepted)
        yield from suspected(session, RECKONED, _reckoned(session, sums), accepted)


def _marked(session: RefineSession, code: str) -> list[RecordAddress]:
    """The records of which the reader says so; all of them where it cannot say which."""
    issues = [issue for issue in session.raw.issues if issue.code == code]
    if not issues:
        return []
    runs = [run for issue in issues for run in row_ranges.read(str(issue.params.get("rows", "")))]
    which = ""
    if all(issue.params.get("rows") for issue in issues):
        which = f"AND ({' OR '.join(f'_row BETWEEN {first} AND {last}' for first, last in runs)})"
    cells = session.all(f"SELECT _row, _line FROM scan WHERE _class = 'record' {which} ORDER BY _row")
    return [(int(str(row)), None if line is None else int(str(line))) for row, line in cells]


def _cancelled(session: RefineSession, accepted: Mapping[str, int]) -> Iterator[Issue]:
    """The records that a word says are void. A list of states says by itself what counts."""
    asked: dict[RecordAddress, None] = {}
    published: dict[RecordAddress, None] = {}
    for column, field in _of_words(session):
        rows = asked if field is None or not field.published else published
        rows |= dict.fromkeys(_worded(session, column, _LIKE, _VOIDED, "TRUE"))
    yield from suspected(session, CANCELLED, sorted(asked, key=lambda address: address[0]), accepted)
    for row, line in published:
        if (row, line) not in asked:
            yield Issue(code=CANCELLED, severity="warning", sheet=session.raw.facts.sheet, row=row, line=line)


def _reckoned(session: RefineSession, sums: Collection[int]) -> list[RecordAddress]:
    """The records that a cell calls a sum, a sum carried from page to page, or a statistic of others."""
    if session.source.sum_rows:
        return []
    no_totals = {fold(word) for word in session.source.not_totals}
    rows: dict[RecordAddress, None] = {}
    for column, _ in _of_words(session):
        # Of a record with another fault somebody is asked anyway.
        addresses = _worded(session, column, _LIKE_RECKONED, _RECKONED, is_sound(session), no_totals)
        rows |= dict.fromkeys(address for address in addresses if address[0] not in sums)
    return sorted(rows, key=lambda address: address[0])


def _of_words(session: RefineSession) -> Iterator[tuple[RawColumn, Field | None]]:
    """The columns that hold words: those of such fields without a list, and those of no field."""
    held = {mapped.column.index: mapped.field for mapped in session.present if mapped.column is not None}
    for column in session.raw.columns:
        field = held.get(column.index)
        if field is None or (field.choices is None and (field.kind.is_words or field.kind.is_code)):
            yield column, field


def _worded(
    session: RefineSession,
    column: RawColumn,
    like: str,
    pattern: re.Pattern[str],
    condition: str,
    besides: Collection[str] = (),
) -> list[RecordAddress]:
    """The records whose cell is such words: found by a look that is ``like`` them, and then compared folded."""
    if session.texts is not None:
        near = session.texts.matching(column.index, like)
        if not any(pattern.fullmatch(_plain(text)) for text in near):
            return []
    cell = f"c{column.index}"
    cells = session.all(
        f"SELECT _row, _line, {cell} FROM typed WHERE _class = 'record' "
        f"AND regexp_matches({cell}, {sql.literal(like)}) AND {condition} ORDER BY _row"
    )
    texts = [(row, line, _plain(str(text))) for row, line, text in cells]
    return [
        (int(str(row)), None if line is None else int(str(line)))
        for row, line, text in texts
        if text not in besides and pattern.fullmatch(text)
    ]


def _plain(text: str) -> str:
    return fold(text[:LONGEST_WORDS]).strip(" .!*")
