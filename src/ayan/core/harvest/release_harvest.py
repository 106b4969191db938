"""Taking releases from another Ayan portal: its log is proved first, then each release is held against it.

What is kept is the release as that city sealed it, byte for byte, and a proof that anybody can check again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from ayan.core.harvest.cities import Logged, Origin, OtherCity
from ayan.core.harvest.compatibility import judge
from ayan.core.harvest.portal import HarvestOutcome, NotHarvested
from ayan.core.intake.table import printable_name
from ayan.core.ledger.note import BadNote, BadNoteKey, NotSigned, Verifier
from ayan.core.ledger.proof import check_proof
from ayan.core.ledger.tree import BadProof
from ayan.core.ledger.trust_policy import Policy
from ayan.core.schema.definition import Dataset
from ayan.core.store.manifest import file_name
from ayan.core.store.objects import ReleaseAddress, StoreError
from ayan.core.store.release import Release
from ayan.core.store.tombstone import Tombstone
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.evidence import DATASETS, Files
from ayan.core.transparency.key_chain import followed
from ayan.core.transparency.log_rules import LogHistory, ReleaseHistory
from ayan.core.transparency.log_verification import read_log
from ayan.core.transparency.release_verification import (
    VerificationBroken,
    VerificationReport,
    examine_release,
)
from ayan.core.transparency.row_reader import RowReader
from ayan.core.values.clock import Clock

CHECKPOINT: Final = "log/checkpoint"
VKEY: Final = "log/vkey"
_MALFORMED: Final = (ValueError, KeyError, TypeError, AttributeError, StoreError, pa.ArrowException, duckdb.Error)
"""What comes of reading a manifest or a part that is not what Ayan would have written."""


@dataclass
class _Visit:
    """One visit to a portal: what its log says, and under which key."""

    other: OtherCity
    files: Files
    policy: Policy
    key: Verifier
    vouched: bool
    now: datetime
    history: LogHistory = field(default_factory=LogHistory)
    size: int = 0
    root: str = ""


@dataclass(frozen=True)
class _Staged:
    """A release that was fetched and holds, in a staging folder."""

    address: ReleaseAddress
    folder: Path
    origin: Origin
    proof: bytes


def harvest_sealed(
    other: OtherCity, files: Files, datasets: Mapping[str, Dataset], clock: Clock, key: Verifier | None = None
) -> list[HarvestOutcome]:
    """Bring the local releases of ``datasets`` to what the portal's log says of them now; one outcome for each.

    ``key`` is the key of that log as the operator got it elsewhere; without one, the key of the last harvest counts,
    and the first time the portal's own. Raises NotHarvested when the portal is none, or its log does not hold;
    FetchOutcome where it cannot be reached.
    """
    with other.alone():
        visit = _visit(other, files, clock, key)
        logged = visit.history.standing()
        with RowReader() as reader:
            outcomes = [_dataset(visit, dataset, logged, reader) for dataset in datasets.values()]
        if any(not outcome.refused for outcome in outcomes):
            checkpoint = files.get(CHECKPOINT).decode()
            other.keep(key=str(visit.key), vouched=visit.vouched, checkpoint=checkpoint, harvested_at=visit.now)
    return outcomes


# --- the log --------------------------------------------------------------------------------------------------------


def _visit(other: OtherCity, files: Files, clock: Clock, key: Verifier | None) -> _Visit:
    """Prove the log; it must also continue the one that was seen the last time."""
    about = other.about
    try:
        files.get(CHECKPOINT)
        own = key or Verifier.parse(about.key or files.get(VKEY).decode("ascii"))
    except (FileNotFoundError, BadNoteKey, UnicodeDecodeError):
        raise NotHarvested(
            "not-ayan",
            "در {name} ثبت عمومی نیست؛ این سامانه از گونهٔ عیان نیست.",
            "There is no log at {name}, so this is not a portal of Ayan.",
        ).format(name=files.name) from None
    report = VerificationReport()
    # Where that city has changed its key by a leaf that the known one signed, the new one is known from now on.
    policy, _ = followed(lambda path: files.get(f"log/{path}"), Policy.of(own))
    (own,) = policy.logs
    former = [Verifier.parse(about.key)] if about.key and about.key != str(own) else []
    since = about.checkpoint.encode() or None
    try:
        history = read_log(files, policy, report, since=since, former=former)
    except VerificationBroken:
        history = LogHistory()
    if not report.holds or report.checkpoint is None:
        raise NotHarvested(
            "log",
            "ثبت عمومی آن شهر درست نیست و چیزی برداشته نشد.",
            "The other city's log does not hold, and nothing was taken.",
            [finding for finding in report.findings if finding.level == "broken"],
        )
    by = report.checkpoint.checkpoint
    vouched = key is not None or about.vouched
    return _Visit(other, files, policy, own, vouched, clock.now(), history, by.size, by.root.hex())


# --- one dataset ----------------------------------------------------------------------------------------------------


def _dataset(visit: _Visit, dataset: Dataset, logged: Mapping[str, Statement], reader: RowReader) -> HarvestOutcome:
    """Fetch what is new, check all of it, and only then put it in place; bury what that city has withdrawn."""
    slug, store = dataset.slug, visit.other.release_store
    local = {release.ref: release for release in store.releases(slug)}
    said = [statement for statement in logged.values() if statement.dataset == slug]
    if not said:
        absent = NotHarvested("absent", "آن شهر این داده را منتشر نکرده است.", "It has not been published there.")
        return HarvestOutcome(slug, refused=absent)
    staged: list[_Staged] = []
    try:
        for statement in _wanted(said, local):
            known = local.get(statement.ref)
            if known is None or known.digest != statement.manifest or not _refitted(visit, dataset, known):
                staged.append(_fetched(visit, dataset, statement, reader))
    except NotHarvested as refusal:
        for done in staged:
            store.discard(done.folder)
        return HarvestOutcome(slug, refused=refusal)
    for done in staged:
        visit.other.keep_origin(done.address, done.origin, done.proof)
        store.put_back(done.address, done.folder)
    went = [
        _buried(visit, release, logged[ref]) for ref, release in local.items() if _is_gone(release, logged.get(ref))
    ]
    return HarvestOutcome(
        slug,
        tuple(f"{release.address.period}/{release.address.number}" for release in staged),
        tuple(went),
    )


def _refitted(visit: _Visit, dataset: Dataset, known: Release) -> bool:
    """Judge anew a release that stands here, where the declaration has changed; False where its origin is lost."""
    origin = visit.other.origin(known.address)
    if origin is None or origin.logged is None:
        return False
    logged = replace(origin.logged, vouched=origin.logged.vouched or visit.vouched)
    fit = judge(dataset, known.manifest, known.parts())
    fresh = replace(
        origin,
        logged=logged,
        declaration=dataset.digest,
        same_declaration=fit.same,
        lacking=fit.lacking,
        unlike=fit.unlike,
    )
    if fresh != origin:
        visit.other.keep_origin(known.address, fresh)
    return True


def _wanted(said: Sequence[Statement], local: Mapping[str, Release]) -> Iterator[Statement]:
    """The release of each period that holds now, and older ones that stand here, which may have changed since."""
    highest: dict[str, Statement] = {}
    for statement in said:
        if statement.period not in highest or statement.number > highest[statement.period].number:
            highest[statement.period] = statement
    for logged_release in sorted(said, key=lambda each: (each.period, each.number)):
        if logged_release.act != "withdrawn" and (
            highest[logged_release.period] is logged_release or logged_release.ref in local
        ):
            yield logged_release


def _fetched(visit: _Visit, dataset: Dataset, statement: Statement, reader: RowReader) -> _Staged:
    """One release, fetched whole and held against the log; NotHarvested where it is not what was sealed."""
    store, files = visit.other.release_store, visit.files
    staged = store.stage()
    try:
        manifest = _proved(files, visit.history.releases[statement.ref], staged, reader)
        index = _index(visit.history, statement)
        fit = judge(dataset, manifest, [staged / file_name(part) for part in manifest["resources"]])
        path = f"{statement.dataset}/releases/{statement.period}/{statement.number}"
        logged = Logged(
            origin=visit.key.name,
            index=index,
            size=visit.size,
            root=visit.root,
            key=str(visit.key),
            vouched=visit.vouched,
        )
        origin = Origin(
            kind="ayan",
            address=f"{files.name}/{DATASETS}/{path}",
            page=f"{files.name}/data/{path}",
            fetched_at=visit.now,
            digest=statement.manifest,
            declaration=dataset.digest,
            licence=_licence(manifest),
            logged=logged,
            same_declaration=fit.same,
            lacking=fit.lacking,
            unlike=fit.unlike,
        )
        address = ReleaseAddress(statement.dataset, statement.period, statement.number)
        return _Staged(address, staged, origin, _proof(visit, index, statement))
    except (FileNotFoundError, *_MALFORMED) as error:
        # Whoever signs a log can sign whatever he likes in it.
        store.discard(staged)
        raise _not_sealed(statement, str(error)[:200]) from None
    except BaseException:
        store.discard(staged)
        raise


def _proved(files: Files, history: ReleaseHistory, staged: Path, reader: RowReader) -> Mapping[str, Any]:
    """Fetch a release and hold it against the log; its manifest, which says what a release must say of itself."""
    manifest, faults = examine_release(files, history, staged, reader)
    if wrong := [fault for fault in faults if fault.broken]:
        raise _not_sealed(history.last, "; ".join(f"{fault.file} {fault.what.en}".strip() for fault in wrong))
    return manifest


def _index(history: LogHistory, statement: Statement) -> int:
    return max(index for index, said in history.statements.items() if said == statement)


def _proof(visit: _Visit, index: int, statement: Statement) -> bytes:
    """The portal's own proof of the release, checked: whoever has the key can check the local copy with it again."""
    path = f"log/proof/{index}"
    try:
        proof = visit.files.get(path)
        check_proof(proof, visit.policy, statement.leaf)
    except (FileNotFoundError, BadProof, BadNote, NotSigned, ValueError) as error:
        raise _not_sealed(statement, f"{path}: {error}") from None
    return proof


def _not_sealed(statement: Statement, what: str) -> NotHarvested:
    return NotHarvested(
        "tampered",
        "انتشار {ref} همان نیست که آن شهر مهر کرد: {what}",
        "The release {ref} is not what the other city sealed: {what}",
    ).format(ref=statement.ref, what=what)


def _licence(manifest: Mapping[str, Any]) -> str:
    return printable_name(", ".join(str(licence.get("name", "")) for licence in manifest.get("licenses", ())))


# --- what is gone there ---------------------------------------------------------------------------------------------


def _is_gone(local: Release, statement: Statement | None) -> bool:
    return not local.withdrawn and statement is not None and statement.act == "withdrawn"


def _buried(visit: _Visit, local: Release, statement: Statement) -> str:
    """Remove the rows of a release that its city has withdrawn: what is not public there is not public here."""
    tombstone = Tombstone(
        ref=local.ref,
        code=statement.code or "",
        by=visit.key.name,
        at=datetime.fromisoformat(statement.at),
        manifest=local.digest,
        parts=tuple(str(part["hash"]) for part in local.manifest["resources"] if file_name(part)),
        rows=local.rows,
        reason_digest=statement.reason_digest,
    )
    visit.other.release_store.put_back(local.address, visit.other.release_store.stage(brief=True), tombstone)
    return _short(statement)


def _short(statement: Statement) -> str:
    return f"{statement.period}/{statement.number}"
