"""Bodies of originals in a real object store that loses answers, is away, or gives back something else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.injecting_proxy import Asked, Deed, InjectingProxy, injecting_proxy
from tests.object_store import ObjectStore

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketAway
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.custody.original_bodies import PREFIX, BodyLost, OriginalStub, size_of
from ayan.core.custody.private_files import NotOpened, OriginalEncryption
from ayan.core.custody.private_store import Original, OriginalChanged, PrivateStore
from ayan.core.custody.retention import Deletions, OriginalRetention
from ayan.core.store.release_store import ReleaseStore
from ayan.core.transparency.log_writer import TransparencyLog
from ayan.core.values.clock import SystemClock

KEY = OriginalEncryption.parse("7" * 64)
SALT = "5" * 32
PATIENCE = 0.3


@pytest.fixture
def proxy(bucket_server: ObjectStore) -> Iterator[InjectingProxy]:
    with injecting_proxy(bucket_server.endpoint) as running:
        yield running


@pytest.fixture
def place(bucket_server: ObjectStore, proxy: InjectingProxy) -> BucketPlace:
    return bucket_server.place(endpoint=proxy.endpoint)


@pytest.fixture
def store(place: BucketPlace, tmp_path: Path) -> PrivateStore:
    bucket = Bucket(place, PATIENCE)
    return PrivateStore(tmp_path / "originals", tmp_path / "work", lambda: KEY, lambda: bucket)


def original(folder: Path, data: bytes) -> Original:
    file = folder / f"{len(data)}.csv"
    file.write_bytes(data)
    return Original(file, hashlib.sha256(data).hexdigest(), SALT)


def bodies(store: PrivateStore) -> set[str]:
    return set(store.bodies.standing())


def stubs(store: PrivateStore) -> set[str]:
    return {stub.key for stub in map(OriginalStub.read, store.kept_originals()) if stub}


def on_bodies(deed: Deed, method: str, times: int = 1000) -> Callable[[Asked], Deed]:
    """Do something to the first requests of a method that are about a body."""
    done: list[Asked] = []

    def deeds(asked: Asked) -> Deed:
        # What is deleted is named in the body of a request about the whole bucket.
        if asked.method != method or (method != "POST" and f"{PREFIX}/" not in asked.path) or len(done) >= times:
            return "pass"
        done.append(asked)
        return deed

    return deeds


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, (32 << 20) + 1])
def test_what_is_kept_is_given_back_whatever_its_size(size: int, store: PrivateStore, tmp_path: Path) -> None:
    sent = original(tmp_path, os.urandom(size))
    kept = store.keep_original(sent)
    assert store.keep_original(sent) == kept
    assert b"".join(store.read_original(kept)) == sent.file.read_bytes()
    assert bodies(store) == stubs(store)
    assert len(bodies(store)) == 1
    sealed = size_of(kept)
    assert kept.stat().st_size < 500
    assert store.bring_original(kept)
    assert not store.bring_original(kept)
    assert (size_of(kept), kept.stat().st_size, bodies(store)) == (sealed, sealed, set())
    assert b"".join(store.locker.pieces(kept)) == sent.file.read_bytes()
    assert store.send_original(kept)
    assert b"".join(store.read_original(kept)) == sent.file.read_bytes()
    assert store.bodies.notes() == []


def test_what_does_not_arrive_is_not_kept_and_leaves_nothing_behind(
    store: PrivateStore, proxy: InjectingProxy, tmp_path: Path
) -> None:
    sent = original(tmp_path, b"personal")
    tries: tuple[tuple[Deed, str, type[Exception]], ...] = (
        ("drop", "PUT", BucketAway),
        ("garble", "GET", BodyLost),
        ("drop", "GET", BucketAway),
    )
    for deed, method, fault in tries:
        proxy.deed = on_bodies(deed, method)
        with pytest.raises(fault):
            store.keep_original(sent)
        assert list(store.kept_originals()) == []
        assert len(store.bodies.notes()) >= 1
    changed = Original(sent.file, "0" * 64, SALT)
    proxy.deed = lambda _: "pass"
    with pytest.raises(OriginalChanged):
        store.keep_original(changed)
    proxy.deed = on_bodies("lose", "PUT", 1)
    kept = store.keep_original(sent)
    assert b"".join(store.read_original(kept)) == b"personal"
    assert bodies(store) == stubs(store)
    assert store.bodies.notes() == []
    assert list((tmp_path / "work").glob("scratch-*")) == []


def test_what_was_changed_exchanged_or_lost_is_given_to_nobody(
    store: PrivateStore, place: BucketPlace, tmp_path: Path
) -> None:
    first, second = (store.keep_original(original(tmp_path, data)) for data in (b"one", b"two!"))
    bucket = Bucket(place)
    keys = [stub.key for stub in map(OriginalStub.read, (first, second)) if stub]
    data = [each.data for each in map(bucket.get, keys) if each]
    bucket.put(keys[0], data[1])
    with pytest.raises(BodyLost):
        list(store.read_original(first))
    with pytest.raises(BodyLost):
        store.bring_original(first)
    bucket.delete([keys[0]])
    with pytest.raises(BodyLost):
        list(store.read_original(first))
    assert OriginalStub.read(first) is not None
    # A stub in the place of another one opens nothing: the salt of each is in its head.
    swapped = OriginalStub.read(second)
    assert swapped is not None
    taken = OriginalStub.read(first)
    assert taken is not None
    first.write_bytes(taken.head + swapped.data[len(swapped.head) :])
    with pytest.raises(NotOpened):
        list(store.read_original(first))
    first.write_bytes(second.read_bytes()[:-5])
    with pytest.raises(NotOpened):
        list(store.read_original(first))
    first.write_bytes(swapped.head + b"AYAN-IN-BUCKET-2\n{}")
    with pytest.raises(NotOpened, match="later version"):
        list(store.read_original(first))
    apart = PrivateStore(store.originals, store.scratch, store.lock)
    with pytest.raises(NotOpened, match="AYAN_STORE"):
        list(apart.read_original(second))
    # What a stub that nobody can read may name is not removed.
    store.bodies.give_up(second)
    second.write_bytes(first.read_bytes())
    store.bodies.settle()
    assert (keys[1] in bodies(store), len(store.bodies.notes())) == (True, 1)


def test_what_is_deleted_opens_no_more_at_once_and_goes_when_the_bucket_is_back(
    store: PrivateStore, place: BucketPlace, proxy: InjectingProxy, tmp_path: Path
) -> None:
    kept = store.keep_original(original(tmp_path, b"personal"))
    stays = store.keep_original(original(tmp_path, b"of somebody else"))
    for path in store.originals.rglob("*"):
        if kept.name in path.name:
            os.utime(path, (1_000_000_000, 1_000_000_000))
    nobody: list[TransparencyLog] = []
    retention = OriginalRetention(
        store,
        ReleaseStore(tmp_path / "store", SystemClock()),
        Deletions(lambda: None),
        lambda slug: None,
        SystemClock(),
        nobody.pop,
    )
    head = kept.read_bytes()[:60]
    proxy.deed = on_bodies("drop", "POST")
    assert retention.delete_loose() == 1
    assert not kept.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and head[-32:] in path.read_bytes()]
    assert (len(bodies(store)), len(store.bodies.notes())) == (2, 1)
    apart = PrivateStore(store.originals, store.scratch, store.lock)
    apart.bodies.settle()
    assert len(store.bodies.notes()) == 1, "who has no bucket forgets nothing"
    proxy.deed = lambda _: "pass"
    assert retention.delete_loose() == 0
    store.bodies.settle()
    assert (bodies(store), store.bodies.notes()) == (stubs(store), [])
    assert b"".join(store.read_original(stays)) == b"of somebody else"
