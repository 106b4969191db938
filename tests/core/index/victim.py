"""A builder of index files that is killed on purpose: run as a program, it forks children that die while they build.

``victim.py ROOT COUNT SEED`` kills COUNT children at chosen file operations and at random moments, while they publish,
correct, erase and withdraw releases of a dataset of several segments, and index what comes of it. After each death
another child looks at what stands: a segment that is in place is whole, a build makes the rest, and no file remains that no state
names. One line is printed for each trial; a broken promise is a traceback and a non-zero exit.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from tests.core.store.store_releases import erased, numbers, seal
from tests.core.store.victim import die_at, ended, forked, open_store

from ayan.core.index.index_store import IndexStore
from ayan.core.index.secondary_index import index_files
from ayan.core.index.segment import is_usable
from ayan.core.store.release_store import ReleaseStore

PERIODS = tuple(f"1403-{month:02}" for month in range(1, 8))


def indexes(root: Path, store: ReleaseStore) -> IndexStore:
    return IndexStore(store, root / "index", least_rows=0, rows_together=40)


def act(root: Path, seed: int) -> None:
    """One thing that a city does with a release, and the index of what comes of it."""
    chance = random.Random(seed)
    store = open_store(root)
    index = indexes(root, store)
    current = store.snapshot("trees").releases
    verb = chance.choice(("seal", "seal", "erase", "withdraw")) if len(current) > 4 else "seal"
    if verb == "seal":
        rows = chance.choice((3, 20, 70))
        table = {
            "species": [f"نشان-{seed}-{n}" for n in range(rows)],
            "code": [f"{seed:04}{n:03}" for n in range(rows)],
        }
        seal(store, chance.choice(PERIODS), table, before=lambda state: index.build("trees", state))
    else:
        release = chance.choice(current)
        if verb == "withdraw" or release.rows < 2:
            index.build("trees", store.snapshot_without(release))
            store.withdraw(release, "wrong", "مدیر (ساختگی)")
        else:
            staged, manifest = erased(store, release, [chance.choice(numbers(release))])
            with store.erasing(release, staged, manifest) as coming:
                index.build("trees", coming.snapshot)
    index.drop_stale("trees")


def look(root: Path) -> None:
    """Whatever is in place is whole; the rest is built, and nothing else remains.

    A child does this, too: whoever forks may have none of the threads that DuckDB and Arrow start.
    """
    store = open_store(root)
    index = indexes(root, store)
    state = store.snapshot("trees")
    published = [
        text
        for release in state.releases
        for part in release.parts()
        for text in pq.read_table(part)["species"].to_pylist()
    ]

    def texts() -> list[str]:
        species = []
        for segment in index.segments(state):
            if segment.file.exists():
                assert is_usable(segment), segment.file
                with duckdb.connect(str(segment.file), read_only=True, config={"threads": 1}) as connection:
                    here = [text for (text,) in connection.execute("SELECT species FROM rows ORDER BY _n").fetchall()]
                assert len(here) == segment.state.rows
                species += here
        return species

    assert set(texts()) <= set(published)
    index.ensure("trees")
    assert texts() == published
    index.drop_stale("trees")
    before = [store.as_of("trees", state.sealed_at - timedelta(milliseconds=1))] if state.sealed_at else []
    named = {path for known in (state, *before) for path in index.files(known)}
    beside = {part for path in named for part in index_files(path)}
    folder = root / "index/trees"
    assert {path for path in folder.iterdir() if path.name != ".lock"} <= named | beside


def main(root: Path, count: int, seed: int) -> None:
    chance = random.Random(seed)
    began = time.monotonic()
    assert all(ended(forked(partial(act, root, number))) for number in range(3))
    usual = (time.monotonic() - began) / 3
    killed = 0
    for trial in range(1, 20 * count):
        step = chance.choice((0, chance.randrange(1, 120)))

        def doomed(step: int = step, trial: int = trial) -> None:
            if step:
                die_at(step)
            act(root, seed * 1000 + trial)

        child = forked(doomed)
        if not step:
            time.sleep(chance.uniform(0.0, usual))
            os.kill(child, signal.SIGKILL)
        died = not ended(child)
        assert ended(forked(lambda: look(root)))
        killed += died
        print("killed" if died else "done", step)  # noqa: T201 - a program: it tells its trials to the test
        if killed == count:
            return
    raise AssertionError("the trials ended before so many had died")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
