"""Which rows are the header, what each column is called, and where the records start."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.intake.issues import refuse
from ayan.core.intake.table import RawColumn
from ayan.core.schema.definition import Layout
from ayan.core.values.text import fold

LOOKED_AT: Final = 30
JOINT: Final = " › "

TextRow = Sequence[str]
# A merged range, 0-based and inclusive: (first row, first column, last row, last column).
CellSpan = tuple[int, int, int, int]

_NOISE: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class HeaderLayout:
    """Where a table's parts stand: 1-based ``header_row`` (None where the header is declared), ``data_row``, titles."""

    header_row: int | None
    data_row: int
    headers: tuple[str, ...]


def letter(index: int) -> str:
    """The spreadsheet letter of 1-based column ``index``: A … Z, AA …"""
    letters = ""
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def key(text: str) -> str:
    """The loosest spelling of a title, for recognising a header row: folded, without spaces and punctuation."""
    return _NOISE.sub("", fold(text))


def tidy(text: str) -> str:
    """A title on one line, trimmed, spaces single."""
    return " ".join(text.split())


def trimmed(headers: Sequence[str]) -> tuple[str, ...]:
    """``headers`` without the empty ones at the end."""
    last = len(headers)
    while last and not headers[last - 1]:
        last -= 1
    return tuple(headers[:last])


def columns(headers: Sequence[str], width: int) -> tuple[RawColumn, ...]:
    """The ``width`` columns of a table; those beyond ``headers`` carry an empty one."""
    return tuple(
        RawColumn(index, letter(index), headers[index - 1] if index <= len(headers) else "")
        for index in range(1, width + 1)
    )


def rows_needed(source: Layout) -> int:
    """How many rows from the top must be seen before :func:`lay_out` can decide."""
    return max(LOOKED_AT, source.header_row or 0, source.data_row or 0) + max(1, source.header_rows)


def lay_out(
    head: Sequence[TextRow], source: Layout, known: Collection[str], spans: Sequence[CellSpan] | None = None
) -> HeaderLayout:
    """Find the header in ``head`` (the rows from row 1 on); what the source declares holds.

    ``spans`` are the merged ranges of a sheet; None means a text file, where merging has left blanks to the right of
    the parent's title. Raises CannotRead ``file-empty`` when nothing is in sight, ``no-rows`` when the declared rows
    lie beyond the end.
    """
    if source.headers is not None and source.data_row is not None:
        return HeaderLayout(None, source.data_row, tuple(tidy(header) for header in source.headers))
    depth = max(1, source.header_rows)
    if source.header_row is not None:
        if source.header_row > len(head):
            raise refuse("no-rows")
        top = source.header_row - 1
    else:
        top = _find(head, depth, known, spans)
    data_row = source.data_row if source.data_row is not None else top + depth + 1
    if source.headers is not None:
        return HeaderLayout(None, data_row, tuple(tidy(header) for header in source.headers))
    return HeaderLayout(top + 1, data_row, _join(head, top, depth, spans))


def check_depth(head: Sequence[TextRow], layout: HeaderLayout, source: Layout, spans: Sequence[CellSpan]) -> None:
    """Refuse a header whose merged titles reach into rows that would be read as records, or begin above it."""
    if layout.header_row is None or source.data_row is not None:
        return
    first = layout.header_row - 1
    tops = [
        span[0]
        for span in spans
        if span[0] < first <= span[2]
        and not "".join(layout.headers[span[1] : span[3] + 1])
        and any(head[span[0]][span[1] : span[1] + 1])
    ]
    if tops:
        raise refuse("header-deeper", row=layout.data_row - 1, rows=str(layout.data_row - 1 - min(tops)))
    reach = [span[2] for span in spans if first <= span[0] < layout.data_row - 1 <= span[2]]
    if any(any(row) for row in head[layout.data_row - 1 : max(reach, default=-1) + 1]):
        raise refuse("header-deeper", row=max(reach) + 1, rows=str(max(reach) - first + 1))


def joined_titles(rows: Sequence[TextRow]) -> tuple[str, ...]:
    """The titles of columns under a header of several rows, whose merged cells have left blanks to their right."""
    return _join(rows, 0, len(rows), None)


def _find(head: Sequence[TextRow], depth: int, known: Collection[str], spans: Sequence[CellSpan] | None) -> int:
    """0-based first header row: the one whose titles are known best, else the first row that is not blank."""
    keys = {key(header) for header in known} - {""}
    best, best_row = 0, -1
    for top in range(min(LOOKED_AT, len(head))) if keys else ():
        score = _score(_join(head, top, depth, spans), keys)
        if score > best:
            best, best_row = score, top
    if best_row >= 0:
        return best_row
    for top, row in enumerate(head):
        if any(cell.strip() for cell in row):
            return top
    raise refuse("file-empty")


def _score(titles: Sequence[str], keys: Collection[str]) -> int:
    """How many of ``titles`` are known, whole or by their last level."""
    return sum(1 for title in titles if title and (key(title) in keys or key(title.rpartition(JOINT)[2]) in keys))


def _join(head: Sequence[TextRow], top: int, depth: int, spans: Sequence[CellSpan] | None) -> tuple[str, ...]:
    """The titles of the columns, levels joined from the outermost to the innermost."""
    levels = [[tidy(cell) for cell in row] for row in head[top : top + depth]]
    width = max((len(level) for level in levels), default=0)
    for level in levels:
        level.extend([""] * (width - len(level)))
    if spans is None:
        _carry(levels)
    else:
        _spread(levels, top, spans)
    titles = []
    for column in range(width):
        parts: list[str] = []
        for level in levels:
            if level[column] and (not parts or parts[-1] != level[column]):
                parts.append(level[column])
        titles.append(JOINT.join(parts))
    return tuple(titles)


def _carry(levels: list[list[str]]) -> None:
    """Carry each parent to the right over blanks, unless its own column has no child: then it is a title by itself."""
    for depth in range(len(levels) - 1):
        parent, children = "", levels[depth + 1 :]
        for column, title in enumerate(levels[depth]):
            below = any(child[column] for child in children)
            if title:
                parent = title if below else ""
            elif below:
                levels[depth][column] = parent
            else:
                parent = ""


def _spread(levels: list[list[str]], top: int, spans: Sequence[CellSpan]) -> None:
    """Give every cell of a merged range the title that stands in its first cell."""
    bottom = top + len(levels) - 1
    for first_row, first_column, last_row, last_column in spans:
        if first_row > bottom or last_row < top:
            continue
        if first_row < top or first_column >= len(levels[0]):
            continue
        title = levels[first_row - top][first_column]
        for row in range(first_row, min(last_row, bottom) + 1):
            for column in range(first_column, min(last_column + 1, len(levels[0]))):
                levels[row - top][column] = title
