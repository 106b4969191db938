"""Rows of others, read in a process of its own: whether they are those of manifest and log, and of what is answered.

A Parquet file of a few kilobytes can unpack to gigabytes. Whatever such a file does, it does to that process alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.ledger.commitments import SALTS, recompute_rows
from ayan.core.ledger.rowhash import BadRows
from ayan.core.schema.expression import ExpressionError, aggregate_expression
from ayan.core.store import parquet
from ayan.core.store.manifest import TOTAL_RULES, beside, file_name, salts_among
from ayan.core.system import child
from ayan.core.system.duckdb import confined
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.evidence import MANIFEST
from ayan.core.transparency.limits import READING_MEMORY, READING_SECONDS
from ayan.core.transparency.manifest_facts import ReleaseFault, content_of
from ayan.core.values.label import Label
from ayan.core.values.sql import identifier, literal

_UNREADABLE: Final = (ValueError, KeyError, TypeError, OSError, OverflowError, pa.ArrowException, duckdb.Error)
"""What comes of a part that is not what Ayan would have written."""

_FAILED: Final = {
    "slow": Label(
        "وارسی ردیف‌ها در زمان مجاز به پایان نرسید.", "Checking its rows did not end within the time allowed."
    ),
    "large": Label("ردیف‌ها بیش از حافظهٔ مجاز می‌خواهند.", "Its rows ask for more memory than is allowed."),
    "broken": Label("ردیف‌ها خوانده نمی‌شوند.", "Its rows cannot be read."),
}


class RowReader:
    """Reads rows of others in a process apart, the same for one release after the other; to be used in ``with``."""

    def __init__(self) -> None:
        self._assistant = child.Assistant(__name__, memory=READING_MEMORY, seconds=READING_SECONDS)

    def __enter__(self) -> RowReader:
        return self

    def __exit__(self, *ended: object) -> None:
        self._assistant.__exit__(*ended)

    def faults(self, folder: Path, statement: Statement) -> list[ReleaseFault]:
        """Whatever of the release in ``folder`` is not as its manifest and the log say.

        The manifest in the folder is one that `release_verification.checked_manifest` let through.
        """
        request = {"folder": str(folder), "rows_root": statement.rows_root, "rows": statement.rows}
        try:
            answer = self._assistant.ask({"release": request})
        except child.ChildFailed as failed:
            return [ReleaseFault("rows-unreadable", "", _FAILED[failed.how])]
        return [ReleaseFault(code, name, Label(fa, en), broken) for code, name, fa, en, broken in answer]

    def differing(self, served: Path, parts: Mapping[str, Sequence[Path]]) -> int | Label:
        """How many rows stand on one side only, as `count_differing` counts them; or why they cannot be counted."""
        request = {"served": str(served), "parts": {ref: [str(path) for path in paths] for ref, paths in parts.items()}}
        try:
            answer = self._assistant.ask({"answers": request})
        except child.ChildFailed as failed:
            return _FAILED[failed.how]
        return int(answer) if answer is not None else _FAILED["broken"]


# --- in the other process -------------------------------------------------------------------------------------------


def _work(request: Mapping[str, Any]) -> Any:
    if "release" in request:
        faults = _faults(**request["release"])
        return [(fault.code, fault.file, fault.what.fa, fault.what.en, fault.broken) for fault in faults]
    answers = request["answers"]
    try:
        return count_differing(
            Path(answers["served"]), {ref: [Path(path) for path in paths] for ref, paths in answers["parts"].items()}
        )
    except _UNREADABLE:
        return None


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
    salts = salts_among(beside(manifest)) or SALTS
    try:
        committed = recompute_rows(parts, folder, salts=salts)
        root = committed.root.hex() if committed.rows == rows else f"{committed.rows} != {rows}"
    except BadRows as error:
        root = str(error)
    if root != rows_root:
        words = Label("ریشهٔ ردیف‌ها با دفتر نمی‌خواند.", "The rows do not lead to the root in the log: {root}")
        yield ReleaseFault("rows-root", "", words.format(root=root))
    elif not _are_erased(folder / salts, manifest["ayan"].get("erasures", [])):
        words = Label(
            "ردیف‌های پاک‌شده همان نیست که شناسنامه می‌گوید.",
            "The rows that are erased are not those that the manifest tells of.",
        )
        yield ReleaseFault("erased-rows", "", words)
    yield from _totals_wrong(parts, manifest["ayan"])
    yield from _columns_wrong(parts, manifest)
    content = content_of(manifest, [parquet.rows_of(part) for part in parts])
    if content is None and not manifest["ayan"].get("erasures"):
        words = Label(
            "آنچه تأیید شد از شناسنامه به دست نمی‌آید، چون از پرچم‌های حریم خصوصی گذشته‌اند؛ از نو حساب نشد.",
            "What was approved does not follow from the manifest, for privacy hits were waived; it was not recomputed.",
        )
        yield ReleaseFault("content-unproved", MANIFEST, words, broken=False)
    elif content is not None and content != manifest["ayan"]["content"]:
        words = Label(
            "آنچه تأیید شد این محتوا نیست: چکیده‌ای که از شناسنامه و ردیف‌ها به دست می‌آید دیگر است.",
            "What was approved is not this content: another digest follows from manifest and rows.",
        )
        yield ReleaseFault("content", MANIFEST, words)


def _are_erased(salts: Path, erasures: Sequence[Mapping[str, Any]]) -> bool:
    """Whether exactly those rows have no salt any more that some erasure tells of."""
    claimed = [number for erasure in erasures for first, last in erasure["rows"] for number in range(first, last + 1)]
    gone: list[Any] = []
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


def _totals_wrong(parts: Sequence[Path], facts: Mapping[str, Any]) -> Iterator[ReleaseFault]:
    rules: Mapping[str, str] | None = facts.get(TOTAL_RULES)
    known, unknown = rules_of(parts, facts["totals"], rules or {})
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
    for name, stated, actual in recomputed(parts, facts["totals"], known):
        words = Label(
            "جمع {name} باید {stated} باشد، {actual} است.", "The total of {name} should be {stated}, is {actual}."
        )
        yield ReleaseFault("total-wrong", name, words.format(name=name, stated=stated, actual=actual))


_MEMORY: Final = "2GB"
# A few rows of others can unpack to anything; what does not fit here is not compared.
_SPILL: Final = "32GB"


def rules_of(
    parts: Sequence[Path], stated: Mapping[str, str], rules: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """By name the SQL that a stated total is computed by, and the names of those for which there is none.

    ``rules`` are the expressions that the manifest itself states; a total without one is the sum of its column.
    """
    columns = {name: identifier(name) for part in parts for name in pq.read_schema(part).names}
    known, unknown = dict[str, str](), list[str]()
    for name in sorted(stated):
        try:
            known[name] = aggregate_expression(rules[name], columns).sql if name in rules else f"sum({columns[name]})"
        except (KeyError, ExpressionError):
            unknown.append(name)
    return known, unknown


def recomputed(
    parts: Sequence[Path], stated: Mapping[str, str], rules: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """The stated totals that their rules do not give: name, stated, actual."""
    if not rules:
        return
    columns = ", ".join(f"CAST({sql} AS VARCHAR)" for sql in rules.values())
    with confined(paths=parts, memory=_MEMORY) as con:
        row = con.execute(f"SELECT {columns} FROM {_read_parts(parts)}").fetchone() or ()
    for name, actual in zip(rules, row, strict=True):
        if str(actual) != stated[name]:
            yield name, stated[name], str(actual)


def count_differing(served: Path, parts: Mapping[str, Sequence[Path]]) -> int:
    """How many rows stand on one side only: in ``served``, or in the parts of the releases (by ``period/number``).

    ``served`` is a download of a dataset's rows, whose ``_row`` is ``period/number#row``. Columns that only one side
    has are empty on the other.
    """
    files = [path for paths in parts.values() for path in paths]
    if not files:
        return int(pq.read_metadata(served).num_rows)
    columns = sorted(set(pq.read_schema(served).names) - {"_row"})
    with confined(paths=[served, *files], memory=_MEMORY, spill=served.with_name("spill"), spill_limit=_SPILL) as con:
        released = " UNION ALL BY NAME ".join(
            f"SELECT {literal(f'{ref}#')} || _row AS _address, * EXCLUDE (_row) FROM {_read_parts(paths)}"
            for ref, paths in sorted(parts.items())
        )
        con.execute(f"CREATE VIEW released AS {released}")
        held = {str(name) for name, *_ in con.execute("DESCRIBE released").fetchall()}
        shared = ", ".join(identifier(name) for name in columns if name in held)
        con.execute(f"CREATE VIEW served AS SELECT _row AS _address, * EXCLUDE (_row) FROM {_read_parts([served])}")
        served_rows, two = (f"SELECT _address, {shared} FROM {side}" for side in ("served", "released"))
        row = con.execute(
            f"SELECT (SELECT count(*) FROM ({served_rows} EXCEPT ALL {two}))"
            f" + (SELECT count(*) FROM ({two} EXCEPT ALL {served_rows}))"
        ).fetchone()
    return int(row[0]) if row else 0


def _read_parts(paths: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}], union_by_name = true)"


if __name__ == "__main__":
    child.answer(_work)
