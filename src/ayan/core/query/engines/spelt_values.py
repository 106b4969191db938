"""The texts of a small table's columns, held beside its open state, so that the words of a condition become values.

The pattern of words over published texts is long, and DuckDB takes some milliseconds to make it ready, for every
statement that holds it: longer than the rows of a small table take. Which values of its columns are meant is said from
memory, and the statement names them letter by letter, as an index does for large tables.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from threading import Lock

from ayan.core.index.lookup import AlikeLookup, Lookup, PieceLookup, TextPiece
from ayan.core.query.engines.embedded_engine import EngineSession
from ayan.core.query.limits import MOST_SPELT
from ayan.core.query.operators import OPERATORS
from ayan.core.query.question import Filter, Question
from ayan.core.query.row_sql import TABLE, column, is_folded
from ayan.core.schema.definition import Dataset
from ayan.core.system.processor_budget import once
from ayan.core.values.sql import SqlStatement
from ayan.core.values.text import fold, fold_but_half_spaces, fold_joined


@dataclass(frozen=True, slots=True)
class SpeltColumn:
    """The different texts of one column, each as it stands, folded, and joined."""

    texts: tuple[tuple[str, str, str], ...]

    @classmethod
    def of(cls, values: Iterable[str]) -> SpeltColumn:
        """The texts, in an order of their own."""
        return cls(tuple((value, fold_but_half_spaces(value), fold_joined(value)) for value in sorted(values)))

    @property
    def bytes(self) -> int:
        """What they take in memory."""
        return sum(sys.getsizeof(text) for each in self.texts for text in each)

    def meant(self, lookup: Lookup) -> tuple[str, ...] | None:
        """Those that a condition holds for; None where it is none of words."""
        if isinstance(lookup, AlikeLookup):
            wanted = {fold(text) for text in lookup.texts}
            return tuple(text for text, *_ in self.texts if text in lookup.values or fold(text) in wanted)
        if isinstance(lookup, PieceLookup):
            return tuple(dict.fromkeys(text for piece in lookup.pieces for text in self._holding(piece)))
        return None

    def _holding(self, piece: TextPiece) -> Iterable[str]:
        find = re.compile(piece.pattern).search
        return (text for text, folded, joined in self.texts if piece.joined in joined and find(folded))


class SpeltValues:
    """The texts of the columns of one open state, each read when a condition first asks for it.

    Safe to share between threads: while one reads a column, the others do without.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._columns: dict[str, SpeltColumn | None] = {}

    @property
    def bytes(self) -> int:
        """What is held in memory."""
        return sum(texts.bytes for texts in tuple(self._columns.values()) if texts is not None)

    def spelt(self, asking: EngineSession, dataset: Dataset, question: Question, room: Callable[[], int]) -> Question:
        """The question with the values that its words stand for, where these are known and few.

        ``room`` says how many bytes there are for a column. Raises what statements raise that are too slow.
        """
        filters = tuple(self._spelt(asking, dataset, asked, room) for asked in question.filters)
        return question if filters == question.filters else replace(question, filters=filters)

    def _spelt(self, asking: EngineSession, dataset: Dataset, asked: Filter, room: Callable[[], int]) -> Filter:
        field = dataset.field(asked.field)
        lookup = OPERATORS[asked.op].lookup(field, asked.values) if is_folded(field, asked) else None
        texts = self._texts(asking, dataset, asked.field, room) if lookup is not None else None
        values = texts.meant(lookup) if texts is not None and lookup is not None else None
        if values is None or len(values) > MOST_SPELT:
            return asked
        return Filter(asked.field, "in", values, exact=True)

    def _texts(self, asking: EngineSession, dataset: Dataset, name: str, room: Callable[[], int]) -> SpeltColumn | None:
        if name in self._columns:
            return self._columns[name]
        if not self._lock.acquire(blocking=False):
            return None
        try:
            with once():
                x = column(dataset, name)
                statement = SqlStatement(f"SELECT DISTINCT {x} FROM {TABLE} WHERE {x} IS NOT NULL")
                texts = SpeltColumn.of(str(value) for (value,) in asking.all(dataset, statement))
            # A refusal holds as long as the state stays open.
            self._columns[name] = texts if texts.bytes <= room() else None
            return self._columns[name]
        finally:
            self._lock.release()
