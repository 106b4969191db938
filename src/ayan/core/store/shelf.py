"""The shelf of releases, the truth for published facts: written once, superseded or withdrawn, never edited."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ayan.core.schema.definition import Label
from ayan.core.store.erasure import Erasure
from ayan.core.store.folder import FolderObjects
from ayan.core.store.manifest import RELEASE_FORMAT, beside, file_bytes, file_name, salts_among, stamped
from ayan.core.store.objects import (
    MANIFEST,
    TOMBSTONE,
    Broken,
    Changed,
    Found,
    NewerRelease,
    NotOnShelf,
    Objects,
    Place,
    StoreError,
    Withdrawn,
    check_period,
    check_slug,
)
from ayan.core.store.staged import check_parts, check_rewritten
from ayan.core.store.tombstone import Tombstone, instant, whole_milliseconds
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.clock import Clock

# Enters every state's digest, so a change to the shape of serving files makes new files instead of misreading old ones.
SERVING_FORMAT: Final = 1


@dataclass(frozen=True)
class Release:
    """One sealed release.

    ``digest`` is the SHA-256 (hex) of its ``datapackage.json`` as stored, ``rows`` the published rows, ``sealed_at``
    an aware UTC time, ``folder`` where its files stand (a staging folder while it is only about to be sealed).
    """

    place: Place
    digest: str
    rows: int
    sealed_at: datetime
    withdrawn: bool
    folder: Path = field(repr=False, compare=False)
    local: Callable[[str], Path] = field(repr=False, compare=False)

    @property
    def slug(self) -> str:
        """The dataset."""
        return self.place.slug

    @property
    def period(self) -> str:
        """The period, ``all`` where the dataset has none."""
        return self.place.period

    @property
    def number(self) -> int:
        """The number within the period, from 1."""
        return self.place.number

    @property
    def ref(self) -> str:
        """``slug/period/number``, as commands and pages name the release."""
        return str(self.place)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The Data Package descriptor; Broken when the file is no longer the one that was listed."""
        text = self.local(MANIFEST).read_bytes()
        if sha256_hex(text) != self.digest:
            raise Broken(f"{self.ref}: {MANIFEST} is not the one that was sealed")
        return _parsed(text, self.ref)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The file names of the parts, in order."""
        return tuple(file_name(resource) for resource in self.manifest["resources"])

    @cached_property
    def beside(self) -> tuple[str, ...]:
        """The names of the files beside the parts, which open the commitments to rows."""
        return tuple(beside(self.manifest))

    @property
    def salts(self) -> str | None:
        """The name of the file of salts among those beside the parts; None where no row is committed to."""
        return salts_among(self.beside)

    @cached_property
    def erasures(self) -> tuple[Erasure, ...]:
        """The erasures of its rows, oldest first."""
        return tuple(Erasure.from_json(one) for one in self.manifest["ayan"].get("erasures", []))

    def parts(self) -> list[Path]:
        """The Parquet files, in row order; Withdrawn when the release is."""
        if self.withdrawn:
            raise Withdrawn(f"{self.ref} is withdrawn")
        return [self.local(name) for name in self.names]


@dataclass(frozen=True)
class State:
    """What a dataset says at one moment: its current release of each period, sorted by period.

    ``digest`` (hex) names the state: equal digests mean equal releases, byte for byte.
    """

    slug: str
    digest: str
    releases: tuple[Release, ...]

    @property
    def rows(self) -> int:
        """The rows of all periods together."""
        return sum(release.rows for release in self.releases)

    @property
    def sealed_at(self) -> datetime | None:
        """When the newest of its releases was sealed; None for an empty state."""
        return max((release.sealed_at for release in self.releases), default=None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One look at a dataset: valid while the objects' version stays ``version``."""

    version: Hashable | None
    releases: tuple[Release, ...]
    state: State


class Shelf:
    """The releases of all datasets under one store folder (or the ``objects`` given).

    Any number of shelves, in any number of processes, may stand over the same store. Opening one sweeps what a
    crash left behind. ``clock`` gives the time of seals and withdrawals.
    """

    def __init__(self, root: Path, clock: Clock, objects: Objects | None = None) -> None:
        self._objects: Objects = objects or FolderObjects(root)
        self._clock = clock
        self._readings: dict[str, _Reading] = {}
        self._seen: dict[tuple[Place, bool], tuple[Hashable, Release]] = {}
        self.sweep()

    def mark(self) -> str | None:
        """A word, cheap to ask for, that is another one after every seal and withdrawal; None where nobody can say."""
        return self._objects.mark()

    def datasets(self) -> list[str]:
        """The slugs that have at least one release, withdrawn ones included, sorted."""
        return [slug for slug in self._objects.slugs() if self._read(slug).releases]

    def releases(self, slug: str) -> list[Release]:
        """Every release of a dataset, withdrawn ones included, in the order of sealing; empty for an unknown slug."""
        return sorted(self._read(slug).releases, key=lambda one: (one.sealed_at, one.period, one.number))

    def current(self, slug: str) -> dict[str, Release]:
        """The current release of each period that has one.

        Current is the highest number. Where that one is withdrawn the period has none: falling back to an older
        release would publish again figures that are known to be wrong.
        """
        return {release.period: release for release in self.state(slug).releases}

    def state(self, slug: str) -> State:
        """What the dataset says now; with no releases, a state without rows."""
        return self._read(slug).state

    def as_of(self, slug: str, moment: datetime) -> State:
        """What the dataset said at ``moment`` (aware): the highest number of each period sealed by then.

        A release withdrawn since leaves its period empty, for its rows are gone. A release shows itself when all
        that serves it is ready, which may be seconds after the time it is sealed with.
        """
        if moment.tzinfo is None:
            raise ValueError("as_of needs a time with a zone")
        return state_of(slug, (one for one in self._read(slug).releases if one.sealed_at <= moment))

    def release(self, slug: str, period: str, number: int) -> Release:
        """One release; NotOnShelf when there is none."""
        place = Place(slug, period, number)
        for one in self._read(slug).releases:
            if one.place == place:
                return one
        raise NotOnShelf(f"{place} is not on the shelf")

    def tombstone(self, release: Release) -> Tombstone:
        """The tombstone of a withdrawn release; NotOnShelf while it is not withdrawn."""
        return Tombstone.from_json(_parsed(self._objects.read(release.place, TOMBSTONE), release.ref))

    def would_be_state(self, release: Release) -> State:
        """The state that sealing ``release`` would bring about, the rest staying as it is."""
        return state_of(release.slug, (*self._read(release.slug).releases, release))

    def state_without(self, release: Release) -> State:
        """The state that withdrawing ``release`` would bring about, the rest staying as it is."""
        rest = (one for one in self.state(release.slug).releases if one.place != release.place)
        return state_of(release.slug, rest)

    def stage(self, *, brief: bool = False) -> Path:
        """A new empty folder for the parts of a release to come; seal it, or give it up with `discard`.

        A ``brief`` one does not outlive its process.
        """
        return self._objects.stage(brief=brief)

    def discard(self, staged: Path) -> None:
        """Give up a staging folder and what is in it."""
        self._objects.discard(staged)

    def seal(
        self,
        staged: Path,
        manifest: Mapping[str, Any],
        slug: str,
        period: str,
        before: Callable[[State], None] | None = None,
    ) -> Release:
        """Make a staged folder the next release of ``slug`` and ``period``; durable and visible in one step.

        ``manifest`` comes from `manifest.build`; its number, times, version and ``supersedes`` are filled in here.
        ``before`` is called last, with the state that is about to hold (its new release still in the staging
        folder), so that whatever serves it can be made ready; if it raises, nothing is sealed. Other sealers of the
        dataset wait meanwhile. Raises Broken when the parts are not those that the manifest
        names, or not in the order of ``_row``. After an error
        the staging folder is still there, to be used again or discarded.
        """
        check_period(period)
        with self._objects.lock(check_slug(slug)):
            earlier = self._fresh(slug).releases
            numbers = [one.number for one in earlier if one.period == period]
            place = Place(slug, period, max(numbers, default=0) + 1)
            now = max((whole_milliseconds(self._clock.now()), *(one.sealed_at for one in earlier)))
            filled = stamped(manifest, place, instant(now), max(numbers, default=None))
            text = file_bytes(filled)
            (staged / MANIFEST).write_bytes(text)
            check_parts(staged, filled)
            coming = _release(place, text, False, staged, staged.joinpath)
            if before is not None:
                before(state_of(slug, (*earlier, coming)))
            self._objects.commit(staged, place)
        return self._made(Found(place, False, None), text)

    def erase(
        self,
        release: Release,
        staged: Path,
        manifest: Mapping[str, Any],
        before: Callable[[State, Release], None] | None = None,
    ) -> Release:
        """Put a staged folder's parts and ``manifest`` in the place of those of ``release`` that held erased rows.

        The release keeps its address; it has the new manifest from one moment on, and the older parts are removed.
        ``manifest`` comes from `manifest.without_rows`. ``before`` is called last, with the state that is about to
        hold and the release as it will be; if it raises, nothing is erased. Sealers of the dataset wait meanwhile.
        Raises Changed when the release is no longer the one given, and Broken when the parts are not those that the
        manifest names.
        """
        with self._objects.lock(release.slug):
            standing = self._fresh(release.slug).releases
            if release not in standing:
                raise Changed(f"{release.ref} is no longer the release that was looked at")
            text = file_bytes(manifest)
            (staged / MANIFEST).write_bytes(text)
            check_rewritten(staged, manifest, release.manifest, release.local)

            def local(name: str) -> Path:
                return path if (path := staged / name).exists() else release.local(name)

            coming = _release(release.place, text, False, staged, local)
            if before is not None:
                before(state_of(release.slug, (*(one for one in standing if one != release), coming)), coming)
            gone = {*release.names, *release.beside} - {*coming.names, *coming.beside}
            self._objects.rewrite(staged, release.place, release.digest, sorted(gone))
        return self._made(Found(release.place, False, None), text)

    def withdraw(
        self,
        release: Release,
        code: str,
        by: str,
        *,
        reason_digest: str | None = None,
        before: Callable[[Tombstone], None] | None = None,
    ) -> Tombstone:
        """Remove the rows of a release from the shelf and leave its manifest and a tombstone.

        ``before`` is called last; if it raises, nothing is withdrawn. Sealers of the dataset wait meanwhile.

        From the moment the tombstone stands nobody is served the release, even if a crash leaves its parts to be
        swept later. Raises Withdrawn when it is withdrawn already, and Changed when rows were erased from it since.
        """
        with self._objects.lock(release.slug):
            standing = self.release(release.slug, release.period, release.number)
            if standing.digest != release.digest:
                raise Changed(f"{release.ref} is no longer the release that was looked at")
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
            if before is not None:
                before(tombstone)
            self._objects.bury(standing.place, file_bytes(tombstone.as_json()), (*standing.names, *standing.beside))
        return tombstone

    def put_back(self, place: Place, staged: Path, tombstone: Tombstone | None = None) -> Release:
        """Put a release that stood here once back in its place; ``staged`` holds its files, known to be its own.

        Where an earlier state of it stands, the staged one takes its place. With ``tombstone`` it is withdrawn: an
        earlier state is buried, and where there is none, ``staged`` holds no more than a manifest.
        """
        with self._objects.lock(place.slug):
            standing = next((one for one in self._fresh(place.slug).releases if one.place == place), None)
            if tombstone is not None:
                if standing is not None:
                    gone = (*standing.names, *standing.beside)
                    self._objects.bury(place, file_bytes(tombstone.as_json()), gone)
                    self._objects.discard(staged)
                    return self.release(place.slug, place.period, place.number)
                (staged / TOMBSTONE).write_bytes(file_bytes(tombstone.as_json()))
            text = (staged / MANIFEST).read_bytes()
            coming = _release(place, text, tombstone is not None, staged, staged.joinpath)
            if standing is None:
                self._objects.commit(staged, place)
            else:
                earlier = {*standing.names, *standing.beside}
                for name in {*coming.names, *coming.beside} & earlier:
                    # What is not renewed stays where it is: an erasure gives what it changes a name of its own.
                    (staged / name).unlink()
                gone = tuple(sorted(earlier - {*coming.names, *coming.beside}))
                self._objects.rewrite(staged, place, standing.digest, gone)
        return self._made(Found(place, tombstone is not None, None), text)

    @contextmanager
    def lock(self, slug: str) -> Iterator[None]:
        """Keep sealers and withdrawers of a dataset waiting, in any process, while the block runs."""
        with self._objects.lock(check_slug(slug)):
            yield

    def sweep(self) -> list[str]:
        """Remove what crashes left behind: dead staging folders and parts under a tombstone; says what it removed."""
        return self._objects.sweep()

    def _read(self, slug: str) -> _Reading:
        known = self._readings.get(slug)
        version = self._objects.version(slug)
        if known is not None and version is not None and known.version == version:
            return known
        return self._fresh(slug, version)

    def _fresh(self, slug: str, version: Hashable | None = None) -> _Reading:
        # The version was asked for before the listing: a change in between only makes the next reading start afresh.
        releases = tuple(self._known(found) for found in self._objects.listing(slug))
        reading = _Reading(version, releases, state_of(slug, releases))
        self._readings[slug] = reading
        return reading

    def _known(self, found: Found) -> Release:
        key = (found.place, found.withdrawn)
        seen = self._seen.get(key)
        if seen is not None and seen[0] == found.stamp:
            return seen[1]
        release = self._made(found, self._objects.read(found.place, MANIFEST))
        self._seen[key] = (found.stamp, release)
        return release

    def _made(self, found: Found, text: bytes) -> Release:
        place, objects = found.place, self._objects
        return _release(place, text, found.withdrawn, objects.folder(place), lambda name: objects.local(place, name))


def _release(place: Place, text: bytes, withdrawn: bool, folder: Path, local: Callable[[str], Path]) -> Release:
    facts = _parsed(text, str(place)).get("ayan", {})
    try:
        if (facts["dataset"], facts["period"], facts["number"]) != (place.slug, place.period, place.number):
            raise Broken(f"{place}: its manifest speaks of another release")
        if int(facts["format"]) > RELEASE_FORMAT:
            raise NewerRelease(Label(f"انتشار {place}", f"Release {place}"), int(facts["format"]), RELEASE_FORMAT)
        return Release(
            place=place,
            digest=sha256_hex(text),
            rows=int(facts["rows"]),
            sealed_at=datetime.fromisoformat(facts["sealed_at"]),
            withdrawn=withdrawn,
            folder=folder,
            local=local,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Broken(f"{place}: its manifest lacks what a release must say ({error})") from error


def _parsed(text: bytes, ref: str) -> dict[str, Any]:
    try:
        table = json.loads(text)
    except ValueError as error:
        raise Broken(f"{ref}: a file of the shelf is not JSON") from error
    if not isinstance(table, dict):
        raise Broken(f"{ref}: a file of the shelf is not a JSON object")
    return table


def state_of(slug: str, releases: Iterable[Release]) -> State:
    """The state in which these are all the releases there are: of each period the highest number, unless withdrawn."""
    highest: dict[str, Release] = {}
    for one in releases:
        if one.period not in highest or one.number > highest[one.period].number:
            highest[one.period] = one
    standing = tuple(highest[period] for period in sorted(highest) if not highest[period].withdrawn)
    return State(slug, _state_digest(slug, standing), standing)


def _state_digest(slug: str, releases: Sequence[Release]) -> str:
    named: list[Json] = [[one.period, one.number, one.digest] for one in releases]
    return sha256_hex(canonical_json({"dataset": slug, "format": SERVING_FORMAT, "releases": named}))


__all__ = [
    "SERVING_FORMAT",
    "Broken",
    "Changed",
    "Erasure",
    "NotOnShelf",
    "Place",
    "Release",
    "Shelf",
    "State",
    "StoreError",
    "Tombstone",
    "Withdrawn",
    "instant",
    "state_of",
]
