"""Which formats a city's folder holds, by the number that each of them carries, and which numbers are read here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from ayan.core.continuity.snapshot import FORMAT as BACKUP_FORMAT
from ayan.core.custody.private_files import LOCK_FORMAT, format_of
from ayan.core.index.index_store import INDEX_FILE_FORMAT
from ayan.core.index.secondary_index import INDEX_FORMAT, index_files
from ayan.core.schema.format_number import NewerFormat
from ayan.core.store.manifest import RELEASE_FORMAT
from ayan.core.system.duckdb import confined
from ayan.core.values.label import Label
from ayan.wiring.city import City
from ayan.wiring.limits import META_MEMORY

FormatStanding = Literal["current", "rebuild", "older", "newer"]


@dataclass(frozen=True, slots=True)
class StoredFormat:
    """One format: the number that is written ``known``, and how often each number is ``stored``.

    ``derived`` ones are rebuilt from the releases. A stored 0 is a file that does not tell its number.
    """

    name: Label
    known: int
    stored: Counter[int]
    derived: bool = False

    @property
    def standing(self) -> FormatStanding:
        """Whether everything stored is of the known number, and what has to happen where it is not."""
        others = set(self.stored) - {self.known}
        if not others:
            return "current"
        if self.derived:
            return "rebuild"
        return "newer" if max(others) > self.known else "older"


def survey(city: City) -> list[StoredFormat]:
    """Every numbered format of a city but its database, which its migrations number."""
    indexes = [path for slug in city.release_store.datasets() for path in _index_files(city, slug)]
    secondary = (index_files(path)[0] for path in indexes)
    return [
        StoredFormat(Label("انتشارها", "Releases"), RELEASE_FORMAT, Counter(_releases(city))),
        StoredFormat(Label("پرونده‌های اصلی", "Originals"), LOCK_FORMAT, Counter(_originals(city))),
        StoredFormat(
            Label("نمایهٔ پاسخ", "Index: rows"),
            INDEX_FILE_FORMAT,
            Counter(_stated(path, "meta") for path in indexes),
            derived=True,
        ),
        StoredFormat(
            Label("نمایهٔ جست‌وجو", "Index: search"),
            INDEX_FORMAT,
            Counter(_stated(path, "about") for path in secondary if path.exists()),
            derived=True,
        ),
        StoredFormat(Label("پشتیبان‌ها", "Backups"), BACKUP_FORMAT, Counter()),
    ]


def _index_files(city: City, slug: str) -> list[Path]:
    return sorted((city.index_store.root / slug).glob("*.duckdb"))


def _releases(city: City) -> Iterator[int]:
    """The number of each release; of a dataset with a newer one, which is not read, that number alone."""
    for slug in city.release_store.datasets():
        try:
            for release in city.release_store.releases(slug):
                yield int(release.manifest["ayan"]["format"])
        except NewerFormat as newer:
            yield int(newer.stored)


def _originals(city: City) -> Iterator[int]:
    for path in sorted((city.home / "originals").rglob("*")):
        if path.is_file() and (number := format_of(path)) is not None:
            yield number


def _stated(path: Path, table: str) -> int:
    """The number in a file of the index; 0 where it cannot be read."""
    try:
        with confined(attach={"stored": path}, memory=META_MEMORY, threads=1) as connection:
            rows = connection.execute(f"SELECT * FROM stored.{table}").fetchall()  # noqa: S608 - a name of this module
        return int(dict(rows)["format"])
    except (duckdb.Error, KeyError, ValueError):
        return 0
