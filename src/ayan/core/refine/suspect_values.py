"""The values that deserve a second look for personal data, picked by one cheap pattern from all distinct ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ayan.core.refine.distinct_texts import LISTED
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.refine_session import RefineSession
from ayan.core.values import personal_notations, sql


def headed(mapped: MappedField) -> str:
    """What stands over a column, in the file and in the declaration, as plain text."""
    header = mapped.column.header if mapped.column else ""
    return personal_notations.plain_text(f"{header} {mapped.field.label.fa} {mapped.field.label.en}")


def suspects(session: RefineSession, written: Sequence[MappedField]) -> Iterable[str]:
    """Queries for the distinct values of each column that deserve a second look.

    A column that repeats itself stands in Parquet as a dictionary, which DISTINCT takes as it is. A small file is
    looked through in one go, since compiling the pattern would take longer than using it.
    """
    relation = session.raw.relation
    if session.texts is not None:
        if not written:
            return
        numbers = ", ".join(str(mapped.column.index) for mapped in written if mapped.column)
        labelled = "".join(
            f" OR (col = {mapped.column.index} AND regexp_matches(value, {sql.literal(alone)}))"
            for mapped in written
            if mapped.column and (alone := personal_notations.alone(headed(mapped)))
        )
        look = _matches("value", personal_notations.trace_patterns())
        yield f"SELECT col, value FROM {LISTED} WHERE col IN ({numbers}) AND ({look}{labelled})"
        return
    repeating = _repeating(session)
    for mapped in written:
        if mapped.column is None:
            continue
        name = f"c{mapped.column.index}"
        alone = personal_notations.alone(headed(mapped))
        patterns = (*personal_notations.trace_patterns(), *((alone,) if alone else ()))
        if name in repeating:
            # Within an aggregate, or the pattern would be pushed below DISTINCT and look at every row.
            few = f"list(value) FILTER ({_matches('value', patterns)})"
            yield f"SELECT {mapped.column.index}, unnest({few}) FROM (SELECT DISTINCT {name} AS value FROM {relation})"
        else:
            yield f"SELECT DISTINCT {mapped.column.index}, {name} FROM {relation} WHERE {_matches(name, patterns)}"


def _matches(x: str, patterns: Iterable[str]) -> str:
    return " OR ".join(f"regexp_matches({x}, {sql.literal(pattern)})" for pattern in patterns)


def _repeating(session: RefineSession) -> frozenset[str]:
    """The columns that are kept as dictionaries in most of the raw file."""
    files = [str(path) for path in session.raw.files if path.suffix == ".parquet"]
    if not files:
        return frozenset()
    listed = ", ".join(map(sql.literal, files))
    rows = session.all(
        f"SELECT path_in_schema FROM parquet_metadata([{listed}]) GROUP BY 1 "
        f"HAVING 2 * count(*) FILTER (contains(encodings, 'DICTIONARY')) > count(*)"
    )
    return frozenset(str(row[0]) for row in rows)
