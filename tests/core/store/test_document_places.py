"""Documents of releases in a bucket: their bytes stand once for all releases, go with the last, and are never lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests import sampling
from tests.core.store.store_releases import bare_manifest, erased, write_part
from tests.core.store.test_bucket_cuts import ROOM, SECONDS
from tests.injecting_proxy import Asked, Deed, InjectingProxy, injecting_proxy
from tests.object_store import ObjectStore
from tests.patience import PATIENCE

from ayan.core.attachments.document_files import document_name
from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.continuity.store_move import brought
from ayan.core.store import bucket_objects, head_board
from ayan.core.store.bucket_objects import BucketObjects
from ayan.core.store.objects import StoreBroken, stated_files
from ayan.core.store.parquet import verify
from ayan.core.store.release import Release
from ayan.core.store.release_head import ReleaseHead
from ayan.core.store.release_keys import head_key
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.clock import SystemClock

FIRST, SECOND, THIRD = (word.encode() * 40 for word in ("قرارداد ۱ ", "قرارداد ۲ ", "قرارداد ۳ "))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another machine did is seen at once, and nobody waits for a server that is gone."""
    monkeypatch.setattr(head_board, "BOARD_SECONDS", 0.0)
    monkeypatch.setattr(head_board, "BOARD_PAUSE", 0.0)
    monkeypatch.setattr(bucket_objects, "LOOK_PATIENCE", 0.0)


@pytest.fixture
def place(bucket_server: ObjectStore) -> BucketPlace:
    return bucket_server.place()


@pytest.fixture
def proxy(bucket_server: ObjectStore) -> Iterator[InjectingProxy]:
    with injecting_proxy(bucket_server.endpoint) as running:
        yield running


def machine(place: BucketPlace, folder: Path, lease: float = PATIENCE) -> ReleaseStore:
    return ReleaseStore(folder, SystemClock(), BucketObjects(place, folder, ROOM, lease))


def names_of(*contents: bytes) -> dict[str, bytes]:
    return {document_name(sha256_hex(content)): content for content in contents}


def seal(store: ReleaseStore, *contents: bytes, period: str = "all") -> Release:
    """Seal a release of three rows with documents of these bytes."""
    staged = store.stage()
    manifest = bare_manifest([write_part(staged, {"species": ["چنار", "سرو", "بید"]})])
    for name, content in names_of(*contents).items():
        (staged / name).write_bytes(content)
    facts = {name: (len(content), sha256_hex(content)) for name, content in names_of(*contents).items()}
    manifest["ayan"] |= {"documents": stated_files(facts)}
    return store.seal(staged, manifest, "trees", period)


def erase(store: ReleaseStore, release: Release, *kept: bytes) -> Release:
    """Erase a row, and all documents but those that are kept."""
    staged, manifest = erased(store, release, [1])
    files = [file for file in release.manifest["ayan"]["documents"] if file["path"] in names_of(*kept)]
    facts: dict[str, Any] = {**manifest["ayan"], **({"documents": files} if files else {})}
    return store.erase(release, staged, {**manifest, "ayan": facts})


def withdraw(store: ReleaseStore, release: Release) -> None:
    store.withdraw(release, "wrong", "ناظر (ساختگی)")


def kept_in(place: BucketPlace) -> Mapping[str, int]:
    """The files of documents in the bucket, wherever they stand, by name: how often."""
    names = [
        each.key.rpartition("/")[2]
        for top in ("documents", "releases")
        for each in Bucket(place).listing(top)
        if "/document-" in each.key
    ]
    return {name: names.count(name) for name in names}


def once(*contents: bytes) -> Mapping[str, int]:
    return dict.fromkeys(names_of(*contents), 1)


def check_current(store: ReleaseStore) -> None:
    """Every release that stands is whole, its documents are what their names say, and nobody lacks one."""
    for release in store.releases("trees"):
        if not release.withdrawn:
            assert verify(release.whole(), release.manifest) == []
            for file in release.manifest["ayan"].get("documents", ()):
                assert document_name(sha256_hex(release.local(file["path"]).read_bytes())) == file["path"]


def test_bytes_are_sent_once_and_go_with_the_last_release_that_has_them(
    place: BucketPlace, proxy: InjectingProxy, tmp_path: Path
) -> None:
    there = BucketPlace(place.bucket, place.prefix, proxy.endpoint, place.region, place.key, place.secret)
    store = machine(there, tmp_path / "one")
    first = seal(store, FIRST, SECOND)
    begun = len(proxy.asked)
    second = seal(store, FIRST, SECOND, THIRD)
    sent = [asked.path for asked in proxy.asked[begun:] if asked.writes and "/document-" in asked.path]
    assert [path.rpartition("/")[2] for path in sent] == [*names_of(THIRD)]
    other_period = seal(store, SECOND, period="1403-05")
    assert kept_in(place) == once(FIRST, SECOND, THIRD)
    fresh = machine(place, tmp_path / "two")
    check_current(fresh)
    withdraw(fresh, fresh.release("trees", "all", first.number))
    assert kept_in(place) == once(FIRST, SECOND, THIRD)
    assert {path.name for path in (tmp_path / "two/releases/trees/all/1").iterdir()} == {
        "datapackage.json",
        "tombstone.json",
    }
    lessened = erase(store, store.release("trees", "all", second.number), SECOND)
    assert kept_in(place) == once(SECOND)
    check_current(fresh)
    withdraw(store, lessened)
    assert kept_in(place) == once(SECOND)
    check_current(machine(place, tmp_path / "three"))
    withdraw(store, other_period)
    assert kept_in(place) == {}
    assert Bucket(place).listing("documents") == []
    assert seal(fresh, FIRST).number == 3
    assert kept_in(place) == once(FIRST)


def test_what_the_bucket_has_lost_is_sent_again_and_a_list_that_is_not_its_own_is_told(
    place: BucketPlace, tmp_path: Path
) -> None:
    store, bucket = machine(place, tmp_path / "one"), Bucket(place)
    seal(store, FIRST, SECOND)
    (lost,) = [each.key for each in bucket.listing("documents") if each.key.endswith(sha256_hex(FIRST))]
    bucket.delete([lost])
    release = seal(store, FIRST, SECOND)
    assert kept_in(place) == once(FIRST, SECOND)
    fresh = machine(place, tmp_path / "two")
    name = document_name(sha256_hex(FIRST))
    assert fresh.release("trees", "all", release.number).local(name).read_bytes() == FIRST
    assert not machine(place, tmp_path / "four").release("trees", "all", 1).local(name).exists()
    (listed,) = [each.key for each in bucket.listing("releases/trees/all/2") if each.key.endswith("_documents.json")]
    bucket.put(listed, b'{"folders":{"documents/others/x":[]},"format":1}')
    third = machine(place, tmp_path / "three")
    with pytest.raises(StoreBroken):
        third.release("trees", "all", 2).local(name)
    bucket.delete([listed])
    fourth = machine(place, tmp_path / "five")
    assert not fourth.release("trees", "all", 2).local(name).exists()
    # What is withdrawn goes all the same, but for what another release may need.
    withdraw(fourth, fourth.release("trees", "all", 1))
    withdraw(fourth, fourth.release("trees", "all", 2))
    assert kept_in(place) == {}


def test_heads_of_before_are_read_and_their_documents_stand_where_they_stood(
    place: BucketPlace, tmp_path: Path
) -> None:
    bucket, store = Bucket(place), machine(place, tmp_path / "one")
    first = seal(store, FIRST, SECOND)
    _as_before(bucket, "trees/all/1")
    store = machine(place, tmp_path / "two")
    check_current(store)
    second = seal(store, FIRST, SECOND, THIRD)
    assert kept_in(place) == once(FIRST, SECOND, THIRD)
    withdraw(store, store.release("trees", "all", first.number))
    check_current(machine(place, tmp_path / "three"))
    assert kept_in(place) == once(FIRST, SECOND, THIRD)
    withdraw(store, second)
    assert kept_in(place) == {}
    assert ReleaseHead.read("trees", b'{"format":1,"turn":1,"word":"a","releases":[]}').entries == {}


def _as_before(bucket: Bucket, ref: str) -> None:
    """Put the one release of the bucket as an earlier version of the program did: documents among the other files."""
    head = bucket.get(head_key("trees"))
    assert head is not None
    facts = json.loads(head.data)
    (row,) = facts["releases"]
    for each in bucket.listing("documents"):
        stored = bucket.get(each.key)
        assert stored is not None
        bucket.put(f"releases/{ref}/{row[3]}/{each.key.rpartition('/')[2]}", stored.data)
        bucket.delete([each.key])
    facts |= {"format": 1, "releases": [row[:6]]}
    bucket.replace(head_key("trees"), json.dumps(facts).encode(), head.tag)


def test_a_store_moves_with_its_documents_and_each_takes_its_room_once(place: BucketPlace, tmp_path: Path) -> None:
    folder = ReleaseStore(tmp_path / "folder", SystemClock())
    seal(folder, FIRST, SECOND)
    withdraw(folder, seal(folder, THIRD))
    seal(folder, FIRST, SECOND)
    bucket_store = machine(place, tmp_path / "one")
    assert brought(folder, bucket_store, lambda _: None) == 3
    assert kept_in(place) == once(FIRST, SECOND)
    back = ReleaseStore(tmp_path / "back", SystemClock())
    assert brought(machine(place, tmp_path / "two"), back, lambda _: None) == 3
    check_current(back)
    name = document_name(sha256_hex(FIRST))
    assert len({back.release("trees", "all", number).local(name).stat().st_ino for number in (1, 3)}) == 1


# --- whoever dies on the way ------------------------------------------------------------------------------------------

ACTS = ("sealing", "erasing", "withdrawing")


def act(what: str, store: ReleaseStore) -> None:
    newest = store.release("trees", "all", 2)
    if what == "sealing":
        seal(store, FIRST, THIRD)
    elif what == "erasing":
        erase(store, newest, FIRST)
    else:
        withdraw(store, newest)


def cut(what: str, step: int, last: Deed, proxy: InjectingProxy, server: ObjectStore, folder: Path) -> bool:
    """Cut an act off at its request ``step``; whether it had come to its end before."""
    place = server.place(endpoint=proxy.endpoint)
    objects = BucketObjects(place, folder / "one", ROOM, PATIENCE)
    objects.bucket._patience = 0.0
    store = ReleaseStore(folder / "one", SystemClock(), objects)
    seal(store, FIRST)
    seal(store, FIRST, SECOND)
    begun = len(proxy.asked)

    def deed(asked: Asked) -> Deed:
        number = asked.number - begun
        return "pass" if number < step else last if number == step else "drop"

    proxy.deed = deed
    try:
        act(what, store)
        ended = len(proxy.asked) - begun < step
    except BucketFault:
        ended = False
    proxy.deed = lambda _: "pass"
    there = server.place(place.prefix)
    other = machine(there, folder / "two", SECONDS)
    check_current(other)
    # Whoever acts next brings to its end what was left half-way, and nothing of it stays in the bucket.
    withdraw(other, seal(other, THIRD, period="1403-05"))
    check_current(machine(there, folder / "three"))
    named = {
        file["path"]: 1
        for release in other.releases("trees")
        if not release.withdrawn
        for file in release.manifest["ayan"].get("documents", ())
    }
    assert kept_in(there) == named
    assert Bucket(there).listing("attempts") == []
    return ended


@pytest.mark.parametrize("what", ACTS)
def test_cut_off_at_a_request_of_the_day(
    what: str, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    cut(what, sampling.chance(f"documents {what}").randrange(4, 20), "lose", proxy, bucket_server, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("last", ["lose", "drop"])
@pytest.mark.parametrize("what", ACTS)
def test_cut_off_at_every_request(
    what: str, last: Deed, proxy: InjectingProxy, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    for step in range(1, 60):
        if cut(what, step, last, proxy, bucket_server, tmp_path / f"{step}"):
            return
    pytest.fail("it did not come to its end")
