"""Publishers with open tables that are killed on purpose: ``victim.py ROOT STRIDE`` kills each act at every STRIDE-th step.

After each death, before anybody opens the store again, no byte of the tables may name a file that is no more; and once
somebody has opened it, the tables are what they would be if they were written anew.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tests.core.open_table.tables import SLUG, opened, words_of
from tests.core.store.store_releases import bare_manifest, erased, numbers, seal, write_part
from tests.core.store.victim import die_at, ended, forked

from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import SystemClock

Act = Callable[[], object]


def sealing(store: ReleaseStore) -> Act:
    staged = store.stage()
    manifest = bare_manifest([write_part(staged, {"species": ["چنار", "سرو"]})])
    return lambda: store.seal(staged, manifest, SLUG, "1403")


def withdrawing(store: ReleaseStore) -> Act:
    release = store.current(SLUG).get("1402") or seal(store, "1402")
    return lambda: store.withdraw(release, "wrong", "مدیر (ساختگی)")


def erasing(store: ReleaseStore) -> Act:
    release = store.current(SLUG).get("1401")
    if release is None or release.rows < 2:
        release = seal(store, "1401", {"species": ["چنار", "سرو", "کاج", "بید", "نارون"]})
    staged, manifest = erased(store, release, [min(numbers(release))])
    return lambda: store.erase(release, staged, manifest)


def names_what_stands(root: Path) -> bool:
    """Whether every file of a release that any byte of the tables names is there; with nothing named, it is."""
    words = words_of(root).decode("utf-8", "replace")
    prefix = f"file://{root}/store/releases/"
    named = {piece.split(".parquet")[0] for piece in words.split(prefix)[1:]}
    return all((root / "store" / "releases" / f"{name}.parquet").exists() for name in named)


def as_written_anew(root: Path) -> bytes:
    store, tables = opened(root, SystemClock())
    tables.end()
    tables.begin()
    store.follow(SLUG)
    return words_of(root)


def trials(parent: Path, prepare: Callable[[ReleaseStore], Act], stride: int) -> int:
    """How many deaths an act was put through."""
    for number, step in enumerate(range(1, 1000, stride)):
        root = parent / f"{prepare.__name__}-{step}"
        store, tables = opened(root, SystemClock())
        tables.begin()
        seal(store, "1400")
        work = prepare(store)

        def doomed(step: int = step, work: Act = work) -> None:
            die_at(step)
            work()

        finished = ended(forked(doomed))
        assert names_what_stands(root), f"{prepare.__name__}, killed at {step}"
        _, tables = opened(root, SystemClock())
        assert tables.unsettled() == []
        settled = words_of(root)
        assert settled == as_written_anew(root), f"{prepare.__name__}, killed at {step}"
        if finished:
            return number
    raise AssertionError("the act never came to its end")


def main(root: Path, stride: int) -> None:
    for act in (sealing, withdrawing, erasing):
        print(act.__name__, trials(root, act, stride))  # noqa: T201 - a program: it tells its trials to the test


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
