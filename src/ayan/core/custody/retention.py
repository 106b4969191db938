"""The end of an original: kept for as long as is declared after its release was sealed, then deleted, and told so."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Final, Literal, TypeAlias

from ayan.core.custody.limits import COMING_SECONDS
from ayan.core.custody.original_bodies import size_of
from ayan.core.custody.private_files import spoil
from ayan.core.custody.private_store import PrivateStore
from ayan.core.ledger.log import Log
from ayan.core.ledger.refusal import LedgerError
from ayan.core.schema.release_terms import Retention
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import instant
from ayan.core.system.files import flush
from ayan.core.transparency.entries.entry import read_entry
from ayan.core.transparency.entries.original_deletion import OriginalDeleted, commitment_of, tells_of_original
from ayan.core.transparency.entries.parsing import BadStatement
from ayan.core.transparency.log_writer import TransparencyLog
from ayan.core.values.clock import TEHRAN, Clock, today

_NAME: Final = re.compile(r"[0-9a-f]{64}")
_SALT: Final = re.compile(r"([0-9a-f]{64})\.([0-9a-f]{64})\.salt")


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long an original is kept, and who declared it: the dataset, or the city for whatever declares nothing."""

    by: Literal["dataset", "city"]
    retention: Retention

    def __str__(self) -> str:
        return f"{self.by}:{self.retention}"


Rules: TypeAlias = Callable[[str], RetentionRule | None]
"""The rule for a dataset's slug; None where nothing is declared, and then nothing is deleted."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A deletion and where it stands in the log."""

    index: int
    statement: OriginalDeleted


class Deletions:
    """Every deletion that the log tells of, by commitment; reads on as the log grows. Safe to share between threads."""

    def __init__(self, log: Callable[[], Log | None]) -> None:
        self._log = log
        self._read = 0
        self._entered: dict[str, Entered] = {}
        self._busy = Lock()

    def all(self) -> Mapping[str, Entered]:
        """By the commitment of the release. Raises LedgerError where the log is damaged."""
        log = self._log()
        if log is None:
            return {}
        with self._busy:
            size = log.size
            if size < self._read:
                # Another log stands there than the one that was read, as after a restore.
                self._read, self._entered = 0, {}
            for index, leaf in enumerate(log.leaves(self._read, size), self._read):
                # What cannot be read tells of nothing; whoever replays the log names it.
                if tells_of_original(leaf) and isinstance(said := read_entry(leaf), OriginalDeleted):
                    self._entered.setdefault(said.commitment, Entered(index, said))
            self._read = size
            return dict(self._entered)

    def of(self, manifest: Mapping[str, object]) -> Entered | None:
        """What became of the original that a release commits itself to; None while the log tells of no deletion."""
        return self.all().get(commitment_of(manifest))

    def count(self) -> int:
        """How many there are; none while the log cannot be read, which others tell of."""
        try:
            return len(self.all())
        except (LedgerError, BadStatement):
            return 0

    def __iter__(self) -> Iterator[Entered]:
        return iter(sorted(self.all().values(), key=lambda deletion: deletion.index))


@dataclass(frozen=True, slots=True)
class OriginalHolding:
    """One kept file and the commitments whose salts stand beside it, each that of a release made from it."""

    path: Path
    salts: Mapping[str, Path]

    @property
    def stands(self) -> bool:
        """Whether the file itself is there."""
        return self.path.is_file()


@dataclass(frozen=True, slots=True)
class OriginalKept:
    """What became of the original of one release.

    ``path`` is where it stands, None where it does not; ``until`` the first day on which it is no longer kept, None
    where no rule says so or the file serves another release too that has none; ``gone`` its deletion, as the log says.
    """

    release: Release
    path: Path | None
    bytes: int
    rule: RetentionRule | None
    until: date | None
    gone: Entered | None


@dataclass(frozen=True, slots=True)
class OriginalRetention:
    """Who sees to the end of a city's originals: what became of each, and the deletion of those whose time is over.

    ``transparency_log`` opens the log of public acts, and is asked for by `delete_due` alone.
    """

    private_store: PrivateStore
    release_store: ReleaseStore
    deletions: Deletions
    rule_of: Rules
    clock: Clock
    transparency_log: Callable[[], TransparencyLog]

    def holdings(self) -> list[OriginalHolding]:
        """Everything that stands among the originals, in a fixed order: files, and salts whose file is gone."""
        salts_by_path: dict[Path, dict[str, Path]] = {}
        for path in sorted(self.private_store.originals.glob("[0-9a-f][0-9a-f]/*")):
            if _NAME.fullmatch(path.name):
                salts_by_path.setdefault(path, {})
            elif salt := _SALT.fullmatch(path.name):
                salts_by_path.setdefault(path.with_name(salt[1]), {})[salt[2]] = path
        return [OriginalHolding(path, salts) for path, salts in salts_by_path.items()]

    def fates(self, slug: str | None = None) -> list[OriginalKept]:
        """What became of the original of every release (of one dataset), newest first."""
        gone, releases = self.deletions.all(), self._releases()
        by_commitment = {
            commitment: holding for holding in self.holdings() for commitment in holding.salts if holding.stands
        }
        originals = []
        for commitment, release in releases.items():
            if slug is not None and release.slug != slug:
                continue
            held = by_commitment.get(commitment)
            until = _until(held.salts, releases, self.rule_of) if held else None
            path, size = (held.path, size_of(held.path)) if held else (None, 0)
            originals.append(OriginalKept(release, path, size, self.rule_of(release.slug), until, gone.get(commitment)))
        return sorted(originals, key=lambda original: (original.release.sealed_at, original.release.ref), reverse=True)

    def loose(self) -> list[OriginalHolding]:
        """Kept files that no release was made from, as a seal that was refused leaves them."""
        releases = self._releases()
        settled = (holding for holding in self.holdings() if holding.stands and not _coming(holding, releases))
        return [holding for holding in settled if not holding.salts.keys() & releases.keys()]

    def delete_due(self) -> list[Entered]:
        """Delete every original whose time is over, each after the log has said so; returns what was entered now.

        A file from which several releases were made goes when the last of them lets it. Whatever the log calls deleted
        and still stands, because somebody was stopped in between, is deleted first. Raises what the log raises when it
        may not be signed; then nothing is deleted.
        """
        with self.private_store.originals_alone():
            releases, now = self._releases(), instant(self.clock.now())
            self._finish(releases)
            due = [holding for holding in self.holdings() if self._due(holding, releases)]
            if not due:
                return []
            statements = [
                _deletion_statement(releases[commitment], commitment, now, self.rule_of)
                for holding in due
                for commitment in holding.salts
                if commitment in releases
            ]
            first = self.transparency_log().enter([statement.leaf for statement in statements])
            self._remove(due)
        self.transparency_log().announce()
        return [Entered(first + at, said) for at, said in enumerate(statements)]

    def delete_loose(self) -> int:
        """Delete the kept files that no release was made from; nothing public ever spoke of them. Returns how many."""
        with self.private_store.originals_alone():
            leftovers = self.loose()
            self._remove(leftovers)
        return len(leftovers)

    def _finish(self, releases: Mapping[str, Release]) -> None:
        """Do what the log says was done."""
        gone = self.deletions.all()
        for holding in self.holdings():
            over = {commitment: salt for commitment, salt in holding.salts.items() if commitment in gone}
            if over and (_coming(holding, releases) or (holding.salts.keys() & releases.keys()) - over.keys()):
                # The same file came again: only the older tie to it goes.
                _unlink(over.values())
            elif over:
                self._remove([holding])
        self.private_store.bodies.settle()

    def _remove(self, holdings: Sequence[OriginalHolding]) -> None:
        """Remove files and then their salts; safe to do again."""
        for holding in holdings:
            self.private_store.bodies.give_up(holding.path)
            _remove(holding)
        self.private_store.bodies.settle()

    def _due(self, holding: OriginalHolding, releases: Mapping[str, Release]) -> bool:
        if not holding.stands or not holding.salts.keys() & releases.keys() or _coming(holding, releases):
            return False
        until = _until(holding.salts, releases, self.rule_of)
        return until is not None and today(self.clock) >= until

    def _releases(self) -> dict[str, Release]:
        """Every release by its commitment; those that commit themselves to nothing are left out."""
        store = self.release_store
        all_releases = (release for slug in store.datasets() for release in store.releases(slug))
        return {
            commitment: release
            for release in all_releases
            if _NAME.fullmatch(commitment := commitment_of(release.manifest))
        }


def _until(salts: Iterable[str], releases: Mapping[str, Release], rules: Rules) -> date | None:
    """The first day on which no release asks for the file any more; None where one of them names no day."""
    last = date.min
    for release in (releases[commitment] for commitment in salts if commitment in releases):
        rule = rules(release.slug)
        if rule is None:
            return None
        last = max(last, rule.retention.until(release.sealed_at.astimezone(TEHRAN).date()))
    return last if last > date.min else None


def _coming(holding: OriginalHolding, releases: Mapping[str, Release]) -> bool:
    """Whether a release may be on its way that is made from this file."""
    for commitment, salt in holding.salts.items():
        with suppress(FileNotFoundError):
            if commitment not in releases and salt.stat().st_mtime > time.time() - COMING_SECONDS:
                return True
    return not holding.salts and holding.stands and holding.path.stat().st_mtime > time.time() - COMING_SECONDS


def _deletion_statement(release: Release, commitment: str, now: str, rules: Rules) -> OriginalDeleted:
    return OriginalDeleted(
        at=now,
        dataset=release.slug,
        period=release.period,
        number=release.number,
        commitment=commitment,
        rule=str(rules(release.slug)),
    )


def _remove(holding: OriginalHolding) -> None:
    """Remove a file and then its salts; safe to do again."""
    spoil(holding.path)
    _unlink((holding.path,))
    _unlink(holding.salts.values())


def _unlink(paths: Iterable[Path]) -> None:
    gone: Sequence[Path] = list(paths)
    for path in gone:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in gone}:
        flush(folder)
