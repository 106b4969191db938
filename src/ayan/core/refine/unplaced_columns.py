"""Columns of the file that no field takes and that say something of the money: told, or asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ayan.core.intake.table import RawColumn
from ayan.core.refine.column_guesses import LOOKED_AT, ColumnGuesses
from ayan.core.refine.header_matching import header_key
from ayan.core.refine.limits import MOST_WORDS_OF_UNITS
from ayan.core.refine.money_units import has_amounts, mentions_of, money_columns, unit_label
from ayan.core.refine.odd_rows import suspected
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.text_records import RecordAddress
from ayan.core.schema.definition import Severity
from ayan.core.schema.field import Field
from ayan.core.schema.issue import Issue
from ayan.core.values import sql
from ayan.core.values.label import Label, joined
from ayan.core.values.money_unit_names import NamedUnit, heads_money, name_sides, unit_of_cell, without_unit
from ayan.core.values.text import fold

UNPLACED: Final = "column-unplaced"
SIDES: Final = "column-sides"
_AS_MOST: Final = Label("همان واحد بیشتر ردیف‌ها", "the unit of most rows")
# A number as people write one, with whatever parts its thousands, a sign before or behind it, or parentheses.
_NUMBER: Final = r"^[-−+(]? ?[0-9][0-9,٬،.٫/'\s]*[-−)]?$"


def with_unplaced(session: RefineSession, issues: Sequence[Issue], accepted: Mapping[str, int]) -> Iterator[Issue]:
    """The ``issues``, with what is asked and told of columns that no field takes and nobody left out knowingly.

    A column headed as an optional field that was not found, but for a unit or a word more, is asked about; so is one
    that says on which side of an account each amount stands. Amounts that are left out are told as a warning, and so
    is a column whose cells alone are such as a missing field has.
    """
    ignored = {issue.column for issue in issues if issue.code == "column-ignored"}
    more = [*_unplaced(session, [column for column in session.matching.ignored if column.address in ignored], accepted)]
    said = {issue.column for issue in more}
    yield from (issue for issue in issues if issue.code != "column-ignored" or issue.column not in said)
    yield from more


def _unplaced(session: RefineSession, free: Sequence[RawColumn], accepted: Mapping[str, int]) -> Iterator[Issue]:
    if not free:
        return
    guessed = _guessed(session, free)
    for column, field, sure in guessed:
        severity: Severity | None = None if sure and not accepted.get(UNPLACED) else "warning"
        yield _issue(session, UNPLACED, column, severity, label=field.label, field=field.name)
    taken = {column.index for column, *_ in guessed}
    doubted = {issue.field for issue in session.matching.issues if issue.code == "column-ambiguous"}
    named = {
        _bare(name) for each in session.matching.fields if each.field.name in doubted for name in _names(each.field)
    }
    rest = [column for column in free if column.index not in taken and _bare(column.header) not in named]
    numbers = _numbers(session, [column for column in rest if _says_money(session, column)])
    for column in numbers:
        yield _issue(session, "column-money", column, None)
    if has_amounts(session.matching):
        for column in _of_sides(session, rest):
            yield _issue(session, SIDES, column, "warning" if accepted.get(SIDES) else None)


def _issue(
    session: RefineSession,
    code: str,
    column: RawColumn,
    severity: Severity | None,
    field: str | None = None,
    **said: object,
) -> Issue:
    params = {"header": column.header, **said}
    return Issue(
        code=code,
        severity=severity,
        sheet=session.raw.facts.sheet,
        column=column.address,
        field=field,
        params=params,
    )


def _says_money(session: RefineSession, column: RawColumn) -> bool:
    of_itself = ("header", "format")
    return heads_money(column.header) or any(
        mention.place in of_itself and mention.named.currency for mention in mentions_of(session.raw, column)
    )


def _guessed(session: RefineSession, free: Sequence[RawColumn]) -> list[tuple[RawColumn, Field, bool]]:
    """The columns that may be fields which were not found, and whether their titles leave little doubt."""
    missing = {issue.field for issue in session.matching.issues if issue.code == "column-absent"}
    absent = [mapped.field for mapped in session.matching.fields if mapped.field.name in missing]
    guesses: list[tuple[RawColumn, Field, bool]] = []
    for field in absent:
        same = [column for column in free if _bare(column.header) in {_bare(name) for name in _names(field)}]
        guesses += [(column, field, True) for column in same]
    seen = {column.index for column, *_ in guesses}, {field.name for _, field, _ in guesses}
    left = [column for column in free if column.index not in seen[0]]
    measured = [field for field in absent if field.name not in seen[1] and (field.kind.is_money or field.kind.is_day)]
    if left and measured:
        with session.clock():
            pairs = ColumnGuesses(session.con, session.raw).pairs(measured, left)
        for field in measured:
            if (column := pairs.get(field.name)) is not None:
                words = f" {fold(column.header)} "
                sure = any(f" {without_unit(name)} " in words for name in _names(field) if name)
                guesses.append((column, field, sure))
    return guesses


def _names(field: Field) -> tuple[str, ...]:
    return (field.name, field.label.fa, field.label.en, *field.aliases)


def _bare(title: str) -> str:
    return header_key(without_unit(title))


def _numbers(session: RefineSession, columns: Sequence[RawColumn]) -> list[RawColumn]:
    """Those of the columns whose first filled cells are numbers, most of them."""
    if not columns:
        return []
    shares = ", ".join(
        f"avg(CAST(regexp_matches(trim({sql.latin_digits(f'c{column.index}')}), {sql.literal(_NUMBER)}) AS INTEGER))"
        for column in columns
    )
    counted = session.first_row(f"SELECT {shares} FROM (FROM {session.raw.relation} LIMIT {LOOKED_AT})")
    return [
        column
        for column, share in zip(columns, counted, strict=True)
        if share is not None and 2 * float(str(share)) > 1
    ]


def _of_sides(session: RefineSession, columns: Sequence[RawColumn]) -> list[RawColumn]:
    """Those of the columns whose cells are words for debit and for credit, and nothing else."""
    return [column for column, texts in _few_texts(session, columns).items() if name_sides(texts)]


def _few_texts(session: RefineSession, columns: Sequence[RawColumn]) -> dict[RawColumn, list[str]]:
    """The different texts of the columns that have few, in their first rows."""
    if session.texts is not None:
        first = {column: session.texts.first(column.index, LOOKED_AT) for column in columns}
        return {column: sorted(texts) for column, texts in first.items() if 0 < len(texts) <= MOST_WORDS_OF_UNITS}
    if not columns:
        return {}
    head = f"(FROM {session.raw.relation} LIMIT {LOOKED_AT})"
    asked = ", ".join(
        f"CASE WHEN count(DISTINCT c{column.index}) <= {MOST_WORDS_OF_UNITS} "
        f"THEN list(DISTINCT c{column.index} ORDER BY c{column.index}) FILTER (c{column.index} IS NOT NULL) END"
        for column in columns
    )
    lists = session.first_row(f"SELECT {asked} FROM {head}")
    return {
        column: [str(text) for text in texts]
        for column, texts in zip(columns, lists, strict=True)
        if isinstance(texts, list) and texts
    }


# --- units of rows ----------------------------------------------------------------------------------------------------


def rows_of_other_units(session: RefineSession, accepted: Mapping[str, int]) -> Iterator[Issue]:
    """The records of which a column of units says another one than their amounts are read in.

    Amounts that are plain numbers are in no unit; then it is another one than most of them are in.
    """
    money = money_columns(session.matching)
    plain = [mapped for mapped in session.present if mapped.field.kind.is_number and mapped.field.role == "amount"]
    if not (money or plain):
        return
    held = {mapped.column.index: mapped.field for mapped in session.present if mapped.column is not None}
    words = [
        column
        for column in session.raw.columns
        if column.index not in held or not (held[column.index].kind.is_number or held[column.index].kind.is_money)
    ]
    units = {mapped.field.money_unit for mapped in money}
    rows: dict[RecordAddress, None] = {}
    said: dict[str, NamedUnit] = {}
    for column, texts in _few_texts(session, words).items():
        if any(unit_of_cell(text) is None for text in texts):
            continue
        counted = session.all(
            f"SELECT c{column.index}, count(*) AS cells FROM {session.raw.relation} "
            f"WHERE c{column.index} IS NOT NULL GROUP BY ALL ORDER BY cells DESC, 1"
        )
        named = {str(text): each for text, _ in counted if (each := unit_of_cell(str(text))) is not None}
        if not units:
            most = next(iter(named.values())) if named else None
            other = {text: each for text, each in named.items() if each != most}
        else:
            other = {text: each for text, each in named.items() if not all(map(each.fits, units))}
        if not other:
            continue
        said |= {each.code: each for each in other.values()}
        listed = sql.is_among(f"c{column.index}", frozenset(other))
        for row, line in session.all(
            f"SELECT _row, _line FROM typed WHERE _class = 'record' AND {listed} ORDER BY _row"
        ):
            rows[(int(str(row)), None if line is None else int(str(line)))] = None
    if rows:
        yield from suspected(
            session,
            "row-other-unit",
            sorted(rows, key=lambda address: address[0]),
            accepted,
            said=joined(dict.fromkeys(each.label for each in said.values())),
            unit=joined(dict.fromkeys(map(unit_label, sorted(units)))) if units else _AS_MOST,
        )
