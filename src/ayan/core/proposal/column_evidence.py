"""What the cells of a column are: how many of them each kind can read, in the very SQL by which files are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import duckdb

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.proposal.lexicon import term_of
from ayan.core.proposal.limits import (
    JALALI_PIVOT,
    LONGEST_COUNT,
    LOOKS_LIKE,
    MOST_CODES,
    MOST_MISFITS,
    MOST_READ_TOGETHER,
    MOST_ROWS,
    MOST_SAMPLES,
    MOST_TRUTHS,
)
from ayan.core.refine.column_sql import read_in_layers
from ayan.core.refine.header_matching import MappedField
from ayan.core.schema.definition import TOTALS_WORDS
from ayan.core.schema.field import Field
from ayan.core.schema.kinds import KINDS
from ayan.core.values import sql
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.text import fold

MARKS: Final = ("$", "£", "€", "+", "*", "†", "‡")
"""Signs at a number that are taken away before it is read: those of currencies, and those that lead to a note."""

PLACEHOLDERS: Final = (
    "-", "–", "—", ".", "n/a", "#n/a", "na", "null", "none", "nil", "ندارد", "بدون", "--", "n/r", "n/d", "nd", "n.d.",
    "n.a.", "s/d", "s/i", "tbc", "tba", "..", "…", "نامشخص", "نامعلوم",
)  # fmt: skip
"""Texts that say that a cell is empty."""

DAY_FIRST: Final = (
    "%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y", "%d-%m-%y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %I:%M:%S %p",
)  # fmt: skip
MONTH_FIRST: Final = (
    "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p",
)  # fmt: skip
FORMATS: Final = (
    "%Y-%m-%d", *DAY_FIRST, *MONTH_FIRST, "%d.%m.%Y", "%d.%m.%y", "%d.%m.%Y %H:%M", "%d %B %Y", "%d %b %Y", "%d-%b-%Y",
    "%d-%b-%y", "%d %b %y", "%B %d, %Y", "%b %d, %Y", "%A, %B %d, %Y", "%A, %d %B %Y",
)  # fmt: skip

PERCENT: Final = Label("درصد", "percent")
"""The unit of a column whose cells carry the sign."""

_Reading: TypeAlias = "tuple[str, str, dict[str, object]]"
_NAME: Final = Label("", "")
_DATED: Final = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}(?:\b|T).*|\d{8}")
_LETTERS: Final = re.compile(r"[^\W\d_]{3}")
_DAY_NUMBER: Final = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_PERIOD: Final = re.compile(
    r"\d{4}(?:[-/]\d{1,2}|[-/ ]?[Qq][1-4])|[Qq][1-4][ /-]?\d{4}|سه.{0,2}ماه.{0,3} [^\W\d]+ (?:سال )?\d{4}"
    r"|[^\W\d_]{3,12}[ -]\d{4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2} ?(?:تا|الی|to|until|-|–) ?\d{4}[/.-]\d{1,2}[/.-]\d{1,2}"
)
_POINTED: Final = re.compile(r"\d[.٫]\d{1,2}\D*$")
_ONE_WORD: Final = r"[A-Za-z0-9_./#\-]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnEvidence:
    """What was counted in one column, or in the columns of one header across files.

    ``rows`` records, ``filled`` cells of them, ``distinct`` texts; ``fits`` says for each reading that was tried
    (`integer`, `decimal`, `date:jalali` …) how many cells it can read, and ``misfits`` the rows of the first that it
    cannot. ``odd`` are the commonest texts that are no numbers in a column of them.
    ``values`` are all texts with their numbers of cells while there are few, ``samples`` some of them.
    ``decimals`` are the most digits behind a decimal sign, zeros at the end not counted; ``pointed`` says that half of
    the samples are written with some; ``marks`` are the signs at numbers. ``tokens`` counts
    cells of one Latin word, ``coded`` those of them with a digit.
    """

    column: RawColumn
    rows: int
    filled: int
    distinct: int
    fits: Mapping[str, int]
    misfits: Mapping[str, tuple[int, ...]]
    values: Mapping[str, int]
    odd: Mapping[str, int]
    samples: tuple[str, ...]
    decimals: int = 0
    pointed: bool = False
    marks: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    tokens: int = 0
    coded: int = 0
    zeros_before: int = 0

    def share(self, reading: str) -> float:
        """The share of the filled cells that a reading can read."""
        return self.fits.get(reading, 0) / self.filled if self.filled else 0.0

    def joined(self, other: ColumnEvidence) -> ColumnEvidence:
        """This and the column of the same header in another file."""
        tried = {
            name: self.fits.get(name, 0) + other.fits.get(name, 0)
            for name in dict.fromkeys((*self.fits, *other.fits))
            # A reading that was not even worth trying in one of them reads nothing there.
        }
        values = dict(self.values)
        for text, count in other.values.items():
            values[text] = values.get(text, 0) + count
        whole = (self.values or not self.filled) and (other.values or not other.filled)
        return replace(
            self,
            rows=self.rows + other.rows,
            filled=self.filled + other.filled,
            distinct=max(self.distinct, other.distinct),
            fits=tried,
            misfits={**other.misfits, **self.misfits},
            odd={**other.odd, **self.odd},
            values=values if whole and len(values) <= 4 * MOST_CODES else {},
            samples=(*self.samples, *other.samples)[:MOST_SAMPLES],
            decimals=max(self.decimals, other.decimals),
            pointed=self.pointed or other.pointed,
            marks=tuple(dict.fromkeys((*self.marks, *other.marks))),
            placeholders=tuple(dict.fromkeys((*self.placeholders, *other.placeholders))),
            tokens=self.tokens + other.tokens,
            coded=self.coded + other.coded,
            zeros_before=self.zeros_before + other.zeros_before,
        )


def lay_rows(con: duckdb.DuckDBPyConnection, raw: RawTable) -> int:
    """Lay the records of ``raw`` into the table ``records``, rows of sums left out; returns how many were."""
    cells = [f"c{column.index}" for column in raw.columns]
    first = sql.fold(f"coalesce({', '.join(cells)})")
    totals = sql.is_among(first, sorted({fold(word) for word in TOTALS_WORDS}))
    con.execute(
        f"CREATE TEMP TABLE seen AS SELECT _row, {', '.join(cells)}, {totals} AS _sum "
        f"FROM (FROM {raw.relation} LIMIT {MOST_ROWS})"
    )
    con.execute("CREATE TEMP TABLE records AS SELECT * FROM seen WHERE NOT coalesce(_sum, false)")
    row = con.execute("SELECT count(*) FILTER (_sum) FROM seen").fetchone()
    return int(row[0]) if row else 0


def evidence_of(con: duckdb.DuckDBPyConnection, column: RawColumn) -> ColumnEvidence:
    """Count what the cells of one column of ``records`` are."""
    cell = f"c{column.index}"
    empty = sql.is_among(sql.fold(cell), [fold(text) or text for text in PLACEHOLDERS])
    empty = f"({empty} OR regexp_full_match(trim({cell}), '[*=_–—…-]{{2,}}'))"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE texts AS SELECT {sql.trimmed(cell)} AS c1, count(*) AS n, min(_row) AS first, "
        f"bool_or({empty}) AS nothing FROM records GROUP BY 1"
    )
    rows = con.execute("SELECT coalesce(sum(n), 0) FROM texts").fetchone()
    nothing = [str(text) for (text,) in con.execute("SELECT c1 FROM texts WHERE nothing ORDER BY n DESC").fetchall()]
    con.execute("DELETE FROM texts WHERE c1 IS NULL OR nothing")
    counts = con.execute("SELECT coalesce(sum(n), 0), count(*) FROM texts").fetchone() or (0, 0)
    common = con.execute(f"SELECT c1, n FROM texts ORDER BY n DESC, first LIMIT {MOST_SAMPLES}").fetchall()
    samples = tuple(str(text) for text, _ in common)
    distinct = int(counts[1])
    plain, latin = [to_latin(text) for text in samples], sql.latin_digits("c1")
    candidates = _candidates(column.header, plain, distinct)
    fits, misfits = _tried(con, candidates, together=distinct <= MOST_READ_TOGETHER)
    return ColumnEvidence(
        column=column,
        rows=int(rows[0]) if rows else 0,
        filled=int(counts[0]),
        distinct=distinct,
        fits=fits,
        misfits=misfits,
        odd=_odd(con, dict(candidates), misfits),
        values={str(text): int(count) for text, count in common} if distinct <= MOST_SAMPLES else {},
        samples=samples,
        decimals=_decimals(con),
        pointed=2 * sum(map(_is_pointed, plain)) >= len(plain) > 0,
        marks=_marks(plain),
        placeholders=tuple(nothing[:MOST_CODES]),
        tokens=_count(con, f"regexp_full_match({latin}, '{_ONE_WORD}')"),
        coded=_count(con, f"regexp_full_match({latin}, '{_ONE_WORD}') AND regexp_matches({latin}, '[0-9]')"),
        zeros_before=_count(con, f"regexp_full_match({latin}, '0[0-9]+([./-][0-9]+)*')"),
    )


def _count(con: duckdb.DuckDBPyConnection, condition: str) -> int:
    row = con.execute(f"SELECT coalesce(sum(n) FILTER ({condition}), 0) FROM texts").fetchone()
    return int(row[0]) if row else 0


def _decimals(con: duckdb.DuckDBPyConnection) -> int:
    """The most digits behind a decimal sign."""
    behind = f"regexp_extract({sql.latin_digits('c1')}, '[0-9][.٫/]([0-9]+)[^0-9]*$', 1)"
    row = con.execute(f"SELECT coalesce(max(length(rtrim({behind}, '0'))), 0) FROM texts").fetchone()
    return int(row[0]) if row else 0


def _is_pointed(text: str) -> bool:
    return _POINTED.search(text) is not None


def _marks(samples: Sequence[str]) -> tuple[str, ...]:
    begun = {mark for mark in MARKS if any(text.startswith((mark, f"-{mark}", f"({mark}")) for text in samples)}
    ended = {
        mark for mark in MARKS if mark != "+" and any(text.endswith(mark) and text[0].isdecimal() for text in samples)
    }
    return tuple(mark for mark in MARKS if mark in begun | ended)


def _candidates(header: str, samples: Sequence[str], distinct: int) -> list[tuple[str, Field]]:
    """The readings that are worth trying on a column of which ``samples`` are the commonest texts."""
    if not samples:
        return []
    digits = sum(1 for text in samples if any(map(str.isdecimal, text)) and not any(map(str.isalpha, text)))
    tried = _as_numbers(header, samples) if digits >= LOOKS_LIKE * len(samples) else []
    tried += _as_dates(samples)
    if _share(_PERIOD, samples) >= 1 - LOOKS_LIKE:
        tried.append(("period", "period", {}))
    if distinct <= MOST_TRUTHS and not digits:
        tried.append(("boolean", "boolean", {}))
    if sum(text.startswith(("http://", "https://")) for text in samples) > len(samples) / 2:
        tried.append(("link", "link", {}))
    return [
        (name, Field(name=f"r{at}", kind=KINDS[kind], label=_NAME, **said))  # type: ignore[arg-type]  # keys of a field by name
        for at, (name, kind, said) in enumerate(tried)
    ]


def _as_numbers(header: str, samples: Sequence[str]) -> list[_Reading]:
    marks = _marks(samples)
    tried: list[_Reading] = [
        ("integer", "integer", {"strip": marks}),
        ("decimal", "decimal", {"scale": 18, "strip": marks}),
    ]
    if any("/" in text for text in samples):
        tried.append(("slash", "decimal", {"scale": 18, "strip": marks, "slash_decimal": True}))
    if any(text.endswith(("%", "٪")) for text in samples):
        tried.append(("percent", "decimal", {"scale": 18, "unit": PERCENT}))
    if all(8 <= len(text) <= LONGEST_COUNT for text in samples):
        tried += [("identity", "identity", {}), ("company", "company", {})]
    term = term_of(header)
    if (term and term.headed_as == "date") or "date" in header.lower():
        tried += [(f"date:{each}", "date", {"calendar": each}) for each in ("epoch_ms", "epoch_s", "excel")]
    return tried


def _as_dates(samples: Sequence[str]) -> list[_Reading]:
    dated = _share(_DATED, samples)
    worded = sum(1 for text in samples if _LETTERS.search(text) and _DAY_NUMBER.search(text)) / len(samples)
    tried: list[_Reading] = []
    if dated >= LOOKS_LIKE or worded >= LOOKS_LIKE:
        tried += [
            ("date:jalali", "date", {"calendar": "jalali"}),
            ("date:gregorian", "date", {"calendar": "gregorian"}),
        ]
    if dated >= LOOKS_LIKE:
        tried += [
            ("date:jalali:1300", "date", {"calendar": "jalali", "century": 1300}),
            ("date:jalali:1400", "date", {"calendar": "jalali", "century": 1400}),
            ("date:jalali:pivot", "date", {"calendar": "jalali", "pivot": JALALI_PIVOT}),
            ("date:jalali:dmy", "date", {"calendar": "jalali", "date_order": "dmy"}),
            ("date:jalali:mdy", "date", {"calendar": "jalali", "date_order": "mdy"}),
        ]
    if dated >= LOOKS_LIKE or worded >= 1 - LOOKS_LIKE:
        tried += [
            (f"format:{pattern}", "date", {"calendar": "gregorian", "formats": (pattern,)})
            for pattern in FORMATS
            if worded >= LOOKS_LIKE or ("%B" not in pattern and "%b" not in pattern)
        ]
    return tried


def _share(test: re.Pattern[str], samples: Sequence[str]) -> float:
    return sum(1 for text in samples if test.fullmatch(text)) / len(samples)


def _tried(
    con: duckdb.DuckDBPyConnection, candidates: Iterable[tuple[str, Field]], *, together: bool
) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """How many cells of ``texts`` each reading can read, and the first rows of those it cannot.

    Two dozen readings of few texts take a fourth of the time ``together`` (`read_in_layers`): most of it is planning.
    """
    fits: dict[str, int] = {}
    misfits: dict[str, tuple[int, ...]] = {}
    place = RawColumn(1, "A", "")
    listed = list(candidates)
    if not listed:
        return fits, misfits
    query = read_in_layers("texts", [(MappedField(field, place), None) for _, field in listed], together=together)
    parts = ", ".join(
        f"coalesce(sum(n) FILTER (e_{field.name} IS NULL AND v_{field.name} IS NOT NULL), 0), "
        f"(list(first ORDER BY first) FILTER (e_{field.name} IS NOT NULL))[:{MOST_MISFITS}]"
        for _, field in listed
    )
    row = con.execute(f"SELECT {parts} FROM ({query})").fetchone() or ()
    for at, (name, _) in enumerate(listed):
        fits[name] = int(row[2 * at])
        misfits[name] = tuple(int(number) for number in row[2 * at + 1] or ())
    return fits, misfits


def _odd(
    con: duckdb.DuckDBPyConnection, candidates: Mapping[str, Field], misfits: Mapping[str, tuple[int, ...]]
) -> dict[str, int]:
    """The commonest texts of a column of numbers that are none, with their numbers of cells."""
    field = candidates.get("decimal")
    if field is None or not misfits.get("decimal"):
        return {}
    query = read_in_layers("texts", [(MappedField(field, RawColumn(1, "A", "")), None)])
    rows = con.execute(
        f"SELECT t_{field.name}, sum(n) FROM ({query}) WHERE e_{field.name} IS NOT NULL GROUP BY 1 "
        f"ORDER BY 2 DESC, 1 LIMIT {MOST_CODES + 1}"
    ).fetchall()
    return {str(text): int(count) for text, count in rows}
