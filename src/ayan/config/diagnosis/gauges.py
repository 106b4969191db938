"""What is measured when somebody asks for metrics: work that waits, rooms on disks, ages of what should be young."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.db import connection

from ayan.config.diagnosis import work
from ayan.config.diagnosis.marks import backup_time
from ayan.config.hosting.city_hosts import Installation
from ayan.config.metrics import Gauge, Gauges
from ayan.core.ledger.checkpoint import cosigned
from ayan.core.ledger.log import CHECKPOINT
from ayan.wiring import city, ledger
from ayan.wiring.city import City

# Seconds for which the size of the indexes is believed: asking for it walks a folder.
_BELIEVED: Final = 60.0
_sizes: dict[Path, tuple[float, int]] = {}


def gauges() -> Gauges:
    """Every gauge that can be told at this moment; one whose source is away is left out."""
    home = city.current()
    out: dict[str, Gauge] = {}
    for part in _PARTS:
        # Whoever watches sees that a gauge is missing; the doctor says why.
        with suppress(Exception):
            out.update(part(home))
    return out


def city_numbers(home: City) -> dict[str, float]:
    """What is told of one city among many, by the names of `CityWorkMetrics`; what cannot be told is left out."""
    out: dict[str, float] = {}
    with suppress(Exception):
        out["waiting"], out["oldest"] = work.waiting()
        out["failed"] = work.failed_lately()
    with suppress(Exception):
        out["checkpoint"] = _since((home.home / ledger.FOLDER / CHECKPOINT).stat().st_mtime)
    with suppress(Exception):
        if (backed_up_at := backup_time(home.home)) is not None:
            out["backup"] = _since(backed_up_at.timestamp())
    return out


def installation_gauges(installation: Installation) -> Gauges:
    """What is told of an installation as a whole: its cities, and the disk of its folder."""
    entries = installation.cities()
    disk = os.statvfs(installation.folder)
    closed = sum(entry.closed for entry in entries)
    return {
        "ayan_cities": ("Cities of the list", {"open": float(len(entries) - closed), "closed": float(closed)}),
        "ayan_free_bytes": ("Free bytes on the disk of", {"home": float(disk.f_bavail * disk.f_frsize)}),
    }


def _queue(_home: City) -> Iterator[tuple[str, Gauge]]:
    try:
        count, longest = work.waiting()
        failed = work.failed_lately()
    finally:
        # This thread may not look again for long.
        connection.close()
    yield "ayan_tasks_waiting", ("Pieces of work that wait", count)
    yield "ayan_oldest_task_seconds", ("How long the oldest of them has waited", longest)
    yield "ayan_tasks_failed", ("Pieces of work that failed within a day", failed)


def _disks(home: City) -> Iterator[tuple[str, Gauge]]:
    free = {}
    for name, place in (("home", home.home), ("store", home.store)):
        disk = os.statvfs(place)
        free[name] = float(disk.f_bavail * disk.f_frsize)
    yield "ayan_free_bytes", ("Free bytes on the disk of", free)
    yield "ayan_index_bytes", ("Bytes of everything that is derived from the releases", _size(home.index_store.root))


def _size(folder: Path) -> int:
    known = _sizes.get(folder)
    if known is None or time.monotonic() - known[0] > _BELIEVED:
        size = 0
        for root, _, names in os.walk(folder):
            for name in names:
                with suppress(FileNotFoundError):
                    size += Path(root, name).stat().st_size
        known = _sizes[folder] = time.monotonic(), size
    return known[1]


def _damaged(home: City) -> Iterator[tuple[str, Gauge]]:
    yield "ayan_damaged_datasets", ("Datasets whose releases cannot be listed", len(home.site_version.unreadable()))


def _log(home: City) -> Iterator[tuple[str, Gauge]]:
    checkpoint = home.home / ledger.FOLDER / CHECKPOINT
    yield "ayan_checkpoint_age_seconds", ("Since the log was last signed", _since(checkpoint.stat().st_mtime))
    asked = ledger.witnesses(home.home)
    if asked:
        times = cosigned(checkpoint.read_bytes(), [witness.key for witness in asked])
        ages = {witness.name: _since(times[witness.key]) for witness in asked if witness.key in times}
        yield "ayan_witness_age_seconds", ("Since a witness cosigned the log as it is", ages)


def _backup(home: City) -> Iterator[tuple[str, Gauge]]:
    backed_up_at = backup_time(home.home)
    if backed_up_at is not None:
        yield "ayan_backup_age_seconds", ("Since the last backup was made", _since(backed_up_at.timestamp()))


def _since(moment: float) -> float:
    return max(0.0, time.time() - moment)


_PARTS: Final[tuple[Callable[[City], Iterator[tuple[str, Gauge]]], ...]] = (_queue, _disks, _damaged, _log, _backup)
