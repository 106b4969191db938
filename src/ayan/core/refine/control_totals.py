"""Sums and tables: totals rows used as checksums, and band tables held to have neither gap nor overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from ayan.core.intake.table import NO_LETTER
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.odd_rows import rows_of
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.validation import exact
from ayan.core.schema.definition import Bands
from ayan.core.schema.issue import Issue
from ayan.core.values.label import Label, day_label

_NUMBERS: Final = "numbers"
"""The numbers of every row, kept where there is a row of sums."""


def issues_of(session: RefineSession) -> list[Issue]:
    """What the totals rows and the declared band tables say of the scanned records; suspected sums are known before."""
    out = list(_totals(session))
    present = {mapped.field.name for mapped in session.present}
    for bands in session.dataset.bands:
        if {bands.lower, bands.upper, *bands.by} <= present:
            out += _bands(session, bands)
    return out


def _totals(session: RefineSession) -> Iterable[Issue]:
    """Hold every number of every totals row against the records above it.

    A totals row may sum everything above it or only what stands since the totals row before, or stand above the rows
    that it sums, to the next totals row or to the end; agreeing with any is agreeing.
    """
    (count,) = session.first_row("SELECT count(*) FROM scan WHERE _class = 'total'")
    if not count:
        return
    # What a step made of the names of sheets or columns («1403») is no amount, and the same in rows of sums.
    summed = [
        mapped
        for mapped in session.present
        if mapped.field.kind.summable and (mapped.column is None or mapped.column.letter != NO_LETTER)
    ]
    _keep(session, summed)
    yield from _unchecked(session, summed)
    # A row that is held for a sum itself is not added up once more.
    held = rows_of(session, "total-suspected")
    besides = f" AND _row NOT IN (SELECT _row FROM ({held}))" if held else ""
    for mapped in summed:
        v = f"v_{mapped.field.name}"
        records = f"(SELECT _row, {v} FROM {_NUMBERS} WHERE _class IN ('record', 'left'){besides})"
        rows = session.all(
            f"""
            WITH marks AS (SELECT _row, _line, {v} AS stated FROM {_NUMBERS} WHERE _class = 'total'),
            parts AS (SELECT m._row, sum(r.{v}) AS part
                      FROM {records} r ASOF JOIN marks m ON r._row < m._row GROUP BY m._row),
            below AS (SELECT m._row, sum(r.{v}) AS part
                      FROM {records} r ASOF JOIN marks m ON r._row > m._row GROUP BY m._row)
            SELECT _row, _line, stated, everything, part, under, rest FROM (
                SELECT m._row, m._line, m.stated, coalesce(p.part, 0) AS part, coalesce(b.part, 0) AS under,
                       sum(coalesce(p.part, 0)) OVER (ORDER BY m._row) AS everything,
                       sum(coalesce(b.part, 0)) OVER (ORDER BY m._row DESC) AS rest
                FROM marks m LEFT JOIN parts p USING (_row) LEFT JOIN below b USING (_row))
            WHERE stated IS NOT NULL ORDER BY _row
            """
        )
        for row, line, stated, everything, segment, under, rest in rows:
            agrees = stated in (everything, segment) or (bool(stated) and stated in (under, rest))
            public = mapped.field.shown == "public"
            # What a wrong total was meant to be the sum of is not written anywhere: the nearer one explains it best.
            sums = (segment, everything, under, rest)
            nearer = min((each for each in sums if each), default=0, key=lambda computed: _distance(stated, computed))
            near = session.source.tolerance is not None and _distance(stated, nearer) <= session.source.tolerance
            yield Issue(
                code="total-agrees" if agrees else "total-near" if near else "total-mismatch",
                sheet=session.raw.facts.sheet,
                row=int(str(row)),
                line=None if line is None else int(str(line)),
                column=mapped.address,
                field=mapped.field.name,
                value=str(stated) if public and not agrees else None,
                params={"label": mapped.field.label, **(_difference(stated, nearer) if public else _HIDDEN)},
            )


def _keep(session: RefineSession, summed: Sequence[MappedField]) -> None:
    """Keep the numbers of all rows: of a file without rows of sums nobody needs to compute them."""
    columns = "".join(f", v_{mapped.field.name}, e_{mapped.field.name}" for mapped in summed)
    with session.clock():
        session.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_NUMBERS} AS SELECT _row, _line, _class{columns} FROM typed"
        )


def _unchecked(session: RefineSession, summed: Sequence[MappedField]) -> Iterable[Issue]:
    """Totals rows that state no number, and their cells that are none: they are not published, so they are named."""
    sheet = session.raw.facts.sheet
    stated = " AND ".join(["_class = 'total'", *(f"v_{mapped.field.name} IS NULL" for mapped in summed)])
    for row, line in session.all(f"SELECT _row, _line FROM {_NUMBERS} WHERE {stated} ORDER BY _row"):
        yield Issue(code="total-empty", sheet=sheet, row=_whole(row), line=_whole(line))
    for mapped in summed:
        e = f"e_{mapped.field.name}"
        unread = f"_class = 'total' AND {e} IS NOT NULL AND {e} <> 'required' AND v_{mapped.field.name} IS NULL"
        for row, line in session.all(f"SELECT _row, _line FROM {_NUMBERS} WHERE {unread} ORDER BY _row"):
            yield Issue(
                code="total-unread",
                sheet=sheet,
                row=_whole(row),
                line=_whole(line),
                column=mapped.address,
                field=mapped.field.name,
                params={"label": mapped.field.label},
            )


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))


_HIDDEN = {"stated": "…", "computed": "…", "difference": "…"}


def _distance(first: object, other: object) -> Decimal:
    return abs(Decimal(str(first)) - Decimal(str(other)))


def _difference(stated: object, computed: object) -> dict[str, object]:
    gap = Decimal(str(stated)) - Decimal(str(computed))
    return {name: exact(value) for name, value in (("stated", stated), ("computed", computed), ("difference", gap))}


def _bands(session: RefineSession, bands: Bands) -> Iterable[Issue]:
    """Each band must begin where the one before it ends (one unit later where the upper bound is inclusive)."""
    by = [f"v_{name}" for name in bands.by]
    part = f"PARTITION BY {', '.join(by)}" if by else ""
    texts = "".join(f", coalesce(CAST({name} AS VARCHAR), '')" for name in by)
    step = 1 if bands.inclusive else 0
    lower, upper = f"v_{bands.lower}", f"v_{bands.upper}"
    for row, line, start, end, before, *named in session.all(
        f"""
        SELECT _row, _line, {lower}, {upper}, before{texts}
        FROM (SELECT *, lag({upper}) OVER w AS before, lag(_row) OVER w AS previous FROM scan WHERE _class = 'record'
              WINDOW w AS ({part} ORDER BY {lower}, _row))
        WHERE previous IS NOT NULL AND (before IS NULL OR {lower} <> before + {step}) ORDER BY _row
        """
    ):
        gap = before is not None and start > before  # type: ignore[operator]  # both are values of one field
        low, high = (before, start) if gap else (start, before if before is not None else end)
        open_to_all = all(session.dataset.field(name).shown == "public" for name in (bands.lower, bands.upper))
        all_public = all(session.dataset.field(name).shown == "public" for name in bands.by)
        where = _OF_GROUP.format(group=named) if any(named) and all_public else ""
        yield Issue(
            code="band-gap" if gap else "band-overlap",
            sheet=session.raw.facts.sheet,
            row=int(str(row)),
            line=None if line is None else int(str(line)),
            column=session.matching.of(bands.lower).address,
            field=bands.lower,
            params={
                "lower": _end(low) if open_to_all else "…",
                "upper": _end(high) if open_to_all else "…",
                "group": where,
            },
        )


_OF_GROUP: Final = Label(" ({group})", " ({group})")


def _end(value: object) -> Label | str:
    """An end of a band as a message names it: a number, a day, or no end at all."""
    if value is None:
        return "∞"
    if isinstance(value, date):
        return day_label(value)
    return exact(value)
