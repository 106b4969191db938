"""What is wrong in the cells and rows of a submission, and what is wanted in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import MOST_REPEATED_SHOWN, MOST_ROWS_COMPARED, MOST_SHOWN_PER_CAUSE
from ayan.core.refine.refine_session import RefineSession
from ayan.core.schema.definition import Severity
from ayan.core.schema.field import CellCalendar, Field
from ayan.core.schema.issue import Issue
from ayan.core.schema.kinds.temporal import LAST_GREGORIAN
from ayan.core.schema.kinds.written_days import GREGORIAN_FROM
from ayan.core.schema.steps.step import file_row
from ayan.core.values import sql
from ayan.core.values.label import Label, day_label, digits_label, joined, number_label

_CALENDARS: Final[Mapping[CellCalendar, Label]] = {
    "jalali": Label("هجری شمسی", "Jalali"),
    "gregorian": Label("میلادی", "Gregorian"),
    "excel": Label("میلادی یا شمارهٔ روز اکسل", "Gregorian, or Excel's day number"),
    "epoch_s": Label("ثانیه از ۱۹۷۰", "seconds since 1970"),
    "epoch_ms": Label("هزارم ثانیه از ۱۹۷۰", "milliseconds since 1970"),
}

REPEATED: Final = "repeated"
"""The keys that several records have, each with these; there is none where every key is one record's."""

_YEARS: Final = {"first": GREGORIAN_FROM, "last": LAST_GREGORIAN}
"""The years in which a Gregorian day may lie."""

RefTargets = Mapping[tuple[str, str], Sequence[Path]]
"""(dataset, field) → the Parquet parts of its current releases."""


def issues_of(session: RefineSession, refs: RefTargets) -> list[Issue]:
    """Every issue of the scanned submission: columns, cells, rows, keys and references, worst first within the file."""
    out = [*_surplus(session), *_cells(session), *_row_checks(session), *_empty_rows(session), *_duplicates(session)]
    out += _repeated_rows(session)
    for mapped in session.present:
        if mapped.field.ref is not None:
            out += _dangling(session, mapped, refs)
    return out


def _surplus(session: RefineSession) -> Iterable[Issue]:
    """One issue for every column that holds values under no header and is not declared; nothing is shifted."""
    for column in session.matching.surplus:
        (count,) = session.first_row(f"SELECT count(*) FROM scan WHERE s_{column.index} AND _class <> 'empty'")
        if count:
            yield Issue(
                code="cells-beyond-header",
                sheet=session.raw.facts.sheet,
                column=column.letter,
                count=int(str(count)),
                params={"count": count, "letter": column.letter},
            )


def _cells(session: RefineSession) -> Iterable[Issue]:
    counted: list[tuple[MappedField, str, int]] = []
    if not session.present:
        return
    # One look tells in which fields anything is wrong: in most files in none.
    some = ", ".join(f"count(e_{mapped.field.name}) FILTER (_class = 'record')" for mapped in session.present)
    for mapped, wrong in zip(session.present, session.first_row(f"SELECT {some} FROM scan"), strict=True):
        if not wrong:
            continue
        e = f"e_{mapped.field.name}"
        for code, count in session.all(
            f"SELECT {e}, count(*) FROM scan WHERE {e} IS NOT NULL AND _class = 'record' GROUP BY ALL ORDER BY ALL"
        ):
            counted.append((mapped, str(code), int(str(count))))
    if not counted:
        return
    wanted = " UNION ".join(
        f"(SELECT _row FROM scan WHERE e_{mapped.field.name} = {sql.literal(code)} AND _class = 'record' "
        f"ORDER BY _row LIMIT {MOST_SHOWN_PER_CAUSE})"
        for mapped, code, _ in counted
    )
    fields = {mapped.field.name: mapped for mapped, _, _ in counted}
    tokens = ", ".join(f"t_{name}, e_{name}" for name in fields)
    rows = session.all(f"SELECT _row, _line, {tokens} FROM typed WHERE _row IN ({wanted}) ORDER BY _row")
    for mapped_field, code, count in counted:
        offset = 2 + 2 * list(fields).index(mapped_field.field.name)
        cells = [(row[0], row[1], row[offset]) for row in rows if row[offset + 1] == code][:MOST_SHOWN_PER_CAUSE]
        for row, line, value in cells:
            yield _cell_issue(
                session, mapped_field, code, _number(row), _number(line), None if value is None else str(value)
            )
        if count > len(cells):
            yield Issue(
                code=code,
                sheet=session.raw.facts.sheet,
                column=mapped_field.address,
                field=mapped_field.field.name,
                count=count - len(cells),
                params=params_of(session, mapped_field.field, code, None),
            )


def _cell_issue(
    session: RefineSession, mapped: MappedField, code: str, row: int | None, line: int | None, value: str | None
) -> Issue:
    return Issue(
        code=code,
        sheet=session.raw.facts.sheet,
        row=row,
        line=line,
        column=mapped.address,
        field=mapped.field.name,
        value=value if mapped.field.shown == "public" else None,
        params=params_of(session, mapped.field, code, value),
    )


def params_of(session: RefineSession, field: Field, code: str, value: str | None) -> dict[str, object]:
    """What the wording of ``code`` needs; never the cell's own text."""
    params: dict[str, object] = {"label": field.label}
    if code in ("too-small", "too-large"):
        bound = field.minimum if code == "too-small" else field.maximum
        params["limit"] = day_label(bound) if isinstance(bound, date) else bound
    elif code == "too-long":
        params["limit"] = field.max_length
    elif code == "decimal-digits":
        params["scale"] = field.scale
    elif code == "not-in-list" and field.choices is not None:
        shown = field.choices.entries[:12]
        more = "…" if len(field.choices.entries) > len(shown) else ""
        params["choices"] = joined([*(entry.label for entry in shown), *([more] if more else [])])
    elif code in ("not-a-date", "date-other-calendar"):
        params["calendar"] = _CALENDARS[field.calendar]
        jalali = Label("۱۴۰۳/۰۵/۱۲", "1403/05/12")
        params["example"] = jalali if field.calendar == "jalali" else "2024-08-02"
    elif code == "date-year":
        params |= {name: digits_label(year) for name, year in _YEARS.items()}
    elif code == "outside-period":
        params["period"] = session.period_text
    elif code == "not-geometry":
        params["reason"] = field.kind.judge(value) if value else ""
    return params


def _row_checks(session: RefineSession) -> Iterable[Issue]:
    sheet = session.raw.facts.sheet
    for column, check in session.checks:
        rows = session.all(
            f"SELECT _row, _line, count(*) OVER () FROM scan WHERE {column} AND _class = 'record' "
            f"ORDER BY _row LIMIT {MOST_SHOWN_PER_CAUSE}"
        )
        for row, line, _ in rows:
            yield Issue(
                code=f"check:{check.code}",
                severity=check.severity,
                sheet=sheet,
                row=_number(row),
                line=_number(line),
                wording=check.message,
            )
        rest = int(str(rows[0][2])) - len(rows) if rows else 0
        if rest:
            yield Issue(
                code=f"check:{check.code}", severity=check.severity, sheet=sheet, count=rest, wording=check.message
            )


def _empty_rows(session: RefineSession) -> Iterable[Issue]:
    sheet = session.raw.facts.sheet
    rows = session.all(
        "SELECT _row, _line, count(*) OVER () FROM scan WHERE _class = 'empty' "
        f"ORDER BY _row LIMIT {MOST_SHOWN_PER_CAUSE}"
    )
    for row, line, _ in rows:
        yield Issue(code="row-empty", sheet=sheet, row=_number(row), line=_number(line))
    if rest := int(str(rows[0][2])) - len(rows) if rows else 0:
        yield Issue(code="row-empty", sheet=sheet, count=rest)


def _duplicates(session: RefineSession) -> Iterable[Issue]:
    """Keys that occur more than once. The hash only nominates; the keys themselves are compared."""
    if not session.has_key:
        return
    suspects = "SELECT _key FROM scan WHERE _class = 'record' AND _key IS NOT NULL GROUP BY _key HAVING count(*) > 1"
    if not session.all(f"{suspects} LIMIT 1"):
        return
    keys = [f"v_{name}" for name in session.dataset.key]
    complete = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    session.con.execute(
        f"CREATE TEMP TABLE {REPEATED} AS "
        f"SELECT {', '.join(keys)}, list(_row ORDER BY _row) AS rows, min(_line) AS line FROM typed "
        f"WHERE _row IN (SELECT _row FROM scan WHERE _class = 'record' AND _key IN ({suspects})) AND {complete} "
        "GROUP BY ALL HAVING count(*) > 1"
    )
    session.tables.add(REPEATED)
    total = int(str(session.first_row(f"SELECT count(*) FROM {REPEATED}")[0]))
    texts = ", ".join(f"CAST({key} AS VARCHAR)" for key in keys)
    fields = [session.matching.of(name) for name in session.dataset.key]
    for *values, rows, line in session.all(
        f"SELECT {texts}, rows, line FROM {REPEATED} ORDER BY rows[1] LIMIT {MOST_SHOWN_PER_CAUSE}"
    ):
        numbers = [int(str(row)) for row in rows] if isinstance(rows, list) else []
        # A row of which steps made several is named by its number in the file.
        in_file = [file_row(number) if session.raw.places else number for number in numbers[:10]]
        named = joined([*map(digits_label, in_file), *(["…"] if len(numbers) > 10 else [])])
        yield Issue(
            code="key-duplicate",
            sheet=session.raw.facts.sheet,
            row=numbers[0],
            line=_number(line),
            column=fields[0].address,
            field=fields[0].field.name,
            value="~".join(str(value) for value in values),
            count=len(numbers),
            params={"key": "~".join(str(value) for value in values), "count": len(numbers), "rows": named},
        )
    if total > MOST_SHOWN_PER_CAUSE:
        key = " + ".join(field.field.label.fa for field in fields)
        yield Issue(
            code="key-duplicate",
            sheet=session.raw.facts.sheet,
            field=fields[0].field.name,
            count=total - MOST_SHOWN_PER_CAUSE,
            params={"key": key, "count": total - MOST_SHOWN_PER_CAUSE, "rows": "…"},
        )


def _repeated_rows(session: RefineSession) -> Iterator[Issue]:
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
    groups_of_rows = session.all(
        f"SELECT rows, sum(len(rows) - 1) OVER () FROM ({groups}) ORDER BY rows LIMIT {MOST_REPEATED_SHOWN + 1}"
    )
    if not groups_of_rows:
        return
    listed = [[int(str(row)) for row in rows] for rows, _ in groups_of_rows if isinstance(rows, list)]
    count = int(str(groups_of_rows[0][1]))
    yield Issue(
        code="rows-repeated",
        sheet=session.raw.facts.sheet,
        row=listed[0][1],
        count=count,
        params={"count": count, "rows": _same_rows(session, listed)},
    )


_SAME: Final = Label("{rows} و {row}", "{rows} = {row}")


def _same_rows(session: RefineSession, groups: Sequence[Sequence[int]]) -> Label:
    """Which rows are the same: «۲ و ۴، ۷ و ۹»."""
    listed = list[Label | str]()
    for rows in groups[:MOST_REPEATED_SHOWN]:
        numbers = [digits_label(file_row(row) if session.raw.places else row) for row in rows[:MOST_REPEATED_SHOWN]]
        same: Label = numbers[0]
        for number in [*numbers[1:], *([Label("…", "…")] if len(rows) > MOST_REPEATED_SHOWN else [])]:
            same = _SAME.format(rows=same, row=number)
        listed.append(same)
    return joined([*listed, *(["…"] if len(groups) > MOST_REPEATED_SHOWN else [])])


def _dangling(session: RefineSession, mapped: MappedField, refs: RefTargets) -> Iterable[Issue]:
    """Values that point to nothing among the rows they may point to; an unpublished target is not judged."""
    ref, astray = mapped.field.ref, dangles(session, mapped, refs)
    if ref is None or astray is None:
        return
    v = f"v_{mapped.field.name}"
    severity: Severity = "error" if ref.required else "warning"
    # Values of fields that are not public are counted and not named.
    about: dict[str, Any] = {
        "code": "ref-missing",
        "severity": severity,
        "sheet": session.raw.facts.sheet,
        "column": mapped.address,
        "field": mapped.field.name,
        "params": {"label": mapped.field.label, "target": ref.dataset},
    }
    named = 0
    for value, count, row, line in session.all(
        f"SELECT {v}, count(*), min(_row), min(_line) FROM scan WHERE _class = 'record' AND {astray} "
        f"GROUP BY {v} ORDER BY min(_row) LIMIT {MOST_SHOWN_PER_CAUSE}"
    ):
        named += int(str(count))
        shown = str(value) if mapped.field.shown == "public" else None
        yield Issue(**about, row=_number(row), line=_number(line), value=shown, count=int(str(count)))
    (total,) = session.first_row(f"SELECT count(*) FROM scan WHERE _class = 'record' AND {astray}")
    if rest := int(str(total)) - named:
        yield Issue(**about, count=rest)


def dangles(session: RefineSession, mapped: MappedField, refs: RefTargets) -> str | None:
    """The condition under which a record's pointer points to nothing; None where that cannot be judged yet.

    A pointer into the dataset itself (a row's parent) means a row of the same file.
    """
    ref = mapped.field.ref
    if ref is None:
        return None
    v = f"v_{mapped.field.name}"
    if ref.dataset == session.dataset.slug:
        if not any(other.field.name == ref.field for other in session.present):
            return None
        own = f"v_{ref.field}"
        values = f"SELECT {own} FROM typed WHERE _class = 'record' AND {own} IS NOT NULL"
    elif paths := refs.get((ref.dataset, ref.field)):
        parts = ", ".join(sql.literal(str(path)) for path in paths)
        name = sql.identifier(ref.field)
        values = f"SELECT {name} FROM read_parquet([{parts}], union_by_name = true) WHERE {name} IS NOT NULL"
    else:
        return None
    return f"({v} IS NOT NULL AND {v} NOT IN ({values}))"


def exact(value: object) -> Label:
    """A sum as it is written in a message: exact, grouped, with the digits and marks of each language."""
    return number_label(Decimal(str(value)))


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))


_BOUNDS: Final = {
    "too-small": Label("دست‌کم {limit}", "at least {limit}"),
    "too-large": Label("دست‌بالا {limit}", "at most {limit}"),
    "too-long": Label("دست‌بالا {limit} نویسه", "at most {limit} characters"),
    "decimal-digits": Label("دست‌بالا {scale} رقم اعشار", "at most {scale} decimals"),
    "not-in-list": Label("یکی از این‌ها: {choices}", "one of these: {choices}"),
    "outside-period": Label("روزی در دورهٔ {period}", "a day in the period {period}"),
}
_LIKE: Final = Label("مثل {example}", "like {example}")


def expectation(session: RefineSession, field: Field, code: str) -> Label | None:
    """What a cell of ``field`` with the fault ``code`` should hold; None where the fault itself says it best."""
    params = params_of(session, field, code, None)
    if code in _BOUNDS:
        issue = Issue(code=code, params=params, wording=_BOUNDS[code])
        return issue.label
    if field.choices is not None:
        return expectation(session, field, "not-in-list")
    if field.kind.free:
        return None
    example = field.kind.example_of(field)
    issue = Issue(code=code, params={"example": digits_label(example)}, wording=_LIKE)
    return issue.label
