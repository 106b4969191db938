"""Rows of others, read in a process of its own: whether they are those of manifest and log, and of what is answered.

A Parquet file of a few kilobytes can unpack to gigabytes. Whatever such a file does, it does to that process alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.attachments.document_rows import stated_documents
from ayan.core.ledger.commitments import SALTS, RowsRoot, recompute_held, recompute_rows
from ayan.core.ledger.opening import BadRows
from ayan.core.ledger.rowhash import GROUP, hashing
from ayan.core.schema import companions
from ayan.core.store import parquet
from ayan.core.store.manifest import TOTAL_RULES, beside, file_name, salts_among
from ayan.core.store.plain_totals import column_total, plain_total
from ayan.core.system import child
from ayan.core.system.duckdb import confined
from ayan.core.transparency.answer_difference import AnswerDifference, difference
from ayan.core.transparency.data_answers import DATA_ANSWERS
from ayan.core.transparency.evidence import MANIFEST
from ayan.core.transparency.held_rows import ADDRESS
from ayan.core.transparency.limits import HELD_DATASETS, READING_DISK, READING_MEMORY_LIMIT
from ayan.core.transparency.manifest_facts import ReleaseFault, content_of
from ayan.core.transparency.page_answers import PAGE_ANSWERS
from ayan.core.transparency.sealed_rows import SealedRelease, SealedRows, read_parts
from ayan.core.values.label import Label
from ayan.core.values.sql import identifier

_UNREADABLE: Final = (ValueError, KeyError, TypeError, OSError, OverflowError, pa.ArrowException, duckdb.Error)
"""What comes of a part that is not what Ayan would have written."""


def _work(request: Mapping[str, Any]) -> Any:
    if "release" in request:
        faults = _faults(**request["release"])
        return [(fault.code, fault.file, fault.what.fa, fault.what.en, fault.broken) for fault in faults]
    if "draw" in request:
        return _drawn(**request["draw"])
    return _differences(**request["answers"])


def _drawn(present: Mapping[str, Any], seed: str, records: int, groups: int) -> dict[str, Any]:
    rows, chance = _present(**present), random.Random(seed)  # noqa: S311 - only the seed must not be guessed
    every = [(by, added) for by in rows.groupable for added in rows.summable(by) or [""]]
    drawn = rows.every() if records < 0 else rows.drawn(chance, records)
    return {
        # A key of nothing but dots and strokes is no address that a program can ask for.
        "records": [[row[ADDRESS], key] for row in drawn if (key := rows.key_of(row)).strip("./")],
        "groups": every if groups < 0 else chance.sample(every, min(groups, len(every))),
    }


def _differences(present: Mapping[str, Any], given: Sequence[Any]) -> list[Any]:
    rows = _present(**present) if present["releases"] else None
    return [
        [(each.code, each.words.fa, each.words.en) for each in _held(rows, kind, Path(file), facts)]
        for kind, file, facts in given
    ]


def _held(rows: SealedRows | None, kind: str, file: Path, facts: Mapping[str, Any]) -> list[AnswerDifference]:
    try:
        return list({**DATA_ANSWERS, **PAGE_ANSWERS}[kind](rows, file, **facts))
    except duckdb.OutOfMemoryException:
        return [difference("answer-unread", kind)]
    except (*_UNREADABLE, AttributeError, IndexError, RecursionError) as error:
        return [difference("answer-unreadable", type(error).__name__)]


_connections: Final[dict[str, duckdb.DuckDBPyConnection]] = {}
"""By the folder of a dataset the engine that reads there; most datasets need none."""

_kept: Final[dict[str, SealedRows]] = {}
"""The sealed rows of the datasets asked for last, by what was asked."""


def _connection(root: str) -> duckdb.DuckDBPyConnection:
    if root not in _connections:
        _connections[root] = confined(
            folders=[Path(root)], memory=READING_MEMORY_LIMIT, spill=Path(root, "spill"), spill_limit=READING_DISK
        )
    return _connections[root]


def _present(root: str, releases: Sequence[tuple[str, str]], key: Sequence[str]) -> SealedRows:
    """The sealed rows of a dataset, kept while it is among those that are looked at."""
    asked = json.dumps([root, releases, key])
    if asked not in _kept:
        while len(_kept) >= HELD_DATASETS:
            _forget(next(iter(_kept)))
        read = [SealedRelease.read(ref, Path(folder)) for ref, folder in releases]
        _kept[asked] = SealedRows(partial(_connection, root), read, key)
    # The one asked for last is the last to go.
    _kept[asked] = rows = _kept.pop(asked)
    return rows


def _forget(asked: str) -> None:
    root = json.loads(asked)[0]
    del _kept[asked]
    if root in _connections and not any(json.loads(other)[0] == root for other in _kept):
        _connections.pop(root).close()


def _faults(folder: str, rows_root: str | None, rows: int) -> list[ReleaseFault]:
    at = Path(folder)
    manifest = json.loads((at / MANIFEST).read_bytes())
    try:
        return list(_bytes_wrong(at, manifest)) or list(_content_wrong(at, manifest, rows_root, rows))
    except _UNREADABLE as error:
        words = Label("ردیف‌ها خوانده نمی‌شوند ({error}).", "Its rows cannot be read ({error}).")
        return [ReleaseFault("rows-unreadable", "", words.format(error=type(error).__name__))]


def _bytes_wrong(folder: Path, manifest: Mapping[str, Any]) -> Iterator[ReleaseFault]:
    for discrepancy in parquet.verify(folder, manifest):
        words = Label(
            "{what}: باید {expected} باشد، {actual} است.", "{what}: should be {expected}, is {actual}."
        ).format(what=discrepancy.what, expected=discrepancy.expected, actual=discrepancy.actual)
        yield ReleaseFault(f"file-{discrepancy.what}", discrepancy.name, words)


def _content_wrong(
    folder: Path, manifest: Mapping[str, Any], rows_root: str | None, rows: int
) -> Iterator[ReleaseFault]:
    """What does not follow from the bytes: commitments to rows, which are erased, totals, and what people approved."""
    parts = [folder / file_name(resource) for resource in manifest["resources"]]
    salts, held = salts_among(beside(manifest)) or SALTS, _held_rows(parts)
    whole: RowsRoot | None = None
    try:
        whole = recompute_held(held, folder, _leaves(), salts=salts) if held is not None and len(held) else None
        committed = whole or recompute_rows(parts, folder, salts=salts)
        root = committed.root.hex() if committed.rows == rows else f"{committed.rows} != {rows}"
    except BadRows as error:
        root = str(error)
    if root != rows_root:
        words = Label("ریشهٔ ردیف‌ها با ثبت عمومی سازگار نیست.", "The rows do not lead to the root in the log: {root}")
        yield ReleaseFault("rows-root", "", words.format(root=root))
    elif not _are_erased(None if whole else folder / salts, manifest["ayan"].get("erasures", [])):
        words = Label(
            "ردیف‌های پاک‌شده همان نیست که شناسنامه می‌گوید.",
            "The rows that are erased are not those that the manifest tells of.",
        )
        yield ReleaseFault("erased-rows", "", words)
    yield from _totals_wrong(parts, held, manifest["ayan"])
    yield from _columns_wrong(parts, manifest)
    yield from _documents_wrong(parts, manifest)
    content = content_of(manifest, [parquet.rows_of(part) for part in parts])
    if content is None and not manifest["ayan"].get("erasures"):
        words = Label(
            "آنچه تأیید شد از شناسنامه به دست نمی‌آید، چون از هشدار‌های حریم خصوصی گذشته‌اند؛ از نو حساب نشد.",
            "What was approved does not follow from the manifest, for privacy hits were waived; it was not recomputed.",
        )
        yield ReleaseFault("content-unproved", MANIFEST, words, broken=False)
    elif content is not None and content != manifest["ayan"]["content"]:
        words = Label(
            "آنچه تأیید شد این محتوا نیست: چکیده‌ای که از شناسنامه و ردیف‌ها به دست می‌آید دیگر است.",
            "What was approved is not this content: another digest follows from manifest and rows.",
        )
        yield ReleaseFault("content", MANIFEST, words)


def _are_erased(salts: Path | None, erasures: Sequence[Mapping[str, Any]]) -> bool:
    """Whether exactly those rows have no salt any more that some erasure tells of; without ``salts`` every row has."""
    claimed = [number for erasure in erasures for first, last in erasure["rows"] for number in range(first, last + 1)]
    gone: list[Any] = []
    if salts is not None:
        with pq.ParquetFile(salts) as file:
            for batch in file.iter_batches(columns=["_row", "_commitment"]):
                gone += batch.column("_row").filter(pc.is_valid(batch.column("_commitment"))).to_pylist()
    return sorted(claimed) == gone


def _columns_wrong(parts: Sequence[Path], manifest: Mapping[str, Any]) -> Iterator[ReleaseFault]:
    for part, resource in zip(parts, manifest["resources"], strict=True):
        declared = {field["name"] for field in resource["schema"]["fields"]}
        for name in pq.read_schema(part).names:
            if name not in declared:
                words = Label("ستون {name} در شناسنامه نیست.", "The column {name} is not in the manifest.")
                yield ReleaseFault("column-unknown", part.name, words.format(name=name))


def _documents_wrong(parts: Sequence[Path], manifest: Mapping[str, Any]) -> Iterator[ReleaseFault]:
    """Files of documents that no row speaks of, and documents of rows that the release has not, or otherwise."""
    files = {file_name(file): int(file["bytes"]) for file in manifest["ayan"].get("documents", ())}
    columns = {field["name"] for resource in manifest["resources"] for field in resource["schema"]["fields"]}
    stated = list(stated_documents(parts)) if files or companions.DIGEST in columns else []
    for name in sorted(files.keys() - {name for each in stated for name in each.names}):
        words = Label("هیچ ردیفی از این پروندهٔ سند نمی‌گوید.", "No row speaks of this file of a document.")
        yield ReleaseFault("document-unnamed", name, words)
    for each in stated:
        for name in each.names:
            if name not in files:
                words = Label(
                    "سندی که ردیف از آن می‌گوید در این انتشار نیست.",
                    "The document that a row speaks of is not in this release.",
                )
                yield ReleaseFault("document-missing", name, words)
        if files.get(each.names[0], each.size) != each.size:
            words = Label("اندازهٔ سند در ردیف دیگر است.", "The row states another size of the document.")
            yield ReleaseFault("document-size", each.names[0], words)


def _totals_wrong(parts: Sequence[Path], held: pa.Table | None, facts: Mapping[str, Any]) -> Iterator[ReleaseFault]:
    rules: Mapping[str, str] | None = facts.get(TOTAL_RULES)
    stated: dict[str, str] = dict(facts["totals"])
    plain = {name: _plain(name, rules or {}, held) for name in stated} if held is not None else {}
    actual_of = {name: actual for name, actual in plain.items() if actual is not None}
    wrong = [(name, stated[name], actual) for name, actual in actual_of.items() if actual != stated[name]]
    left = {name: total for name, total in stated.items() if name not in actual_of}
    known, unknown = rules_of(parts, left, rules or {})
    if unknown and rules is None:
        words = Label(
            "جمع‌های {names} از تعریف داده می‌آید و از نو حساب نشد؛ شناسنامهٔ نسخه‌های پیشین قاعده‌اش را نمی‌گوید.",
            "The totals {names} follow from the declaration and were not recomputed: older manifests state no rule.",
        )
        yield ReleaseFault("totals-unproved", "", words.format(names=", ".join(unknown)), broken=False)
    for name in unknown if rules is not None else ():
        words = Label(
            "جمع {name} نه نام ستون است و نه قاعده‌ای دارد.", "The total {name} is no column's, and no rule gives it."
        )
        yield ReleaseFault("total-unknown", name, words.format(name=name))
    for name, said, actual in (*wrong, *recomputed(parts, left, known, held)):
        words = Label(
            "جمع {name} باید {stated} باشد، {actual} است.", "The total of {name} should be {stated}, is {actual}."
        )
        yield ReleaseFault("total-wrong", name, words.format(name=name, stated=said, actual=actual))


def _plain(name: str, rules: Mapping[str, str], held: pa.Table) -> str | None:
    return plain_total(rules[name], held) if name in rules else column_total(name, held)


def _of_held(select: str, held: pa.Table) -> tuple[Any, ...]:
    con = _memory()
    con.register("held", held)
    try:
        (row,) = con.execute(f"{select} held").fetchall()
    finally:
        con.unregister("held")
    return tuple(row)


_open: Final = ExitStack()
"""What stays open from one release to the next: opening it takes longer than reading most of them."""


@cache
def _memory() -> duckdb.DuckDBPyConnection:
    return _open.enter_context(confined(memory=READING_MEMORY_LIMIT))


@cache
def _leaves() -> Callable[[pa.Table, pa.Table], bytes]:
    return _open.enter_context(hashing())


def _held_rows(parts: Sequence[Path]) -> pa.Table | None:
    """The rows of a release in memory; None where they are many."""
    if sum(parquet.rows_of(part) for part in parts) > GROUP:
        return None
    tables: list[pa.Table] = []
    for part in parts:
        with pq.ParquetFile(part) as file:
            tables.append(file.read(use_threads=False))
    return pa.concat_tables(tables) if tables else None


def rules_of(
    parts: Sequence[Path], stated: Mapping[str, str], rules: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """By name the SQL that a stated total is computed by, and the names of those for which there is none.

    ``rules`` are the expressions that the manifest itself states; a total without one is the sum of its column.
    """
    if not stated:
        return {}, []
    # What reads an expression is slow to begin, and few releases state a rule that needs it.
    from ayan.core.schema.expression import ExpressionError, aggregate_expression

    columns = {name: identifier(name) for part in parts for name in pq.read_schema(part).names}
    known, unknown = dict[str, str](), list[str]()
    for name in sorted(stated):
        try:
            known[name] = aggregate_expression(rules[name], columns).sql if name in rules else f"sum({columns[name]})"
        except (KeyError, ExpressionError):
            unknown.append(name)
    return known, unknown


def recomputed(
    parts: Sequence[Path], stated: Mapping[str, str], rules: Mapping[str, str], held: pa.Table | None = None
) -> Iterator[tuple[str, str, str]]:
    """The stated totals that their rules do not give: name, stated, actual; ``held`` are the rows if they are few."""
    if not rules:
        return
    select = f"SELECT {', '.join(f'CAST({sql} AS VARCHAR)' for sql in rules.values())} FROM"
    try:
        row = _of_held(select, held) if held is not None else None
    except duckdb.Error:
        # What memory cannot answer, the files may.
        row = None
    if row is None:
        with confined(paths=parts, memory=READING_MEMORY_LIMIT) as con:
            row = con.execute(f"{select} {read_parts(parts)}").fetchone() or ()
    for name, actual in zip(rules, row, strict=True):
        if str(actual) != stated[name]:
            yield name, stated[name], str(actual)


def main() -> None:
    """Answer whoever started this process."""
    child.answer(_work)


if __name__ == "__main__":
    main()
