"""What releases in an object store cost beside those in a folder: publishing, and reading for the first time and later.

``python -m benchmarks.buckets [--rounds N] [--rows N]`` starts a SeaweedFS of its own, seals releases in a folder and
in a bucket in turn, and reads each as a process does that has never seen it. It prints processor seconds of this
process and seconds on the wall, the median of the rounds, and how many requests a publish takes. A *warm* read finds
its files on the machine. *Under pressure* eight datasets are read in turn by chance where three fit: how long a read
takes then, how many of them fetch, and how far the folder goes beyond its bound.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.core.store.store_releases import seal
from tests.injecting_proxy import injecting_proxy
from tests.object_store import object_store

from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.store.bucket_objects import BucketObjects
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import SystemClock

CACHE = 1 << 30


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of this process, and seconds on the wall."""
    began, used = time.monotonic(), time.process_time()
    work()
    return time.process_time() - used, time.monotonic() - began


def opened(root: Path, place: BucketPlace | None) -> ReleaseStore:
    return ReleaseStore(root, SystemClock(), BucketObjects(place, root, CACHE) if place else None)


def read(root: Path, place: BucketPlace | None) -> None:
    """What the first question of a process needs: the newest release, whole."""
    for release in opened(root, place).current("trees").values():
        for path in release.parts():
            path.read_bytes()


def under_pressure(root: Path, place: BucketPlace, table: dict[str, list[str]], rounds: int) -> str:
    """Eight datasets where three fit: the median of a read, the share that fetch, and the most that stood here."""
    writer = opened(root / "writer", place)
    slugs = [f"trees-{number}" for number in range(8)]
    for slug in slugs:
        seal(writer, table=table, slug=slug)
    size = sum(path.stat().st_size for path in writer.current(slugs[0])["all"].parts())
    folder, bound = root / "pressed", 3 * size + size // 2
    store = ReleaseStore(folder, SystemClock(), BucketObjects(place, folder, bound))
    chance, took, fetched, most = random.Random(26), [], 0, 0
    for _ in range(rounds * 10):
        slug = chance.choice(slugs)
        before = set(folder.rglob("*.parquet"))
        began = time.monotonic()
        for release in store.current(slug).values():
            for path in release.parts():
                path.read_bytes()
        took.append(time.monotonic() - began)
        files = set(folder.rglob("*.parquet"))
        fetched += bool(files - before)
        most = max(most, sum(path.stat().st_size for path in files))
    share, over = fetched / len(took), most / bound
    return f"{statistics.median(took) * 1000:.1f} ms a read, {share:.0%} fetched, {over:.0%} of the bound at most"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--rows", type=int, default=20_000)
    asked = parser.parse_args(arguments)
    table = {"species": [f"گونه {number * 7919 % 104729}" for number in range(asked.rows)]}
    figures: dict[str, list[tuple[float, float]]] = {}
    with object_store() as server, tempfile.TemporaryDirectory() as folder:
        place, root = server.place(), Path(folder)
        stores = {"folder": opened(root / "folder", None), "bucket": opened(root / "bucket", place)}
        for number in range(asked.rounds):
            for name, store in stores.items():
                publish = timed(lambda store=store: seal(store, table=table))  # type: ignore[misc] # bound at once
                where = root / "folder" if name == "folder" else root / f"other-{number}"
                first = timed(lambda where=where, name=name: read(where, place if name == "bucket" else None))  # type: ignore[misc] # likewise
                figures.setdefault(f"publish {name}", []).append(publish)
                warm = timed(lambda where=where, name=name: read(where, place if name == "bucket" else None))  # type: ignore[misc] # likewise
                figures.setdefault(f"first read {name}", []).append(first)
                figures.setdefault(f"warm read {name}", []).append(warm)
        with injecting_proxy(server.endpoint) as proxy:
            counted = opened(root / "counted", server.place(endpoint=proxy.endpoint))
            seal(counted, table=table)
            before = len(proxy.asked)
            seal(counted, table=table)
            requests = len(proxy.asked) - before
        pressed = under_pressure(root / "pressure", server.place(), table, asked.rounds)
    for name, measured in sorted(figures.items()):
        used, took = (statistics.median(each) for each in zip(*measured, strict=True))
        print(f"{name:20} {used * 1000:7.1f} ms processor {took * 1000:7.1f} ms")
    print(f"requests of a publish {requests}")
    print(f"under pressure {pressed}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
