"""Open tables as objects beside the releases in a bucket, for engines that read it: as `table_folder`, without a disk.

They stand below ``iceberg/{slug}/metadata/`` and name the objects of the releases. Objects have no rename, so a reader
begins with the version hint, which is put last and goes first. Before the objects of a release go, all that names them
goes; what was left unsettled has a note, by which the next who opens the store writes the table anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.bucket.lease import lease
from ayan.core.bucket.limits import HASTY_REQUEST, LEASE_SECONDS
from ayan.core.open_table.limits import MOST_SNAPSHOTS
from ayan.core.open_table.open_table_folder import FOLDER, ReleaseSource
from ayan.core.open_table.table_columns import PublicColumns
from ayan.core.open_table.table_files import HINT, OpenTable
from ayan.core.open_table.table_history import TableHistory
from ayan.core.store.bucket_objects import BucketObjects
from ayan.core.store.limits import LOOK_PATIENCE
from ayan.core.store.objects import SLUG
from ayan.core.store.release import Release

KEPT: Final = f"{FOLDER}/kept"
"""The object that says that tables are kept; without it there are none."""
_NOTES: Final = f"{FOLDER}/unsettled"
_LEASES: Final = f"{FOLDER}/leases"
_LOG: Final = logging.getLogger("ayan.open_table")


@dataclass(frozen=True, slots=True)
class BucketTablePlace:
    """The table of a dataset in the bucket of a store."""

    objects: BucketObjects
    slug: str

    @property
    def files(self) -> str:
        """The address below which the objects of releases stand."""
        return self.objects.bucket.place.url

    @property
    def location(self) -> str:
        """The address of the table."""
        return f"{self.files}/{FOLDER}/{self.slug}"

    def part(self, release: Release, name: str) -> str:
        """The address of an object of a release."""
        shared = self.objects.shared(release.address, [name])
        assert shared is not None  # noqa: S101 - a bucket always is shared
        return f"s3://{shared[0].bucket}/{shared[0].key}"


class TableBucket:
    """The open tables of a city in the bucket of its releases. It is a follower of the release store.

    ``public`` says what of a dataset's columns may be shown, None where nothing of it may. `reads` gives it the objects
    of that very store before it is asked anything. A holder of a table's lease that is silent for ``silence`` seconds
    keeps nobody waiting any more.
    """

    def __init__(self, public: Callable[[str], PublicColumns | None], silence: float = LEASE_SECONDS) -> None:
        self._public = public
        self._silence = silence
        self._objects: BucketObjects | None = None

    def reads(self, objects: BucketObjects) -> None:
        """Follow the store of these objects."""
        self._objects = objects

    @property
    def objects(self) -> BucketObjects:
        """What the store keeps its bytes in."""
        assert self._objects is not None  # noqa: S101 - whoever opens the store says it
        return self._objects

    @property
    def location(self) -> str:
        """The address below which the tables stand."""
        return f"{self.objects.bucket.place.url}/{FOLDER}"

    def begin(self) -> None:
        """Keep tables from now on."""
        self.objects.bucket.put(KEPT, b"")

    def end(self) -> None:
        """Remove all tables; none are kept any more."""
        bucket = self.objects.bucket
        bucket.delete([KEPT])
        every = [each.key for each in bucket.listing(f"{FOLDER}/")]
        # Those first by which readers begin.
        bucket.delete(sorted(every, key=lambda key: not key.endswith((HINT, ".metadata.json"))))

    @contextmanager
    def changing(self, slug: str, releases: ReleaseSource, *, removes: bool) -> Iterator[None]:
        """Keep the table of a dataset in step with a change of its releases, which the block makes.

        Where it ``removes`` objects, nothing names them from before the block on; if that cannot be, it raises
        BucketFault and the block does not run. What goes wrong afterwards is written down and made good by the next.
        """
        if self.objects.bucket.get(KEPT) is None:
            yield
            return
        with self._locked(slug, None):
            self.objects.bucket.put(self._note(slug), b"")
            if removes:
                self._clear(slug)
            try:
                yield
            finally:
                self._settle(slug, releases)

    def settle(self, slug: str, releases: ReleaseSource) -> None:
        """Write the table of a dataset as it is now. Raises BlockingIOError while somebody else is about to."""
        with suppress(BucketFault), self._locked(slug, 0):
            self.objects.bucket.put(self._note(slug), b"")
            self._settle(slug, releases)

    def unsettled(self) -> list[str]:
        """The datasets whose table a killed process, or a fault, left behind; none where the bucket does not answer."""
        with suppress(BucketFault):
            hasty = Bucket(self.objects.bucket.place, LOOK_PATIENCE, HASTY_REQUEST)
            names = (each.key.rpartition("/")[2] for each in hasty.listing(f"{_NOTES}/"))
            return sorted(filter(SLUG.fullmatch, names))
        return []

    @contextmanager
    def _locked(self, slug: str, wait: float | None) -> Iterator[None]:
        with lease(self.objects.bucket, f"{_LEASES}/{slug}", wait=wait, seconds=self._silence):
            yield

    def _settle(self, slug: str, releases: ReleaseSource) -> None:
        try:
            self._write(slug, releases)
            self.objects.bucket.delete([self._note(slug)])
        except Exception:  # noqa: BLE001 - whatever it is must not be taken for a failure of the act
            _LOG.exception("the open table of %s is not written yet", slug)

    def _write(self, slug: str, releases: ReleaseSource) -> None:
        bucket, public = self.objects.bucket, self._public(slug)
        history = TableHistory(releases(), public)
        if bucket.get(KEPT) is None or public is None or not history.standing:
            self._clear(slug)
            return
        folder = f"{FOLDER}/{slug}/metadata"
        table = OpenTable(slug, slug, history, BucketTablePlace(self.objects, slug), most=MOST_SNAPSHOTS)
        there = {each.key.rpartition("/")[2] for each in bucket.listing(f"{folder}/")}
        names: set[str] = {table.metadata_name, HINT}
        for snapshot in table.snapshots:
            named = {table.manifest_name(snapshot), table.list_name(snapshot)}
            names |= named
            if not named <= there:
                for name, data in table.files_of(snapshot).items():
                    bucket.put(f"{folder}/{name}", data)
        bucket.put(f"{folder}/{table.metadata_name}", table.metadata())
        bucket.put(f"{folder}/{HINT}", table.file(HINT))
        bucket.delete(f"{folder}/{name}" for name in sorted(there - names))

    def _clear(self, slug: str) -> None:
        """Remove every object of a table, those first by which readers begin."""
        folder = f"{FOLDER}/{slug}/metadata"
        keys = [each.key for each in self.objects.bucket.listing(f"{folder}/")]
        self.objects.bucket.delete(sorted(keys, key=lambda key: not key.endswith((HINT, ".metadata.json"))))

    @staticmethod
    def _note(slug: str) -> str:
        return f"{_NOTES}/{slug}"
