"""Tables of a PDF or DOCX: a draft for people to hold against the document, never published unseen.

Cells of a PDF are put together from the places of its letters, so an issue that holds the submission goes with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ayan.core.documents import docx, page_tables
from ayan.core.documents.drawn_page import Hindrance, UnreadableDocument
from ayan.core.documents.page_tables import PageTable
from ayan.core.intake.issues import issue_as_json, refuse, too_large, unreadable
from ayan.core.intake.limits import MOST_GRID_CELLS
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.workbook import grids
from ayan.core.intake.workbook.grids import Grid
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.values.label import Label

_REASONS: Final[dict[Hindrance, Label]] = {
    "damaged": Label("سند خراب است", "the document is damaged"),
    "long": Label("صفحه‌های سند بیش از اندازه است", "the document has too many pages"),
    "full": Label("نوشتهٔ یک صفحه بیش از اندازه است", "a page holds too much text"),
}


def read_pdf(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply:
    """Read one table of a PDF, called after the page that it begins on; one that goes on overleaf is one table."""
    try:
        tables = _joined(path)
    except UnreadableDocument as refusal:
        raise _refused(refusal, path, limits) from None
    drafts = [Grid(f"{table.page}", table.rows) for table in tables]
    for draft in drafts:
        beside = [other for other in drafts if other.name.partition("-")[0] == draft.name.partition("-")[0]]
        if len(beside) > 1:
            draft.name = f"{draft.name.partition('-')[0]}-{beside.index(draft) + 1}"
    return _draft(drafts, "pdf", sheet, source, known, workdir, limits)


def read_docx(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply:
    """Read one table of a DOCX, called by its number."""
    try:
        tables = [block.rows for block in docx.blocks(path) if isinstance(block, docx.Table)]
    except UnreadableDocument as refusal:
        raise _refused(refusal, path, limits) from None
    drafts = [Grid(f"{number}", rows) for number, rows in enumerate(tables, 1)]
    return _draft(drafts, "docx", sheet, source, known, workdir, limits)


def _draft(
    drafts: Sequence[Grid],
    form: str,
    sheet: str | int | None,
    source: Layout,
    known: Sequence[str],
    workdir: Path,
    limits: IntakeLimits,
) -> ChildReply:
    filled = [draft for draft in drafts if draft.filled]
    if not filled:
        raise refuse("document-without-table")
    if sum(len(draft.rows) * len(draft.rows[0]) for draft in filled) > MOST_GRID_CELLS:
        raise refuse("cells-too-many", limit=f"{MOST_GRID_CELLS:,}")
    reply = grids.read(filled, form, sheet, source, known, workdir, limits)
    reply.issues.insert(0, issue_as_json(Issue(code="table-of-document", sheet=reply.sheet)))
    return reply


def _joined(path: Path) -> list[PageTable]:
    """The tables of a PDF; one at the top of a page with the columns of the last one before it goes on with that.

    A header that is printed again on each page is left out there.
    """
    # PDFium's names take longer to read than most files do; few processes ever see a PDF.
    from ayan.core.documents import pdf_pages

    tables: list[PageTable] = []
    for page in pdf_pages.pages(path):
        for number, table in enumerate(page_tables.of_page(page)):
            last = tables[-1] if tables else None
            if number or last is None or last.last_page != page.number - 1 or not last.goes_on_in(table):
                tables.append(table)
                continue
            again = table.rows[0] == last.rows[0]
            last.rows.extend(table.rows[1:] if again else table.rows)
            tables[-1] = last.until(page.number)
    return tables


def _refused(refusal: UnreadableDocument, path: Path, limits: IntakeLimits) -> CannotRead:
    if refusal.hindrance == "locked":
        return refuse("file-password")
    if refusal.hindrance == "large":
        return too_large(path.stat().st_size, limits.unpacked)
    return unreadable(_REASONS[refusal.hindrance])
