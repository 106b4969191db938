"""What a bucket does to a store: lost answers, throttling, foreign bytes, no conditions, and a holder that was paused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store
from tests.core.store.store_releases import erased, numbers, seal
from tests.injecting_proxy import Asked, Deed, InjectingProxy, injecting_proxy
from tests.object_store import ObjectStore, object_store
from tests.patience import PATIENCE

from ayan.core.bucket import limits
from ayan.core.bucket.bucket import Bucket, StoredObject
from ayan.core.bucket.bucket_fault import (
    BucketAway,
    BucketBusy,
    BucketFault,
    BucketKeyRefused,
    BucketMissing,
    BucketUnconditional,
    Moved,
)
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.store import head_board
from ayan.core.store.bucket_objects import BucketObjects
from ayan.core.store.objects import StoreBroken, StoreChanged
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import SystemClock

ROOM = 1 << 30


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another machine did is seen at once, and pauses between tries are short."""
    monkeypatch.setattr(head_board, "BOARD_SECONDS", 0.0)
    monkeypatch.setattr(limits, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(limits, "LONGEST_PAUSE", 0.05)


@pytest.fixture
def proxy(bucket_server: ObjectStore) -> Iterator[InjectingProxy]:
    with injecting_proxy(bucket_server.endpoint) as running:
        yield running


@pytest.fixture
def place(bucket_server: ObjectStore, proxy: InjectingProxy) -> BucketPlace:
    """A part of the bucket, behind the proxy."""
    return bucket_server.place(endpoint=proxy.endpoint)


def opened(place: BucketPlace, folder: Path, **settings: float) -> ReleaseStore:
    return ReleaseStore(folder, SystemClock(), BucketObjects(place, folder, ROOM, **settings))


def directly(place: BucketPlace, server: ObjectStore) -> BucketPlace:
    return server.place(place.prefix)


def all_acts(store: ReleaseStore) -> None:
    """Seal twice, erase from one and withdraw the other."""
    seal(store, "1403-05")
    release = seal(store, "1403-06")
    store.erase(release, *erased(store, release, [1]))
    store.withdraw(store.release("trees", "1403-05", 1), "wrong", "ناظر (ساختگی)")


def check_all(store: ReleaseStore, bucket: Bucket) -> None:
    """What `all_acts` came to, as a machine sees it that had no part in it; nothing else is left in the bucket."""
    assert [(release.ref, release.withdrawn) for release in store.releases("trees")] == [
        ("trees/1403-05/1", True),
        ("trees/1403-06/1", False),
    ]
    assert numbers(store.current("trees")["1403-06"]) == [2]
    assert bucket.listing("attempts") == bucket.listing("trials") == []
    kept = sorted([*each.key.split("/")[2:4], each.key.split("/")[-1]] for each in bucket.listing("releases"))
    assert kept == [
        ["1403-05", "1", "datapackage.json"],
        ["1403-05", "1", "tombstone.json"],
        ["1403-06", "1", "data-0000.e1.parquet"],
        ["1403-06", "1", "datapackage.json"],
    ]


@pytest.mark.parametrize("deed", ["lose", "drop", "busy"])
@pytest.mark.parametrize("every", [2, 3])
def test_every_other_request_goes_wrong_and_nothing_does(
    deed: Deed, every: int, place: BucketPlace, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    proxy.deed = lambda asked: deed if asked.number % every == 0 else "pass"
    all_acts(opened(place, tmp_path / "one"))
    proxy.deed = lambda _: "pass"
    there = directly(place, bucket_server)
    check_all(opened(there, tmp_path / "two"), Bucket(there))


def test_each_lost_answer_of_a_put_is_known_as_ones_own(
    place: BucketPlace, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    lost: set[str] = set()

    def once(asked: Asked) -> Deed:
        if asked.writes and asked.path not in lost:
            lost.add(asked.path)
            return "lose"
        return "pass"

    proxy.deed = once
    all_acts(opened(place, tmp_path / "one"))
    assert any("heads/trees" in path for path in lost)
    there = directly(place, bucket_server)
    check_all(opened(there, tmp_path / "two"), Bucket(there))


@pytest.mark.parametrize(("deed", "fault"), [("busy", BucketBusy), ("drop", BucketAway), ("lose", BucketAway)])
def test_patience_ends_with_a_clear_message(
    deed: Deed, fault: type[BucketFault], place: BucketPlace, proxy: InjectingProxy
) -> None:
    proxy.deed = lambda _: deed
    with pytest.raises(fault) as refused:
        Bucket(place, 0.2).put("x", b"x")
    assert "S3" in refused.value.fa
    assert "Nothing was lost" in refused.value.en
    assert place.secret not in repr(refused.value) + refused.value.fa + refused.value.en
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("wrong", "fault", "said"),
    [
        ({"bucket": "no-such-bucket"}, BucketMissing, "no-such-bucket"),
        ({"secret": "another"}, BucketKeyRefused, "SignatureDoesNotMatch"),
        ({"key": "nobody"}, BucketKeyRefused, "InvalidAccessKeyId"),
    ],
)
def test_a_wrong_setting_is_told_and_nothing_is_made(
    wrong: dict[str, str], fault: type[BucketFault], said: str, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    objects = BucketObjects(bucket_server.place(**wrong), tmp_path, ROOM)
    for asked in (lambda: seal(ReleaseStore(tmp_path, SystemClock(), objects)), objects.slugs):
        with pytest.raises(fault) as refused:
            asked()
        message = refused.value.for_operator
        assert said in message.fa
        assert said in message.en
        # Readers are told of no setting and in nobody else's words.
        assert said not in refused.value.fa + refused.value.en + str(refused.value)
        assert "another" not in repr(refused.value) + message.fa + message.en


def test_a_server_that_ignores_conditions_is_not_written_to(
    place: BucketPlace, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    whole = S3Store(
        place.bucket, endpoint=bucket_server.endpoint, region=place.region, access_key_id=place.key,
        secret_access_key=place.secret, client_options={"allow_http": True},
    )  # fmt: skip
    proxy.overwrite = lambda path, body: str(obstore.put(whole, path, body)["e_tag"])
    proxy.deed = lambda _: "unconditional"
    with pytest.raises(BucketUnconditional) as refused:
        seal(opened(place, tmp_path))
    for words, message in zip(
        refused.value.label.words().values(), refused.value.for_operator.words().values(), strict=True
    ):
        assert "If-Match" in message
        assert "If-Match" not in words, "readers are told of no header"
    bucket = Bucket(directly(place, bucket_server))
    assert all(bucket.listing(folder) == [] for folder in ("heads", "leases", "releases", "attempts", "trials"))


def test_a_server_that_compares_tags_without_their_quotation_marks_is_understood(
    place: BucketPlace, proxy: InjectingProxy, tmp_path: Path
) -> None:
    proxy.deed = lambda _: "plain"
    store = opened(place, tmp_path)
    for number in (1, 2):
        assert seal(store).number == number
    bucket = Bucket(place)
    stale = bucket.create("x", b"first")
    newest = bucket.replace("x", b"second", stale)
    with pytest.raises(Moved):
        bucket.replace("x", b"third", stale)
    assert bucket.get("x") == StoredObject(b"second", newest)


def test_other_bytes_than_were_put_there_are_given_to_nobody(
    place: BucketPlace, proxy: InjectingProxy, tmp_path: Path
) -> None:
    seal(opened(place, tmp_path / "one"))
    proxy.deed = lambda asked: "garble" if asked.path.endswith(".parquet") else "pass"
    store = opened(place, tmp_path / "two")
    release = store.current("trees")["all"]
    with pytest.raises(StoreBroken):
        release.parts()
    assert not list((tmp_path / "two").rglob("*.parquet"))
    proxy.deed = lambda _: "pass"
    assert numbers(release) == [1, 2]


def test_bytes_that_changed_on_this_machine_are_fetched_anew(place: BucketPlace, tmp_path: Path) -> None:
    seal(opened(place, tmp_path))
    (path,) = tmp_path.rglob("*.parquet")
    path.chmod(0o644)
    path.write_bytes(b"something else")
    assert numbers(opened(place, tmp_path).current("trees")["all"]) == [1, 2]


@pytest.mark.parametrize("act", ["withdraw", "erase"])
def test_what_was_taken_away_leaves_every_machine(act: str, place: BucketPlace, tmp_path: Path) -> None:
    store, other = (opened(place, tmp_path / machine) for machine in ("one", "two"))
    release = seal(store)
    gone = [other.current("trees")["all"].parts()[0], release.parts()[0]]
    before = gone[0].read_bytes()
    if act == "withdraw":
        store.withdraw(release, "personal-data", "ناظر (ساختگی)")
    else:
        store.erase(release, *erased(store, release, [1]))
    assert other.releases("trees") == store.releases("trees")
    assert not any(path.exists() for path in gone)
    assert before not in [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]


def test_a_holder_that_was_paused_cannot_publish_what_others_went_past(
    place: BucketPlace, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    slow = opened(place, tmp_path / "slow", lease=0.4)
    quick = opened(directly(place, bucket_server), tmp_path / "quick", lease=0.4)
    staged = slow.stage()

    def paused(_: object) -> None:
        # Nothing of it reaches the bucket until another one has published.
        proxy.deed = lambda _: "drop"
        seal(quick, table={"species": ["کاج"]})
        proxy.deed = lambda _: "pass"

    with pytest.raises(StoreChanged):
        seal(slow, before=paused)
    slow.discard(staged)
    (release,) = quick.releases("trees")
    assert numbers(release) == [1]
    assert slow.releases("trees") == [release]
    assert seal(slow).number == 2


def test_two_machines_publish_at_once_with_numbers_of_their_own(place: BucketPlace, tmp_path: Path) -> None:
    faults: list[BaseException] = []

    def publish(machine: str) -> None:
        try:
            store = opened(place, tmp_path / machine)
            for _ in range(5):
                seal(store)
        except BaseException as fault:  # noqa: BLE001 - told in the thread that asserts
            faults.append(fault)

    _together([lambda: publish("one"), lambda: publish("two")])
    assert faults == []
    releases = opened(place, tmp_path / "three").releases("trees")
    assert [release.number for release in releases] == list(range(1, 11))
    assert [release.manifest["ayan"]["supersedes"] for release in releases] == [None, *range(1, 10)]


def _together(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)


def test_a_server_that_is_killed_under_load_and_comes_back_is_waited_for(tmp_path: Path) -> None:
    with object_store() as server:
        # How long a server takes to come back says how busy the machine is.
        store = opened(server.place("city/"), tmp_path / "one", patience=PATIENCE)
        over = threading.Event()
        sealed: list[int] = []
        faults: list[BaseException] = []

        def publish() -> None:
            try:
                while not over.is_set():
                    sealed.append(seal(store).number)
            except BaseException as fault:  # noqa: BLE001 - told in the thread that asserts
                faults.append(fault)

        thread = threading.Thread(target=publish)
        thread.start()
        while len(sealed) < 3 and thread.is_alive():
            time.sleep(0.02)
        server.kill()
        server.start()
        over.set()
        thread.join(PATIENCE)
        assert faults == []
        there = opened(server.place("city/"), tmp_path / "two")
        releases = there.releases("trees")
        assert [release.number for release in releases] == list(range(1, len(sealed) + 1)) == sealed
        assert all(numbers(release) == [1, 2] for release in releases)
