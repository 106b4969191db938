"""One release held against the log, its manifest and its bytes; and the report of everything that is looked at.

Whoever holds the key of a log may sign anything, so nothing here trusts what it reads: names, sizes and shapes are
checked before anything is fetched, and the rows are read by a process of its own, within limits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from ayan.core.attachments.document_files import digest_in
from ayan.core.ledger.limits import LARGEST_ROW_NUMBER
from ayan.core.ledger.trust_policy import PolicyCheck
from ayan.core.store.manifest import beside, file_name
from ayan.core.store.objects import TOMBSTONE
from ayan.core.transparency.entries.parsing import is_count, is_digest
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.evidence import DATASETS, MANIFEST, Files, TooLong
from ayan.core.transparency.limits import LARGEST_DOCUMENT, LARGEST_PART, MOST_FILES
from ayan.core.transparency.log_rules import ReleaseHistory
from ayan.core.transparency.manifest_facts import ReleaseFault, contradictions
from ayan.core.transparency.row_reader import RowReader
from ayan.core.transparency.shown_values import sealed_fields
from ayan.core.values.canonical import sha256_file, sha256_hex
from ayan.core.values.label import Label

_NO_MANIFEST: Final = Label(
    "شناسنامه آن‌گونه نیست که عیان می‌نویسد: {what}", "The manifest is not as Ayan writes them: {what}"
)


class BadManifest(ValueError):
    """A manifest that the log names, and that no Ayan would have written; the text says where."""


VerdictLevel = Literal["holds", "note", "broken"]


@dataclass(frozen=True, slots=True)
class VerificationFinding:
    """One thing looked at: whether it holds, where, and in both languages what was found.

    ``code`` names the rule that is broken, the fact that is wrong, or what deserves a look; it is empty for the rest.
    """

    level: VerdictLevel
    where: str
    what: Label
    code: str = ""

    def as_json(self) -> dict[str, str]:
        """The finding as ``ayan verify --format json`` prints it."""
        return {
            "level": self.level,
            "where": self.where,
            "code": self.code,
            "fa": self.what.fa,
            "en": self.what.en,
        }


@dataclass(slots=True)
class VerificationReport:
    """What a verification found, and the checkpoint it rests on."""

    findings: list[VerificationFinding] = field(default_factory=list)
    checkpoint: PolicyCheck | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return all(finding.level != "broken" for finding in self.findings)

    def add(self, level: VerdictLevel, where: str, what: Label, code: str = "") -> None:
        """Note a finding."""
        self.findings.append(VerificationFinding(level, where, what, code))


class VerificationBroken(Exception):
    """The log itself does not hold, so nothing that leans on it can be looked at."""


def fetch_release(evidence: Files, statement: Statement, folder: Path) -> Mapping[str, Any] | None:
    """Fetch a release's files, the manifest among them, into ``folder``; None when it is not the one the log names.

    Raises FileNotFoundError, naming the file, when one is missing, TooLong when one is longer than the manifest says,
    and BadManifest.
    """
    root = f"{DATASETS}/{statement.dataset}/releases/{statement.period}/{statement.number}"
    text = evidence.get(f"{root}/{MANIFEST}")
    if sha256_hex(text) != statement.manifest:
        return None
    manifest = checked_manifest(text, statement)
    (folder / MANIFEST).write_bytes(text)
    for file in (*manifest["resources"], *beside(manifest).values()):
        name = file_name(file)
        evidence.fetch(f"{root}/{name}", folder / name, file["bytes"])
    return manifest


def checked_manifest(text: bytes, statement: Statement) -> dict[str, Any]:
    """The manifest of a release with every member of the shape that its readers rely on; BadManifest otherwise."""
    try:
        manifest = json.loads(text)
        _check(manifest, statement)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadManifest(str(error)[:200] if isinstance(error, BadManifest) else type(error).__name__) from None
    return dict(manifest)


def _check(manifest: Any, statement: Statement) -> None:
    facts = manifest["ayan"]
    files = [*manifest["resources"], *((facts.get("commitments") or {"files": []})["files"])]
    documents = facts.get("documents", [])
    files += documents
    names = [file_name(file) for file in files]
    erased = [erasure["count"] for erasure in facts.get("erasures", ())]
    checks: dict[str, bool] = {
        "files": len(files) <= MOST_FILES and len(set(names)) == len(names) and not {MANIFEST, TOMBSTONE} & {*names},
        "bytes": all(is_count(file["bytes"], LARGEST_PART) for file in files),
        "hash": all(file["hash"][:7] == "sha256:" and is_digest(file["hash"][7:]) for file in files),
        "documents": all(digest_in(file_name(file)) == file["hash"][7:] for file in documents),
        "address": (facts["dataset"], facts["period"], facts["number"])
        == (statement.dataset, statement.period, statement.number),
        "totals": all(isinstance(total, str) for total in dict(facts["totals"]).values()),
        "erasures": all(is_count(count, LARGEST_ROW_NUMBER) for count in erased),
        "rows": is_count(facts["rows"], LARGEST_ROW_NUMBER) and facts["rows"] + sum(erased) == statement.rows,
        "source": isinstance(facts.get("source", {}), dict),
        # Whatever speaks of columns and codes must be readable as such.
        "schema": len(sealed_fields(manifest)) <= MOST_FILES,
    }
    for what, holds in checks.items():
        if not holds:
            raise BadManifest(what)


def examine_release(
    evidence: Files, history: ReleaseHistory, folder: Path, reader: RowReader
) -> tuple[Mapping[str, Any], Sequence[ReleaseFault]]:
    """Fetch a release into ``folder`` and hold it against what the log says of it: its manifest, and what is wrong.

    Where something is wrong with manifest or files before any row was read, the manifest is empty.
    """
    try:
        manifest = fetch_release(evidence, history.last, folder)
        if manifest is not None:
            faults = list(contradictions(manifest, history))
    except FileNotFoundError as error:
        words = Label("پرونده نیست.", "The file is missing.")
        return {}, [ReleaseFault("file-missing", Path(str(error)).name, words)]
    except TooLong as error:
        words = Label("بزرگ‌تر از آن است که شناسنامه می‌گوید.", "It is longer than the manifest says.")
        return {}, [ReleaseFault("file-long", Path(str(error)).name, words)]
    except BadManifest as error:
        return {}, [ReleaseFault("manifest", MANIFEST, _NO_MANIFEST.format(what=error))]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return {}, [ReleaseFault("manifest", MANIFEST, _NO_MANIFEST.format(what=type(error).__name__))]
    if manifest is None:
        words = Label("شناسنامه همان نیست که مهر شد.", "The manifest is not the sealed one.")
        return {}, [ReleaseFault("manifest-other", MANIFEST, words)]
    return manifest, [*faults, *reader.faults(folder, history.last)]


def check_file(file: Path, statement: Statement, report: VerificationReport) -> None:
    """Hold one downloaded file of a release, its manifest beside it, against what the log states of the release.

    Raises FileNotFoundError without the file or the manifest.
    """
    with file.with_name(MANIFEST).open("rb") as beside_it:
        text = beside_it.read(LARGEST_DOCUMENT)
    digest = sha256_file(file)
    if sha256_hex(text) != statement.manifest:
        report.add("broken", MANIFEST, Label("شناسنامه همان نیست که مهر شد.", "The manifest is not the sealed one."))
        return
    try:
        manifest = checked_manifest(text, statement)
    except BadManifest as error:
        report.add("broken", MANIFEST, _NO_MANIFEST.format(what=error))
        return
    if file.name == MANIFEST or f"sha256:{digest}" in _hashes(manifest):
        ref = statement.ref
        words = Label("همان پروندهٔ {ref} است که مهر شد.", "It is the file of {ref} that was sealed.")
        report.add("holds", file.name, words.format(ref=ref))
    else:
        report.add("broken", file.name, Label("هیچ پروندهٔ این انتشار نیست.", "It is none of the release's files."))


def _hashes(manifest: Mapping[str, Any]) -> set[str]:
    return {str(file["hash"]) for file in (*manifest["resources"], *beside(manifest).values())}
