"""Replaying the log from a public copy: releases and leaves that a backup has not, believed only as signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ayan.core.attachments.document_files import digest_in
from ayan.core.intake.table import printable_name
from ayan.core.store.objects import MANIFEST, NotInStore, ReleaseAddress
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import Tombstone
from ayan.core.system.files import link
from ayan.core.transparency import accountability
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.evidence import Evidence, Files
from ayan.core.transparency.interrupted_acts import UNKNOWN, stand_in, tombstone_of, took_effect
from ayan.core.transparency.log_rules import LogHistory, ReleaseHistory, replay
from ayan.core.transparency.log_verification import LOG
from ayan.core.transparency.published_texts import published
from ayan.core.transparency.release_verification import examine_release
from ayan.core.transparency.row_reader import RowReader
from ayan.core.values.canonical import sha256_file, sha256_hex


class NotReplayed(Exception):
    """A release cannot be had from the copy as the log has it; the text names it and says why."""


@dataclass(frozen=True, slots=True)
class MissingRelease:
    """A release that is not in the store as the log has it, and what the log says of it."""

    history: ReleaseHistory

    @property
    def last(self) -> Statement:
        """The log's last word about it."""
        return self.history.last

    @property
    def address(self) -> ReleaseAddress:
        """Its address in the store."""
        return ReleaseAddress(self.last.dataset, self.last.period, self.last.number)


@dataclass(frozen=True, slots=True)
class ReplayedRelease:
    """A release that was fetched and checked, and waits in a staging folder for its place in the store."""

    wanted: MissingRelease
    staged: Path
    tombstone: Tombstone | None = None


class _FetchedOnce:
    """A copy whose files of documents are fetched once: other releases of a run that have one have the same."""

    def __init__(self, evidence: Files) -> None:
        self.name, self.get = evidence.name, evidence.get
        self._evidence = evidence
        self._documents: dict[str, Path] = {}

    def fetch(self, path: str, target: Path, most: int) -> None:
        """Put a file at ``target``, as `Files` does."""
        held = self._documents.get(target.name)
        if held is not None and held.is_file():
            link(held, target)
            return
        self._evidence.fetch(path, target, most)
        if digest_in(target.name) is not None and sha256_file(target) == digest_in(target.name):
            self._documents[target.name] = target


def lacking(store: ReleaseStore, entries: Iterable[bytes]) -> list[MissingRelease]:
    """The releases that the store does not have as the log says, by name."""
    releases = replay(entries).releases
    return [MissingRelease(history) for _, history in sorted(releases.items()) if not took_effect(store, history.last)]


def fetch(
    store: ReleaseStore, evidence: Evidence, wanted: Iterable[MissingRelease], tell: Callable[[str], None]
) -> list[ReplayedRelease]:
    """Fetch releases into staging folders and hold every byte and row of them against the log.

    Raises NotReplayed, with nothing kept, for the first that is not there or not as the log has it.
    """
    fetched: list[ReplayedRelease] = []
    once = _FetchedOnce(evidence)
    try:
        with RowReader() as reader:
            for missing in wanted:
                tell(missing.last.ref)
                # Noted before it is filled, so that a failure half-way gives it up too.
                fetched.append(
                    coming := ReplayedRelease(missing, store.stage(brief=True), _buried(store, evidence, missing))
                )
                _fill(coming, once, reader)
    except BaseException:
        give_up(store, fetched)
        raise
    return fetched


def give_up(store: ReleaseStore, fetched: Iterable[ReplayedRelease]) -> None:
    """Remove what was fetched and not put back."""
    for replayed in fetched:
        if replayed.staged.exists():
            store.discard(replayed.staged)


def put_back(store: ReleaseStore, fetched: Iterable[ReplayedRelease]) -> None:
    """Give every fetched release its place in the store; the log must have its leaves by then."""
    for replayed in fetched:
        store.put_back(replayed.wanted.address, replayed.staged, replayed.tombstone)


def _fill(coming: ReplayedRelease, evidence: Files, reader: RowReader) -> None:
    staged = coming.staged
    if coming.tombstone is not None:
        (staged / MANIFEST).write_bytes(stand_in(coming.wanted.last, coming.wanted.history.sealed))
        return
    for fault in examine_release(evidence, coming.wanted.history, staged, reader)[1]:
        if fault.broken:
            raise NotReplayed(f"{coming.wanted.last.ref}/{fault.file}: {fault.what.en}")


def _buried(store: ReleaseStore, evidence: Evidence, wanted: MissingRelease) -> Tombstone | None:
    """The tombstone of a withdrawn release: what the log says; who withdrew it is the copy's word alone."""
    statement, parts = wanted.last, list[str]()
    if statement.act != "withdrawn":
        return None
    with suppress(NotInStore):
        standing_yet = store.release(statement.dataset, statement.period, statement.number)
        parts = [str(resource["hash"]) for resource in standing_yet.manifest["resources"]]
    said = evidence.tombstone(statement.ref)
    return tombstone_of(
        statement, wanted.history.sealed.rows, printable_name(str(said.get("by") or UNKNOWN)), tuple(parts)
    )


def bring_published(evidence: Files, folder: Path, history: LogHistory) -> tuple[int, list[str]]:
    """Put back what the log speaks of and is not beside it in ``folder``; how many, and the paths the copy lacks too.

    What a copy has is taken only with the digest that its leaf says.
    """
    said = published(history)
    brought: dict[str, bytes] = {}
    lacking: list[str] = []
    for path in accountability.damaged(folder, history):
        try:
            body = evidence.get(f"{LOG}/{path}")
        except FileNotFoundError:
            body = b""
        if sha256_hex(body) == said[path]:
            brought[path] = body
        else:
            lacking.append(path)
    accountability.put_back(folder, brought)
    return len(brought), lacking
