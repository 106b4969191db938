"""Rows that are the same as others, where no key tells them apart: told, since one may have been written twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ayan.core.refine.limits import MOST_REPEATED_SHOWN, MOST_ROWS_COMPARED
from ayan.core.refine.refine_session import RefineSession
from ayan.core.schema.issue import Issue
from ayan.core.schema.steps.step import file_row
from ayan.core.values.digits import to_persian
from ayan.core.values.label import Label


def issues_of(session: RefineSession) -> Iterator[Issue]:
    """One warning that names the records whose every cell that is read is that of another one.

    Of one column alone the same value comes again in any table; of a very large file the rows are not compared.
    """
    cells = [f"c{mapped.column.index}" for mapped in session.present if mapped.column is not None]
    if session.has_key or len(cells) < 2 or session.raw.rows > MOST_ROWS_COMPARED:
        return
    marked = f"SELECT _row, hash({', '.join(cells)}) AS mark FROM typed WHERE _class = 'record'"
    # The hash only nominates; the cells themselves are compared.
    again = f"SELECT mark FROM ({marked}) GROUP BY mark HAVING count(*) > 1"
    if not session.all(f"{again} LIMIT 1"):
        return
    groups = (
        f"SELECT list(_row ORDER BY _row) AS rows FROM typed WHERE _class = 'record' "
        f"AND _row IN (SELECT _row FROM ({marked}) WHERE mark IN ({again})) GROUP BY {', '.join(cells)} "
        "HAVING count(*) > 1"
    )
    found = session.all(
        f"SELECT rows, sum(len(rows) - 1) OVER () FROM ({groups}) ORDER BY rows LIMIT {MOST_REPEATED_SHOWN + 1}"
    )
    if not found:
        return
    listed = [[int(str(row)) for row in rows] for rows, _ in found if isinstance(rows, list)]
    count = int(str(found[0][1]))
    yield Issue(
        code="rows-repeated",
        sheet=session.raw.facts.sheet,
        row=listed[0][1],
        count=count,
        params={"count": count, "rows": _in_words(session, listed)},
    )


def _in_words(session: RefineSession, groups: Sequence[Sequence[int]]) -> Label:
    """Which rows are the same: «۲ و ۴، ۷ و ۹»."""
    fa, en = list[str](), list[str]()
    for rows in groups[:MOST_REPEATED_SHOWN]:
        numbers = [str(file_row(row) if session.raw.places else row) for row in rows[:MOST_REPEATED_SHOWN]]
        numbers += ["…"] if len(rows) > MOST_REPEATED_SHOWN else []
        fa.append(to_persian(" و ".join(numbers)))
        en.append(" = ".join(numbers))
    more = ["…"] if len(groups) > MOST_REPEATED_SHOWN else []
    return Label("، ".join([*fa, *more]), ", ".join([*en, *more]))
