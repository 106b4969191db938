"""The store of releases, the truth for published facts: written once, superseded or withdrawn, never edited."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ayan.core.store.folder import FolderObjects
from ayan.core.store.manifest import file_bytes, stamped
from ayan.core.store.objects import (
    MANIFEST,
    TOMBSTONE,
    NotInStore,
    Objects,
    ReleaseAddress,
    ReleaseFollower,
    SharedObject,
    StoreChanged,
    StoredRelease,
    check_period,
    check_slug,
)
from ayan.core.store.release import DatasetSnapshot, Release, parsed, release_from, snapshot_of, standing_files
from ayan.core.store.staged_check import MeasuredPart, check_parts, check_rewritten
from ayan.core.store.tombstone import Tombstone, instant, whole_milliseconds
from ayan.core.values.clock import Clock

# Seconds for which the mark alone is believed to tell that nothing has changed. Every seal and withdrawal gives another
# one; what somebody copies into the folder by hand does not, and is found by the dates of a dataset's folders, of which
# there may be thousands.
TRUSTED: Final = 1.0
_NEVER: Final = (None, 0)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One look at a dataset: valid while the objects' version stays ``version``.

    ``by_address`` are its ``releases`` by their addresses, ``by_period`` by their periods, which ``periods`` names.
    """

    version: Hashable | None
    releases: tuple[Release, ...]
    snapshot: DatasetSnapshot
    by_address: Mapping[ReleaseAddress, Release]
    by_sealing: tuple[Release, ...]
    by_period: Mapping[str, Sequence[Release]]
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComingRelease:
    """A release that is about to be published, or to lose rows.

    ``snapshot`` is the state that is about to hold with it. Its files are read from where they are staged within the
    block, and from their place in the store once that is left.
    """

    snapshot: DatasetSnapshot
    release: Release


class ReleaseStore:
    """The releases of all datasets under one store folder (or the ``objects`` given).

    Any number of stores, in any number of processes, may stand over the same store. Opening one sweeps what a
    crash left behind. ``clock`` gives the time of seals and withdrawals. A ``follower`` is told of every change.
    """

    def __init__(
        self, root: Path, clock: Clock, objects: Objects | None = None, follower: ReleaseFollower | None = None
    ) -> None:
        self._objects: Objects = objects or FolderObjects(root)
        self._follower = follower
        self._clock = clock
        self._readings: dict[str, _Reading] = {}
        self._looked: dict[str, tuple[str | None, int]] = {}
        self._seen: dict[tuple[ReleaseAddress, bool], tuple[Hashable, Release]] = {}
        self.sweep()

    @property
    def objects(self) -> Objects:
        """What it keeps its bytes in."""
        return self._objects

    @property
    def follower(self) -> ReleaseFollower | None:
        """What is told of every change."""
        return self._follower

    def mark(self) -> str | None:
        """A word, cheap to ask for, that is another one after every seal and withdrawal; None where nobody can say."""
        return self._objects.mark()

    def slugs(self) -> list[str]:
        """The slugs that may have releases, sorted, without a look at any of these: one may be damaged."""
        return self._objects.slugs()

    def datasets(self) -> list[str]:
        """The slugs that have at least one release, withdrawn ones included, sorted."""
        return [slug for slug in self._objects.slugs() if self._read(slug).releases]

    def releases(self, slug: str) -> list[Release]:
        """Every release of a dataset, withdrawn ones included, in the order of sealing; empty for an unknown slug."""
        return list(self._read(slug).by_sealing)

    def releases_of(self, slug: str, periods: Iterable[str]) -> list[Release]:
        """Those of `releases` that are of some periods."""
        held = self._read(slug).by_period
        return sorted((each for period in set(periods) for each in held.get(period, ())), key=_by_sealing)

    def current(self, slug: str) -> Mapping[str, Release]:
        """The current release of each period that has one.

        Current is the highest number. Where that one is withdrawn the period has none: falling back to an older
        release would publish again figures that are known to be wrong.
        """
        return self.snapshot(slug).by_period

    def periods(self, slug: str) -> tuple[str, ...]:
        """Every period that ever had a release, sorted; the same object as long as nothing changes."""
        return self._read(slug).periods

    def snapshot(self, slug: str) -> DatasetSnapshot:
        """What the dataset says now; with no releases, a state without rows."""
        return self._read(slug).snapshot

    def as_of(self, slug: str, moment: datetime) -> DatasetSnapshot:
        """What the dataset said at ``moment`` (aware): the highest number of each period sealed by then.

        A release withdrawn since leaves its period empty, for its rows are gone. A release shows itself when all
        that serves it is ready, which may be seconds after the time it is sealed with.
        """
        if moment.tzinfo is None:
            raise ValueError("as_of needs a time with a zone")
        return snapshot_of(slug, (release for release in self._read(slug).releases if release.sealed_at <= moment))

    def release(self, slug: str, period: str, number: int) -> Release:
        """One release; NotInStore when there is none."""
        address = ReleaseAddress(slug, period, number)
        release = self._read(slug).by_address.get(address)
        if release is None:
            raise NotInStore(f"{address} is not in the release store")
        return release

    def shared(self, release: Release) -> Sequence[SharedObject] | None:
        """Where other machines read the parts of a release, in row order; None where under the paths they have here."""
        return self._objects.shared(release.address, release.names)

    def tombstone(self, release: Release) -> Tombstone:
        """The tombstone of a withdrawn release; NotInStore while it is not withdrawn."""
        return Tombstone.from_json(parsed(self._objects.read(release.address, TOMBSTONE), release.ref))

    def snapshot_without(self, release: Release) -> DatasetSnapshot:
        """The state that withdrawing ``release`` would bring about, the rest staying as it is."""
        rest = (other for other in self.snapshot(release.slug).releases if other.address != release.address)
        return snapshot_of(release.slug, rest)

    def stage(self, *, brief: bool = False) -> Path:
        """A new empty folder for the parts of a release to come; seal it, or give it up with `discard`.

        A ``brief`` one does not outlive its process.
        """
        return self._objects.stage(brief=brief)

    def discard(self, staged: Path) -> None:
        """Give up a staging folder and what is in it."""
        self._objects.discard(staged)

    def seal(self, staged: Path, manifest: Mapping[str, Any], slug: str, period: str) -> Release:
        """Make a staged folder the next release of ``slug`` and ``period``, with nothing to be made ready for it.

        All else is as with `sealing`.
        """
        with self.sealing(staged, manifest, slug, period) as coming:
            pass
        return coming.release

    @contextmanager
    def sealing(
        self,
        staged: Path,
        manifest: Mapping[str, Any],
        slug: str,
        period: str,
        measured: Sequence[MeasuredPart] = (),
    ) -> Iterator[ComingRelease]:
        """Make a staged folder the next release of ``slug`` and ``period``: durable and visible as the block is left.

        ``manifest`` comes from `manifest.build`; its number, times, version and ``supersedes`` are filled in here.
        Within the block whatever serves the release is made ready, and what is to be said of it is said; if it raises,
        nothing is sealed. Other sealers of the dataset wait meanwhile. Raises StoreBroken when the parts are not those
        that the manifest names, or not in the order of ``_row``; those that were ``measured`` and not written to since
        are not read for that. After an error the staging folder is still there, to be used again or discarded.
        """
        check_period(period)
        with self._objects.lock(check_slug(slug)):
            earlier = self._fresh(slug).releases
            numbers = [release.number for release in earlier if release.period == period]
            address = ReleaseAddress(slug, period, max(numbers, default=0) + 1)
            now = max((whole_milliseconds(self._clock.now()), *(release.sealed_at for release in earlier)))
            filled = stamped(manifest, address, instant(now), max(numbers, default=None))
            text = file_bytes(filled)
            (staged / MANIFEST).write_bytes(text)
            check_parts(staged, filled, measured, standing_files(earlier))
            coming = self._arriving(address, text, staged)
            yield ComingRelease(snapshot_of(slug, (*earlier, coming)), coming)
            with self._followed(slug):
                self._objects.commit(staged, address)

    def erase(self, release: Release, staged: Path, manifest: Mapping[str, Any]) -> Release:
        """Put a release with fewer rows in the place of ``release``, with nothing to be made ready; see `erasing`."""
        with self.erasing(release, staged, manifest) as coming:
            pass
        return coming.release

    @contextmanager
    def erasing(self, release: Release, staged: Path, manifest: Mapping[str, Any]) -> Iterator[ComingRelease]:
        """Put a staged folder's parts and ``manifest`` in the place of those of ``release`` that held erased rows.

        The release keeps its address; it has the new manifest from the moment on at which the block is left, and the
        older parts are removed. ``manifest`` comes from `manifest.without_rows`. If the block raises, nothing is
        erased. Sealers of the dataset wait meanwhile. Raises StoreChanged when the release is no longer the one given,
        and StoreBroken when the parts are not those that the manifest names.
        """
        with self._objects.lock(release.slug):
            standing = self._fresh(release.slug).releases
            if release not in standing:
                raise StoreChanged(f"{release.ref} is no longer the release that was looked at")
            text = file_bytes(manifest)
            (staged / MANIFEST).write_bytes(text)
            check_rewritten(staged, manifest, release.manifest, release.local)
            coming = self._arriving(release.address, text, staged)
            rest = (other for other in standing if other != release)
            yield ComingRelease(snapshot_of(release.slug, (*rest, coming)), coming)
            gone = {*release.names, *release.beside} - {*coming.names, *coming.beside}
            with self._followed(release.slug, removes=True):
                self._objects.rewrite(staged, release.address, release.digest, sorted(gone))

    def withdraw(self, release: Release, code: str, by: str, *, reason_digest: str | None = None) -> Tombstone:
        """Remove the rows of a release and leave a tombstone, with nothing to be said before; see `withdrawing`."""
        with self.withdrawing(release, code, by, reason_digest=reason_digest) as tombstone:
            pass
        return tombstone

    @contextmanager
    def withdrawing(
        self, release: Release, code: str, by: str, *, reason_digest: str | None = None
    ) -> Iterator[Tombstone]:
        """Remove the rows of a release from the store as the block is left; its manifest and a tombstone stay.

        If the block raises, nothing is withdrawn. Sealers of the dataset wait meanwhile.

        From the moment the tombstone stands nobody is served the release, even if a crash leaves its parts to be
        swept later. Raises Withdrawn when it is withdrawn already, and StoreChanged when rows were erased from it
        since.
        """
        with self._objects.lock(release.slug):
            standing = self.release(release.slug, release.period, release.number)
            if standing.digest != release.digest:
                raise StoreChanged(f"{release.ref} is no longer the release that was looked at")
            tombstone = Tombstone(
                ref=standing.ref,
                code=code,
                by=by,
                at=whole_milliseconds(self._clock.now()),
                manifest=standing.digest,
                parts=tuple(str(resource["hash"]) for resource in standing.manifest["resources"]),
                rows=standing.rows,
                reason_digest=reason_digest,
            )
            yield tombstone
            gone = (*standing.names, *standing.beside)
            with self._followed(release.slug, removes=True):
                self._objects.bury(standing.address, file_bytes(tombstone.as_json()), gone)

    def put_back(self, address: ReleaseAddress, staged: Path, tombstone: Tombstone | None = None) -> Release:
        """Put a release that stood here once back in its place; ``staged`` holds its files, known to be its own.

        Where an earlier state of it stands, the staged one takes its place. With ``tombstone`` it is withdrawn: an
        earlier state is buried, and where there is none, ``staged`` holds no more than a manifest.
        """
        with self._objects.lock(address.slug), self._followed(address.slug, removes=True):
            standing = self._fresh(address.slug).by_address.get(address)
            if tombstone is not None:
                if standing is not None:
                    gone = (*standing.names, *standing.beside)
                    self._objects.bury(address, file_bytes(tombstone.as_json()), gone)
                    self._objects.discard(staged)
                    return self.release(address.slug, address.period, address.number)
                (staged / TOMBSTONE).write_bytes(file_bytes(tombstone.as_json()))
            text = (staged / MANIFEST).read_bytes()
            coming = release_from(address, text, tombstone is not None, staged, staged.joinpath)
            if standing is None:
                self._objects.commit(staged, address)
            else:
                earlier = {*standing.names, *standing.beside}
                for name in {*coming.names, *coming.beside} & earlier:
                    # What is not renewed stays where it is: an erasure gives what it changes a name of its own.
                    (staged / name).unlink()
                gone = tuple(sorted(earlier - {*coming.names, *coming.beside}))
                self._objects.rewrite(staged, address, standing.digest, gone)
        return self._release(StoredRelease(address, tombstone is not None, None), text)

    @contextmanager
    def lock(self, slug: str) -> Iterator[None]:
        """Keep sealers and withdrawers of a dataset waiting, in any process, while the block runs."""
        with self._objects.lock(check_slug(slug)):
            yield

    def sweep(self) -> list[str]:
        """Remove what crashes left behind: dead staging folders and parts under a tombstone; says what it removed."""
        gone = self._objects.sweep()
        for slug in self._follower.unsettled() if self._follower is not None else ():
            self.follow(slug)
        return gone

    def follow(self, slug: str) -> None:
        """Let what follows the store look at a dataset anew, unless somebody else is about to."""
        if self._follower is not None:
            with suppress(BlockingIOError):
                self._follower.settle(slug, lambda: self._fresh(slug).by_sealing)

    @contextmanager
    def _followed(self, slug: str, *, removes: bool = False) -> Iterator[None]:
        if self._follower is None:
            yield
            return
        with self._follower.changing(slug, lambda: self._fresh(slug).by_sealing, removes=removes):
            yield

    def _read(self, slug: str) -> _Reading:
        known, now = self._readings.get(slug), time.monotonic()
        # Both were asked for before the listing: a change in between only makes the next reading start afresh.
        mark = self._objects.mark()
        if known is not None and mark is not None and self._looked.get(slug, _NEVER) == (mark, int(now / TRUSTED)):
            return known
        version = self._objects.version(slug)
        if known is None or version is None or known.version != version:
            known = self._fresh(slug, version)
        self._looked[slug] = mark, int(now / TRUSTED)
        return known

    def _fresh(self, slug: str, version: Hashable | None = None) -> _Reading:
        self._looked.pop(slug, None)
        releases = tuple(self._known(stored) for stored in self._objects.listing(slug))
        known = self._readings.get(slug)
        if known is not None and known.releases == releases:
            # Nothing came and nothing went.
            reading = replace(known, version=version)
        else:
            by_address = {release.address: release for release in releases}
            by_sealing = tuple(sorted(releases, key=_by_sealing))
            by_period: dict[str, list[Release]] = {}
            for release in releases:
                by_period.setdefault(release.period, []).append(release)
            periods = tuple(sorted(by_period))
            state = snapshot_of(slug, releases)
            reading = _Reading(version, releases, state, by_address, by_sealing, by_period, periods)
        self._readings[slug] = reading
        return reading

    def _known(self, stored: StoredRelease) -> Release:
        key = (stored.address, stored.withdrawn)
        seen = self._seen.get(key)
        if seen is not None and seen[0] == stored.stamp:
            return seen[1]
        release = self._release(stored, self._objects.read(stored.address, MANIFEST))
        self._seen[key] = (stored.stamp, release)
        return release

    def _release(self, stored: StoredRelease, text: bytes) -> Release:
        address, objects = stored.address, self._objects
        return release_from(
            address, text, stored.withdrawn, objects.folder(address), lambda name: objects.local(address, name)
        )

    def _arriving(self, address: ReleaseAddress, text: bytes, staged: Path) -> Release:
        """A release whose files stand in a staging folder now and in their place soon, to be asked for at any time."""
        objects = self._objects

        def local(name: str) -> Path:
            return path if (path := staged / name).exists() else objects.local(address, name)

        return release_from(address, text, False, objects.folder(address), local)


def _by_sealing(release: Release) -> tuple[datetime, str, int]:
    return release.sealed_at, release.period, release.number
