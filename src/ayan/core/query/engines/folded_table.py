"""What a search looks through of a small table, held folded beside its open state, so that it needs no SQL to say no.

A state of few rows has no secondary index: every word would be held against every row by SQL, in each of the many
datasets that a search asks. Held here are the texts of each row, the labels of the codes that occur, and the values of
the key, and they answer from memory which rows a word is found in, and whether a key can be any row's.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Final

from ayan.core.query.engines.embedded_engine import EngineSession
from ayan.core.query.folded_texts import CELL, FoldedTexts, is_plain, texts_of_code
from ayan.core.query.limits import MOST_FOLDED_ROWS, MOST_NAMED_ROWS
from ayan.core.query.plan import NUMBER, RowCount, Rows, Scoped
from ayan.core.query.question import Filter, Question
from ayan.core.query.row_sql import SEPARATOR, TABLE, searched_text
from ayan.core.query.sql import to_sql
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.system.processor_budget import once
from ayan.core.values.sql import SqlStatement, identifier
from ayan.core.values.text import fold

RowList = Sequence[int]
"""Numbers of rows, ``_n``, ascending."""

# Parts the values of a key; folding drops it, so that no folded value holds it.
_PART: Final = "\n"


@dataclass(slots=True)
class FoldedTable:
    """The searched texts of one state as one declaration publishes them; ``published`` are the fields it was made for.

    ``labels`` are those of the codes that occur, and ``coded`` the rows with each of them. ``keys`` are the folded
    values of the field ``key``, each between two `_PART`; without one it is empty.
    """

    published: tuple[Field, ...]
    texts: FoldedTexts
    labels: FoldedTexts
    coded: list[array[int]]
    key: str
    keys: str
    _last: tuple[str, RowList] | None = field(default=None)

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return self.texts.bytes + self.labels.bytes + sum(map(sys.getsizeof, (*self.coded, self.keys)))

    def matching(self, words: str) -> RowList:
        """The rows in which every word of a search is found, as `row_sql.search` finds them."""
        # A page asks for its rows, their number and its facets one after the other.
        last = self._last
        if last is not None and last[0] == words:
            return last[1]
        rows = array("I", self._of_words(words.split()))
        self._last = words, rows
        return rows

    def _of_words(self, words: Iterable[str]) -> RowList:
        """The rows that hold all of some words: by the rarest first, and the others in these rows alone."""
        counted: list[tuple[int, str, list[int]]] = []
        for word in sorted(set(words), key=len, reverse=True):
            labels = self.labels.holding(word)
            count = self.texts.count(word) + sum(len(self.coded[number]) for number in labels)
            if not count:
                return ()
            counted.append((count, word, labels))
        left: list[int] | None = None
        for _, word, labels in sorted(counted, key=lambda each: each[0]):
            among = None if left is None else [row - 1 for row in left]
            rows = {number + 1 for number in self.texts.holding(word, among)}
            rows = rows.union(*(self.coded[number] for number in labels))
            left = sorted(rows if left is None else rows.intersection(left))
            if not left:
                break
        return left or ()

    def lacks(self, condition: Filter) -> bool:
        """Whether no row has the value that a condition asks for, as far as that is known here."""
        if condition.field != self.key or condition.op != "eq":
            return False
        return all(
            isinstance(value, str | int) and f"{_PART}{fold(str(value))}{_PART}" not in self.keys
            for value in condition.values
        )


class FoldedState:
    """The folded table of one open state: made when it is first asked for, and again for another declaration.

    Safe to share between threads: while one makes the table, the others do without.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._table: FoldedTable | None = None
        self._refused = False

    @property
    def bytes(self) -> int:
        """What is held in memory."""
        table = self._table
        return table.bytes if table is not None else 0

    def known(self, dataset: Dataset) -> FoldedTable | None:
        """The table, if it has been made for this declaration."""
        table = self._table
        return table if table is not None and table.published == dataset.published else None

    def table(self, asking: EngineSession, dataset: Dataset, room: Callable[[], int]) -> FoldedTable | None:
        """The table, made where it has not been; None where it is not kept.

        ``room`` says how many bytes there are for it. Raises what statements raise that are too slow.
        """
        known = self.known(dataset)
        if known is not None or self._refused or not self._lock.acquire(blocking=False):
            return known
        try:
            self._table = None
            most = room()
            with once():
                table = _read(asking, dataset, most)
            # Whoever asked next would read it in vain again: a refusal holds as long as the state stays open.
            self._refused = table is None or table.bytes > most
            self._table = None if self._refused else table
            return self._table
        finally:
            self._lock.release()


# --- questions --------------------------------------------------------------------------------------------------------


def says(dataset: Dataset, question: Question) -> bool:
    """Whether a folded table can say anything about a question: it searches, or asks for one key."""
    return bool(question.search) or any(
        condition.op == "eq" and (condition.field,) == dataset.key for condition in question.filters
    )


def matching(table: FoldedTable, question: Question) -> RowList | None:
    """The rows that a question's words are found in, none where another condition holds for none; None for all rows."""
    if any(table.lacks(condition) for condition in question.filters):
        return ()
    return table.matching(question.search) if question.search else None


def page(
    asking: EngineSession, dataset: Dataset, table: FoldedTable, plan: Rows
) -> tuple[list[tuple[Any, ...]], int | None] | None:
    """The rows of a page, and how many there are of all pages where that is asked; None where SQL must look itself."""
    question, rows = plan.question, matching(table, plan.question)
    if rows is None:
        return None
    left = replace(question, search="")
    total = len(rows) if not (rows and (left.filters or left.release)) else None
    if total is not None and left.sort is None:
        # Nothing but the words counts, so those that follow stand in the list.
        start = bisect_right(rows, plan.position.number) if plan.position is not None else 0
        rows = rows[start : start + question.limit + 1]
    if not rows:
        return [], total if question.count else None
    if len(rows) > MOST_NAMED_ROWS:
        return None
    source = _named(asking.opened.connection.table, rows)
    records = asking.all(dataset, to_sql(dataset, replace(plan, question=left)), source)
    if not question.count:
        return records, None
    if total is None:
        total = int(asking.all(dataset, to_sql(dataset, RowCount(left)), source)[0][0])
    return records, total


def scoped(asking: EngineSession, dataset: Dataset, table: FoldedTable, plan: Scoped) -> list[tuple[Any, ...]] | None:
    """The result of a plan about the rows of a search taken together; None where SQL must look itself."""
    rows = matching(table, plan.scope)
    if rows is None or len(rows) > MOST_NAMED_ROWS:
        return None
    left = plan.over(replace(plan.scope, search=""))
    return asking.all(dataset, to_sql(dataset, left), _named(asking.opened.connection.table, rows))


def _named(table: str, rows: RowList) -> str:
    """Some rows of the table, as `row_sql.over_columns` takes them."""
    listed = ", ".join(map(str, rows))
    return f"{table} WHERE {f'{NUMBER} IN ({listed})' if rows else 'FALSE'}"


# --- reading it -------------------------------------------------------------------------------------------------------


def _read(asking: EngineSession, dataset: Dataset, most: int) -> FoldedTable | None:
    """The table as it stands; None where it is too long for ``most`` bytes, or holds what no published text holds."""
    together = searched_text(dataset)
    # A letter takes as many bytes in memory as there, or more, and stands there twice.
    length = SqlStatement(f"SELECT count(*), coalesce(sum(strlen({together})), 0) FROM {TABLE}")
    rows, written = asking.all(dataset, length)[0]
    if not 0 < rows <= MOST_FOLDED_ROWS or 2 * written > most:
        return None
    listed = [published for published in dataset.published if published.choices is not None]
    key = _key_of(dataset)
    columns = [
        together,
        *(f"CAST({identifier(published.name)} AS VARCHAR)" for published in listed),
        f"CAST({identifier(key)} AS VARCHAR)" if key else "NULL",
    ]
    statement = SqlStatement(f"SELECT {', '.join([NUMBER, *columns])} FROM {TABLE}")
    records = asking.all(dataset, statement)
    asking.deadline.check()
    numbers, texts, *codes, keys = zip(*records, strict=True)
    if any(number != at for at, number in enumerate(numbers, 1)) or not all(map(is_plain, texts)):
        return None
    labels, coded = _labelled(listed, codes)
    table = FoldedTable(
        published=dataset.published,
        texts=FoldedTexts(text.replace(SEPARATOR, CELL) for text in texts),
        labels=FoldedTexts(labels),
        coded=coded,
        key=key,
        keys="".join((_PART, *(f"{fold(value)}{_PART}" for value in keys if value is not None))) if key else "",
    )
    asking.deadline.check()
    return table


def _key_of(dataset: Dataset) -> str:
    """The field by whose value somebody knows a record: a code or a whole number; empty where there is none."""
    if len(dataset.key) != 1:
        return ""
    named = next((published for published in dataset.published if published.name == dataset.key[0]), None)
    known = named is not None and named.choices is None and (named.kind.is_code or named.kind.is_count)
    return dataset.key[0] if known else ""


def _labelled(listed: Iterable[Field], columns: Iterable[Sequence[Any]]) -> tuple[list[str], list[array[int]]]:
    """The labels of each code that occurs in the columns of lists, and the rows that have it."""
    labels: list[str] = []
    coded: list[array[int]] = []
    for of, codes in zip(listed, columns, strict=True):
        rows: dict[str, array[int]] = {}
        for number, code in enumerate(codes, 1):
            if code is not None:
                rows.setdefault(code, array("I")).append(number)
        for entry in of.choices.entries if of.choices is not None else ():
            if entry.code in rows:
                labels.append(texts_of_code(entry))
                coded.append(rows[entry.code])
    return labels, coded
