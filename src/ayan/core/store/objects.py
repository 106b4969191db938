"""Where the bytes of releases are kept: the seam between the store and a folder or a bucket."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from ayan.core.schema.format_number import NewerFormat
from ayan.core.store.limits import LARGEST_NUMBER

MANIFEST: Final = "datapackage.json"
TOMBSTONE: Final = "tombstone.json"

SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
PERIOD: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,31}", re.ASCII)
NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}", re.ASCII)


class StoreError(Exception):
    """Something the store refuses or cannot do; the text is for the operator."""


class BadAddress(StoreError, ValueError):
    """A slug, period, number or file name that may not become part of a path."""


class NotInStore(StoreError, LookupError):
    """There is no such release."""


class NumberTaken(StoreError):
    """A release already stands at this place; it was not touched."""


class Withdrawn(StoreError):
    """The release has been withdrawn: its tombstone stands, its rows are gone."""


class StoreChanged(StoreError):
    """The release is no longer the one that was looked at; it was not touched."""


class StoreBroken(StoreError):
    """What stands in the store is not what was put there."""


class NewerRelease(NewerFormat, StoreError):
    """The manifest of a release has a format that only a later version of the program reads."""

    code = "newer-release"
    fa = "نسخهٔ تازه‌تری از عیان این انتشار را نوشته است. عیان را به‌روز کنید و دوباره اجرا کنید."
    en = "A later version of Ayan wrote this release. Update Ayan and run this again."
    status = 500


@dataclass(frozen=True, slots=True)
class PartFacts:
    """One part: file ``name``, size in ``bytes``, ``sha256`` (hex), ``rows``, and its columns as (name, Arrow type)."""

    name: str
    bytes: int
    sha256: str
    rows: int
    columns: tuple[tuple[str, str], ...]

    @property
    def hash(self) -> str:
        """The digest as a Data Package writes it: ``sha256:<hex>``."""
        return f"sha256:{self.sha256}"


@dataclass(frozen=True, slots=True, order=True)
class ReleaseAddress:
    """The address of a release: dataset slug, period (``all`` where the dataset has none), number from 1.

    Raises BadAddress for anything that could lead out of the store.
    """

    slug: str
    period: str
    number: int

    def __post_init__(self) -> None:
        check_slug(self.slug)
        check_period(self.period)
        if type(self.number) is not int or not 1 <= self.number <= LARGEST_NUMBER:
            raise BadAddress(f"not a release number: {self.number!r}")

    def __str__(self) -> str:
        return f"{self.slug}/{self.period}/{self.number}"


@dataclass(frozen=True, slots=True)
class StoredRelease:
    """One release that a listing found; ``stamp`` differs whenever its manifest could differ."""

    address: ReleaseAddress
    withdrawn: bool
    stamp: Hashable


@dataclass(frozen=True, slots=True)
class SharedObject:
    """A file of a release as other machines read it: ``key`` in a bucket of the object store at ``endpoint``.

    ``sha256`` (hex) is of its bytes: whoever reads them elsewhere holds them against it, as this machine does.
    """

    endpoint: str
    region: str
    bucket: str
    key: str
    sha256: str


class Objects(Protocol):
    """What the store needs from whatever keeps the bytes.

    A folder commits a release with one rename. An object store has no rename: there files go up first, under words of
    their own, and the commit point is the head of the dataset, put only if it is still the one that was read. Until it
    names a release the listing does not show it, and a second writer of the same number gets `NumberTaken`. A tombstone
    or an erasure is likewise one such step, before anything is deleted. `lock` is a lease, and whoever lost it unawares
    gets `StoreChanged`; `version` is the entity tag of the head; `local` fetches a part into a cache on first use.
    """

    def slugs(self) -> list[str]:
        """The datasets that may have releases, sorted."""
        ...

    def version(self, slug: str) -> Hashable | None:
        """A token: while it stays equal, `listing` cannot have changed. None means it must be asked again."""
        ...

    def mark(self) -> str | None:
        """A word that is cheap to ask for: while it stays equal, no listing has changed. None means nobody can say."""
        ...

    def listing(self, slug: str) -> list[StoredRelease]:
        """Every committed release of a dataset, by period and number."""
        ...

    def read(self, address: ReleaseAddress, name: str) -> bytes:
        """A small file of a release; NotInStore when it is not there."""
        ...

    def folder(self, address: ReleaseAddress) -> Path:
        """The local folder in which the files of a release stand, or to which they are fetched."""
        ...

    def local(self, address: ReleaseAddress, name: str) -> Path:
        """A local path where one file of a release can be read."""
        ...

    def shared(self, address: ReleaseAddress, names: Sequence[str]) -> Sequence[SharedObject] | None:
        """Where other machines read files of a release; None where they stand in a folder."""
        ...

    def lock(self, slug: str) -> AbstractContextManager[None]:
        """Keep other sealers of the dataset waiting while the block runs."""
        ...

    def stage(self, *, brief: bool = False) -> Path:
        """A new empty local folder, invisible to readers, owned by this process until committed or discarded.

        A ``brief`` one is swept as soon as its owner is gone, others when nobody has touched them for long.
        """
        ...

    def discard(self, staged: Path) -> None:
        """Give up a staging folder and what is in it."""
        ...

    def commit(self, staged: Path, address: ReleaseAddress) -> None:
        """Make a staged folder durable and visible in one step; Taken when the place is occupied."""
        ...

    def bury(self, address: ReleaseAddress, tombstone: bytes, names: Sequence[str]) -> None:
        """Put the tombstone, then remove the named files; Withdrawn when a tombstone already stands."""
        ...

    def rewrite(self, staged: Path, address: ReleaseAddress, before: str, gone: Sequence[str]) -> None:
        """Move a staged manifest and new parts into a release, the manifest last and in one step; remove ``gone``.

        The new parts have names of their own. ``before`` is the SHA-256 (hex) of the manifest that is replaced:
        Changed, with nothing touched, when another one stands, Withdrawn under a tombstone.
        """
        ...

    def sweep(self) -> list[str]:
        """Remove what a crash left behind (dead staging, parts that are no part of a release); says what it removed."""
        ...


class ReleaseFollower(Protocol):
    """What stands beside the store and names its files, such as open tables."""

    def changing(
        self, slug: str, releases: Callable[[], Sequence[Any]], *, removes: bool
    ) -> AbstractContextManager[None]:
        """Follow a change of a dataset, which the block makes; where it ``removes`` files, name them no more before.

        ``releases`` gives, after the block, every `Release` of the dataset in the order of sealing.
        """
        ...

    def settle(self, slug: str, releases: Callable[[], Sequence[Any]]) -> None:
        """Make good what a killed process left; BlockingIOError while somebody else is about to."""
        ...

    def unsettled(self) -> list[str]:
        """The datasets of which a process was killed half-way."""
        ...


def check_slug(slug: str) -> str:
    """``slug`` itself, or BadAddress when it may not be a folder's name."""
    if not SLUG.fullmatch(slug):
        raise BadAddress(f"not a dataset slug: {slug!r}")
    return slug


def check_period(period: str) -> str:
    """``period`` itself, or BadAddress when it may not be a folder's name."""
    if not PERIOD.fullmatch(period):
        raise BadAddress(f"not a period: {period!r}")
    return period


def check_name(name: str) -> str:
    """``name`` itself, or BadAddress when it may not name a file of a release."""
    if not NAME.fullmatch(name) or ".." in name:
        raise BadAddress(f"not a file name of a release: {name!r}")
    return name


def size_of(paths: Iterable[Path]) -> int:
    """The bytes of some files together; of those that are gone, none."""
    total = 0
    for path in paths:
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def stated_files(files: Mapping[str, tuple[int, str]]) -> list[dict[str, Any]]:
    """What a manifest says of files beside the parts, given by name with their sizes in bytes and SHA-256 (hex)."""
    return [
        {"path": check_name(name), "bytes": size, "hash": f"sha256:{digest}"}
        for name, (size, digest) in sorted(files.items())
    ]
