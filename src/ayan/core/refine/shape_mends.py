"""What puts wrong shapes right where one way is certain, and how the first of them look, kept for the desk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ayan.core.refine.limits import LONGEST_TEXT, MOST_MENDS, MOST_POSITIONS_DRAWN, MOST_SHAPES_DRAWN
from ayan.core.refine.refine_session import RefineSession
from ayan.core.values import sql
from ayan.core.values.shape_text import closed

OPERATION: Final = {"shape-swapped": "swap-axes", "shape-open": "close-rings", "shape-crossing": "mend-outlines"}
"""What is done to a whole column by the code of what is wrong with all shapes of it, or with some."""

DRAWN_CODES: Final = ("shape-crossing", "shape-open", "shape-swapped", "shape-outside")
"""What can be shown in a drawing."""

# An operation that leaves every other shape as it is may be done whether or not all are wrong.
_HARMLESS: Final = frozenset({"close-rings", "mend-outlines"})


def wrong_shapes(session: RefineSession, code: str, name: str) -> dict[str, Any]:
    """Of the shapes of a field with one fault: drawings of the first, and what is certain, as the issues keep them."""
    table = f"shapes_{name}"
    extent = session.extent_of(name)
    drawn = session.all(
        f"SELECT s._row, coalesce(s.value, {_cell(session, name)}), s.spot FROM {table} s "
        f"JOIN {session.cells} r USING (_row) WHERE s.code = {sql.literal(code)} ORDER BY s._row "
        f"LIMIT {MOST_SHAPES_DRAWN}"
    )
    said: dict[str, Any] = {
        "drawn": list(_drawings(drawn)),
        "operation": "",
        "mends": [],
        "rows": 0,
        "extent": list(extent) if extent else None,
    }
    wrong, certain, all_shapes = session.first_row(
        f"SELECT (SELECT count(*) FROM {table} WHERE code = {sql.literal(code)}), "
        f"(SELECT count(mend) FROM {table} WHERE code = {sql.literal(code)}), "
        f"(SELECT count(*) FROM {session.cells} r WHERE {_cell(session, name)} IS NOT NULL)"
    )
    operation = OPERATION.get(code, "")
    if not certain:
        return said
    if operation in _HARMLESS or (operation and wrong == all_shapes):
        return {**said, "operation": operation, "rows": certain}
    pairs = session.all(
        f"SELECT {_cell(session, name)} AS old, any_value(s.mend), count(*) FROM {table} s "
        f"JOIN {session.cells} r USING (_row) WHERE s.code = {sql.literal(code)} AND s.mend IS NOT NULL "
        f"AND length(old) <= {LONGEST_TEXT} AND length(s.mend) <= {LONGEST_TEXT} "
        f"GROUP BY old ORDER BY min(s._row) LIMIT {MOST_MENDS}"
    )
    rows = sum(int(str(count)) for _, _, count in pairs)
    return {**said, "mends": [[old, new] for old, new, _ in pairs], "rows": rows}


def _cell(session: RefineSession, name: str) -> str:
    column = next(mapped.column for mapped in session.present if mapped.field.name == name)
    return session.trimmed(column.index) if column is not None else "NULL::VARCHAR"


def _drawings(rows: Sequence[tuple[object, ...]]) -> Iterator[list[Any]]:
    for row, text, spot in rows:
        lines = list(_lines(str(text)))
        if lines:
            yield [row, json.dumps(lines, separators=(",", ":")), spot or ""]


def _lines(text: str) -> Iterator[list[list[float]]]:
    """The lines of a shape in degrees, thinned out for a drawing; none of what cannot be drawn."""
    try:
        geometry = json.loads(closed(text))
        lines = list(_parts(geometry.get("geometries") or [geometry]))
        positions = sum(map(len, lines))
        step = max(1, -(-positions // MOST_POSITIONS_DRAWN))
        for line in lines:
            kept = [line[at] for at in sorted({*range(0, len(line), step), len(line) - 1})]
            yield [[float(at[0]), float(at[1])] for at in kept]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return


def _parts(geometries: Sequence[Any]) -> Iterator[list[Any]]:
    for geometry in geometries:
        pending = [geometry["coordinates"]]
        while pending:
            part = pending.pop(0)
            if part and isinstance(part[0], (int, float)):
                yield [part]
            elif part and isinstance(part[0][0], (int, float)):
                yield part
            else:
                pending[:0] = part
