"""A log that several machines append to: never forked, whoever dies, is paused or loses an answer."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.injecting_proxy import Asked, Deed, InjectingProxy, injecting_proxy
from tests.object_store import ObjectStore
from tests.patience import PATIENCE

from ayan.core.bucket import limits
from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.ledger import bucket_log
from ayan.core.ledger.bucket_log import BucketLog
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.refusal import Forked, LedgerError

SIGNER = Signer("log.shahr.example", bytes(range(32)))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_log, "LOG_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(limits, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(limits, "LONGEST_PAUSE", 0.05)


@pytest.fixture
def proxy(bucket_server: ObjectStore) -> Iterator[InjectingProxy]:
    with injecting_proxy(bucket_server.endpoint) as running:
        yield running


@pytest.fixture
def place(bucket_server: ObjectStore, proxy: InjectingProxy) -> BucketPlace:
    return bucket_server.place(endpoint=proxy.endpoint)


def opened(place: BucketPlace, machine: Path, signer: Signer | None = SIGNER, patience: float = 5) -> BucketLog:
    return BucketLog(
        machine / "log", SIGNER.name, signer, bucket=Bucket(place, patience), hasty=Bucket(place, 0.2),
        verifier=None if signer else SIGNER.verifier, memory=machine / "log.last" if signer else None,
    )  # fmt: skip


def test_what_one_machine_appends_another_reads_proves_and_goes_on_from(place: BucketPlace, tmp_path: Path) -> None:
    first, second, reader = (opened(place, tmp_path / name) for name in ("one", "two", "three"))
    assert first.append(b"first").index == 0
    assert second.append_all([b"%d" % number for number in range(300)]).size == 301
    assert first.append(b"last").index == 301
    assert {log.root() for log in (first, second, reader)} == {first.root()}
    assert reader.leaves(0, 400) == [b"first", *(b"%d" % number for number in range(300)), b"last"]
    for log in (first, second, reader, opened(place, tmp_path / "four", None)):
        log.audit()
    # Of the last bundle only its present state is left, whoever wrote it.
    assert len(Bucket(place).listing("log/entries")) == 2


def test_a_log_that_was_kept_on_one_machine_moves_into_the_bucket(place: BucketPlace, tmp_path: Path) -> None:
    alone = Log(tmp_path / "one" / "log", SIGNER.name, SIGNER)
    alone.append_all([b"%d" % number for number in range(600)])
    moved = opened(place, tmp_path / "one")
    assert moved.root() == alone.root() == opened(place, tmp_path / "two").root()
    assert moved.append(b"next").index == 600


def test_intents_are_known_on_every_machine(place: BucketPlace, tmp_path: Path) -> None:
    first, second = (opened(place, tmp_path / name) for name in ("one", "two"))
    intent = first.intend("trees/all/1", b"leaf", b"what a repair needs")
    assert second.intents() == [intent]
    with pytest.raises(LedgerError, match="begun before"):
        second.intend("trees/all/1", b"leaf")
    assert second.fulfil(intent).index == first.fulfil(intent).index == 0
    second.forget(intent)
    assert first.intents() == []


@pytest.mark.parametrize("deed", ["lose", "drop", "busy"])
def test_every_other_request_goes_wrong_and_nothing_does(
    deed: Deed, place: BucketPlace, proxy: InjectingProxy, tmp_path: Path
) -> None:
    proxy.deed = lambda asked: deed if asked.number % 2 else "pass"
    first, second = (opened(place, tmp_path / name) for name in ("one", "two"))
    for number in range(4):
        (first if number % 2 else second).append(b"%d" % number)
    proxy.deed = lambda _: "pass"
    assert opened(place, tmp_path / "three").leaves(0, 9) == [b"0", b"1", b"2", b"3"]


def test_a_writer_without_an_answer_signs_nothing_that_others_miss(
    place: BucketPlace, proxy: InjectingProxy, tmp_path: Path
) -> None:
    cut_off, other = opened(place, tmp_path / "one", patience=0.2), opened(place, tmp_path / "two")
    cut_off.append(b"first")
    size = cut_off.size

    def silent(asked: Asked) -> Deed:
        return "drop" if asked.path.endswith("log/head") and asked.writes else "pass"

    proxy.deed = silent
    with pytest.raises(BucketFault):
        cut_off.append(b"never answered")
    proxy.deed = lambda _: "pass"
    assert other.append(b"second").index == size
    # Its own entry, written down before, comes to nothing: others went on without it.
    assert cut_off.append(b"third").index == 2
    assert cut_off.leaves(0, 9) == other.leaves(0, 9) == [b"first", b"second", b"third"]
    cut_off.audit()


def test_a_paused_holder_of_the_lease_cannot_fork_the_log(
    place: BucketPlace, bucket_server: ObjectStore, proxy: InjectingProxy, tmp_path: Path
) -> None:
    slow, quick = opened(place, tmp_path / "slow"), opened(bucket_server.place(place.prefix), tmp_path / "quick")
    slow.append(b"first")
    went_past: list[int] = []

    def paused(asked: Asked) -> Deed:
        if asked.path.endswith("log/head") and asked.writes and not went_past:
            went_past.append(0)
            # As if its lease had run out: another one appends in between.
            lease = Bucket(bucket_server.place(place.prefix))
            lease.delete(["log/lease"])
            quick.append(b"second")
        return "pass"

    proxy.deed = paused
    with pytest.raises(LedgerError, match="another machine"):
        slow.append(b"too late")
    proxy.deed = lambda _: "pass"
    assert slow.leaves(0, 9) == quick.leaves(0, 9) == [b"first", b"second"]
    assert slow.append(b"third").index == 2
    slow.audit()
    quick.audit()


def test_an_older_or_other_log_in_the_bucket_is_refused(place: BucketPlace, tmp_path: Path) -> None:
    log = opened(place, tmp_path / "one")
    log.append(b"first")
    before = Bucket(place).get("log/head")
    assert before is not None
    log.append(b"second")
    head = Bucket(place).get("log/head")
    assert head is not None
    Bucket(place).replace("log/head", before.data, head.tag)
    with pytest.raises((Forked, LedgerError)):
        log.append(b"third")
    shutil.rmtree(tmp_path / "one" / "log")
    with pytest.raises((Forked, LedgerError)):
        opened(place, tmp_path / "one")


def test_two_machines_append_at_once_and_nothing_is_lost_or_doubled(place: BucketPlace, tmp_path: Path) -> None:
    def append(name: str) -> None:
        log = opened(place, tmp_path / name)
        for number in range(8):
            log.append(b"%s %d" % (name.encode(), number))

    threads = [threading.Thread(target=append, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    entries = opened(place, tmp_path / "three").leaves(0, 99)
    assert sorted(entries) == sorted(b"%s %d" % (name, number) for name in (b"one", b"two") for number in range(8))


def test_readers_go_on_while_the_bucket_is_silent(place: BucketPlace, proxy: InjectingProxy, tmp_path: Path) -> None:
    opened(place, tmp_path / "one").append(b"first")
    reader = opened(place, tmp_path / "two", None)
    assert reader.size == 1
    proxy.deed = lambda _: "drop"
    began = time.monotonic()
    assert reader.leaf(0) == b"first"
    # Less than a bucket that says nothing is waited for.
    assert time.monotonic() - began < limits.PATIENCE
