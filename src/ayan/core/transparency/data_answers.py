"""Downloads and documents held against sealed rows: Parquet, CSV, rows and groups as JSON, the words of a dataset.

Everything here reads what a stranger may have written, so only the process for that does it (`row_check_process`).
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from ayan.core.transparency.answer_difference import AnswerDifference, difference
from ayan.core.transparency.held_rows import ADDRESS
from ayan.core.transparency.sealed_rows import SealedRows
from ayan.core.transparency.shown_values import SealedField, bare
from ayan.core.values.locale import Lang
from ayan.core.values.spreadsheet import safe_sql
from ayan.core.values.sql import identifier, literal

# --- whole downloads --------------------------------------------------------------------------------------------------


def _parquet(rows: SealedRows, file: Path) -> Iterator[AnswerDifference]:
    names = [name for name in pq.read_schema(file).names if name != "_row"]
    if rows.held is not None and set(names) <= set(rows.columns) and rows.held.are_parquet(file):
        yield from _columns(rows, names)
        return
    rows.con.execute(
        f"CREATE OR REPLACE VIEW answered AS SELECT _row AS {ADDRESS}, * EXCLUDE (_row) FROM {_table(file)}"
    )
    yield from _columns(rows, names)
    kinds = [
        {str(name): str(kind) for name, kind, *_ in rows.con.execute(f"DESCRIBE {side}").fetchall()}
        for side in ("answered", "released")
    ]
    shared = {
        # As text where one side is no exact number: a rounded amount must not pass for the sealed one.
        name: identifier(name)
        if all(_EXACT(kind[name]) for kind in kinds) or kinds[0][name] == kinds[1][name]
        else f"CAST({identifier(name)} AS VARCHAR)"
        for name in names
        if name in rows.columns
    }
    if apart := _apart(rows, shared, shared):
        yield difference("rows-apart", apart=apart)


_EXACT: Final = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(\d+,\d+\)").fullmatch


def _csv(rows: SealedRows, file: Path) -> Iterator[AnswerDifference]:
    with file.open(encoding="utf-8", newline="") as lines:
        head = next(csv.reader(lines), [])
    head[:1] = [name.removeprefix(codecs.BOM_UTF8.decode()) for name in head[:1]]
    if "_row" not in head or len(set(head)) != len(head):
        yield difference("answer-unreadable", "header")
        return
    names = [name for name in head if name != "_row"]
    if rows.held is not None and rows.held.are_csv(file, head):
        yield from _columns(rows, names)
        return
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in head)
    rows.con.execute(
        f"CREATE OR REPLACE VIEW answered AS SELECT _row AS {ADDRESS}, * EXCLUDE (_row) FROM "
        f"read_csv({literal(str(file))}, columns = {{{columns}}}, auto_detect = false, header = true, delim = ',', "
        "quote = '\"', escape = '\"', strict_mode = true)"
    )
    yield from _columns(rows, names)
    kinds = {str(name): str(kind) for name, kind, *_ in rows.con.execute("DESCRIBE released").fetchall()}
    shared = [name for name in names if name in rows.columns]
    given = {name: f"coalesce({identifier(name)}, '')" for name in shared}
    sealed = {name: f"coalesce({_cell(identifier(name), kinds[name])}, '')" for name in shared}
    if apart := _apart(rows, given, sealed):
        yield difference("csv-apart", apart=apart)


def _cell(column: str, kind: str) -> str:
    return safe_sql(column) if kind == "VARCHAR" else f"CAST({column} AS VARCHAR)"


def _table(file: Path) -> str:
    return f"read_parquet({literal(str(file))})"


def _columns(rows: SealedRows, names: Sequence[str]) -> Iterator[AnswerDifference]:
    """Columns that one side alone has."""
    for name in rows.columns:
        if name not in names:
            yield difference("column-dropped" if name in rows.published else "column-past", name)
    for name in names:
        if name not in rows.columns:
            counted = rows.con.execute(f"SELECT count({identifier(name)}) FROM answered").fetchone()
            yield difference("column-added" if counted and counted[0] else "column-new", name)


def _apart(rows: SealedRows, answered: Mapping[str, str], released: Mapping[str, str]) -> int:
    """How many rows stand on one side only."""
    sides = [
        f"SELECT {', '.join([ADDRESS, *columns.values()])} FROM {side}"
        for columns, side in ((answered, "answered"), (released, "released"))
    ]
    row = rows.con.execute(
        f"SELECT (SELECT count(*) FROM ({sides[0]} EXCEPT ALL {sides[1]}))"
        f" + (SELECT count(*) FROM ({sides[1]} EXCEPT ALL {sides[0]}))"
    ).fetchone()
    return int(row[0]) if row else 0


# --- documents --------------------------------------------------------------------------------------------------------


def _document(file: Path) -> Any:
    return json.loads(file.read_bytes(), parse_float=Decimal)


def _rows_page(rows: SealedRows, file: Path, size: int, state: str, lang: Lang = "") -> Iterator[AnswerDifference]:
    """A page of rows as JSON, the first one of all."""
    document = _document(file)
    yield from _of_state(document, state)
    if document["total"] != rows.rows:
        yield difference("count-apart", shown=document["total"], sealed=rows.rows)
    answered = [_address(row) for row in document["rows"]]
    if len(set(answered)) != min(size, rows.rows) or len(answered) != len(set(answered)):
        yield difference("count-apart", shown=len(set(answered)), sealed=min(size, rows.rows))
    yield from _rows_apart(rows, document["rows"])
    if lang:
        for name, label in dict(document["labels"]).items():
            field = rows.fields.get(name)
            if field is not None and bare(label) != bare(field.label.get(lang, label)):
                yield difference("label-other", name, label, field.label[lang])


def _row_page(rows: SealedRows, file: Path, address: str, state: str) -> Iterator[AnswerDifference]:
    """The rows of one key as JSON."""
    document = _document(file)
    yield from _of_state(document, state)
    if address not in [_address(row) for row in document["rows"]]:
        yield difference("json-apart", address)
    yield from _rows_apart(rows, document["rows"])


def _of_state(document: Mapping[str, Any], state: str) -> Iterator[AnswerDifference]:
    if document["state"] != state:
        yield difference("state-apart")


def _address(row: Mapping[str, Any]) -> str:
    return str(row["_row"])


def _rows_apart(rows: SealedRows, given: Sequence[Mapping[str, Any]]) -> Iterator[AnswerDifference]:
    sealed = rows.at([_address(row) for row in given])
    for row in given:
        own = sealed.get(_address(row))
        values = {name: value for name, value in row.items() if name != "_row"}
        if own is None or any(_plain(own.get(name)) != _typed(value) for name, value in values.items()):
            yield difference("json-apart", _address(row))
        elif lacking := [name for name in rows.published if name not in values]:
            yield difference("column-dropped", ", ".join(lacking))
            return


def _plain(value: object) -> tuple[str, object]:
    """A sealed value as JSON holds it, its type beside it: 1 is not true, and not "1"."""
    return _typed(value.isoformat() if isinstance(value, date) else value)


def _typed(value: object) -> tuple[str, object]:
    kind = "number" if isinstance(value, int | Decimal) and not isinstance(value, bool) else type(value).__name__
    return kind, value


def _groups(rows: SealedRows, file: Path, by: str, added: str, size: int, state: str) -> Iterator[AnswerDifference]:
    document = _document(file)
    yield from _of_state(document, state)
    sealed = {_plain(key): (_typed(count), _typed(total)) for key, count, total in rows.groups(by, added)}
    if document["total"] != len(sealed) or len(document["groups"]) != min(size, len(sealed)):
        yield difference("count-apart", shown=document["total"], sealed=len(sealed))
    counted, summed = f"_{'count'}" if by == "count" else "count", f"sum_{added}"
    for group in document["groups"]:
        measures = (_typed(group[counted]), _typed(group.get(summed)))
        if sealed.get(_typed(group[by])) != measures:
            yield difference("groups-apart", f"{by} = {group[by]}")


def _dataset(rows: SealedRows, file: Path) -> Iterator[AnswerDifference]:
    """What a dataset is said to be, held against the words of its newest release."""
    document, facts = _document(file), rows.newest.manifest["ayan"]
    if document["rows"] != rows.rows:
        yield difference("count-apart", shown=document["rows"], sealed=rows.rows)
    described = {str(field["name"]): SealedField.read(field) for field in document["schema"]["fields"]}
    for name in rows.published:
        if name in described:
            yield from _meaning(name, described[name], rows.fields[name])
        else:
            yield difference("column-dropped", name)
    for what in ("title", "owner"):
        for lang, words in dict(facts.get(what) or {}).items():
            if bare(str(document[what].get(lang, ""))) != bare(str(words)):
                yield difference("title-other", what, document[what].get(lang, ""), words)
    description = str(rows.newest.manifest.get("description", ""))
    if description and bare(str(document["description"].get("fa", ""))) != bare(description):
        yield difference("description-other", "description", document["description"].get("fa", ""), description)


def _meaning(name: str, described: SealedField, sealed: SealedField) -> Iterator[AnswerDifference]:
    """Words of a column, and of each code in it, that are not those that were sealed."""
    said: list[tuple[str, Mapping[Lang, str], Mapping[Lang, str]]] = [
        (name, described.label, sealed.label),
        (f"{name}, unit", described.unit, sealed.unit),
        *((f"{name} = {code}", described.choices.get(code, {}), words) for code, words in sealed.choices.items()),
    ]
    for what, shown, words in said:
        for lang in words:
            if bare(shown.get(lang, "")) != bare(words[lang]):
                yield difference("label-other", what, shown.get(lang, ""), words[lang])
                break


DATA_ANSWERS: Final[Mapping[str, Callable[..., Iterator[AnswerDifference]]]] = {
    "parquet": _parquet,
    "csv": _csv,
    "rows": _rows_page,
    "row": _row_page,
    "groups": _groups,
    "dataset": _dataset,
}
"""By the kind of answer, what holds a file against sealed rows."""
