"""The files of one release held against the log: fetched, and whatever is not as manifest and statement say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ayan.core.ledger.commitments import SALTS, recompute_rows
from ayan.core.ledger.rowhash import BadRows
from ayan.core.store import parquet
from ayan.core.store.manifest import beside, file_name, salts_among
from ayan.core.transparency.evidence import DATASETS, MANIFEST, Files
from ayan.core.transparency.recomputation import recomputed
from ayan.core.transparency.statement import Statement
from ayan.core.transparency.verification_report import VerificationReport
from ayan.core.values.canonical import sha256_file, sha256_hex
from ayan.core.values.label import Label


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
