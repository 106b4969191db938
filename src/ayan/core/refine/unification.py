"""What reading writes in one way without a word: Arabic letters, Persian digits, forms of dates, separators, spaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.schema.field import Field
from ayan.core.values import sql

KEYS: Final = ("letters", "digits", "dates", "numbers", "spaces")

# The one form in which the public sees a day, before its digits are written in Persian.
_DAY: Final = "[0-9]{4}/[0-9]{2}/[0-9]{2}"


def unifications(
    con: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[tuple[Field, RawColumn]]
) -> dict[str, int]:
    """How many cells of the columns are written in another way than they stand in the file, by `KEYS`."""
    counts = dict.fromkeys(KEYS, 0)
    asked = [(key, test) for field, column in columns for key, test in _tests(field, f"c{column.index}")]
    if not asked:
        return counts
    tests = ", ".join(f"count(*) FILTER ({test})" for _, test in asked)
    row = con.execute(f"SELECT {tests} FROM {raw.relation}").fetchone() or ()
    for (key, _), count in zip(asked, row, strict=True):
        counts[key] += int(count)
    return counts


def _tests(field: Field, x: str) -> list[tuple[str, str]]:
    """By key, the condition under which a cell of ``field`` is unified so."""
    tests = [("spaces", f"{x} <> coalesce({sql.trimmed(x)}, '')")]
    if field.kind.is_words and field.choices is None:
        tests.append(("letters", f"regexp_matches({x}, '[يكىة]') AND {x} <> {sql.publish(x)}"))
    if field.kind.in_digits and field.choices is None:
        tests.append(("digits", f"regexp_matches({x}, '[{sql.PERSIAN_DIGITS}{sql.ARABIC_DIGITS}]')"))
    if field.kind.is_number:
        tests.append(("numbers", f"regexp_matches({x}, '[,٬،]')"))
    if field.kind.is_day:
        day = sql.latin_digits(x)
        tests.append(("dates", f"NOT regexp_full_match(trim({day}), '{_DAY}') AND regexp_matches({day}, '[0-9]')"))
    return tests
