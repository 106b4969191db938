"""The different texts of each column of a small file: one reading stands for every cell that holds the same text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ayan.core.intake.table import RawTable
from ayan.core.refine.column_sql import read_in_layers
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import FEW_TEXTS
from ayan.core.schema.field import Field
from ayan.core.system.duckdb import arrow_table
from ayan.core.values import sql
from ayan.core.values.period import Period

LISTED: Final = "distinct_texts"
"""The relation of the texts: ``col``, the number of a column, and ``value``, each text once."""
_CELLS: Final = "cells_by_text"
_PADDED: Final = "padded_texts"
_READ: Final = "read_texts"
_NO_TEXT: Final = "CAST(NULL AS VARCHAR)"


class DistinctTexts:
    """The different texts of each column of a small file, and its cells, a row each, in ``relation``.

    Of each row the place of its text in a column is known. Places begin with 0; that of an empty cell is the number of
    different texts. It lasts as long as ``con`` does.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, raw: RawTable) -> None:
        self._con = con
        indexes = [column.index for column in raw.columns]
        left = ["_left"] if raw.leaves else []
        chosen = ", ".join(["_row", "_line", *left, *(f"c{index}" for index in indexes)])
        table = arrow_table(con, f"SELECT {chosen} FROM {raw.relation} ORDER BY _row")
        self.places: dict[int, npt.NDArray[np.int32]] = {}
        """By column, of each row in the order of the file, the place of its text."""
        self._texts: dict[int, pa.Array[Any]] = {}
        self._listed: dict[int, list[str]] = {}
        self._trimmed: dict[int, bool] = {}
        self._read_rows: dict[int, int] = {}
        for index in indexes:
            cells: Any = table.column(f"c{index}").combine_chunks().dictionary_encode()
            self._texts[index] = texts = cells.dictionary
            # The reading of an empty cell counts where there is one.
            self._read_rows[index] = len(texts) + (cells.null_count > 0)
            self.places[index] = cells.indices.fill_null(len(texts)).to_numpy()
        self._cells = table
        con.register(_CELLS, table)
        self.relation = _CELLS

    def close(self) -> None:
        """Give back the cells, once they are kept elsewhere, and let statements ask for the texts."""
        self._con.unregister(_CELLS)
        del self._cells
        columns = [pa.repeat(pa.scalar(index, pa.int32()), len(texts)) for index, texts in self._texts.items()]
        table = pa.table(
            {
                "col": pa.chunked_array(columns, pa.int32()),
                "value": pa.chunked_array(list(self._texts.values()), pa.string()),
            }
        )
        self._con.register(LISTED, table)

    def of(self, index: int) -> list[str]:
        """The different texts of a column, in the order in which they first come."""
        known = self._listed.get(index)
        if known is None:
            known = self._listed[index] = [str(text) for text in self._texts[index].to_pylist()]
        return known

    def first(self, index: int, rows: int) -> list[str]:
        """Those of them that stand in the first ``rows`` rows."""
        places = self.places[index][:rows]
        seen = places[places < len(self._texts[index])]
        # They are counted as they come.
        return self.of(index)[: int(seen.max()) + 1] if len(seen) else []

    def matching(self, index: int, pattern: str) -> list[str]:
        """Those of them in which a pattern is found, as ``regexp_matches`` finds it in SQL: both are RE2."""
        texts = self._texts[index]
        hits = texts.filter(pc.match_substring_regex(texts, pattern))
        return [str(text) for text in hits.to_pylist()]

    def places_matching(self, index: int, pattern: str) -> list[int]:
        """The places of those of them in which a pattern of RE2 is found."""
        hits = pc.match_substring_regex(self._texts[index], pattern)
        return np.flatnonzero(hits.to_numpy(zero_copy_only=False)).tolist()

    def places_of_words(self, index: int, pattern: str, holds: Callable[[str], bool]) -> list[int]:
        """The places of the texts with a word, up to the next space, in which a pattern is found and that holds.

        The same few words make up most texts of a column; each different one is asked about once.
        """
        places = self.places_matching(index, pattern)
        words: Any = pc.split_pattern(self._texts[index].take(pa.array(places, pa.int32())), " ")
        coded = pc.list_flatten(words).dictionary_encode()
        asked = pc.match_substring_regex(coded.dictionary, pattern)
        kept = asked.to_numpy(zero_copy_only=False)
        kept[kept] = [holds(str(word)) for word in coded.dictionary.filter(asked).to_pylist()]
        if not kept.any():
            return []
        parents = pc.list_parent_indices(words).to_numpy()[kept[coded.indices.to_numpy()]]
        return [places[at] for at in np.unique(parents).tolist()]

    def is_trimmed(self, index: int) -> bool:
        """Whether no text of a column has blanks at its ends."""
        known = self._trimmed.get(index)
        if known is None:
            texts = self._texts[index]
            bare: Any = pc.utf8_trim(texts, characters=sql.BLANKS)
            known = self._trimmed[index] = bare.equals(texts)
        return known

    def tokens(self, mapped: MappedField) -> list[str]:
        """The tokens of a field by the places of its texts, as ``t`` has them in SQL; "" is none."""
        if mapped.column is None:
            raise ValueError(f"{mapped.field.name} has no column")
        texts = self.of(mapped.column.index)
        if not self.is_trimmed(mapped.column.index):
            texts = [text.strip(sql.BLANKS) for text in texts]
        if not set(mapped.field.null).isdisjoint(texts):
            texts = ["" if text in mapped.field.null else text for text in texts]
        return [*texts, ""]

    def is_among(self, index: int, words: Sequence[str]) -> bool:
        """Whether a text of a column, without blanks at its ends and in small letters, is one of some words."""
        small: Any = pc.utf8_lower(pc.utf8_trim(self._texts[index], characters=sql.BLANKS))
        return bool(pc.any(pc.is_in(small, value_set=pa.array(words, pa.string()))).as_py())

    def read(self, fields: Iterable[tuple[MappedField, Period | None]]) -> list[str]:
        """Read each field's texts, by the same layers as any cell.

        ``relation`` has then, of its columns ``t``, ``v`` and ``e``, those that say something else than the cell; what
        is returned are the expressions of the others.
        """
        plain: list[str] = []
        groups: tuple[list[tuple[MappedField, Period | None]], ...] = ([], [])
        for mapped, period in fields:
            if mapped.column is not None and not len(self._texts[mapped.column.index]):
                plain += _empty(mapped.field)
            else:
                groups[self._size(mapped) > FEW_TEXTS].append((mapped, period))
        for group in filter(None, groups):
            plain += self._read(group)
        self._con.register(_CELLS, self._cells)
        return plain

    def _size(self, mapped: MappedField) -> int:
        """How many readings a field has: one where its sender states the same for every row."""
        return 1 if mapped.column is None else self._read_rows[mapped.column.index]

    def _read(self, fields: Sequence[tuple[MappedField, Period | None]]) -> list[str]:
        """Read the texts of several columns beside each other into a table; the shorter ones end in empty cells."""
        most = max(self._size(mapped) for mapped, _ in fields)
        padded: dict[str, Any] = {"_k": pa.array(range(most), pa.int32())}
        for mapped, _ in fields:
            if mapped.column is not None:
                texts = self._texts[mapped.column.index]
                padded[f"c{mapped.column.index}"] = pa.concat_arrays([texts, pa.nulls(most - len(texts), texts.type)])
        self._con.register(_PADDED, pa.table(padded))
        kept = [f"{letter}_{mapped.field.name}" for mapped, _ in fields for letter in "tve"]
        query = read_in_layers(_PADDED, fields, together=True)
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {_READ} AS SELECT _k, {', '.join(kept)} FROM ({query})")
        read = arrow_table(self._con, f"FROM {_READ} ORDER BY _k")
        self._con.unregister(_PADDED)
        return [plain for mapped, _ in fields for plain in self._taken(mapped, padded, read)]

    def _taken(self, mapped: MappedField, padded: dict[str, Any], read: pa.Table) -> list[str]:
        """Give each row the readings of a field; what repeats the cell, or is nothing, is returned as an expression.

        Most texts are read as they stand and most columns have no fault, so that little has to be kept.
        """
        field, size = mapped.field.name, self._size(mapped)
        t, v, e = (read.column(f"{letter}_{field}").slice(0, size) for letter in "tve")
        plain: dict[str, str] = {}
        if mapped.column is not None:
            cell = f"c{mapped.column.index}"
            if t.equals(pa.chunked_array([padded[cell].slice(0, size)])):
                plain["t"] = cell
        if v.type == t.type and v.equals(t):
            plain["v"] = plain.get("t", f"t_{field}")
        if e.null_count == size:
            plain["e"] = _NO_TEXT
        rows = len(self._cells)
        places = np.zeros(rows, np.int32) if mapped.column is None else self.places[mapped.column.index]
        for letter, readings in zip("tve", (t, v, e), strict=True):
            if letter not in plain:
                self._cells = self._cells.append_column(
                    f"{letter}_{field}", readings.take(pa.array(places, pa.int32()))
                )
        return [f"{expression} AS {letter}_{field}" for letter, expression in plain.items()]


def _empty(field: Field) -> list[str]:
    """The columns of a field whose every cell is empty."""
    code = "'required'" if field.required else _NO_TEXT
    values = (_NO_TEXT, f"CAST(NULL AS {field.kind.storage(field)})", code)
    return [f"{value} AS {letter}_{field.name}" for letter, value in zip("tve", values, strict=True)]
