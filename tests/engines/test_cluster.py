"""A cluster beside this machine: what it is asked, what happens while it is away, and when a worker of it dies."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import obstore
import pyarrow as pa
import pytest
from obstore.store import S3Store
from tests.core.audit.flags.world import DATASETS as DATASETS_OF_AYAN
from tests.core.audit.flags.world import FLAGS, REGISTRY, day, sealed
from tests.core.query.town import DATASET, NOON, SOME_ROWS, Town, town_of
from tests.engines.spark_cluster import Cluster, can_run, running
from tests.object_store import SECRET, ObjectStore
from tests.patience import PATIENCE
from tests.ports import free_port

from ayan.core.audit.cluster_audit import AuditCluster
from ayan.core.audit.flags.computation import compute
from ayan.core.audit.reconciliation import BalanceOutcome, reconcile
from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.query.answer import TooSlow
from ayan.core.query.engines.cluster import AWAY, NAMED_ROWS, NARROWED, ClusterEngine
from ayan.core.query.engines.embedded_engine import EngineLimits
from ayan.core.query.engines.engine_choice import listening
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.engines.spark import SparkEngine
from ayan.core.query.engines.spark_connection import ClusterAway, ClusterQuestion, SparkConnection
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.query_service import GroupAnswer, QueryService, answer_facets, answer_groups
from ayan.core.query.question_parser import parse
from ayan.core.store.bucket_objects import BucketObjects
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.objects import ReleaseAddress, SharedObject
from ayan.core.store.release import Release, snapshot_of
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.workdays import Workdays

NO_SPARK = "no Java, or not the extra spark (make test-spark)"
ENDLESS = "SELECT sum(hash(id) % 7) AS s FROM range(0, 1000000000000, 1, 1)"
# Its first rows are there long before its last.
STREAMED = "SELECT id FROM range(0, 4000000000, 1, 4000) WHERE id % 1000000 = 0"
# Many tasks, of which some are done and some are not when something happens.
LONG = "SELECT sum(id % 1000) AS s FROM range(0, 200000000, 1, 40)"
LONG_SUM = 200_000 * 499_500
# A worker that hangs is found out within seconds (docs/guides/operator.md has longer ones).
WATCHFUL = {
    "spark.executor.heartbeatInterval": "2s",
    "spark.network.timeout": "15s",
    "spark.network.timeoutInterval": "2s",
}
EVERY_MEASURE = (
    (("by", "state"), ("sum", "amount,share"), ("avg", "share"), ("count", "1")),
    (
        ("by", "day:month,open"),
        ("min", "amount"),
        ("max", "share"),
        ("distinct", "title"),
        ("_sort_desc", "min_amount"),
    ),
    (("median", "amount"), ("sum", "count"), ("_size", "2")),
)
AUDITED: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "contracts": [{"number": str(i), "amount": 100 * i, "contractor_id": "c", "contractor": "x"} for i in range(9)],
    "payments": [
        {
            "number": f"p~/{i}",
            "amount": 10_000_000 * (i % 4 + 1),
            "paid_on": day(f"2024-08-{i % 4 + 1:02}"),
            "payee_id": f"c{i % 4}",
            "payee": "y",
            "kind": "interim",
            "contract": str(i % 11) if i % 3 else None,
            "budget_code": "b",
        }
        for i in range(60)
    ],
    "contract-amendments": [
        {"contract": "3", "number": 1, "change": None},
        {"contract": "4", "number": 1, "change": -5},
    ],
}


class Left(Exception):
    """A reader went away."""


RELEASED = ("_release", "1403-06/1")
BY_STATE = (("by", "state"), ("sum", "amount"), ("count", "1"))


def groups(town: Town, reader: QueryService) -> GroupAnswer:
    return answer_groups(reader, DATASET, parse_groups(DATASET, BY_STATE))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    # A path is written otherwise by Spark where it holds anything but plain letters.
    town = town_of(tmp_path_factory.mktemp("شهر 1+2% ✓"), SOME_ROWS, "parquet")
    town.publish(SOME_ROWS[:3], "1403-06")
    return town


def beside(address: str, least_rows: int = 0) -> ClusterEngine:
    return ClusterEngine(ParquetEngine(), SparkEngine(address, EngineLimits(seconds=120)), least_rows)


def test_while_the_cluster_is_away_this_machine_answers_and_says_so(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    engine = beside(f"sc://127.0.0.1:{free_port()}")
    reader = QueryService(town.release_store, engine)
    with caplog.at_level(logging.WARNING, "ayan.cluster"):
        assert groups(town, reader).rows == groups(town, town.query_service).rows
    assert "this machine does" in caplog.text
    caplog.clear()
    began = time.monotonic()
    assert groups(town, reader).rows == groups(town, town.query_service).rows
    # It is left alone for a while: nobody waits for it at every question.
    assert "this machine does" not in caplog.text
    assert time.monotonic() - began < 60
    engine.close()


def test_alone_it_refuses_in_both_languages(town: Town) -> None:
    engine = SparkEngine(f"sc://127.0.0.1:{free_port()}")
    with pytest.raises(ClusterAway) as refused:
        groups(town, QueryService(town.release_store, engine))
    assert refused.value.status == 503
    assert "اسپارک" in refused.value.fa
    assert "Spark" in refused.value.en


def test_a_small_table_is_no_matter_for_a_cluster(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    engine = beside(f"sc://127.0.0.1:{free_port()}", least_rows=10**6)
    assert groups(town, QueryService(town.release_store, engine)).rows == groups(town, town.query_service).rows
    assert not caplog.text


# --- one process with Java: what `make test` passes where it can ----------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if not can_run():
        pytest.skip(NO_SPARK)
    with running(tmp_path_factory.mktemp("spark"), alone=True) as cluster:
        # The first look loads what answers it.
        assert not cluster.running_jobs()
        yield cluster


def test_it_says_what_this_machine_says(town: Town, server: Cluster) -> None:
    engine = beside(server.address)
    reader = QueryService(town.release_store, engine)
    with listening() as choices:
        for params in EVERY_MEASURE:
            question = parse_groups(DATASET, params)
            assert answer_groups(reader, DATASET, question) == answer_groups(town.query_service, DATASET, question)
        facets = parse_facets(DATASET, (("by", "state,day:month,open"),))
        assert (
            answer_facets(reader, DATASET, facets).facets == answer_facets(town.query_service, DATASET, facets).facets
        )
        ordered = parse(DATASET, (("_sort_desc", "amount"), ("_size", "3")))
        by_release = parse_groups(DATASET, (("by", "state"), ("count", "1"), ("_release", "1403-06/1")))
        assert (
            answer_groups(reader, DATASET, by_release).rows
            == answer_groups(town.query_service, DATASET, by_release).rows
        )
        streamed = [pa.Table.from_batches(each.stream(DATASET, ordered)) for each in (reader, town.query_service)]
        assert streamed[0].equals(streamed[1])
    assert all(choice.cluster for choice in choices)
    assert all("s there with 2 processors." in choice.why.of("en") for choice in choices)
    with listening() as choices:
        town_page = town.query_service.rows(DATASET, ordered)
        assert reader.rows(DATASET, ordered).rows == town_page.rows
        narrow = parse_groups(DATASET, (*BY_STATE, ("number", "0012")))
        answer_groups(reader, DATASET, narrow)
    assert [(choice.cluster, choice.why) for choice in choices] == [(False, NAMED_ROWS), (False, NARROWED)]
    engine.close()


def test_a_question_over_its_time_is_stopped_there_too(town: Town, server: Cluster) -> None:
    connection = SparkConnection(server.address)
    state = town.release_store.snapshot(DATASET.slug)

    def end_its_time(question: ClusterQuestion) -> None:
        until_busy(server)
        question.deadline.stop()

    def ask() -> None:
        with connection.asking((state,), PATIENCE) as question:
            threading.Thread(target=end_its_time, args=(question,)).start()
            question.asked(ENDLESS, {}).toArrow()

    with pytest.raises(TooSlow):
        ask()
    assert idle(server)
    # A reader that went away is waited for by nobody either.
    with pytest.raises(Left), connection.asking((state,), PATIENCE) as question:
        leave_after_the_first(question, server)
    assert idle(server)
    connection.close()


def test_balances_and_flags_come_to_the_same(tmp_path: Path, server: Cluster) -> None:
    cluster = AuditCluster(SparkConnection(server.address), DATASETS_OF_AYAN, least_rows=0)
    for name in ("payments/paid-twice", "payments/above-contract"):
        released = {slug: written(tmp_path, slug, AUDITED.get(slug, ())) for slug in FLAGS[name].datasets}
        here = compute(FLAGS[name], DATASETS_OF_AYAN, {slug: [each] for slug, each in released.items()}, Workdays())
        states = {slug: snapshot_of(slug, [each]) for slug, each in released.items()}
        there = cluster.flag(FLAGS[name], states, Workdays())
        assert there is not None
        assert replace(there, seconds=here.seconds) == here
        assert here.findings
    balance = next(each for each in REGISTRY.balances().sound if each.name == "payments/within-contracts")
    states = {slug: snapshot_of(slug, [written(tmp_path, slug, AUDITED.get(slug, ()))]) for slug in balance.datasets}
    parts = {slug: [part for each in state.releases for part in each.parts()] for slug, state in states.items()}
    here_too = reconcile(balance, DATASETS_OF_AYAN, parts)
    assert repr(cluster.outcome(balance, states, 20)) == repr(here_too)

    def without_memory() -> BalanceOutcome:
        raise duckdb.OutOfMemoryException

    # A processor or two of Spark are slower: they are asked for what this machine has no memory for.
    slow = AuditCluster(SparkConnection(server.address), DATASETS_OF_AYAN, least_rows=1)
    reckoned = slow.placed(states, lambda: slow.outcome(balance, states, 20), without_memory)
    assert repr(reckoned) == repr(here_too)
    assert slow.placed(states, lambda: pytest.fail("the slower one"), lambda: here_too) is here_too
    # What divides is this machine's: the two may round otherwise.
    flag = FLAGS["bids/close-price"]
    states = {slug: snapshot_of(slug, [written(tmp_path, slug)]) for slug in flag.datasets}
    assert cluster.flag(flag, states, Workdays()) is None


def written(folder: Path, slug: str, rows: Sequence[Mapping[str, Any]] = ()) -> Release:
    """A release of a dataset that is declared with Ayan, with as much of a manifest as is read of it."""
    part, manifest = sealed(folder, DATASETS_OF_AYAN[slug], rows).file, folder / f"{slug}.json"
    text = json.dumps({"resources": [{"path": part.name, "bytes": sha256_hex(part.read_bytes())}], "ayan": {}}).encode()
    manifest.write_bytes(text)
    files, digest = {"datapackage.json": manifest, part.name: part}, sha256_hex(text)
    return Release(ReleaseAddress(slug, "all", 1), digest, len(rows), NOON, False, folder, lambda name: files[name])


def leave_after_the_first(question: ClusterQuestion, server: Cluster) -> None:
    """Read the first rows of many, and go."""
    pieces = question.pieces(question.asked(STREAMED, {}))
    next(pieces)
    until_busy(server)
    raise Left


def until_busy(server: Cluster) -> None:
    """Wait until it is at work."""
    until = time.monotonic() + PATIENCE
    while not server.running_jobs():
        assert time.monotonic() < until
        time.sleep(0.05)


def idle(server: Cluster) -> bool:
    """Whether it has nothing more to do, within as long as a crowded machine may take to hear of it."""
    until = time.monotonic() + PATIENCE
    while server.running_jobs():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


# --- a master, two workers and a server -----------------------------------------------------------------------------


@pytest.mark.soak
@pytest.mark.skipif(not can_run(), reason=NO_SPARK)
def test_the_other_worker_does_the_work_of_one_that_dies(town: Town, tmp_path: Path) -> None:
    with running(tmp_path, {}) as cluster:
        engine = SparkEngine(cluster.address, EngineLimits(seconds=PATIENCE))
        reader = QueryService(town.release_store, engine)
        wanted = groups(town, town.query_service).rows
        assert groups(town, reader).rows == wanted
        with engine.connection.asking((), PATIENCE) as question:
            assert asked_while(cluster, question, cluster.kill_worker) == LONG_SUM
        assert groups(town, reader).rows == wanted, "the other worker answers alone"
        engine.close()


@pytest.mark.soak
@pytest.mark.skipif(not can_run(), reason=NO_SPARK)
def test_a_worker_that_hangs_is_a_refusal_in_time_and_then_left_out(town: Town, tmp_path: Path) -> None:
    with running(tmp_path, WATCHFUL) as cluster:
        engine = SparkEngine(cluster.address, EngineLimits(seconds=PATIENCE))
        reader = QueryService(town.release_store, engine)
        wanted = groups(town, town.query_service).rows
        assert groups(town, reader).rows == wanted
        # Too short for the cluster to find out: whoever asked is told, and does not wait for it.
        with pytest.raises(TooSlow), engine.connection.asking((), 10) as question:
            asked_while(cluster, question, cluster.freeze_worker)
        assert idle(cluster)
        assert groups(town, reader).rows == wanted, "the other worker answers alone"
        engine.close()


def asked_while(cluster: Cluster, question: ClusterQuestion, happens: Callable[[int], None]) -> Any:
    """The answer of a question of many tasks, in the middle of which something happens to the first worker."""
    begun = threading.Event()

    def disturb() -> None:
        while not cluster.tasks_done():
            time.sleep(0.02)
        happens(0)
        begun.set()

    disturber = threading.Thread(target=disturb, daemon=True)
    disturber.start()
    try:
        return question.asked(LONG, {}).toArrow().column(0)[0].as_py()
    finally:
        assert begun.wait(PATIENCE)
        disturber.join()


@pytest.mark.soak
@pytest.mark.skipif(not can_run(), reason=NO_SPARK)
def test_a_server_that_dies_leaves_the_question_to_this_machine(
    town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(tmp_path, {}) as cluster:
        engine = beside(cluster.address)
        reader = QueryService(town.release_store, engine)
        wanted = groups(town, town.query_service).rows
        with listening() as choices:
            assert groups(town, reader).rows == wanted
            cluster.kill_server()
            with caplog.at_level(logging.WARNING, "ayan.cluster"):
                assert groups(town, reader).rows == wanted
        assert "this machine does" in caplog.text
        assert choices[0].cluster
        assert (choices[-1].cluster, choices[-1].why) == (False, AWAY)
        engine.close()


@pytest.mark.soak
@pytest.mark.skipif(not can_run(), reason=NO_SPARK)
def test_workers_read_the_bucket_with_a_key_of_their_own(tmp_path: Path, bucket_server: ObjectStore) -> None:
    place = bucket_server.place()
    variables = bucket_server.variables(place)
    key = {name: value for name, value in variables.items() if name in ("AYAN_S3_KEY", "AYAN_S3_SECRET")}
    town = Town(tmp_path / "here", "parquet")
    folder = tmp_path / "cache"
    town.release_store = ReleaseStore(folder, town.clock, BucketObjects(place, folder, 1 << 30))
    town.publish(SOME_ROWS, "1403-05")
    town.publish(SOME_ROWS[:2], "1403-06")
    town.query_service = QueryService(town.release_store, town.engine)
    (tmp_path / "with").mkdir()
    with running(tmp_path / "with", {}, workers_know=key) as cluster:
        engine = SparkEngine(cluster.address, EngineLimits(seconds=120), town.release_store.shared)
        reader = QueryService(town.release_store, engine)
        assert groups(town, reader).rows == groups(town, town.query_service).rows
        for params in (*EVERY_MEASURE, (("count", "1"),), (*BY_STATE, ("amount__gte", "100")), (*BY_STATE, RELEASED)):
            question = parse_groups(DATASET, params)
            assert answer_groups(reader, DATASET, question) == answer_groups(town.query_service, DATASET, question)
        ordered = parse(DATASET, (("_sort_desc", "amount"),))
        streamed = [pa.Table.from_batches(each.stream(DATASET, ordered)) for each in (reader, town.query_service)]
        assert streamed[0].equals(streamed[1])
        check_audited(tmp_path, cluster, place)
        (release,) = town.release_store.snapshot(DATASET.slug).releases[:1]
        (part,) = town.release_store.shared(release) or ()
        obstore.put(plain_store(place), part.key, b"PAR1 something else PAR1")
        engine.close()
        with pytest.raises(DatasetDamaged):
            groups(town, reader)
        said = "".join(path.read_text("utf-8", "replace") for path in (tmp_path / "with").glob("*.log"))
        assert SECRET not in said
        engine.close()


def check_audited(folder: Path, cluster: Cluster, place: BucketPlace) -> None:
    """Flags over parts in a bucket, of which only the columns of their statements are fetched."""
    by_digest: dict[str, list[SharedObject]] = {}

    def put(slug: str) -> Release:
        release = written(folder, slug, AUDITED.get(slug, ()))
        key, data = f"{place.prefix}audited/{slug}", release.parts()[0].read_bytes()
        obstore.put(plain_store(place), key, data)
        shared = SharedObject(place.endpoint, place.region, place.bucket, key, sha256_hex(data))
        by_digest[release.digest] = [shared]
        return release

    audit = AuditCluster(
        SparkConnection(cluster.address, lambda release: by_digest[release.digest]), DATASETS_OF_AYAN, least_rows=0
    )
    for name in ("payments/paid-twice", "payments/above-contract"):
        released = {slug: put(slug) for slug in FLAGS[name].datasets}
        here = compute(FLAGS[name], DATASETS_OF_AYAN, {slug: [each] for slug, each in released.items()}, Workdays())
        states = {slug: snapshot_of(slug, [each]) for slug, each in released.items()}
        there = audit.flag(FLAGS[name], states, Workdays())
        assert there is not None
        assert replace(there, seconds=here.seconds) == here


def plain_store(place: BucketPlace) -> S3Store:
    return S3Store(
        place.bucket,
        endpoint=place.endpoint,
        region=place.region,
        access_key_id=place.key,
        secret_access_key=place.secret,
        client_options={"allow_http": True},
    )
