"""Rows that are read as records and look like something else: titles, footers, a header once more, a second table.

None is left out by its look alone: each is asked about, and goes by somebody's word or stays by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from ayan.core.refine.limits import (
    CODED_SHARE,
    FEW_CELLS,
    FEWEST_NUMBERED,
    MOST_LOOKED_AT,
    MOST_ROWS_KEPT,
    MOST_SHOWN_PER_CAUSE,
)
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.text_records import RecordAddress, Records, has_digit
from ayan.core.schema.definition import Severity
from ayan.core.schema.issue import Issue
from ayan.core.values import sql
from ayan.core.values.digits import ARABIC, PERSIAN, to_latin
from ayan.core.values.garbled_text import FIRST_LOOK, is_garbled
from ayan.core.values.text import DITTO
from ayan.core.values.unit_words import is_unit

_BOOKS: Final = frozenset({"xlsx", "xlsm", "xlsb", "xls", "ods", "spreadsheetml"})
# A day or a time of day as the readers of workbooks write one that a cell holds.
_DAY: Final = r"(19|20)\d\d-(0[1-9]|1[0-2])-[0-3]\d(T[\d:.]+)?|[0-2]\d:[0-5]\d:[0-5]\d(\.\d+)?"

TABLE: Final = "suspected"
"""The rows that are asked about and not answered yet, each with the code of its issue; there is none without any."""

_NUMBERING: Final = re.compile(r"\(?(\w{1,3})[).]?")
_DIGIT: Final = re.compile(f"[0-9{PERSIAN}{ARABIC}]")
_MONTHS: Final = 12
_LETTERS: Final = ("الف", "ب", "پ", "ت", "ث", "ج", "چ", "ح", "خ", "د")


def issues_of(session: RefineSession, accepted: Mapping[str, int]) -> Iterable[Issue]:
    """What of the records looks like no record; ``accepted`` are how many of a code somebody took for records.

    Of a large file only rows with a single filled cell are looked for, spoilt texts in its first rows, and days among
    codes: all else in it was written by a program.
    """
    yield from suspected(session, "row-sparse", _sparse(session), accepted)
    yield from suspected(session, "text-garbled", _garbled(session), accepted)
    yield from suspected(session, "text-turned-day", _turned(session), accepted)
    yield from suspected(session, "code-fraction", _fractional_codes(session), accepted)
    if session.texts is None:
        return
    records = Records(session, session.texts)
    again = [records.address(at) for at in records.repeating_headers()]
    yield from suspected(session, "row-header", again, accepted)
    first = range(min(2, len(records)))
    numbered = [records.address(at) for at in first if _numbers_columns(records.cells(at))]
    yield from suspected(session, "row-numbers", numbered, accepted)
    united = [records.address(at) for at in first if records.measured[at] and _names_units(records.cells(at))]
    yield from suspected(session, "row-units", united, accepted)
    yield from suspected(session, "percent-mixed", _fractions(session), accepted)
    yield from suspected(session, "row-ditto", _ditto(session), accepted)
    yield from suspected(session, "day-swapped", _swapped(session), accepted)
    if not session.raw.places:
        # Where one row became several, no row stands below a gap of the file.
        yield from suspected(session, "table-second", _second_table(records), accepted)


def suspected(
    session: RefineSession, code: str, rows: Sequence[RecordAddress], accepted: Mapping[str, int], **params: object
) -> Iterator[Issue]:
    """The issues of ``code`` for some rows, which are kept in TABLE; warnings where as many of them were accepted."""
    answered = len(rows) <= accepted.get(code, 0)
    if rows and not answered:
        session.con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {TABLE} (_row BIGINT, _line BIGINT, _code VARCHAR)")
        session.tables.add(TABLE)
        values = [f"({row}, {'NULL' if line is None else line}, {sql.literal(code)})" for row, line in rows]
        for at in range(0, len(values), MOST_LOOKED_AT):
            session.con.execute(f"INSERT INTO {TABLE} VALUES {', '.join(values[at : at + MOST_LOOKED_AT])}")
    severity: Severity | None = "warning" if answered else None
    sheet = session.raw.facts.sheet
    for row, line in rows[:MOST_SHOWN_PER_CAUSE]:
        yield Issue(code=code, severity=severity, sheet=sheet, row=row, line=line, params=params)
    if (rest := len(rows) - MOST_SHOWN_PER_CAUSE) > 0:
        yield Issue(code=code, severity=severity, sheet=sheet, count=rest, params=params)


def rows_of(session: RefineSession, code: str) -> str:
    """The query for the rows that are asked about under ``code``; "" where they are answered."""
    if TABLE not in session.tables:
        return ""
    query = f"SELECT _row, _line, 0 AS _group FROM {TABLE} WHERE _code = {sql.literal(code)}"
    return query if session.all(f"{query} LIMIT 1") else ""


# --- few filled cells -------------------------------------------------------------------------------------------------


def _sparse(session: RefineSession) -> list[RecordAddress]:
    """Records of few filled cells that would be published: titles, footers, signatures, notes, sums without a word.

    A single cell is few wherever other rows have more, and below the last full row a third of the cells is. It must be
    words or an amount of money: a code, a number or a day alone is what a record of little may well have. In two
    columns it is few only while most rows have both.
    """
    columns, full = session.raw.columns, session.raw.full
    if len(columns) < 2 or len(full) > 1 or session.source.sparse_rows:
        return []
    filled = " + ".join(f"(c{column.index} IS NOT NULL)::INTEGER" for column in columns)
    if session.raw.rows > MOST_ROWS_KEPT:
        odd = f"filled = 1 AND {_worded(session)}"
        alone = f"SELECT _row FROM (SELECT *, {filled} AS filled FROM {session.raw.relation}) WHERE {odd}"
        return _addresses(
            session,
            f"SELECT _row, _line FROM scan WHERE _class = 'record' AND {is_sound(session)} AND _row IN ({alone})",
        )
    # Rows that were made of several stand part by part, so none of them is the last of the file.
    tail = "FALSE" if session.raw.places else f"{_unmeasured(session)} AND {FEW_CELLS} * filled <= max(filled) OVER ()"
    records = f"SELECT *, {filled} AS filled FROM typed WHERE _class = 'record'"
    few = f"SELECT *, filled = 1 OR ({tail}) OR {_labelled(session)} AS few FROM ({records})"
    last = f"SELECT *, max(CASE WHEN NOT few THEN _row END) OVER () AS last, max(filled) OVER () AS most FROM ({few})"
    odd = (
        f"most > 1 AND few AND (filled = 1 OR _row > last OR {_labelled(session)}) "
        f"AND {_worded(session)} AND {is_sound(session)}"
    )
    rows = _addresses(session, f"SELECT _row, _line FROM ({last}) WHERE {odd}")
    return rows if len(columns) > 2 or 2 * len(rows) <= session.raw.rows else []


def _worded(session: RefineSession) -> str:
    """Whether the cells of a row are words, or money beside which there should be some: no code, number or day."""
    held = {mapped.column.index: mapped.field for mapped in session.present if mapped.column is not None}
    worded: list[str] = []
    for column in session.raw.columns:
        field, cell = held.get(column.index), f"c{column.index}"
        if (
            field is None
            or (field.kind.is_words and field.choices is None)
            or (field.kind.is_money and not all(each.kind.is_number for each in held.values()))
        ):
            worded.append(f"{cell} IS NOT NULL")
        elif field.kind.is_code:
            worded.append(f"regexp_matches(coalesce(trim({cell}), ''), ' |:$')")
            # Where each text of the column has a digit, no cell is a word among codes.
            if session.texts is not None and not all(map(_DIGIT.search, session.texts.of(column.index))):
                worded.append(_wordlike(session, cell))
    return f"({' OR '.join(worded) or 'FALSE'})"


def _wordlike(session: RefineSession, cell: str) -> str:
    """Whether a cell has no digit where nearly all of its column have some: a word among codes."""
    digit = f"regexp_matches({sql.latin_digits(cell)}, '[0-9]')"
    share = f"(SELECT avg(CAST({digit} AS INTEGER)) FROM {session.raw.relation})"
    return f"({cell} IS NOT NULL AND NOT {digit} AND {share} > {CODED_SHARE})"


def _labelled(session: RefineSession) -> str:
    """Whether a row begins with a label, as «تاریخ تهیه:», and has neither number nor day."""
    first = f"coalesce({', '.join(f'c{column.index}' for column in session.raw.columns)})"
    measured = [mapped for mapped in session.present if mapped.field.kind.is_number or mapped.field.kind.is_day]
    none = [f"v_{mapped.field.name} IS NULL" for mapped in measured if mapped.column is not None]
    if not none:
        return "FALSE"
    return f"({' AND '.join(none)} AND ends_with(rtrim({first}), ':'))"


def _unmeasured(session: RefineSession) -> str:
    """Whether a row has no number, no day and no code that reads like one."""
    fields = [mapped.field for mapped in session.present if mapped.column is not None]
    none = [
        f"coalesce(contains(t_{field.name}, ' '), TRUE)" if field.kind.is_code else f"v_{field.name} IS NULL"
        for field in fields
        if not field.kind.is_words
    ]
    return " AND ".join(none) or "TRUE"


def is_sound(session: RefineSession) -> str:
    """Whether nothing else is wrong with a record: then nobody would be asked about it."""
    return " AND ".join(f"e_{mapped.field.name} IS NULL" for mapped in session.present) or "TRUE"


def _addresses(session: RefineSession, query: str) -> list[RecordAddress]:
    return [(int(str(row)), _whole(line)) for row, line in session.all(f"{query} ORDER BY _row")]


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))


# --- rows one by one --------------------------------------------------------------------------------------------------


def _numbers_columns(cells: Sequence[str]) -> bool:
    """Whether the cells number the columns from the first on: 1, 2, 3 or (1), (2), (3) or a, b, c or الف، ب، پ."""
    texts = [to_latin(cell).lower() for cell in cells if cell]
    if len(texts) < FEWEST_NUMBERED or not all(cells[: len(texts)]):
        return False
    counted = [match[1] if (match := _NUMBERING.fullmatch(text)) else "" for text in texts]
    numbers = [str(at) for at in range(1, len(texts) + 1)]
    latin = [chr(ord("a") + at) for at in range(len(texts))]
    return counted in (numbers, latin, list(_LETTERS[: len(texts)]))


def _names_units(cells: Sequence[str]) -> bool:
    """Whether every filled cell is a unit; asked of a row that has something in a column of numbers or days."""
    return all(map(is_unit, filter(None, cells)))


def _fractions(session: RefineSession) -> list[RecordAddress]:
    """Records with a bare fraction where other cells of the column carry the sign of per cent."""
    rows: set[RecordAddress] = set()
    for mapped in session.present:
        if not mapped.field.kind.has_decimals or mapped.column is None:
            continue
        name = mapped.field.name
        signed = f"regexp_matches(t_{name}, '[%٪]$')"
        fraction = f"NOT {signed} AND v_{name} <> 0 AND abs(v_{name}) <= 1"
        (some,) = session.first_row(f"SELECT count(v_{name}) FILTER ({signed}) FROM typed WHERE _class = 'record'")
        if some:
            query = f"SELECT _row, _line FROM typed WHERE _class = 'record' AND {fraction}"
            rows |= set(_addresses(session, query))
    return sorted(rows, key=lambda address: address[0])


def _ditto(session: RefineSession) -> list[RecordAddress]:
    """Records in which a cell of words or of a code says that it is the one above."""
    words = [
        mapped.field.name
        for mapped in session.present
        if mapped.field.choices is None and (mapped.field.kind.is_words or mapped.field.kind.is_code)
        if session.texts is None or mapped.column is None or session.texts.is_among(mapped.column.index, DITTO)
    ]
    if not words:
        return []
    said = " OR ".join(sql.is_among(f"lower(t_{name})", DITTO) for name in words)
    return _addresses(session, f"SELECT _row, _line FROM typed WHERE _class = 'record' AND ({said})")


def _swapped(session: RefineSession) -> list[RecordAddress]:
    """Records whose day a spreadsheet may have read with month and day exchanged.

    Opened where the month comes first, 03/12/2024 becomes the 12th of March and a day, and 13/12/2024 stays a text: a
    column in which no cell that is a day lies beyond the 12th of its month, and every text does.
    """
    rows: set[RecordAddress] = set()
    for mapped in session.present:
        if not (mapped.field.kind.is_day and mapped.field.formats and mapped.column is not None):
            continue
        name = mapped.field.name
        days = f"SELECT _row, _line, day(v_{name}) AS day, regexp_matches(t_{name}, '^[0-9]{{4}}-') AS cell "
        days += f"FROM typed WHERE _class = 'record' AND v_{name} IS NOT NULL"
        (turned,) = session.first_row(
            f"SELECT count(*) > 2 AND coalesce(max(day) FILTER (cell) <= {_MONTHS} "
            f"AND min(day) FILTER (NOT cell) > {_MONTHS}, FALSE) FROM ({days})"
        )
        if turned:
            rows |= set(_addresses(session, f"SELECT _row, _line FROM ({days}) WHERE cell"))
    return sorted(rows, key=lambda address: address[0])


def _turned(session: RefineSession) -> list[RecordAddress]:
    """Records of a workbook with a day among codes, or here and there among words: «3-12» was typed in, say."""
    if session.raw.facts.format not in _BOOKS:
        return []
    rows: set[RecordAddress] = set()
    for mapped in session.present:
        kind = mapped.field.kind
        if mapped.column is None or not (kind.is_code or (kind.is_words and mapped.field.choices is None)):
            continue
        if session.texts is not None and not session.texts.matching(mapped.column.index, f"^(?:{_DAY})$"):
            continue
        cell = f"c{mapped.column.index}"
        day = f"regexp_full_match({cell}, {sql.literal(_DAY)})"
        days, filled = session.first_row(f"SELECT count(*) FILTER ({day}), count({cell}) FROM {session.raw.relation}")
        # A column of words that holds days and little else was meant to.
        if days and (kind.is_code or 2 * int(str(days)) <= int(str(filled))):
            rows |= set(_addresses(session, f"SELECT _row, _line FROM typed WHERE _class = 'record' AND {day}"))
    return sorted(rows, key=lambda address: address[0])


def _fractional_codes(session: RefineSession) -> list[RecordAddress]:
    """Records of a workbook with a number that is not whole in a column of codes: 1.10 typed in so is 1.1."""
    rows: set[RecordAddress] = set()
    for mapped in session.present:
        column = mapped.column
        if column is None or not mapped.field.kind.is_code or column.letter not in session.raw.facts.fractions:
            continue
        fraction = f"regexp_full_match(trim(c{column.index}), '-?[0-9]+[.][0-9]*[1-9]')"
        rows |= set(_addresses(session, f"SELECT _row, _line FROM typed WHERE _class = 'record' AND {fraction}"))
    return sorted(rows, key=lambda address: address[0])


def _garbled(session: RefineSession) -> list[RecordAddress]:
    """Records with a text that some program has spoilt, of a large file among the first."""
    few = session.raw.rows <= MOST_ROWS_KEPT
    source = "typed" if few else f"(FROM {session.raw.relation} LIMIT {MOST_LOOKED_AT})"
    where = "_class = 'record'" if few else "TRUE"
    rows: set[RecordAddress] = set()
    for mapped in session.present:
        if mapped.column is None or not mapped.field.kind.is_words:
            continue
        cell = f"c{mapped.column.index}"
        if session.texts is not None:
            texts = session.texts.matching(mapped.column.index, FIRST_LOOK)
        else:
            asked = f"SELECT DISTINCT {cell} FROM {source} WHERE {where} AND {cell} IS NOT NULL"
            texts = [str(text) for (text,) in session.all(asked)]
        spoilt = [text for text in texts if is_garbled(text)]
        for at in range(0, len(spoilt), MOST_LOOKED_AT):
            said = sql.strings(spoilt[at : at + MOST_LOOKED_AT])
            rows |= set(_addresses(session, f"SELECT _row, _line FROM {source} WHERE {where} AND {cell} IN {said}"))
    return sorted(rows, key=lambda address: address[0])


def _second_table(records: Records) -> list[RecordAddress]:
    """The rows from a header on that stands under the table: words where numbers stood, below a gap or a title.

    Without either it is one where words stand for codes too.
    """
    read = np.flatnonzero(records.measured > records.unread)
    # Hardly any row has numbers of which none can be read, so hardly any is looked at further.
    unread = np.flatnonzero((records.measured == records.unread) & (records.unread > 0))
    repeating: set[int] | None = None
    for at in unread[unread > read[0]].tolist() if len(read) else ():
        above, cells = records.cells(at - 1), records.cells(at)
        if sum(map(bool, cells)) < 2 or any(map(has_digit, cells)):
            continue
        parted = (
            sum(map(bool, above)) == 1
            or records.address(at)[0] > records.address(at - 1)[0] + 1
            or (at > 1 and records.words_for_codes(at) > records.unread[at])
        )
        repeating = set(records.repeating_headers()) if parted and repeating is None else repeating
        if parted and at not in (repeating or ()):
            return [records.address(each) for each in range(at, len(records))]
    return []
