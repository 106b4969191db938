"""The words of long texts: each with the rows that hold it, found by the order of the words.

Most of them are numbers in codes, such as those of contracts: those are told apart and put in order as numbers, and
what all codes of a column begin with takes no work for each row.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

import duckdb
import numpy as np

from ayan.core.index.limits import MOST_DIGITS
from ayan.core.index.packed_numbers import Narrow
from ayan.core.index.posting_lists import PostingListsWriter
from ayan.core.values import sql
from ayan.core.values.sql import identifier, literal
from ayan.core.values.text import ZWNJ

WORDS: Final = "words"
# Runs of digits, and runs of what is neither digit, blank nor ASCII punctuation; over folded text.
RUNS: Final = r"[0-9]+|[^0-9\x00-/:-@\[-`{-\x7f]+"


@dataclass(frozen=True, slots=True)
class WordColumn:
    """A column whose words are kept: how many rows have a value, and whether most of these differ."""

    name: str
    filled: int
    differs: bool


@dataclass(slots=True)
class _Parts:
    """What the words are read from.

    ``differing`` are columns of texts that mostly differ, ``repeated`` the others; ``coded`` are queries of the numbers
    in codes. ``everywhere`` stands in every row, ``begins`` in those where a column has a value.
    """

    differing: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    coded: list[str] = field(default_factory=list)
    everywhere: list[str] = field(default_factory=list)
    begins: list[tuple[str, str]] = field(default_factory=list)


def write_words(
    connection: duckdb.DuckDBPyConnection,
    writer: PostingListsWriter,
    schema: str,
    columns: Sequence[WordColumn],
) -> None:
    """``words``: each run ``t`` of the columns' texts with its ``first`` place and ``rows`` in the list of that name.

    Numbers are kept without the zeros before them. A half-space joins what it parts; digits are also kept parted by it.
    A row is named again for a run that it holds again.
    """
    parts = _parts(connection, columns, writer.rows)
    connection.execute(f"CREATE TEMP TABLE differing AS {_spelt('n', _pieces(parts.differing))}")
    if parts.repeated or parts.coded:
        places = _place_numbered(connection, schema, parts, writer.rows)
    else:
        # Where runs are seldom repeated, numbering them first would cost more than putting them in order as they are.
        connection.execute("CREATE TEMP TABLE placed AS SELECT t, n FROM differing ORDER BY t, n")
        connection.execute(
            f"CREATE TABLE {schema}.{WORDS} AS "
            "SELECT t, count(*)::UINTEGER AS rows, min(rowid)::UINTEGER AS first FROM placed GROUP BY t ORDER BY t"
        )
        places = []
    reader = connection.sql("SELECT n FROM placed").to_arrow_reader()
    writer.add(WORDS, _with_all(places, writer.rows, (batch.column(0).to_numpy() for batch in reader)))
    for name in ("differing", "placed"):
        connection.execute(f"DROP TABLE {name}")


def _parts(connection: duckdb.DuckDBPyConnection, columns: Sequence[WordColumn], rows: int) -> _Parts:
    parts = _Parts()
    for column in columns:
        head = _head(connection, column.name)
        begins = _runs_of(head) if head is not None else []
        if head is None or max(Counter(begins).values(), default=1) > 1:
            (parts.differing if column.differs else parts.repeated).append(column.name)
            continue
        behind = f"CAST(substr({identifier(column.name)}, {len(head) + 1}) AS BIGINT)"
        parts.coded.append(
            f"SELECT _n::UINTEGER AS n, {behind} AS v FROM main.rows WHERE {identifier(column.name)} IS NOT NULL"
        )
        for run in begins:
            if column.filled == rows and run not in parts.everywhere:
                parts.everywhere.append(run)
            else:
                parts.begins.append((run, column.name))
    return parts


def _head(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """What all texts of a column begin with, if it is ASCII and each goes on in a number to its end; else None."""
    x = identifier(name)
    least, greatest = connection.execute(f"SELECT min({x}), max({x}) FROM main.rows").fetchall()[0]
    if least is None:
        return None
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(least, greatest, strict=False))
    head = "".join(sign for sign, _ in alike).rstrip("0123456789")
    if not head.isascii():
        return None
    other = f"NOT regexp_full_match(substr({x}, {len(head) + 1}), '[0-9]{{1,{MOST_DIGITS}}}')"
    return None if connection.execute(f"SELECT 1 FROM main.rows WHERE {other} LIMIT 1").fetchall() else head


def _runs_of(head: str) -> list[str]:
    """The runs of an ASCII text that a number follows; folding changes nothing but its case."""
    runs = (run.lstrip("0") if run.isdigit() else run for run in re.findall(RUNS, head.lower()))
    return [run for run in runs if run]


def _place_numbered(connection: duckdb.DuckDBPyConnection, schema: str, parts: _Parts, rows: int) -> list[int]:
    """Put runs in order by numbers instead of texts, many times fewer bytes; where those of every row belong."""
    # Folding is dear: it is done once for each piece between blanks that differs from the others.
    pieces = _pieces(parts.repeated)
    connection.execute(f"CREATE TEMP TABLE spelt AS {_spelt('piece', f'SELECT DISTINCT piece FROM ({pieces})')}")
    coded = " UNION ALL ".join(parts.coded) or "SELECT 0::UINTEGER AS n, 0::BIGINT AS v WHERE FALSE"
    connection.execute(f"CREATE TEMP TABLE coded AS SELECT n, v FROM ({coded}) WHERE v <> 0")
    for run, name in parts.begins:
        connection.execute(
            "INSERT INTO differing SELECT _n::UINTEGER AS n, $1 AS t FROM main.rows "
            f"WHERE {identifier(name)} IS NOT NULL",
            [run],
        )
    # In the order of words, which numbers them. What stands in every row is put in as it is, unless others hold it too.
    connection.execute("CREATE TEMP TABLE codes AS SELECT DISTINCT v FROM coded")
    connection.execute(
        f"CREATE TEMP TABLE others AS SELECT t, {_NUMBER} AS v FROM (SELECT t FROM spelt UNION SELECT t FROM differing)"
    )
    alone = _set_alone(connection, parts.everywhere)
    for run in parts.everywhere:
        if run not in alone:
            connection.execute("INSERT INTO differing SELECT _n::UINTEGER AS n, $1 AS t FROM main.rows", [run])
    connection.execute(
        "CREATE TEMP TABLE numbered AS SELECT t, v FROM (SELECT v::VARCHAR AS t, v FROM codes "
        "UNION ALL SELECT t, v FROM others ANTI JOIN codes USING (v) "
        f"UNION ALL SELECT t, {_NUMBER} AS v FROM (SELECT unnest($1::VARCHAR[]) AS t)) ORDER BY t",
        [alone],
    )
    connection.execute(
        "CREATE TEMP TABLE placed AS WITH numbered AS (SELECT t, v, rowid::UINTEGER AS w FROM numbered) "
        "SELECT w, n FROM (SELECT w, n FROM differing JOIN numbered USING (t) "
        "UNION ALL SELECT w, n FROM coded JOIN numbered USING (v) "
        f"UNION ALL SELECT w, n FROM ({pieces}) "
        "JOIN (SELECT piece, w FROM spelt JOIN numbered USING (t)) USING (piece)) ORDER BY w, n"
    )
    places = _write_numbered(connection, schema, rows, alone)
    for name in ("spelt", "coded", "codes", "others", "numbered"):
        connection.execute(f"DROP TABLE {name}")
    return places


# A number in a code, of a run of digits; longer ones are told apart as texts.
_NUMBER: Final = f"CASE WHEN t < ':' AND length(t) <= {MOST_DIGITS} THEN CAST(t AS BIGINT) END"


def _write_numbered(connection: duckdb.DuckDBPyConnection, schema: str, rows: int, alone: Sequence[str]) -> list[int]:
    """Write ``words`` from what is placed; where those belong that stand in every row."""
    listed = connection.execute(
        "SELECT rowid FROM numbered WHERE list_contains($1::VARCHAR[], t) ORDER BY 1", [list(alone)]
    ).fetchall()
    ranks = [int(rank) for (rank,) in listed]
    before = ", ".join(f"count(*) FILTER (w < {rank})" for rank in ranks) or "0"
    counts = connection.execute(f"SELECT {before} FROM placed").fetchall()[0]
    places = [int(count) + number * rows for number, count in enumerate(counts[: len(ranks)])]
    counted = "SELECT w, count(*)::UINTEGER AS rows, min(rowid)::UINTEGER AS first FROM placed GROUP BY w"
    shifted = " ".join(f"+ CASE WHEN w > {rank} THEN {rows} ELSE 0 END" for rank in ranks)
    whole = "".join(f" UNION ALL SELECT {rank}, {rows}, {place}" for rank, place in zip(ranks, places, strict=True))
    connection.execute(
        f"CREATE TABLE {schema}.{WORDS} AS SELECT t, rows::UINTEGER AS rows, first::UINTEGER AS first FROM "
        f"(SELECT w, rows, first {shifted} AS first FROM ({counted}){whole}) placed_words "
        "JOIN numbered ON numbered.rowid = placed_words.w ORDER BY w"
    )
    return places


def _set_alone(connection: duckdb.DuckDBPyConnection, runs: Sequence[str]) -> list[str]:
    """Those of some runs that are found in no other way."""
    if not runs:
        return []
    listed = connection.execute(
        f"SELECT t FROM (SELECT unnest($1::VARCHAR[]) AS t) WHERE t IN (SELECT t FROM others) "
        f"OR coalesce({_NUMBER} IN (SELECT v FROM codes), FALSE)",
        [list(runs)],
    )
    others = {t for (t,) in listed.fetchall()}
    return [run for run in runs if run not in others]


def _with_all(places: Iterable[int], rows: int, pieces: Iterable[Narrow]) -> Iterator[Narrow]:
    """A list that comes in pieces, with all numbers of rows put in at some places of what comes out."""
    waiting, at = deque(places), 0
    for given in pieces:
        piece = given
        while waiting and waiting[0] - at <= len(piece):
            before = waiting[0] - at
            yield piece[:before]
            yield _all(rows)
            at, piece = waiting.popleft() + rows, piece[before:]
        yield piece
        at += len(piece)
    for _ in waiting:
        yield _all(rows)


def _all(rows: int) -> Narrow:
    return np.arange(1, rows + 1, dtype=np.uint32)


def _pieces(names: Sequence[str]) -> str:
    """A query for what stands between blanks in the columns, beside the row's number."""
    parted = [
        f"SELECT _n::UINTEGER AS n, unnest(string_split({identifier(name)}, ' ')) AS piece FROM main.rows"
        for name in names
    ]
    return " UNION ALL ".join(parted) or "SELECT 0::UINTEGER AS n, '' AS piece WHERE FALSE"


def _spelt(beside: str, pieces: str) -> str:
    """A query for the runs ``t`` of each ``piece``, the column ``beside`` them."""
    return (
        f"SELECT {beside}, CASE WHEN t < ':' THEN ltrim(t, '0') ELSE t END AS t "
        f"FROM (SELECT {beside}, unnest({_runs('piece')}) AS t FROM ({pieces})) WHERE ltrim(t, '0') <> ''"
    )


def _runs(x: str) -> str:
    whole = f"replace({x}, {literal(ZWNJ)}, '')"
    runs = f"regexp_extract_all({sql.fold(whole)}, {literal(RUNS)})"
    parted = f"regexp_extract_all({sql.fold(x)}, '[0-9]+')"
    # Folding changes nothing but the case of such a text.
    plain = f"regexp_full_match({x}, '[ -~]+') THEN regexp_extract_all(lower({x}), {literal(RUNS)})"
    return f"CASE WHEN {plain} WHEN contains({x}, {literal(ZWNJ)}) THEN list_concat({runs}, {parted}) ELSE {runs} END"
