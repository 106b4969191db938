"""One release held against the log, its manifest and its bytes; and the report of everything that is looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow.parquet as pq

from ayan.core.ledger.commitments import recompute_rows
from ayan.core.ledger.policy import PolicyCheck
from ayan.core.ledger.rowtext import BadRows
from ayan.core.ledger.salts import SALTS
from ayan.core.store import parquet
from ayan.core.store.manifest import beside, file_name, salts_among
from ayan.core.system.duckdb import confined
from ayan.core.transparency.evidence import DATASETS, MANIFEST, Files
from ayan.core.transparency.statement import Statement
from ayan.core.values.canonical import sha256_file, sha256_hex
from ayan.core.values.label import Label
from ayan.core.values.sql import identifier, literal


def fetch_release(evidence: Files, statement: Statement, folder: Path) -> Mapping[str, Any] | None:
    """Fetch a release's files, the manifest among them, into ``folder``; None when it is not the one the log names.

    Raises FileNotFoundError, naming the file, when one is missing.
    """
    root = f"{DATASETS}/{statement.dataset}/releases/{statement.period}/{statement.number}"
    text = evidence.get(f"{root}/{MANIFEST}")
    if sha256_hex(text) != statement.manifest:
        return None
    manifest: dict[str, Any] = json.loads(text)
    (folder / MANIFEST).write_bytes(text)
    for name in (*map(file_name, manifest["resources"]), *beside(manifest)):
        evidence.fetch(f"{root}/{name}", folder / name)
    return manifest


def check_file(file: Path, statement: Statement, report: VerificationReport) -> None:
    """Hold one downloaded file of a release, its manifest beside it, against what the log states of the release.

    Raises FileNotFoundError without the file or the manifest.
    """
    text = file.with_name(MANIFEST).read_bytes()
    digest = sha256_file(file)
    if sha256_hex(text) != statement.manifest:
        report.add("broken", MANIFEST, Label("شناسنامه همان نیست که مهر شد.", "The manifest is not the sealed one."))
    elif file.name == MANIFEST or f"sha256:{digest}" in _hashes(json.loads(text)):
        ref = statement.ref
        words = Label("همان پروندهٔ {ref} است که مهر شد.", "It is the file of {ref} that was sealed.")
        report.add("holds", file.name, words.format(ref=ref))
    else:
        report.add("broken", file.name, Label("هیچ پروندهٔ این انتشار نیست.", "It is none of the release's files."))


def _hashes(manifest: Mapping[str, Any]) -> set[str]:
    commitments = manifest["ayan"].get("commitments") or {"files": ()}
    return {str(file["hash"]) for file in (*manifest["resources"], *commitments["files"])}


def faults(folder: Path, manifest: Mapping[str, Any], statement: Statement) -> list[tuple[str, Label]]:
    """Whatever of a fetched release is not as manifest and log say: the file's name (or none), and what is wrong."""
    return list(_bytes_wrong(folder, manifest)) or list(_content_wrong(folder, manifest, statement))


def _bytes_wrong(folder: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[str, Label]]:
    for discrepancy in parquet.verify(folder, manifest):
        yield (
            discrepancy.name,
            Label("{what}: باید {expected} باشد، {actual} است.", "{what}: should be {expected}, is {actual}.").format(
                what=discrepancy.what, expected=discrepancy.expected, actual=discrepancy.actual
            ),
        )


def _content_wrong(folder: Path, manifest: Mapping[str, Any], statement: Statement) -> Iterator[tuple[str, Label]]:
    """What does not follow from the bytes: the commitments to rows, and the totals that the manifest states."""
    parts = [folder / file_name(resource) for resource in manifest["resources"]]
    if statement.rows_root is not None:
        try:
            root = recompute_rows(parts, folder, salts=salts_among(beside(manifest)) or SALTS).root.hex()
        except BadRows as error:
            root = str(error)
        if root != statement.rows_root:
            yield (
                "",
                Label("ریشهٔ ردیف‌ها با دفتر نمی‌خواند.", "The rows do not lead to the root in the log: {root}").format(
                    root=root
                ),
            )
    for name, stated, actual in recomputed(parts, manifest["ayan"]["totals"]):
        yield (
            name,
            Label(
                "جمع {name} باید {stated} باشد، {actual} است.", "The total of {name} should be {stated}, is {actual}."
            ).format(name=name, stated=stated, actual=actual),
        )


_MEMORY: Final = "2GB"


def recomputed(parts: Sequence[Path], stated: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """The stated totals that are not the sums of their columns: name, stated, found.

    A total that is not named after a column follows from the dataset's declaration and is not looked at.
    """
    columns = {name for part in parts for name in pq.read_schema(part).names}
    names = sorted(columns & stated.keys())
    if not names:
        return
    sums = ", ".join(f"CAST(sum({identifier(name)}) AS VARCHAR)" for name in names)
    with confined(paths=parts, memory=_MEMORY) as con:
        row = con.execute(f"SELECT {sums} FROM {_read(parts)}").fetchone() or ()
    for name, actual in zip(names, row, strict=True):
        if str(actual) != stated[name]:
            yield name, stated[name], str(actual)


def differing(served: Path, parts: Mapping[str, Sequence[Path]]) -> int:
    """How many rows stand on one side only: in ``served``, or in the parts of the releases (by ``period/number``).

    ``served`` is a download of a dataset's rows, whose ``_row`` is ``period/number#row``. Columns that only one side
    has are empty on the other.
    """
    files = [path for paths in parts.values() for path in paths]
    if not files:
        return int(pq.read_metadata(served).num_rows)
    columns = sorted(set(pq.read_schema(served).names) - {"_row"})
    with confined(paths=[served, *files], memory=_MEMORY, spill=served.with_name("spill")) as con:
        released = " UNION ALL BY NAME ".join(
            f"SELECT {literal(f'{ref}#')} || _row AS _address, * EXCLUDE (_row) FROM {_read(paths)}"
            for ref, paths in sorted(parts.items())
        )
        con.execute(f"CREATE VIEW released AS {released}")
        held = {str(name) for name, *_ in con.execute("DESCRIBE released").fetchall()}
        shared = ", ".join(identifier(name) for name in columns if name in held)
        con.execute(f"CREATE VIEW served AS SELECT _row AS _address, * EXCLUDE (_row) FROM {_read([served])}")
        served_rows, two = (f"SELECT _address, {shared} FROM {side}" for side in ("served", "released"))
        row = con.execute(
            f"SELECT (SELECT count(*) FROM ({served_rows} EXCEPT ALL {two}))"
            f" + (SELECT count(*) FROM ({two} EXCEPT ALL {served_rows}))"
        ).fetchone()
    return int(row[0]) if row else 0


def _read(paths: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}], union_by_name = true)"


Level = Literal["holds", "note", "broken"]


@dataclass(frozen=True, slots=True)
class VerificationFinding:
    """One thing looked at: whether it holds, where, and in both languages what was found."""

    level: Level
    where: str
    what: Label

    def as_json(self) -> dict[str, str]:
        """The finding as ``ayan verify --format json`` prints it."""
        return {"level": self.level, "where": self.where, "fa": self.what.fa, "en": self.what.en}


@dataclass(slots=True)
class VerificationReport:
    """What a verification found, and the checkpoint it rests on."""

    findings: list[VerificationFinding] = field(default_factory=list)
    checkpoint: PolicyCheck | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return all(finding.level != "broken" for finding in self.findings)

    def add(self, level: Level, where: str, what: Label) -> None:
        """Note a finding."""
        self.findings.append(VerificationFinding(level, where, what))


class VerificationBroken(Exception):
    """The log itself does not hold, so nothing that leans on it can be looked at."""
