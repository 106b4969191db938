"""Replaying the log from a public copy: releases and leaves that a backup has not, believed only as signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ayan.core.intake.table import seen
from ayan.core.release.evidence import Evidence
from ayan.core.release.record import took_effect
from ayan.core.release.statement import Statement
from ayan.core.release.trail import parse_entry
from ayan.core.release.verify import faults, fetch_release, standing
from ayan.core.store.manifest import file_bytes
from ayan.core.store.objects import MANIFEST, NotOnShelf, Place
from ayan.core.store.shelf import Shelf, Tombstone

UNKNOWN = "نامعلوم (not known)"


class NotReplayed(Exception):
    """A release cannot be had from the copy as the log has it; the text names it and says why."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A release that is not on the shelf as the log has it: the log's last word about it, and that of its seal."""

    last: Statement
    sealed: Statement

    @property
    def place(self) -> Place:
        """Its address on the shelf."""
        return Place(self.last.dataset, self.last.period, self.last.number)


@dataclass(frozen=True, slots=True)
class Coming:
    """A release that was fetched and checked, and waits in a staging folder for its place on the shelf."""

    wanted: Lacking
    staged: Path
    tombstone: Tombstone | None = None


def lacking(shelf: Shelf, entries: Iterable[bytes]) -> list[Lacking]:
    """The releases that the shelf does not have as the log says, by name."""
    told = [parse_entry(entry) for entry in entries]
    last = standing(told)
    # Of two seals under one number the first never took place, so the later one counts.
    seals = {one.ref: one for one in told if isinstance(one, Statement) and one.act == "sealed"}
    return [Lacking(one, seals.get(ref, one)) for ref, one in sorted(last.items()) if not took_effect(shelf, one)]


def fetch(shelf: Shelf, evidence: Evidence, wanted: Iterable[Lacking], tell: Callable[[str], None]) -> list[Coming]:
    """Fetch releases into staging folders and hold every byte and row of them against the log.

    Raises NotReplayed, with nothing kept, for the first that is not there or not as the log has it.
    """
    found: list[Coming] = []
    try:
        for one in wanted:
            tell(one.last.ref)
            # Noted before it is filled, so that a failure half-way gives it up too.
            found.append(coming := Coming(one, shelf.stage(brief=True), _buried(shelf, evidence, one)))
            _fill(coming, evidence)
    except BaseException:
        give_up(shelf, found)
        raise
    return found


def give_up(shelf: Shelf, found: Iterable[Coming]) -> None:
    """Remove what was fetched and not put back."""
    for one in found:
        if one.staged.exists():
            shelf.discard(one.staged)


def put_back(shelf: Shelf, found: Iterable[Coming]) -> None:
    """Give every fetched release its place on the shelf; the log must have its leaves by then."""
    for one in found:
        shelf.put_back(one.wanted.place, one.staged, one.tombstone)


def _fill(coming: Coming, evidence: Evidence) -> None:
    statement, staged = coming.wanted.last, coming.staged
    if coming.tombstone is not None:
        (staged / MANIFEST).write_bytes(_stand_in(coming.wanted))
        return
    try:
        manifest = fetch_release(evidence, statement, staged)
    except FileNotFoundError as error:
        raise NotReplayed(f"{statement.ref}: {evidence.name} has no {error}") from None
    if manifest is None:
        raise NotReplayed(f"{statement.ref}: the manifest in {evidence.name} is not the one that the log names")
    for name, what in faults(staged, manifest, statement):
        raise NotReplayed(f"{statement.ref}/{name}: {what.en}")


def _buried(shelf: Shelf, evidence: Evidence, wanted: Lacking) -> Tombstone | None:
    """The tombstone of a withdrawn release: what the log says; who withdrew it is the copy's word alone."""
    statement, parts = wanted.last, list[str]()
    if statement.act != "withdrawn":
        return None
    with suppress(NotOnShelf):
        standing_yet = shelf.release(statement.dataset, statement.period, statement.number)
        parts = [str(one["hash"]) for one in standing_yet.manifest["resources"]]
    said = evidence.tombstone(statement.ref)
    return Tombstone(
        ref=statement.ref,
        code=str(statement.code),
        by=seen(str(said.get("by") or UNKNOWN)),
        at=datetime.fromisoformat(statement.at),
        manifest=statement.manifest,
        parts=tuple(parts),
        rows=wanted.sealed.rows,
        reason_digest=statement.reason_digest,
    )


def _stand_in(wanted: Lacking) -> bytes:
    """What takes the place of a withdrawn release's manifest, which is not public: what the log says of it."""
    last = wanted.last
    facts = {
        "dataset": last.dataset,
        "period": last.period,
        "number": last.number,
        "rows": wanted.sealed.rows,
        "sealed_at": wanted.sealed.at,
        "supersedes": wanted.sealed.supersedes,
        "commitments": {"rows_root": last.rows_root, "files": []} if last.rows_root else None,
        "stand_in_for": f"sha256:{last.manifest}",
    }
    return file_bytes({"resources": [], "ayan": facts})
