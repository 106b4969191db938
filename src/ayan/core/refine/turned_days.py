"""Codes and words that a spreadsheet may have turned into days: «3-12» typed in as a number of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ayan.core.refine.odd_rows import Address, suspected
from ayan.core.refine.refine_session import RefineSession
from ayan.core.schema.issue import Issue
from ayan.core.values import sql

CODE: Final = "text-turned-day"
_BOOKS: Final = frozenset({"xlsx", "xlsm", "xlsb", "xls", "ods", "spreadsheetml"})
# A day or a time of day as the readers of workbooks write one that a cell holds.
_DAY: Final = r"(19|20)\d\d-(0[1-9]|1[0-2])-[0-3]\d(T[\d:.]+)?|[0-2]\d:[0-5]\d:[0-5]\d(\.\d+)?"


def issues_of(session: RefineSession, accepted: Mapping[str, int]) -> Iterator[Issue]:
    """What is asked of the records of a workbook with a day among codes, or here and there among words."""
    if session.raw.facts.format not in _BOOKS:
        return
    rows: set[Address] = set()
    for mapped in session.present:
        kind = mapped.field.kind
        if mapped.column is None or not (kind.is_code or (kind.is_words and mapped.field.choices is None)):
            continue
        cell = f"c{mapped.column.index}"
        day = f"regexp_full_match({cell}, {sql.literal(_DAY)})"
        days, filled = session.first_row(f"SELECT count(*) FILTER ({day}), count({cell}) FROM {session.raw.relation}")
        # A column of words that holds days and little else was meant to.
        if days and (kind.is_code or 2 * int(str(days)) <= int(str(filled))):
            for row, line in session.all(f"SELECT _row, _line FROM typed WHERE _class = 'record' AND {day}"):
                rows.add((int(str(row)), None if line is None else int(str(line))))
    yield from suspected(session, CODE, sorted(rows, key=lambda address: address[0]), accepted)
