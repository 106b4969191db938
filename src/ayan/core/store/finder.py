"""The finder of a state: the values of each column in order, with the rows that hold them, and the words of long texts.

A DuckDB file beside the serving file, as derived and as rebuildable. It only makes answers quicker: it names the rows
that may match, or those that stand first, and every doubt is settled by the question's own SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import duckdb
import numpy as np
import numpy.typing as npt

from ayan.core.store.cards import Batch, write_cards
from ayan.core.store.places import PlacesWriter
from ayan.core.store.shelf import State
from ayan.core.values import sql
from ayan.core.values.sql import identifier, literal
from ayan.core.values.text import ZWNJ

FINDER_FORMAT: Final = 1
# The name under which the file is attached, by the builder and by readers.
FINDER: Final = "finder"
SUFFIXES: Final = (".finder", ".places", ".cards")
WORDS: Final = "words"
# Below this, DuckDB reads a whole serving file in the time that a look into the finder takes.
LEAST_ROWS: Final = 20_000
# Columns with fewer distinct values are searched by looking through these; of others the words are kept.
MOST_SCANNED: Final = 200_000
# An Arrow dictionary of a card column may have as many entries.
MOST_NAMED: Final = 60_000
# Runs of digits, and runs of what is neither digit, blank nor ASCII punctuation; over folded text.
RUNS: Final = r"[0-9]+|[^0-9\x00-/:-@\[-`{-\x7f]+"

Searched = Literal["", "values", "digits", "words"]


@dataclass(frozen=True, slots=True)
class Kept:
    """How one column is kept.

    The table ``values_<number>`` holds its distinct values ``k`` in order (NULL last), with ``first``, where its rows
    begin in the list of places ``<number>``, and ``rows``, how many they are; the rows of one value ascend.
    ``alphabet`` says that the order is that of the Persian alphabet (ICU), then of code points. ``searched``: how words
    are found in it: ``values``: by looking through the values (or their ``joined`` form: folded, without blanks);
    ``digits``: every value is digits only; ``words``: its runs are in ``words``. ``zeros`` is the longest length of
    its values if one of them begins with 0, else 0; ``distinct`` counts its values, ``filled`` the rows that have one.
    """

    name: str
    number: int
    alphabet: bool
    searched: Searched
    zeros: int
    distinct: int
    filled: int


def finder_files(serving_file: Path) -> tuple[Path, Path, Path]:
    """Where the finder, the places and the cards of a serving file stand."""
    return tuple(serving_file.with_suffix(suffix) for suffix in SUFFIXES)  # type: ignore[return-value]  # as many


def write_finder(connection: duckdb.DuckDBPyConnection, state: State, places: Path, cards: Path) -> None:
    """Fill the attached finder from the finished table ``rows`` of ``connection``, and write the files beside it."""
    facts = _facts(state)
    columns = [(str(name), str(kind)) for name, kind, *_ in connection.execute("DESCRIBE main.rows").fetchall()]
    with PlacesWriter(places) as writer:
        kept = [
            _keep(connection, writer, number, name, kind, facts.get(name, {}))
            for number, (name, kind) in enumerate(columns)
            if not name.startswith("_") and facts.get(name, {}).get("type") != "geojson"
        ]
        _keep_words(connection, writer, [one.name for one in kept if one.searched == "words"])
    batches = _write_cards(connection, state, [name for name, _ in columns if name not in ("_line", "_n")], kept, cards)
    _describe(connection, state, kept, writer, batches)
    connection.execute(f"CHECKPOINT {FINDER}")


def _numbers(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[npt.NDArray[np.uint32]]:
    """The only column of a query, as it is read."""
    for batch in connection.sql(query).to_arrow_reader():
        yield batch.column(0).to_numpy()


def _facts(state: State) -> dict[str, Mapping[str, Any]]:
    """What the manifests say of the columns, the newest release last."""
    resources = [resource for release in state.releases for resource in release.manifest["resources"][:1]]
    return {str(one["name"]): one for resource in resources for one in resource.get("schema", {}).get("fields", [])}


# --- values and places ----------------------------------------------------------------------------------------------


def order_of(x: str, *, alphabet: bool) -> str:
    """The order of a column's values, ascending and with empty ones last."""
    return f"icu_sort_key({x}, 'fa') NULLS LAST, {x} NULLS LAST" if alphabet else f"{x} NULLS LAST"


def _keep(
    connection: duckdb.DuckDBPyConnection,
    writer: PlacesWriter,
    number: int,
    name: str,
    kind: str,
    facts: Mapping[str, Any],
) -> Kept:
    x, values = identifier(name), f"{FINDER}.values_{number}"
    alphabet = facts.get("ayan:kind") in ("text", "place") and not facts.keys() & {"ayan:choices", "ayan:masked"}
    rows, near = connection.execute(f"SELECT count(*), approx_count_distinct({x}) FROM main.rows").fetchall()[0]
    keep = _mostly_differing if near * 4 > rows else _repeated
    places = keep(connection, x, values, alphabet=alphabet)
    writer.add(str(number), _numbers(connection, places))
    connection.execute("DROP TABLE IF EXISTS sorted")
    distinct, filled = connection.execute(
        f"SELECT count(k), coalesce(sum(rows) FILTER (k IS NOT NULL), 0) FROM {values}"
    ).fetchall()[0]
    searched: Searched = ""
    zeros = 0
    if kind == "VARCHAR" and distinct <= MOST_SCANNED:
        searched = "values"
        connection.execute(f"ALTER TABLE {values} ADD COLUMN joined VARCHAR")
        connection.execute(f"UPDATE {values} SET joined = {joined_form('k')}")
    elif kind == "VARCHAR":
        searched, zeros = _long_texts(connection, values)
    return Kept(name, number, alphabet, searched, zeros, int(distinct), int(filled))


def _repeated(connection: duckdb.DuckDBPyConnection, x: str, values: str, *, alphabet: bool) -> str:
    """Few values for many rows: the values are counted and put in order. Returns the query of the places."""
    order = order_of("k", alphabet=alphabet)
    connection.execute(
        f"CREATE TABLE {values} AS SELECT k, rows, "
        f"(sum(rows) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) - rows)::BIGINT AS first "
        f"FROM (SELECT {x} AS k, count(*) AS rows FROM main.rows GROUP BY 1) ORDER BY {order}"
    )
    if not alphabet:
        return f"SELECT _n::UINTEGER FROM main.rows ORDER BY {x} NULLS LAST, _n"
    # Collation keys are dear: here one for each value, not one for each row.
    return (
        f"SELECT r._n::UINTEGER FROM main.rows r JOIN {values} v ON r.{x} IS NOT DISTINCT FROM v.k "
        "ORDER BY v.first, r._n"
    )


def _mostly_differing(connection: duckdb.DuckDBPyConnection, x: str, values: str, *, alphabet: bool) -> str:
    """About as many values as rows: sorted once, and a value begins where the one before it is another."""
    connection.execute(
        f"CREATE TEMP TABLE sorted AS SELECT {x} AS k, _n::UINTEGER AS n FROM main.rows "
        f"ORDER BY {order_of(x, alphabet=alphabet)}, _n"
    )
    # Windows without an order stream over the table as it stands.
    connection.execute(
        f"CREATE TABLE {values} AS "
        "SELECT k, lead(first, 1, (SELECT count(*) FROM sorted)) OVER () - first AS rows, first "
        "FROM (SELECT k, rowid AS first, lag(k) OVER () AS before FROM sorted) "
        "WHERE first = 0 OR k IS DISTINCT FROM before"
    )
    return "SELECT n FROM sorted"


def _long_texts(connection: duckdb.DuckDBPyConnection, values: str) -> tuple[Searched, int]:
    digits, least, longest = connection.execute(
        f"SELECT bool_and(regexp_full_match(k, '[0-9]+')), min(k), max(length(k)) FROM {values} WHERE k IS NOT NULL"
    ).fetchall()[0]
    return ("digits", longest if least < "1" else 0) if digits else ("words", 0)


def joined_form(x: str) -> str:
    """SQL: a text folded and without blanks, in which every pattern of `folding` finds its letters side by side."""
    return f"replace({sql.fold(x)}, ' ', '')"


# --- words ----------------------------------------------------------------------------------------------------------


def _keep_words(connection: duckdb.DuckDBPyConnection, writer: PlacesWriter, names: Sequence[str]) -> None:
    """``words``: each run ``t`` of the columns' texts with its ``first`` place and ``rows`` in the list of that name.

    Numbers are kept without the zeros before them. A half-space joins what it parts; digits are also kept parted by it.
    A row is named again for a run that it holds again.
    """
    split = [f"unnest(string_split({identifier(name)}, ' '))" for name in names]
    texts = " UNION ALL ".join(f"SELECT _n::UINTEGER AS n, {one} AS piece FROM main.rows" for one in split)
    pieces = texts or "SELECT 0::UINTEGER AS n, '' AS piece WHERE FALSE"
    # Folding is dear: done once for each piece between blanks that differs from the others.
    connection.execute(
        f"CREATE TEMP TABLE spelt AS SELECT piece, CASE WHEN t < ':' THEN ltrim(t, '0') ELSE t END AS t "
        f"FROM (SELECT piece, unnest({_runs('piece')}) AS t FROM (SELECT DISTINCT piece FROM ({pieces}))) "
        f"WHERE ltrim(t, '0') <> ''"
    )
    connection.execute(
        "CREATE TEMP TABLE numbered AS SELECT t, (row_number() OVER (ORDER BY t))::UINTEGER AS w "
        "FROM (SELECT DISTINCT t FROM spelt)"
    )
    connection.execute(
        f"CREATE TEMP TABLE placed AS SELECT w, n FROM ({pieces}) "
        "JOIN (SELECT piece, w FROM spelt JOIN numbered USING (t)) USING (piece) ORDER BY w, n"
    )
    connection.execute(
        f"CREATE TABLE {FINDER}.words AS SELECT t, rows, "
        f"(sum(rows) OVER (ORDER BY w ROWS UNBOUNDED PRECEDING) - rows)::BIGINT AS first "
        f"FROM (SELECT w, count(*) AS rows FROM placed GROUP BY 1) JOIN numbered USING (w) ORDER BY w"
    )
    writer.add(WORDS, _numbers(connection, "SELECT n FROM placed"))
    for name in ("spelt", "numbered", "placed"):
        connection.execute(f"DROP TABLE {name}")


def _runs(x: str) -> str:
    whole = f"replace({x}, {literal(ZWNJ)}, '')"
    runs = f"regexp_extract_all({sql.fold(whole)}, {literal(RUNS)})"
    parted = f"regexp_extract_all({sql.fold(x)}, '[0-9]+')"
    return f"CASE WHEN contains({x}, {literal(ZWNJ)}) THEN list_concat({runs}, {parted}) ELSE {runs} END"


# --- cards and description ------------------------------------------------------------------------------------------


def _write_cards(
    connection: duckdb.DuckDBPyConnection, state: State, names: Sequence[str], kept: Sequence[Kept], path: Path
) -> list[Batch]:
    """The rows by number; texts of few values are written as a dictionary and its entries' numbers."""
    named = {one.name: one.number for one in kept if one.searched == "values" and 0 < one.distinct <= MOST_NAMED}
    for number in named.values():
        connection.execute(
            f"CREATE TEMP TYPE named_{number} AS ENUM (SELECT k FROM {FINDER}.values_{number} WHERE k IS NOT NULL)"
        )
    columns = [
        f"CAST({identifier(name)} AS named_{named[name]}) AS {identifier(name)}" if name in named else identifier(name)
        for name in names
    ]
    reader = connection.sql(f"SELECT {', '.join(columns)} FROM main.rows ORDER BY _n").to_arrow_reader()
    batches = write_cards(path, state.digest, reader.schema, reader)
    for number in named.values():
        connection.execute(f"DROP TYPE named_{number}")
    return batches


def _describe(
    connection: duckdb.DuckDBPyConnection,
    state: State,
    kept: Sequence[Kept],
    writer: PlacesWriter,
    batches: Sequence[Batch],
) -> None:
    tables: dict[str, tuple[str, list[list[object]]]] = {
        # Read with positions, in the order of `Kept`, `Listing` and `Batch`.
        "about": (
            "key VARCHAR, value VARCHAR",
            [["format", str(FINDER_FORMAT)], ["state", state.digest], ["rows", str(state.rows)]],
        ),
        "columns": (
            "name VARCHAR, number INTEGER, alphabet BOOLEAN, searched VARCHAR, zeros INTEGER, k BIGINT, filled BIGINT",
            [[one.name, one.number, one.alphabet, one.searched, one.zeros, one.distinct, one.filled] for one in kept],
        ),
        "listings": (
            "name VARCHAR, start BIGINT, length BIGINT",
            [[name, one.start, one.length] for name, one in writer.listings.items()],
        ),
        "checks": ("block INTEGER, crc BIGINT", [list(pair) for pair in enumerate(writer.checks)]),
        "batches": (
            "rows BIGINT, start BIGINT, bytes BIGINT, crc BIGINT",
            [[one.rows, one.at, one.bytes, one.crc] for one in batches],
        ),
    }
    for name, (layout, rows) in tables.items():
        connection.execute(f"CREATE TABLE {FINDER}.{name} ({layout})")
        if rows:
            marks = ", ".join(f"${place + 1}" for place in range(len(rows[0])))
            connection.executemany(f"INSERT INTO {FINDER}.{name} VALUES ({marks})", rows)
