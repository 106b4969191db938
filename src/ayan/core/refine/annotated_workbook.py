"""The file handed back: the sender's own rows with what is wrong written beside the cells."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final

import xlsxwriter

from ayan.core.refine.pipeline import Refined
from ayan.core.schema.issue import Issue
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.limits import LONGEST_CELL

WHOLE_UP_TO: Final = 100_000
"""Files of more records come back with only the rows that have remarks."""


ROW: Final = Label("ردیف در پرونده", "Row in the file")
REMARKS: Final = Label("ملاحظات", "Remarks")
TINTS: Final = {"error": "#FBE7E5", "warning": "#FDF1D8", "info": "#E3F2E9"}


def annotate_workbook(refined: Refined, path: Path, lang: str = "fa") -> int:
    """Write an XLSX copy of the rows with remarks to ``path``; returns how many rows carry one.

    Each cell with an issue is tinted and carries a comment; the first two columns give the row number in the sender's
    file and all remarks on the row. Cells are written as text, so nothing the file holds can run as a formula. The copy
    holds what the sender sent, withheld columns included, and is for the sender only. Raises OSError when it cannot be
    written.
    """
    remarks: dict[int, list[Issue]] = defaultdict(list)
    general: list[Issue] = []
    for issue in refined.issues:
        if issue.row is None:
            general.append(issue)
        elif issue.code != "total-agrees":
            remarks[issue.row].append(issue)
    columns = {column.address: column.index for column in refined.raw.columns}
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        tints = {level: book.add_format({"bg_color": color, "text_wrap": True}) for level, color in TINTS.items()}
        head = book.add_format({"bold": True, "bg_color": "#E0EFEE", "text_wrap": True})
        sheet = book.add_worksheet(REMARKS.of(lang))
        if not locale.of(lang).is_ltr:
            sheet.right_to_left()
        titles = (ROW.of(lang), REMARKS.of(lang))
        sheet.set_column(1, 1, 60)
        for position, title in enumerate((*titles, *(column.header for column in refined.raw.columns))):
            sheet.write_string(0, position, title, head)
        sheet.freeze_panes(1, 2)
        at = 1
        for issue in general:
            sheet.write_string(at, 1, issue.message(lang), tints[issue.level])
            at += 1
        for row, *cells in _rows(refined, sorted(remarks)):
            number = int(str(row))
            row_issues = remarks.get(number, [])
            sheet.write_number(at, 0, number)
            if row_issues:
                worst = min(row_issues, key=lambda issue: ("error", "warning", "info").index(issue.level))
                sheet.write_string(
                    at, 1, cut("\n".join(issue.message(lang) for issue in row_issues)), tints[worst.level]
                )
            marked = {columns[issue.column]: issue for issue in row_issues if issue.column in columns}
            for index, cell in enumerate(cells, 1):
                issue_here = marked.get(index)
                if issue_here is not None:
                    sheet.write_string(at, index + 1, cut(str(cell or "")), tints[issue_here.level])
                    sheet.write_comment(at, index + 1, issue_here.message(lang))
                elif cell is not None:
                    sheet.write_string(at, index + 1, cut(str(cell)))
            at += 1
    return len(remarks)


def cut(text: str) -> str:
    """A text as a cell can hold it."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _rows(refined: Refined, wanted: list[int]) -> list[tuple[object, ...]]:
    """The raw cells of every row, or of the ``wanted`` ones when the file is large, in file order."""
    cells = ", ".join(f"c{column.index}" for column in refined.raw.columns)
    some = "" if refined.counts.read <= WHOLE_UP_TO else f" WHERE _row IN ({', '.join(map(str, wanted)) or 'NULL'})"
    return refined.session.all(f"SELECT _row, {cells} FROM {refined.raw.relation}{some} ORDER BY _row")
