"""A machine that is cut off from the bucket at each request of an act in turn, as one that dies there: never a half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests import sampling
from tests.core.store.store_releases import erased, numbers, seal
from tests.injecting_proxy import Asked, Deed, InjectingProxy, injecting_proxy
from tests.object_store import ObjectStore
from tests.patience import PATIENCE

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.store import bucket_objects, head_board
from ayan.core.store.bucket_objects import BucketObjects
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import SystemClock

ROOM = 1 << 30
SECONDS = 0.2
"""After how long somebody is taken for dead who says nothing any more."""

MOST_REQUESTS = 60


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a server that is gone, and what another machine did is seen at once."""
    monkeypatch.setattr(head_board, "BOARD_SECONDS", 0.0)
    monkeypatch.setattr(head_board, "BOARD_PAUSE", 0.0)
    monkeypatch.setattr(bucket_objects, "LOOK_PATIENCE", 0.0)


@pytest.fixture
def proxy(bucket_server: ObjectStore) -> Iterator[InjectingProxy]:
    with injecting_proxy(bucket_server.endpoint) as running:
        yield running


def sealing(store: ReleaseStore, _: Release) -> None:
    seal(store, table={"species": ["کاج", "بید", "نارون"]})


def erasing(store: ReleaseStore, release: Release) -> None:
    store.erase(release, *erased(store, release, [1]))


def withdrawing(store: ReleaseStore, release: Release) -> None:
    store.withdraw(release, "wrong", "ناظر (ساختگی)")


Act = Callable[[ReleaseStore, Release], None]


def cut(
    act: Act, step: int, last: Deed, proxy: InjectingProxy, server: ObjectStore, folder: Path
) -> tuple[bool, int, bool]:
    """Cut an act off at its request ``step``: whether it had come to its end before, what it wrote, whether it took effect.

    ``last`` is what becomes of that request. What was written is a number of requests that arrived.
    """
    place = server.place(endpoint=proxy.endpoint)
    # It renews its lease once in a minute: on a busy machine renewals would be counted among the requests of the act.
    objects = BucketObjects(place, folder / "one", ROOM, PATIENCE)
    objects.bucket._patience = 0.0
    store = ReleaseStore(folder / "one", SystemClock(), objects)
    release = seal(store)
    before = store.snapshot("trees").digest
    begun = len(proxy.asked)

    def deed(asked: Asked) -> Deed:
        number = asked.number - begun
        return "pass" if number < step else last if number == step else "drop"

    proxy.deed = deed
    try:
        act(store, release)
        ended = len(proxy.asked) - begun < step
    except BucketFault:
        ended = False
    arrived = [asked for asked in proxy.asked[begun:] if asked.number - begun < step + (last == "lose")]
    written = sum(asked.writes for asked in arrived)
    proxy.deed = lambda _: "pass"
    there = server.place(place.prefix)
    other = ReleaseStore(folder / "two", SystemClock(), BucketObjects(there, folder / "two", ROOM, SECONDS))
    effect = other.snapshot("trees").digest != before
    for each in other.releases("trees"):
        assert each.withdrawn or len(numbers(each)) == each.rows
    # Whoever acts next brings to its end what was left half-way, and nothing of it stays in the bucket.
    last_release = seal(other, "1403-05")
    assert last_release.number == 1
    other.withdraw(last_release, "wrong", "ناظر (ساختگی)")
    bucket = Bucket(there)
    assert bucket.listing("attempts") == []
    named = {name for each in other.releases("trees") for name in ("datapackage.json", *each.names)}
    keys = [each.key for each in bucket.listing("releases")]
    assert {key.rpartition("/")[2] for key in keys} <= {*named, "tombstone.json"}
    assert len(keys) == sum(2 if each.withdrawn else 1 + len(each.names) for each in other.releases("trees"))
    return ended, written, effect


def each_step(act: Act, last: Deed, steps: list[int], proxy: InjectingProxy, server: ObjectStore, folder: Path) -> None:
    """Whether an act took effect is settled by what it wrote; how often it looks before is a matter of the clock."""
    seen: set[tuple[int, bool]] = set()
    for step in steps:
        ended, written, effect = cut(act, step, last, proxy, server, folder / f"{step}")
        seen.add((written, effect))
        if ended:
            break
    assert len(dict(seen)) == len(seen), f"the same was written, with and without effect: {sorted(seen)}"
    effects = [effect for _, effect in sorted(seen)]
    assert effects == sorted(effects), f"an act took effect, and with one request more it did not: {sorted(seen)}"


@pytest.mark.parametrize("act", [sealing, erasing, withdrawing])
def test_cut_off_at_some_requests_of_the_day(
    act: Act, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    steps = sorted(sampling.chance(f"cut {act.__name__}").sample(range(1, 14), 3))
    each_step(act, "lose", steps, proxy, bucket_server, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("last", ["lose", "drop"])
@pytest.mark.parametrize("act", [sealing, erasing, withdrawing])
def test_cut_off_at_every_request(
    act: Act, last: Deed, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    each_step(act, last, list(range(1, MOST_REQUESTS)), proxy, bucket_server, tmp_path)
