"""Where the releases of a city stand: a folder of this machine, or a bucket of an object store that several share."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.open_table.open_table_folder import FOLDER, TableFolder
from ayan.core.open_table.table_columns import PublicColumns
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.folder import FolderObjects
from ayan.core.store.objects import ReleaseFollower
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import Clock
from ayan.core.values.label import Label
from ayan.core.values.local_path import local_path
from ayan.core.values.refusal import Refusal
from ayan.datasets.registry import Registry
from ayan.wiring.limits import DEFAULT_CACHE_MB
from ayan.wiring.own_variables import said

if TYPE_CHECKING:
    from ayan.core.bucket.bucket import Bucket
    from ayan.core.open_table.table_bucket import TableBucket

CACHE: Final = "store-cache"
"""The folder, in the city's own, of files that are in use here and stand in a bucket."""
DEFAULT_REGION: Final = "us-east-1"

_S3: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9][A-Za-z0-9._-]*)*)/?", re.ASCII)
# Also what somebody meant to be an address and wrote with one slash, or in capitals.
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?:/|$)|[sS]3:", re.ASCII)
_MISSPELT: Final = Label(
    "AYAN_STORE باید پوشه‌ای روی همین ماشین مانند /srv/ayan/store باشد، یا s3://سطل/پیشوند با حرف‌های کوچک؛ نام سطل "
    "از حرف کوچک لاتین، رقم، نقطه و خط تیره است.",
    "AYAN_STORE must be a folder of this machine, such as /srv/ayan/store, or s3://bucket/prefix in small letters; a "
    "bucket's name is made of small Latin letters, digits, dots and hyphens.",
)
_BACKUPS: Final = Label(
    "جای پشتیبان‌ها باید پوشه‌ای روی همین ماشین باشد، یا s3://سطل/پیشوند با حرف‌های کوچک.",
    "Backups stand in a folder of this machine, or at s3://bucket/prefix in small letters.",
)
_VARIABLES: Final = "AYAN_S3"
_BACKUP_VARIABLES: Final = "AYAN_BACKUP_S3"
_BACKUP: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z(-[0-9]{3})?", re.ASCII)
_UNSET: Final = Label(
    "نشانی انبار شیئی (S3) داده شده است، ولی {name} نه.",
    "An object store (S3) is named, but {name} is not set.",
)
_ENDPOINT: Final = Label(
    "AYAN_S3_ENDPOINT (برای پشتیبان AYAN_BACKUP_S3_ENDPOINT) باید نشانی کارساز باشد، "
    "مانند https://s3.example؛ بی مسیر، بی نام و بی گذرواژه.",
    "AYAN_S3_ENDPOINT (of backups AYAN_BACKUP_S3_ENDPOINT) must be the server's address, "
    "such as https://s3.example, without path, name and password.",
)
_CACHE: Final = Label(
    "AYAN_STORE_CACHE_MB باید عددی درست از ۱ به بالا باشد.", "AYAN_STORE_CACHE_MB must be a whole number from 1 on."
)


class StoreUnclear(Refusal, ValueError):
    """Where releases stand cannot be told from the variables."""

    code = "store-unclear"
    fa = _MISSPELT.fa
    en = _MISSPELT.en
    status = 500


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Where releases stand. With a ``bucket``, ``folder`` holds what of it is in use here, up to ``cache_mb`` MiB."""

    folder: Path
    bucket: BucketPlace | None = None
    cache_mb: int = DEFAULT_CACHE_MB

    def opened(self, clock: Clock, follower: ReleaseFollower | None = None) -> ReleaseStore:
        """The store of releases that stands there."""
        if self.bucket is None:
            return ReleaseStore(self.folder, clock, follower=follower)
        # The client takes time and memory to load, for which a city in a folder has no use.
        from ayan.core.open_table.table_bucket import TableBucket
        from ayan.core.store.bucket_objects import BucketObjects

        objects = BucketObjects(self.bucket, self.folder, self.cache_mb << 20)
        if isinstance(follower, TableBucket):
            follower.reads(objects)
        return ReleaseStore(self.folder, clock, objects, follower)

    def opener(self) -> Callable[[], Bucket] | None:
        """What opens the bucket when it is first asked for, and gives the same from then on; None for a folder."""
        place = self.bucket
        if place is None:
            return None

        @cache
        def opened() -> Bucket:
            from ayan.core.bucket.bucket import Bucket

            return Bucket(place)

        return opened


def open_tables(home: Path, place: StorePlace, registry: Callable[[], Registry]) -> TableFolder | TableBucket:
    """The releases of the city in ``home`` as tables of Iceberg in its folder, or beside them in their bucket.

    ``registry`` gives its declared datasets when it is asked; a dataset that is declared no longer, or wrongly, has no
    table, as it has no page.
    """

    def public(slug: str) -> PublicColumns | None:
        try:
            return PublicColumns.of(registry().get(slug))
        except (KeyError, DeclarationError, DatasetDamaged):
            return None

    if place.bucket is not None:
        from ayan.core.open_table.table_bucket import TableBucket

        return TableBucket(public)
    objects = FolderObjects(place.folder)
    return TableFolder(home / FOLDER, objects.base, objects.uri, public)


def store_place(text: str, home: Path) -> StorePlace:
    """Where the releases of the city in ``home`` stand, by what ``AYAN_STORE`` says, empty where it says nothing.

    The rest of an object store is read from variables of its own. Raises NotOnThisMachine for another kind of address,
    and StoreUnclear for one that is misspelt, or whose server or key is not named.
    """
    if not text:
        return StorePlace(home / "store")
    if text.startswith("s3://") and (match := _S3.fullmatch(text)):
        prefix = match[2].strip("/")
        return StorePlace(home / CACHE, _bucket(match[1], f"{prefix}/" if prefix else ""), _cache_mb())
    if text.lower().startswith("s3:") or (_ADDRESS.match(text) and "://" not in text):
        raise StoreUnclear
    return StorePlace(local_path(text, "AYAN_STORE").absolute())


def backup_bucket(text: str) -> tuple[BucketPlace, str]:
    """The bucket that an address ``s3://bucket/prefix`` of backups means, and the backup that ends it, or ''.

    Where variables that begin with ``AYAN_BACKUP_S3`` name a server of its own, its key is theirs too; otherwise it is
    the server of the releases. Raises StoreUnclear.
    """
    match = _S3.fullmatch(text)
    if match is None:
        raise StoreUnclear().worded(_BACKUPS)
    prefix, name = match[2].strip("/"), ""
    if _BACKUP.fullmatch(prefix.rpartition("/")[2]):
        prefix, _, name = prefix.rpartition("/")
    variables = _BACKUP_VARIABLES if os.environ.get(f"{_BACKUP_VARIABLES}_ENDPOINT") else _VARIABLES
    return _bucket(match[1], f"{prefix}/" if prefix else "", variables), name


def overlap(releases: BucketPlace, backups: BucketPlace) -> bool:
    """Whether either place stands within the other."""
    same = (releases.endpoint, releases.bucket) == (backups.endpoint, backups.bucket)
    return same and (releases.prefix.startswith(backups.prefix) or backups.prefix.startswith(releases.prefix))


def store_place_of(home: Path) -> StorePlace:
    """The same for the city in ``home`` if it is the one that the variables name; any other has its own folder."""
    named = said(home, "AYAN_HOME")
    return store_place(said(home, "AYAN_STORE") if named and Path(named).absolute() == home else "", home)


def _bucket(bucket: str, prefix: str, variables: str = _VARIABLES) -> BucketPlace:
    return BucketPlace(
        bucket=bucket,
        prefix=prefix,
        endpoint=_endpoint(_needed(f"{variables}_ENDPOINT")),
        region=os.environ.get(f"{variables}_REGION") or DEFAULT_REGION,
        key=_needed(f"{variables}_KEY"),
        secret=_needed(f"{variables}_SECRET"),
    )


def _needed(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise StoreUnclear().worded(_UNSET.format(name=name))
    return value


def _endpoint(text: str) -> str:
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"):
        raise StoreUnclear().worded(_ENDPOINT)
    return text.rstrip("/")


def _cache_mb() -> int:
    text = os.environ.get("AYAN_STORE_CACHE_MB") or str(DEFAULT_CACHE_MB)
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise StoreUnclear().worded(_CACHE)
    return int(text)
