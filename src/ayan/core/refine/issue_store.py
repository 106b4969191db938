"""What was found in a file, grouped by cause and kept beside it, every row of a cause to be reached page by page."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb

from ayan.core.refine.corrections import Correction, accepts
from ayan.core.refine.limits import ISSUES_PAGE, MOST_FIRST, SHOWING_MEMORY
from ayan.core.refine.wrong_shapes import WrongShapes, read_wrong_shapes
from ayan.core.schema.catalogue import PRIVACY_HITS
from ayan.core.schema.catalogue_cells import FixBy
from ayan.core.schema.definition import Severity
from ayan.core.system.duckdb import confined
from ayan.core.system.files import write
from ayan.core.values import sql
from ayan.core.values.label import Label

CAUSES: Final = "causes.json"
CELLS: Final = "cells.parquet"
MASKS: Final = "masks.json"
SHAPES: Final = "shapes.json"


@dataclass(frozen=True, slots=True)
class IssueCause:
    """Everything that is wrong in one way in one field (or, without a field, in rows or in the whole file).

    ``title`` says what is wrong, without the particulars of one cell, ``expected`` what is to be written. ``cells``
    counts the cells, ``rows`` the rows that can be shown (none for a fault of the whole file), ``values`` the different
    texts that stand there. ``key`` fields of a repeated key and those of a declared check are all in ``fields``.
    A ``structural`` cause cannot be cured by leaving rows out. ``fingerprint`` names a privacy hit, which a
    privacy officer can release by it; ``evidence`` what speaks for a question about a unit of money.
    """

    id: str
    code: str
    severity: Severity
    fix_by: FixBy
    field: str | None
    fields: tuple[str, ...]
    title: Label
    expected: Label | None
    cells: int
    rows: int
    values: int
    structural: bool
    accepted: bool = False
    fingerprint: str | None = None
    evidence: tuple[str, ...] = ()


def in_one_column(causes: Iterable[IssueCause], cause: IssueCause) -> list[IssueCause]:
    """The privacy hits of the column of one, itself among them: one decision is about all of them."""
    if not (cause.fingerprint and cause.field and cause.code in PRIVACY_HITS):
        return [cause]
    return [each for each in causes if each.fingerprint and each.field == cause.field and each.code in PRIVACY_HITS]


@dataclass(frozen=True, slots=True)
class CellIssue:
    """One cell of a row: its field, its column as issues name it, and what is found there (None when it is empty)."""

    field: str
    column: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class RowIssue:
    """A row with the cells that the cause is about; rows of equal ``group`` share one key.

    ``beside`` are the texts that tell which row it is, by field.
    """

    row: int
    line: int | None
    cells: tuple[CellIssue, ...]
    group: int
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ValueIssue:
    """One text that stands in several cells of a cause: how many, and the first row that has it; "" is empty.

    ``beside`` are the texts that tell which row that is, by field.
    """

    text: str
    count: int
    first_row: int
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows, and what to ask for to get those that follow (None when there are none)."""

    rows: tuple[RowIssue, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class ValuePage:
    """Some values, the most frequent first, and what to ask for to get those that follow."""

    values: tuple[ValueIssue, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class IssueTally:
    """Records read, those without an error, totals rows, rows that hold only a number, rows left out by decision."""

    read: int
    good: int
    totals: int
    empty: int
    left_out: int


OriginalOpener: TypeAlias = Callable[[Path, Callable[[Callable[[], None]], None]], Path]
"""Makes a readable copy of a locked file, and hands over what lets go of it again."""


class StoredReading:
    """How kept issues are read: as they stand, or out of a lock, the cells opened once and let go at the end."""

    def __init__(self, read: Callable[[Path], bytes] = Path.read_bytes, opened: OriginalOpener | None = None) -> None:
        self.read = read
        self._opened = opened
        self._copy: Path | None = None
        self._con: duckdb.DuckDBPyConnection | None = None

    def cells(self, path: Path) -> Path | None:
        """Where the cells can be read; None where there are none."""
        if self._opened is None or not path.exists():
            return path if path.exists() else None
        if self._copy is None:
            # Let go with whoever asked: a page asks many times.
            self._copy = self._opened(path, self._let_go)
        return self._copy

    @contextmanager
    def asking(self, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to cells that can be read at ``path``; of a copy it is opened once and kept as long as this."""
        if self._opened is None:
            with confined(paths=[path], memory=SHOWING_MEMORY, threads=1) as con:
                yield con
            return
        if self._con is None:
            # To open one takes longer than most that is asked, and a page asks about every cause.
            self._con = confined(paths=[path], memory=SHOWING_MEMORY, threads=1)
            self._let_go(self._con.close)
        yield self._con

    def _let_go(self, close: Callable[[], None]) -> None:
        weakref.finalize(self, close)


_IN_COLUMNS: Final = "columns"
PLAINLY: Final = StoredReading()


@dataclass(frozen=True, slots=True)
class IssueStore:
    """The causes of one file as one choice of columns and one list of decisions leave it.

    ``key`` is the digest of dataset, period, choice and decisions that it was made of: another key means that it has to
    be made anew. ``corrected`` counts, by field, the cells that read otherwise than in the file. What it holds of
    withheld fields is for the sender alone.
    """

    folder: Path
    key: str
    causes: tuple[IssueCause, ...]
    tally: IssueTally
    corrected: Mapping[str, int]
    unplaced: int
    reading: StoredReading = field(default_factory=lambda: PLAINLY, compare=False, repr=False)
    _shapes: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    _first: dict[str, list[ValueIssue]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def errors(self) -> tuple[IssueCause, ...]:
        """The causes that stand in the way."""
        return tuple(cause for cause in self.causes if cause.severity == "error")

    @property
    def warnings(self) -> tuple[IssueCause, ...]:
        """The causes that have to be looked at, accepted ones among them."""
        return tuple(cause for cause in self.causes if cause.severity == "warning")

    def cause(self, name: str) -> IssueCause:
        """One cause; KeyError when there is none of that name."""
        for cause in self.causes:
            if cause.id == name:
                return cause
        raise KeyError(name)

    def rows(self, name: str, after: int = 0, limit: int = ISSUES_PAGE) -> RowPage:
        """The rows of a cause that come after a place (0 for the first page), in the order of the file."""
        cause = self.cause(name)
        names = [*cause.fields]
        columns, telling, beside = self._said()
        texts = ", ".join(f"t{number}" for number in range(1, self._width() + 1))
        records = self._ask(
            f"SELECT _place, _row, _line, _group, {beside}, {texts or 'NULL'} FROM $cells "
            "WHERE _cause = $cause AND _place > $after ORDER BY _place LIMIT $limit",
            {"cause": name, "after": after, "limit": limit + 1},
        )
        rows = tuple(
            RowIssue(
                row,
                line,
                tuple(CellIssue(name, columns.get(name), text) for name, text in zip(names, cell_texts, strict=False)),
                group,
                _named(telling, said),
            )
            for _, row, line, group, said, *cell_texts in records[:limit]
        )
        return RowPage(rows, records[limit - 1][0] if len(records) > limit else None)

    def values(self, name: str, after: int = 0, limit: int = ISSUES_PAGE) -> ValuePage:
        """The different texts of a cause about one field, the most frequent first, after so many of them."""
        cause = self.cause(name)
        if cause.field is None or not cause.rows:
            return ValuePage((), None)
        if after == 0 and limit < MOST_FIRST:
            first = self._first_values().get(name, [])
            return ValuePage(tuple(first[:limit]), limit if len(first) > limit else None)
        values = [each for _, each in self._values("_cause = $cause", {"cause": name, "after": after}, limit + 1)]
        return ValuePage(tuple(values[:limit]), after + limit if len(values) > limit else None)

    def _first_values(self) -> dict[str, list[ValueIssue]]:
        """The first texts of every cause, asked for once: a page shows some of each."""
        if not self._first:
            for cause, value in self._values("TRUE", {"after": 0}, MOST_FIRST):
                self._first.setdefault(cause, []).append(value)
            self._first.setdefault("", [])
        return self._first

    def _values(self, where: str, values: Mapping[str, object], limit: int) -> Iterator[tuple[str, ValueIssue]]:
        """Texts of causes, each with its cause, the most frequent first: of each ``limit``, after so many of them."""
        _, telling, beside = self._said()
        first = f"arg_min({beside}, _row)" if telling else "NULL"
        order = "ORDER BY count(*) DESC, min(_row)"
        counted = (
            f"SELECT _cause, coalesce(t1, '') AS text, count(*) AS n, min(_row) AS first, {first} AS beside, "
            f"row_number() OVER (PARTITION BY _cause {order}) AS place FROM $cells WHERE {where} GROUP BY _cause, t1"
        )
        asked = f"SELECT _cause, text, n, first, beside FROM ({counted}) WHERE place > $after AND place <= $last"
        for cause, text, n, first, said in self._ask(
            f"{asked} ORDER BY _cause, place", {**values, "last": int(str(values["after"])) + limit}
        ):
            yield cause, ValueIssue(text, n, first, _named(telling, said))

    def masks(self, name: str) -> list[tuple[str, str]]:
        """Of a privacy hit: each text with the same without what is personal; empty where it cannot be so."""
        self.cause(name)
        try:
            table = json.loads(self.reading.read(self.folder / MASKS))
        except FileNotFoundError:
            return []
        return [(old, new) for old, new in table.get(name, ())]

    def shapes(self, name: str) -> WrongShapes | None:
        """Of a group of wrong shapes what they look like and how they are put right; None of any other group."""
        self.cause(name)
        if not self._shapes:
            try:
                self._shapes.update(json.loads(self.reading.read(self.folder / SHAPES)))
            except FileNotFoundError:
                return None
        return read_wrong_shapes(self._shapes[name]) if name in self._shapes else None

    def row_numbers(self, name: str, text: str | None = None) -> list[int]:
        """Every row of a cause, or those of one about one field in which a text stands, for a decision about them."""
        self.cause(name)
        alone = "" if text is None else "AND coalesce(t1, '') = $text "
        rows = self._ask(
            f"SELECT DISTINCT _row FROM $cells WHERE _cause = $cause {alone}ORDER BY _row",
            {"cause": name} if text is None else {"cause": name, "text": text},
        )
        return [row for (row,) in rows]

    def with_accepted(self, fixes: Sequence[Correction]) -> IssueStore:
        """The same, with the warnings marked that ``fixes`` accept."""
        causes = tuple(
            replace(cause, accepted=accepts(fixes, cause.code, cause.field, cause.cells)) for cause in self.causes
        )
        return replace(self, causes=causes)

    def _ask(self, query: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        path = self.reading.cells(self.folder / CELLS)
        if path is None:
            return []
        with self.reading.asking(path) as con:
            source = f"read_parquet({sql.literal(str(path))})"
            return con.execute(query.replace("$cells", source), dict(values)).fetchall()

    def _width(self) -> int:
        return max((len(cause.fields) for cause in self.causes if cause.rows), default=0)

    def _said(self) -> tuple[dict[str, str], list[str], str]:
        """The columns of the fields, the fields that tell which row it is, and the expression of their texts."""
        table = json.loads(self.reading.read(self.folder / CAUSES))
        telling = list(table.get("telling", ()))
        beside = f"[{', '.join(f'b{at}' for at in range(1, len(telling) + 1))}]"
        if table.get("beside") != _IN_COLUMNS:
            beside = "_beside"  # a list, as an older version wrote it
        return dict(table["columns"]), telling, beside if telling else "NULL"


def _named(fields: Sequence[str], texts: Sequence[str | None] | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in zip(fields, texts or (), strict=False) if text)


def stored_issues(
    folder: Path, read: Callable[[Path], bytes] = Path.read_bytes, opened: OriginalOpener | None = None
) -> IssueStore | None:
    """The issues that stand in a folder; None where none were finished.

    Where they are locked, ``read`` gives the bytes of a note and ``opened`` a readable copy of the cells.
    """
    try:
        table = json.loads(read(folder / CAUSES))
    except (OSError, ValueError):
        return None
    causes = tuple(_cause(entry) for entry in table["causes"])
    reading, tally = StoredReading(read, opened), IssueTally(**table["tally"])
    return IssueStore(folder, table["key"], causes, tally, table["corrected"], table["unplaced"], reading)


def store_issues(issues: IssueStore, columns: Mapping[str, str], telling: Sequence[str] = ()) -> None:
    """Write down the causes; their cells stand in the folder already. Whole or not at all."""
    table = {
        "key": issues.key,
        "causes": [asdict(cause) for cause in issues.causes],
        "tally": asdict(issues.tally),
        "corrected": dict(issues.corrected),
        "unplaced": issues.unplaced,
        "columns": dict(columns),
        "telling": list(telling),
        "beside": _IN_COLUMNS,
    }
    write(issues.folder / CAUSES, json.dumps(table, ensure_ascii=False).encode())


def _cause(table: dict[str, Any]) -> IssueCause:
    expected = table["expected"] and Label(**table["expected"])
    return IssueCause(
        **{
            **table,
            "title": Label(**table["title"]),
            "expected": expected,
            "fields": tuple(table["fields"]),
            "evidence": tuple(table.get("evidence", ())),
        }
    )
