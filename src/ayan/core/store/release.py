"""One sealed release, and the state of a dataset: the releases that hold at one time, named by a digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ayan.core.store.manifest import RELEASE_FORMAT, beside, file_name, salts_among
from ayan.core.store.manifest_trees import TREES, PackedManifest
from ayan.core.store.objects import MANIFEST, NewerRelease, ReleaseAddress, StoreBroken, Withdrawn
from ayan.core.store.tombstone import Erasure
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.label import Label


@dataclass(frozen=True)
class Release:
    """One sealed release.

    ``digest`` is the SHA-256 (hex) of its ``datapackage.json`` as stored, ``rows`` the published rows, ``sealed_at``
    an aware UTC time, ``folder`` where its files stand (a staging folder while it is only about to be sealed).
    """

    address: ReleaseAddress
    digest: str
    rows: int
    sealed_at: datetime
    withdrawn: bool
    folder: Path = field(repr=False, compare=False)
    local: Callable[[str], Path] = field(repr=False, compare=False)

    @property
    def slug(self) -> str:
        """The dataset."""
        return self.address.slug

    @property
    def period(self) -> str:
        """The period, ``all`` where the dataset has none."""
        return self.address.period

    @property
    def number(self) -> int:
        """The number within the period, from 1."""
        return self.address.number

    @property
    def ref(self) -> str:
        """``slug/period/number``, as commands and pages name the release."""
        return str(self.address)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The Data Package descriptor; Broken when the file is no longer the one that was listed."""
        return TREES.of(self._packed)

    @cached_property
    def _packed(self) -> PackedManifest:
        """The descriptor's text as it was when it was first read: an erasure may put another one in its place."""
        text = self.local(MANIFEST).read_bytes()
        if sha256_hex(text) != self.digest:
            raise StoreBroken(f"{self.ref}: {MANIFEST} is not the one that was sealed")
        packed = PackedManifest(text, self.digest)
        TREES.hold(packed, parsed(text, self.ref))
        return packed

    @cached_property
    def named(self) -> bytes:
        """How the digest of a state names it; thousands of states may have it."""
        return canonical_json([self.period, self.number, self.digest])

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
        return tuple(Erasure.from_json(erasure) for erasure in self.manifest["ayan"].get("erasures", []))

    def parts(self) -> list[Path]:
        """The Parquet files, in row order; Withdrawn when the release is."""
        if self.withdrawn:
            raise Withdrawn(f"{self.ref} is withdrawn")
        return [self.local(name) for name in self.names]

    def whole(self) -> Path:
        """The folder in which all its files stand, the parts and those beside them; Withdrawn when it is."""
        for name in (MANIFEST, *self.beside):
            self.local(name)
        self.parts()
        return self.folder


@dataclass(frozen=True)
class DatasetSnapshot:
    """What a dataset says at one moment: its current release of each period, sorted by period.

    ``digest`` (hex) names the state: equal digests mean equal releases, byte for byte.
    """

    slug: str
    digest: str
    releases: tuple[Release, ...]

    # Asked for with every question, of states of thousands of releases, too: reckoned once.
    @cached_property
    def rows(self) -> int:
        """The rows of all periods together."""
        return sum(release.rows for release in self.releases)

    @cached_property
    def sealed_at(self) -> datetime | None:
        """When the newest of its releases was sealed; None for an empty state."""
        return max((release.sealed_at for release in self.releases), default=None)

    @cached_property
    def newest(self) -> Release | None:
        """The release that was sealed last, of several at one time the last by name; None for an empty state."""
        last = (release for release in self.releases if release.sealed_at == self.sealed_at)
        return max(last, key=lambda release: release.ref, default=None)

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The periods of its releases, sorted; the same object each time, so that what follows from it can be kept."""
        return tuple(release.period for release in self.releases)

    @cached_property
    def by_period(self) -> Mapping[str, Release]:
        """Its releases by their periods."""
        return MappingProxyType({release.period: release for release in self.releases})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its releases as ``period/number``."""
        return tuple(f"{release.period}/{release.number}" for release in self.releases)

    def alone(self, asked: tuple[str, int]) -> DatasetSnapshot:
        """The state of the one release of this period and number; one without releases where it has none such."""
        return snapshot_of(self.slug, (each for each in self.releases if (each.period, each.number) == asked))

    @cached_property
    def by_sealing(self) -> tuple[int, ...]:
        """The places of its releases from the one sealed first to the one sealed last."""
        releases = self.releases
        return tuple(sorted(range(len(releases)), key=lambda at: (releases[at].sealed_at, releases[at].period)))


def release_from(
    address: ReleaseAddress, text: bytes, withdrawn: bool, folder: Path, local: Callable[[str], Path]
) -> Release:
    """The release whose manifest is ``text``, its files in ``folder``, each where ``local`` says.

    StoreBroken when the manifest speaks of another release than that at ``address``, or lacks what one must say;
    NewerRelease when a later version wrote it.
    """
    facts = parsed(text, str(address)).get("ayan", {})
    try:
        if (facts["dataset"], facts["period"], facts["number"]) != (address.slug, address.period, address.number):
            raise StoreBroken(f"{address}: its manifest speaks of another release")
        if int(facts["format"]) > RELEASE_FORMAT:
            raise NewerRelease(
                Label("انتشار {address}", "Release {address}").format(address=address),
                int(facts["format"]),
                RELEASE_FORMAT,
            )
        return Release(
            address=address,
            digest=sha256_hex(text),
            rows=int(facts["rows"]),
            sealed_at=datetime.fromisoformat(facts["sealed_at"]),
            withdrawn=withdrawn,
            folder=folder,
            local=local,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreBroken(f"{address}: its manifest lacks what a release must say ({error})") from error


def parsed(text: bytes, ref: str) -> dict[str, Any]:
    """A JSON object that stands beside a release; Broken when it is none."""
    try:
        table = json.loads(text)
    except ValueError as error:
        raise StoreBroken(f"{ref}: a file of the release store is not JSON") from error
    if not isinstance(table, dict):
        raise StoreBroken(f"{ref}: a file of the release store is not a JSON object")
    return table


def snapshot_of(slug: str, releases: Iterable[Release]) -> DatasetSnapshot:
    """The state in which these are all the releases there are: of each period the highest number, unless withdrawn."""
    highest: dict[str, Release] = {}
    for release in releases:
        address = release.address
        standing = highest.get(address.period)
        if standing is None or address.number > standing.address.number:
            highest[address.period] = release
    shown = tuple(highest[period] for period in sorted(highest) if not highest[period].withdrawn)
    return DatasetSnapshot(slug, _state_digest(slug, shown), shown)


def standing_files(releases: Sequence[Release]) -> Callable[[str, str], Path | None]:
    """Where a document's file of this name and hash stands in one of some releases; nowhere in a withdrawn one.

    Nothing is read of them before the first file is asked for: a release without documents costs the same after
    thousands of others.
    """

    @cache
    def files() -> dict[tuple[str, str], Release]:
        return {
            (file_name(file), str(file["hash"])): release
            for release in releases
            if not release.withdrawn
            for file in release.manifest["ayan"].get("documents", ())
        }

    def standing(name: str, digest: str) -> Path | None:
        holder = files().get((name, digest))
        return holder.local(name) if holder else None

    return standing


def _state_digest(slug: str, releases: Sequence[Release]) -> str:
    """The public name of a state: what its releases are and nothing else, however they are stored or indexed."""
    # The canonical form of {"dataset": …, "releases": [[period, number, digest], …]}.
    named = b",".join(release.named for release in releases)
    return sha256_hex(b'{"dataset":%b,"releases":[%b]}' % (canonical_json(slug), named))
