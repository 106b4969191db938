"""The secondary index of a state: each column's values in order, the rows that hold them, and the words of long texts.

A DuckDB file beside the index file, as derived and as rebuildable. It only makes answers quicker: it names the rows
that may match, or those that stand first, and every doubt is settled by the question's own SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import duckdb
import numpy as np
import numpy.typing as npt

from ayan.core.index.cell_coding import codings
from ayan.core.index.envelopes import write_envelopes
from ayan.core.index.limits import LEAST_SCANNED, MOST_NAMED, MOST_SCANNED, ROWS_A_VALUE
from ayan.core.index.posting_lists import PostingListsWriter
from ayan.core.index.rollup import LowCardinality, write_rollups
from ayan.core.index.row_store import RowBlock, write_row_store
from ayan.core.index.stored_list import ListCell, write_list
from ayan.core.index.word_lists import WordColumn, write_words
from ayan.core.schema.kinds import KINDS
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values import sql
from ayan.core.values.sql import identifier, literal

INDEX_FORMAT: Final = 5
# The name under which the file is attached, by the builder and by readers.
SECONDARY_INDEX: Final = "secondary"
SUFFIXES: Final = (".index", ".postings", ".rows")

SearchForm = Literal["", "values", "digits", "words"]


@dataclass(frozen=True, slots=True)
class StoredColumn:
    """How one column is kept.

    The list of places ``<number>`` holds its rows in the order of their values (see `order_of`), equal ones by their
    own number, the rows without a value last; ``filled`` is how many have one. ``alphabet`` says that the order is that
    of the Persian alphabet. Where it has few values (``distinct``, else 0), the table ``values_<number>`` holds each of
    them as ``k``, in order, with ``first``, the place where its rows begin, and ``rows``, how many they are.

    ``searched`` is how words are found in it: ``values``: by looking through the values, which then are also kept
    ``folded`` but for half-spaces, and ``joined``: folded and without any blank, so that whatever is found in a text
    stands in it side by side; ``digits``: codes, all of digits, found by their order (``zeros`` is the longest length
    if one begins with 0, else 0); ``words``: its runs are in ``words``.
    """

    name: str
    number: int
    alphabet: bool
    searched: SearchForm
    zeros: int
    distinct: int
    filled: int


def index_files(index_file: Path) -> tuple[Path, Path, Path]:
    """Where the secondary index, the posting lists and the row store of an index file stand."""
    return tuple(index_file.with_suffix(suffix) for suffix in SUFFIXES)  # type: ignore[return-value]  # as many


def write_index(connection: duckdb.DuckDBPyConnection, state: DatasetSnapshot, places: Path, row_store: Path) -> None:
    """Fill the attached secondary index from the finished table ``rows``, and write the files beside it."""
    columns = [(str(name), str(kind)) for name, kind, *_ in connection.execute("DESCRIBE main.rows").fetchall()]
    facts = _facts(state, [name for name, _ in columns if not name.startswith("_")])
    writer = PostingListsWriter(places, state.rows)
    chosen = [
        (number, name, kind)
        for number, (name, kind) in enumerate(columns)
        if not name.startswith("_") and facts.get(name, {}).get("type") != "geojson"
    ]
    filled, near = _counts(connection, [name for _, name, _ in chosen])
    kept = [
        _keep(connection, writer, number, name, kind, facts.get(name, {}), (filled[name], near[name]))
        for number, name, kind in chosen
    ]
    for name, _ in columns:
        if facts.get(name, {}).get("type") == "geojson":
            write_envelopes(connection, SECONDARY_INDEX, writer, name)
    few = [
        LowCardinality(column.name, column.distinct, column.alphabet, _is_everywhere(column, state.rows))
        for column in kept
        if column.distinct
    ]
    few.insert(0, LowCardinality("_period", len(state.releases), alphabet=False, everywhere=len(state.releases) == 1))
    # Neither row store nor rollups nor words keep two threads busy by themselves.
    with ThreadPoolExecutor(1) as beside, connection.cursor() as other:
        written = beside.submit(_write_cards, other, state, dict(columns), kept, row_store)
        tallied = beside.submit(write_rollups, other, SECONDARY_INDEX, state.rows, few)
        write_words(
            connection,
            writer,
            SECONDARY_INDEX,
            [
                WordColumn(column.name, column.filled, 2 * near[column.name] > column.filled)
                for column in kept
                if column.searched == "words"
            ],
        )
        batches = written.result()
        tallied.result()
    _describe(connection, state, kept, writer, batches)
    connection.execute(f"CHECKPOINT {SECONDARY_INDEX}")


def _is_everywhere(column: StoredColumn, rows: int) -> bool:
    """Whether a column has the same value in every row."""
    return column.distinct == 1 and column.filled == rows and not column.alphabet


def _numbers(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[npt.NDArray[np.uint32]]:
    """The only column of a query, as it is read."""
    for batch in connection.sql(query).to_arrow_reader():
        yield batch.column(0).to_numpy()


def _facts(state: DatasetSnapshot, names: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """What the manifests say of some columns, the newest period before the others."""
    facts: dict[str, Mapping[str, Any]] = {}
    # Mostly the last one says it all, and there may be thousands.
    for release in reversed(state.releases):
        for resource in release.manifest["resources"][:1]:
            for field in resource.get("schema", {}).get("fields", []):
                facts.setdefault(str(field["name"]), field)
        if facts.keys() >= set(names):
            break
    return facts


# --- values and places ----------------------------------------------------------------------------------------------


def order_of(x: str, *, alphabet: bool) -> str:
    """The order of a column's values, ascending and with empty ones last."""
    return f"icu_sort_key({x}, 'fa') NULLS LAST, {x} NULLS LAST" if alphabet else f"{x} NULLS LAST"


def _counts(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """How many rows have a value in each of some columns, and about how many of these differ."""
    if not names:
        return {}, {}
    asked = (f"count({x}), approx_count_distinct({x})" for x in map(identifier, names))
    counts = connection.execute(f"SELECT {', '.join(asked)} FROM main.rows").fetchall()[0]
    return dict(zip(names, counts[::2], strict=True)), dict(zip(names, counts[1::2], strict=True))


def _keep(
    connection: duckdb.DuckDBPyConnection,
    writer: PostingListsWriter,
    number: int,
    name: str,
    kind: str,
    facts: Mapping[str, Any],
    counts: tuple[int, int],
) -> StoredColumn:
    x, values = identifier(name), f"{SECONDARY_INDEX}.values_{number}"
    listed, known = "ayan:choices" in facts, KINDS.get(str(facts.get("ayan:kind")))
    alphabet = known is not None and known.is_words and not listed and "ayan:masked" not in facts
    filled, near = counts
    most = min(MOST_SCANNED, max(LEAST_SCANNED, writer.rows // ROWS_A_VALUE))
    texts = kind == "VARCHAR"
    distinct = _keep_values(connection, x, values, most, alphabet=alphabet, folded=texts) if near <= 2 * most else 0
    order = f"SELECT _n::UINTEGER FROM main.rows ORDER BY {order_of(x, alphabet=alphabet)}, _n"
    if distinct and alphabet:
        # Collation keys are dear: here one for each value, not one for each row.
        join = f"{values} v ON r.{x} IS NOT DISTINCT FROM v.k"
        order = f"SELECT r._n::UINTEGER FROM main.rows r JOIN {join} ORDER BY v.first, r._n"
    writer.add(str(number), _numbers(connection, order))
    searched: SearchForm = ""
    zeros = 0
    if texts and (distinct or not filled):
        searched = "values"
    elif texts and not listed and ("ayan:kind" not in facts or (known is not None and known.searched)):
        searched, zeros = ("words", 0) if alphabet else _codes(connection, x)
    return StoredColumn(name, number, alphabet, searched, zeros, distinct, int(filled))


def _keep_values(
    connection: duckdb.DuckDBPyConnection, x: str, values: str, most: int, *, alphabet: bool, folded: bool
) -> int:
    """Count the values and put them in order, if they are ``most`` or fewer; how many they are, else 0."""
    connection.execute(
        f"CREATE TEMP TABLE counted AS SELECT {x} AS k, count(*)::UINTEGER AS rows FROM main.rows GROUP BY 1"
    )
    plain = "regexp_full_match(k, '[!-~]+')" if folded else "TRUE"
    counts = f"SELECT count(k), coalesce(bool_and({plain}), TRUE) FROM counted"
    distinct, all_plain = connection.execute(counts).fetchall()[0]
    if distinct <= most:
        order = "s NULLS LAST, k NULLS LAST" if alphabet else "k NULLS LAST"
        keyed = "(SELECT *, icu_sort_key(k, 'fa') AS s FROM counted)" if alphabet else "counted"
        # Texts without blanks and other letters than ASCII are folded at a tenth of the price.
        half, whole = ("lower(k)", "lower(k)") if all_plain else (sql.fold_but_half_spaces("k"), sql.fold("k"))
        more = f", {half} AS folded, replace({whole}, ' ', '') AS joined"
        connection.execute(
            f"CREATE TABLE {values} AS SELECT k, rows, "
            f"(sum(rows) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) - rows)::UINTEGER AS first"
            f"{more if folded else ''} FROM {keyed} ORDER BY {order}"
        )
    connection.execute("DROP TABLE counted")
    return int(distinct) if distinct <= most else 0


def _codes(connection: duckdb.DuckDBPyConnection, x: str) -> tuple[SearchForm, int]:
    # The first text that is none ends the search, where an aggregate would look at every row.
    other = f"SELECT 1 FROM main.rows WHERE NOT regexp_full_match({x}, '[0-9]+') LIMIT 1"
    if connection.execute(other).fetchall():
        return "words", 0
    least, longest = connection.execute(f"SELECT min({x}), max(length({x})) FROM main.rows").fetchall()[0]
    return "digits", longest if least < "1" else 0


# --- row store and description --------------------------------------------------------------------------------------


def _write_cards(
    connection: duckdb.DuckDBPyConnection,
    state: DatasetSnapshot,
    kinds: Mapping[str, str],
    kept: Sequence[StoredColumn],
    path: Path,
) -> list[RowBlock]:
    """The rows by number; texts of few values are written as a dictionary and its entries' numbers.

    ``kinds`` are the columns and their types; numbers, days and codes have codings.
    """
    named = {
        column.name: column.number
        for column in kept
        if column.searched == "values" and 0 < column.distinct <= MOST_NAMED
    }
    for number in named.values():
        connection.execute(
            f"CREATE TEMP TYPE named_{number} AS ENUM "
            f"(SELECT k FROM {SECONDARY_INDEX}.values_{number} WHERE k IS NOT NULL)"
        )
    if 1 < len(state.releases) <= MOST_NAMED:
        named["_period"] = len(kinds)
        periods = ", ".join(literal(release.period) for release in state.releases)
        connection.execute(f"CREATE TEMP TYPE named_{len(kinds)} AS ENUM ({periods})")
    columns = {name: kind for name, kind in kinds.items() if name not in ("_line", "_n")}
    digits = frozenset(column.name for column in kept if column.searched == "digits")
    coded = codings(connection, {name: kind for name, kind in columns.items() if name not in named}, digits)
    by_name = {coding.name: coding for coding in coded}
    asked = [
        by_name[name].sql
        if name in by_name
        else f"CAST({identifier(name)} AS named_{named[name]}) AS {identifier(name)}"
        if name in named
        else identifier(name)
        for name in columns
        if name not in by_name or by_name[name].width
    ]
    # Where no column takes any bytes, the rows are numbered all the same.
    query = f"SELECT {', '.join(asked or ['0::UTINYINT AS _'])} FROM main.rows ORDER BY _n"
    reader = connection.sql(query).to_arrow_reader()
    batches = write_row_store(path, state.digest, reader.schema, reader, coded)
    for number in named.values():
        connection.execute(f"DROP TYPE named_{number}")
    return batches


def _describe(
    connection: duckdb.DuckDBPyConnection,
    state: DatasetSnapshot,
    kept: Sequence[StoredColumn],
    writer: PostingListsWriter,
    batches: Sequence[RowBlock],
) -> None:
    # Read with positions, in the order of `StoredColumn`, `PostingList`, `NumberSection` and `RowBlock`.
    lists: dict[str, tuple[dict[str, str], list[list[ListCell]]]] = {
        "about": (
            {"key": "VARCHAR", "value": "VARCHAR"},
            [["format", str(INDEX_FORMAT)], ["state", state.digest], ["rows", str(state.rows)]],
        ),
        "columns": (
            {
                "name": "VARCHAR",
                "number": "INTEGER",
                "alphabet": "BOOLEAN",
                "searched": "VARCHAR",
                "zeros": "INTEGER",
                "k": "BIGINT",
                "filled": "BIGINT",
            },
            [
                [
                    column.name,
                    column.number,
                    column.alphabet,
                    column.searched,
                    column.zeros,
                    column.distinct,
                    column.filled,
                ]
                for column in kept
            ],
        ),
        "listings": (
            {"name": "VARCHAR", "section": "BIGINT", "length": "BIGINT"},
            [[name, listing.section, listing.length] for name, listing in writer.listings.items()],
        ),
        "sections": (
            {"start": "BIGINT", "bytes": "BIGINT", "low": "INTEGER", "high": "INTEGER", "crc": "BIGINT"},
            [[section.at, section.bytes, section.low, section.high, section.crc] for section in writer.sections],
        ),
        "batches": (
            {"rows": "BIGINT", "start": "BIGINT", "bytes": "BIGINT", "crc": "BIGINT"},
            [[block.rows, block.at, block.bytes, block.crc] for block in batches],
        ),
    }
    for name, (columns, lines) in lists.items():
        write_list(connection, f"{SECONDARY_INDEX}.{name}", columns, lines)
