"""The rows in which issues stand, found as the catalogue says of each code: for mending, and for leaving them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.personal_data_scan import cells_of
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.validation import RefTargets, dangles
from ayan.core.schema.catalogue import CATALOGUE, CHECK, entry_of
from ayan.core.schema.entry import Stands
from ayan.core.schema.expression import row_expression

_RECORDS: Final = "FROM scan WHERE _class = 'record'"


@dataclass(frozen=True, slots=True)
class Affected:
    """The fields that an issue speaks of and the query for its rows (``_row, _line, _group``).

    The query is "" where the issues name the rows themselves, or there are none.
    """

    fields: tuple[MappedField, ...] = ()
    rows: str = ""


def affected(session: RefineSession, targets: RefTargets, code: str, name: str | None) -> Affected:
    """Where the issues of one code about one field (or about none) stand."""
    stands = entry_of(code).stands
    mapped = {mapped.field.name: mapped for mapped in session.matching.fields}
    if stands == "check":
        column, names = next(
            (column, row_expression(check.sql, {field.name for field in session.dataset.fields}).names)
            for column, check in session.checks
            if check.code == code.removeprefix(CHECK)
        )
        fields = tuple(mapped[field.name] for field in session.dataset.fields if field.name in names)
        return Affected(fields, f"SELECT _row, _line, 0 AS _group {_RECORDS} AND {column}")
    if stands == "key":
        return Affected(
            tuple(mapped[key] for key in session.dataset.key),
            "SELECT s._row, s._line, r.rows[1] AS _group FROM (SELECT unnest(rows) AS _row, rows FROM repeated) r "
            "JOIN scan s USING (_row)",
        )
    if stands == "empty-row":
        return Affected((), "SELECT _row, _line, 0 AS _group FROM scan WHERE _class = 'empty'")
    if name is None or mapped[name] not in session.present:
        return Affected()
    return Affected((mapped[name],), _in_field(session, targets, code, mapped[name], stands))


def _in_field(session: RefineSession, targets: RefTargets, code: str, field: MappedField, stands: Stands) -> str:
    """The query for the rows whose cell of one field an issue is about."""
    if stands == "trace":
        return cells_of(session, code.removeprefix("personal-"), field)
    if stands == "pointer":
        return f"SELECT _row, _line, 0 AS _group {_RECORDS} AND {dangles(session, field, targets) or 'FALSE'}"
    if stands == "cell":
        return f"SELECT _row, _line, 0 AS _group {_RECORDS} AND e_{field.field.name} = '{code}'"
    return ""


def left_out(session: RefineSession, targets: RefTargets) -> str:
    """The query for the rows of all errors that leave theirs out; needs what the checks have made."""
    ways = sorted({entry.stands for entry in CATALOGUE.values() if entry.leaves_out})
    bad = [condition for stands in ways for condition in _conditions(session, targets, stands)]
    query = f"SELECT _row {_RECORDS} AND ({' OR '.join(bad) or 'FALSE'})"
    repeated = session.first_row("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'repeated'")[0]
    return f"{query} UNION SELECT unnest(rows) FROM repeated" if repeated and "key" in ways else query


def _conditions(session: RefineSession, targets: RefTargets, stands: Stands) -> list[str]:
    """What holds for a record in which such an error stands; repeated keys are a table of their own."""
    match stands:
        case "cell":
            return [f"e_{mapped.field.name} IS NOT NULL" for mapped in session.present]
        case "check":
            return [column for column, rule in session.checks if rule.severity == "error"]
        case "pointer":
            pointers = [mapped for mapped in session.present if mapped.field.ref and mapped.field.ref.required]
            return [astray for mapped in pointers if (astray := dangles(session, mapped, targets))]
        case "key":
            return []
        case "told" | "trace" | "empty-row":
            raise ValueError(f"no row can be left out for an issue that stands by {stands}")
        case _:
            assert_never(stands)
