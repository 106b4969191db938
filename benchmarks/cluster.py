"""A cluster of Spark against DuckDB on one machine: whole tables of ten cities, the same questions, the same answers.

Run with ``python -m benchmarks.cluster [--rows N] [--rounds N] [--minutes M] [--home DIR]``; it wants Java and the
extra ``spark``. Payments of ten cities, their contracts and amendments, are drawn by DuckDB (the same at every run) and
written as the Parquet parts of releases, a release a city and year. A master, two workers of one processor each and a
server of Spark Connect run on loopback. Groups, facets, balances and flags are asked, through the code of a site, of

* ``whole``: DuckDB as the engine ``parquet`` of a site has it, with all processors and ``--memory``,
* ``spark``: the cluster,
* ``site``: as ``whole``, on one processor a question, as a site has it (balances and flags on two),

in turn, round after round. Every answer is held against that of ``whole``: one that differs ends the run. ``--minutes``
hold for everything: parts are written in the first half of them, and cities for which it is too short are left out; a
question is broken off once it took a sixth of what is left, or time is over; what was measured until then is printed.
The table says who was fastest, in medians and ranges; below it stand the figures for ``core/query/limits.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import duckdb
from benchmarks.cluster_times import ORDER, Times, timed
from tests.engines import spark_cluster

from ayan.core.audit import reconciliation
from ayan.core.audit.balance import Balance
from ayan.core.audit.cluster_audit import AuditCluster
from ayan.core.audit.flags.computation import compute
from ayan.core.audit.flags.flag import Flag
from ayan.core.audit.limits import MOST_GROUPS_SHOWN, RECONCILING_MEMORY
from ayan.core.query.answer import Snapshot, TooHeavy
from ayan.core.query.engines import Engine
from ayan.core.query.engines.embedded_engine import EngineLimits
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.engines.spark import SparkEngine
from ayan.core.query.grouping import FacetQuestion, GroupQuestion, parse_facets, parse_groups
from ayan.core.query.query_service import QueryService, answer_facets, answer_groups
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import ReleaseAddress
from ayan.core.store.parquet import facts_of
from ayan.core.store.release import DatasetSnapshot, Release, snapshot_of
from ayan.core.values.sql import PARQUET, literal
from ayan.core.values.workdays import Workdays
from ayan.datasets.registry import Registry

CITIES: Final = 10
YEARS: Final = (1400, 1401, 1402, 1403, 1404)
LONGEST: Final = 240.0
"""Seconds of one question, from which it is given up."""
SHARE: Final = 1 / 6
"""Of the time that is left, for one answer."""
REGISTRY: Final = Registry()
DATASETS: Final = {dataset.slug: dataset for dataset in REGISTRY.all()}
FLAGS: Final = ("payments/above-contract", "payments/paid-twice")
BALANCES: Final = ("payments/within-contracts",)
GROUPS: Final = {
    "groups: units, sum": (("by", "unit"), ("sum", "amount"), ("count", "1")),
    "groups: kinds by Jalali month": (("by", "paid_on:month,kind"), ("sum", "amount"), ("avg", "amount")),
    "groups: top contracts of all": (("by", "contract"), ("sum", "amount"), ("_sort_desc", "sum_amount")),
    "groups: different payees": (("by", "unit"), ("distinct", "payee_id")),
    "groups: with a condition": (("by", "kind"), ("sum", "amount"), ("amount__gte", "500000000")),
}
FACETS: Final = {"facets: five fields": (("by", "kind,unit,budget_code,payee_id,paid_on:year"),)}


# --- what is asked about ----------------------------------------------------------------------------------------------


def build(home: Path, rows: int, until: float) -> Mapping[str, DatasetSnapshot]:
    """The states of payments, contracts and amendments of ten cities, ``rows`` payments in all.

    After ``until`` no further city is begun.
    """
    each, contracts = rows // CITIES // len(YEARS), max(100, rows // CITIES // 100)
    releases_of: dict[str, list[Release]] = {"payments": [], "contracts": [], "contract-amendments": []}
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = true")
        for city in range(1, CITIES + 1):
            if city > 1 and time.perf_counter() > until:
                break
            prefix = f"{city:02}"
            for year in YEARS:
                select = _payments(prefix, year, each, contracts)
                releases_of["payments"].append(_release(con, home, "payments", f"{prefix}-{year}", select, each))
            select = _contracts(prefix, contracts)
            releases_of["contracts"].append(_release(con, home, "contracts", prefix, select, contracts))
            amended = contracts // 5
            releases_of["contract-amendments"].append(
                _release(con, home, "contract-amendments", prefix, _amendments(prefix, amended), amended)
            )
    return {slug: snapshot_of(slug, releases) for slug, releases in releases_of.items()}


def _payments(prefix: str, year: int, count: int, contracts: int) -> str:
    """Payments of a city in a year: 5000 payees, 40 units, 300 budget lines; one in 4000 is paid twice."""
    n = f"(i + {(year - YEARS[0]) * count})"
    # Of each 4000 rows the last says the same as the one before, but for its number.
    k = f"hash(CASE WHEN i % 4000 = 3999 THEN {n} - 1 ELSE {n} END, '{prefix}')"
    payee = f"({k} % 5000)"
    return (
        f"SELECT i + 2 AS _row, '{prefix}-P-' || lpad({n}::VARCHAR, 9, '0') AS number, "
        f"DATE '{year + 621}-03-21' + ({k} // 7 % 364)::INTEGER AS paid_on, 'شرکت ' || {payee} AS payee, "
        f"'1' || lpad({payee}::VARCHAR, 10, '0') AS payee_id, ({k} // 11 % 1000000000)::BIGINT AS amount, "
        f"(['interim', 'final', 'advance', 'invoice'])[({k} // 13 % 4)::INTEGER + 1] AS kind, "
        f"CASE WHEN {k} % 3 > 0 THEN '{prefix}-C-' || ({k} // 17 % {contracts}) END AS contract, "
        f"'B' || ({k} // 19 % 300) AS budget_code, 'واحد ' || ({k} // 23 % 40) AS unit, "
        f"'نگهداری ' || ({k} // 29 % 2000) AS subject FROM range({count}) t(i)"
    )


def _contracts(prefix: str, count: int) -> str:
    """Contracts of a city, most of which are worth more than is ever paid for them."""
    k = f"hash(i, 'contract {prefix}')"
    return (
        f"SELECT i + 2 AS _row, '{prefix}-C-' || i AS number, 'شرکت ' || ({k} % 5000) AS contractor, "
        f"'1' || lpad(({k} % 5000)::VARCHAR, 10, '0') AS contractor_id, 'واحد ' || ({k} // 23 % 40) AS unit, "
        f"CASE WHEN {k} % 500 = 0 THEN 1000000 ELSE 1000000000000 END::BIGINT AS amount, "
        f"CASE WHEN {k} % 500 = 1 THEN DATE '2025-01-01' ELSE DATE '2020-01-01' END AS signed_on "
        f"FROM range({count}) t(i)"
    )


def _amendments(prefix: str, count: int) -> str:
    k = f"hash(i, 'amendment {prefix}')"
    return (
        f"SELECT i + 2 AS _row, '{prefix}-C-' || (i * 5) AS contract, 1::BIGINT AS number, 'quantity' AS kind, "
        f"({k} % 2000000)::BIGINT - 1000000 AS change, DATE '2022-01-01' AS signed_on FROM range({count}) t(i)"
    )


def _release(con: duckdb.DuckDBPyConnection, home: Path, slug: str, period: str, select: str, rows: int) -> Release:
    """One release: its part, and as much of a manifest as engines read."""
    folder = home / slug / period
    folder.mkdir(parents=True, exist_ok=True)
    part, manifest = folder / "part-0.parquet", folder / "datapackage.json"
    drawn = hashlib.sha256(f"{select} {PARQUET}".encode()).hexdigest()
    if not manifest.exists() or json.loads(manifest.read_bytes())["drawn"] != drawn:
        manifest.unlink(missing_ok=True)
        con.execute(f"COPY ({select}) TO {literal(str(part))} ({PARQUET})")
        facts = facts_of(part)
        resource = {"path": part.name, "bytes": facts.bytes, "hash": f"sha256:{facts.sha256}"}
        text = json.dumps({"resources": [resource], "ayan": {"rows": facts.rows}, "drawn": drawn})
        # Under its name only when it is whole: a run that was ended begins again where it was.
        manifest.with_suffix(".new").write_text(text, encoding="utf-8")
        manifest.with_suffix(".new").replace(manifest)
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    address = ReleaseAddress(slug, period, 1)
    return Release(address, digest, rows, datetime(2026, 1, 1, tzinfo=UTC), False, folder, folder.joinpath)


# --- who is asked -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """An engine, and what balances and flags may take beside it: a memory of DuckDB, or a cluster."""

    engine: Engine
    memory: str = RECONCILING_MEMORY
    cluster: AuditCluster | None = None


class _FixedStore:
    """As much of a store as answering needs."""

    def __init__(self, states: Mapping[str, DatasetSnapshot]) -> None:
        self._states = states

    def snapshot(self, slug: str) -> DatasetSnapshot:
        return self._states[slug]


def questions(states: Mapping[str, DatasetSnapshot]) -> Iterator[tuple[str, Callable[[Asked], Any]]]:
    """Each question by its name, and how it is asked; what comes back can be compared."""
    dataset, snapshot = DATASETS["payments"], Snapshot(states["payments"])

    def reader(asked: Asked) -> QueryService:
        return QueryService(_FixedStore(states), asked.engine)  # type: ignore[arg-type]  # as much of a store as it asks for

    for name, params in GROUPS.items():
        yield name, partial(_groups, dataset, snapshot, parse_groups(dataset, (*params, ("_size", "100"))), reader)
    for name, params in FACETS.items():
        yield name, partial(_facets, dataset, snapshot, parse_facets(dataset, params), reader)
    balances = {balance.name: balance for balance in REGISTRY.balances().sound}
    for name in BALANCES:
        yield f"balance: {name}", partial(_balance, balances[name], states)
    flags = {flag.name: flag for flag in REGISTRY.flags().sound}
    for name in FLAGS:
        yield f"flag: {name}", partial(_flag, flags[name], states)


Reader = Callable[[Asked], QueryService]


def _groups(dataset: Dataset, snapshot: Snapshot, question: GroupQuestion, reader: Reader, asked: Asked) -> Any:
    return answer_groups(reader(asked), dataset, question, snapshot, known_meaning=True).rows


def _facets(dataset: Dataset, snapshot: Snapshot, question: FacetQuestion, reader: Reader, asked: Asked) -> Any:
    return answer_facets(reader(asked), dataset, question, snapshot).facets


def _balance(balance: Balance, states: Mapping[str, DatasetSnapshot], asked: Asked) -> Any:
    mine = {slug: states[slug] for slug in balance.datasets}
    if asked.cluster is not None:
        return _certain(asked.cluster.outcome(balance, mine, MOST_GROUPS_SHOWN))
    parts = {slug: [path for release in state.releases for path in release.parts()] for slug, state in mine.items()}
    return reconciliation.reconcile(balance, DATASETS, parts)


def _flag(flag: Flag, states: Mapping[str, DatasetSnapshot], asked: Asked) -> Any:
    mine = {slug: states[slug] for slug in flag.datasets}
    if asked.cluster is not None:
        outcome = _certain(asked.cluster.flag(flag, mine, Workdays()))
    else:
        outcome = compute(flag, DATASETS, {slug: state.releases for slug, state in mine.items()}, Workdays())
    return replace(outcome, seconds=0.0)


def _certain(outcome: Any) -> Any:
    if outcome is None:
        raise TooHeavy
    return outcome


# --- the run ----------------------------------------------------------------------------------------------------------


@contextmanager
def everybody(memory: str, executor: str) -> Iterator[Mapping[str, Asked]]:
    """The three who are asked, each with its engine."""
    long = EngineLimits(memory=memory, seconds=LONGEST, processor=3600.0, disk="20GB")
    # As in use: compiled as well as Java can.
    settings = dict.fromkeys(("spark.driver.extraJavaOptions", "spark.executor.extraJavaOptions"), "-XX:+UseSerialGC")
    with (
        tempfile.TemporaryDirectory(prefix="ayan-spark-") as folder,
        spark_cluster.running(Path(folder), {"spark.executor.memory": executor, **settings}) as cluster,
    ):
        spark = SparkEngine(cluster.address, long)
        yield {
            "whole": Asked(ParquetEngine(long, threads=spark_cluster.WORKERS), memory),
            "spark": Asked(spark, cluster=AuditCluster(spark.connection, DATASETS, 0, LONGEST)),
            "site": Asked(ParquetEngine(replace(long, memory="512MB"))),
        }
        print(f"the cluster took {cluster.processor_seconds():.0f} processor seconds", flush=True)
        spark.close()


def main() -> int:
    """Print the table; 1 where an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default="4GB", help="of DuckDB with all processors")
    parser.add_argument("--executor", default="1g", help="of each of the two executors of Spark")
    parser.add_argument("--home", type=Path, help="a folder for the parts, kept for the next run")
    parser.add_argument("--minutes", type=float, default=60, help="for everything; what is measured by then is printed")
    parser.add_argument("--only", default="", help="kinds of questions, with commas: groups,facets,balance,flag")
    args = parser.parse_args()
    began = time.perf_counter()
    until = began + args.minutes * 60
    with tempfile.TemporaryDirectory(prefix="ayan-cluster-") as temporary:
        states = build(args.home or Path(temporary), args.rows, began + args.minutes * 30)
        payments = states["payments"]
        megabytes = sum(path.stat().st_size for each in payments.releases for path in each.parts()) / 1e6
        cities = len(states["contracts"].releases)
        seconds = time.perf_counter() - began
        print(
            f"{payments.rows:,} payments of {cities} cities in {megabytes:.0f} MB, built in {seconds:.0f} s", flush=True
        )
        with everybody(args.memory, args.executor) as people:
            times = Times(payments.rows, spark_cluster.WORKERS)
            wrong = _run(states, people, times, args.rounds, until, tuple(args.only.split(",")))
    print("", *times.table(), "", *times.suggestion(), sep="\n")
    return int(wrong)


def _run(
    states: Mapping[str, DatasetSnapshot],
    people: Mapping[str, Asked],
    times: Times,
    rounds: int,
    until: float,
    only: tuple[str, ...],
) -> bool:
    """Ask everything of everybody, round after round, until the time is over; True where an answer differs."""
    asked = [(name, ask) for name, ask in questions(states) if name.startswith(only)]
    # One of each kind first: the time may be over before the last.
    kinds = [name.partition(":")[0] for name, _ in asked]
    places = sorted(range(len(asked)), key=lambda at: kinds[:at].count(kinds[at]))
    asked = [asked[at] for at in places]
    _begin(states, people["spark"], times, until)
    for number in range(rounds):
        for name, ask in asked:
            wanted: Any = None
            for who in ORDER:
                left = until - time.perf_counter()
                if left <= 0:
                    return False
                with patch.object(reconciliation, "RECONCILING_MEMORY", people[who].memory):
                    taken, answer = timed(partial(ask, people[who]), min(LONGEST, max(left * SHARE, 10.0), left))
                if not isinstance(taken, str):
                    wanted = answer if wanted is None else wanted
                    if answer != wanted:
                        print(f"{who} answers {name} otherwise: {answer!r:.500} {wanted!r:.500}", file=sys.stderr)
                        return True
                times.add(name, who, taken)
            print(f"round {number + 1}, {name}: {times.said(name)}", flush=True)
    return False


def _begin(states: Mapping[str, DatasetSnapshot], spark: Asked, times: Times, until: float) -> None:
    """What the least question takes the cluster: its first loads what answers it, and is not counted."""
    dataset = DATASETS["contract-amendments"]
    first = states["contract-amendments"]
    least = snapshot_of(first.slug, first.releases[:1])
    question = parse_groups(dataset, (("by", "kind"), ("count", "1")))
    reader = QueryService(_FixedStore({first.slug: least}), spark.engine)  # type: ignore[arg-type]  # as above
    for number in range(6):
        left = until - time.perf_counter()
        ask = partial(answer_groups, reader, dataset, question, Snapshot(least), known_meaning=True)
        taken, _ = timed(ask, max(left, 0.01))
        if number and not isinstance(taken, str):
            times.start.append(taken)


if __name__ == "__main__":
    sys.exit(main())
