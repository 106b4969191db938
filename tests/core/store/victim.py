"""A sealer that is killed on purpose: run as a program, it forks children that die at chosen or random moments.

``victim.py steps ROOT`` kills a seal, a withdrawal and an erasure at every file operation in turn; ``victim.py random ROOT COUNT
SEED`` kills a busy sealer COUNT times at random moments. After each death it checks the store as a new reader sees it
and prints one line per trial; a broken promise is a traceback and a non-zero exit.
"""

from __future__ import annotations

import mmap
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.core.store.store_releases import bare_manifest, erased, numbers, seal, write_part

from ayan.core.store.objects import Withdrawn
from ayan.core.store.parquet import verify
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import SystemClock

OPERATIONS = frozenset(
    {"open", "os.rename", "os.mkdir", "os.remove", "os.chmod", "os.listdir", "os.scandir", "fcntl.flock"}
)


def open_store(root: Path) -> ReleaseStore:
    return ReleaseStore(root, SystemClock())


def check(root: Path) -> list[Release]:
    """Every release that can be seen is whole or properly withdrawn, and numbers have no gaps."""
    store = open_store(root)
    releases = store.releases("trees")
    assert sorted(release.number for release in releases) == list(range(1, len(releases) + 1))
    for release in releases:
        if release.withdrawn:
            tombstone = store.tombstone(release)
            assert (tombstone.manifest, tombstone.rows) == (release.digest, release.rows)
            left = sorted(path.name for path in release.folder.iterdir())
            assert left == ["datapackage.json", "tombstone.json"], left
        else:
            assert verify(release.folder, release.manifest) == []
    assert all(not release.withdrawn for release in store.snapshot("trees").releases)
    return releases


def die_at(step: int, renames: mmap.mmap | None = None) -> None:
    """From now on count file operations, and die instead of doing number ``step``; ``renames[0]``: those of releases done.

    Renames of the mark, which readers only follow, are not among them.
    """
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in OPERATIONS:
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            if renames is not None and event == "os.rename" and not Path(str(arguments[0])).name.startswith(".mark."):
                renames[0] += 1

    sys.addaudithook(hook)


def forked(work: Callable[[], None]) -> int:
    """Run ``work`` in a child; its process id."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - the child must never return into the parent's code
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def ended(child: int) -> bool:
    """Whether the child ended by itself (True) or was killed (False); any other end is a failure."""
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0
    return True


def each_step(root: Path, act: Callable[[ReleaseStore], Callable[[], None]]) -> list[bool]:
    """Kill ``act`` at its first operation, its second …, until it ends by itself; whether it had taken effect, each.

    It has taken effect exactly when its last rename is done. How many operations that takes is no promise: whoever
    looked at a folder a moment ago does not look again, and a moment is a matter of the clock.
    """
    effects: list[bool] = []
    reached: list[int] = []
    for step in range(1, 500):
        store = open_store(root)
        work = act(store)
        before = store.snapshot("trees").digest
        with mmap.mmap(-1, mmap.PAGESIZE) as renames:

            def doomed(step: int = step, work: Callable[[], None] = work, renames: mmap.mmap = renames) -> None:
                die_at(step, renames)
                work()

            finished = ended(forked(doomed))
            reached.append(renames[0])
        check(root)
        effects.append(open_store(root).snapshot("trees").digest != before)
        if finished:
            assert effects == [done == reached[-1] for done in reached], (effects, reached)
            return effects
    raise AssertionError("the act never came to its end")


def sealing(store: ReleaseStore) -> Callable[[], None]:
    staged = store.stage()
    manifest = bare_manifest([write_part(staged, {"species": ["چنار", "سرو"]})])

    def work() -> None:
        store.seal(staged, manifest, "trees", "all")

    return work


def withdrawing(store: ReleaseStore) -> Callable[[], None]:
    release = store.current("trees").get("all") or seal(store)

    def work() -> None:
        store.withdraw(release, "wrong", "مدیر (ساختگی)")

    return work


def erasing(store: ReleaseStore) -> Callable[[], None]:
    release = store.current("trees").get("all")
    if release is None or release.rows < 2:
        release = seal(store, table={"species": ["چنار", "سرو", "کاج", "بید", "نارون"]})
    staged, manifest = erased(store, release, [min(numbers(release))])

    def work() -> None:
        store.erase(release, staged, manifest)

    return work


def busy(root: Path) -> None:
    """Seal and withdraw until killed."""
    store = open_store(root)
    while True:
        release = seal(store)
        if release.number % 3 == 0:
            try:
                store.withdraw(release, "wrong", "مدیر (ساختگی)")
            except Withdrawn:
                raise AssertionError("nobody else withdraws") from None


MOST_ROUNDS = 8


def main(mode: str, root: Path, *more: str) -> None:
    if mode == "steps":
        for act in (sealing, withdrawing, erasing):
            effects = each_step(root, act)
            print(act.__name__, len(effects), effects.index(True) + 1)  # noqa: T201 - a program: it tells its trials to the test
        return
    count, seed = map(int, more)
    chance = random.Random(seed)
    trial = seen = 0
    # On a busy machine nobody may get so far in that time: each round allows more of it, until somebody has.
    while trial < count or (not seen and trial < MOST_ROUNDS * count):
        longest = 0.12 * (1 + trial // count)
        trial += 1
        child = forked(lambda: busy(root))
        time.sleep(chance.uniform(0.02, longest))
        os.kill(child, signal.SIGKILL)
        assert not ended(child)
        releases = check(root)
        assert len(releases) >= seen
        seen = len(releases)
        print("killed", seen)  # noqa: T201 - a program: it tells its trials to the test
    assert seal(open_store(root)).number == seen + 1


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
