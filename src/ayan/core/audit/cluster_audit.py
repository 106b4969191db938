"""Balances and flags over large tables, reckoned by a cluster: the same statements, carried over where that is sure.

A cluster is asked where it is faster by the figures of the planner, or where this machine lacks the memory.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import duckdb
import pyarrow as pa

from ayan.core.audit.balance import Balance
from ayan.core.audit.flags.computation import FlagOutcome, judged_in, missing_inputs
from ayan.core.audit.flags.flag import Flag, key_text
from ayan.core.audit.limits import CLUSTER_AUDIT_SECONDS
from ayan.core.audit.reconciliation import BalanceOutcome, outcome_of, statement
from ayan.core.query.answer import Unanswered
from ayan.core.query.engines.cluster import estimates
from ayan.core.query.engines.spark_connection import ClusterAway, ClusterFault, SparkConnection, reason
from ayan.core.query.limits import CLUSTER_PAUSE, LEAST_CLUSTER_ROWS
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values.sql import identifier
from ayan.core.values.workdays import Workdays

if TYPE_CHECKING:
    from ayan.core.query.engines.spark_tables import ClusterTables

_LOG: Final = logging.getLogger("ayan.cluster")

States = Mapping[str, DatasetSnapshot]
Result = TypeVar("Result")


class AuditCluster:
    """A cluster that reckons balances and flags over tables of ``least_rows`` and more together, where that helps.

    Whatever it leaves to this machine, and why, stands in the log ``ayan.cluster``.
    """

    def __init__(
        self,
        connection: SparkConnection,
        datasets: Mapping[str, Dataset],
        least_rows: int = LEAST_CLUSTER_ROWS,
        seconds: float = CLUSTER_AUDIT_SECONDS,
    ) -> None:
        self._connection = connection
        self._datasets = datasets
        self._least_rows = least_rows
        self._seconds = seconds
        self._away_until = 0.0
        self._cores = 0

    def placed(self, states: States, on_cluster: Callable[[], Result | None], locally: Callable[[], Result]) -> Result:
        """What is to be reckoned over ``states``: by ``on_cluster`` or ``locally``, whichever is faster and has
        the memory.

        ``on_cluster`` is `outcome` or `flag` of this cluster. Raises what ``locally`` raises, where the cluster has no
        answer.
        """
        rows = sum(state.rows for state in states.values())
        if rows < self._least_rows:
            return locally()
        if self._is_faster(rows):
            outcome = on_cluster()
            return locally() if outcome is None else outcome
        try:
            return locally()
        except duckdb.OutOfMemoryException:
            outcome = on_cluster()
            if outcome is None:
                raise
            return outcome

    def _is_faster(self, rows: int) -> bool:
        """Whether the cluster is, by its processors; one that does not say how many is left alone for a while."""
        if time.monotonic() < self._away_until:
            return False
        if not self._cores:
            try:
                self._cores = self._connection.cores()
            except (ClusterAway, ClusterFault) as fault:
                self._away_until = time.monotonic() + CLUSTER_PAUSE
                _LOG.warning("the cluster does not say how many processors it has: %s", reason(fault))
                return False
        local_seconds, cluster_seconds = estimates(rows, self._cores)
        return cluster_seconds < local_seconds

    def outcome(self, balance: Balance, states: States, most: int) -> BalanceOutcome | None:
        """The outcome of a balance, at most so many groups shown; None where this machine reckons it."""
        if balance.by_row:
            return None

        def weighed(tables: ClusterTables) -> BalanceOutcome:
            tables.keep("weighed", statement(balance, self._datasets))
            return outcome_of(tables.rows, balance, most)

        return self._reckoned(balance.name, states, weighed)

    def flag(self, flag: Flag, states: States, workdays: Workdays) -> FlagOutcome | None:
        """The outcome of a flag; None where this machine computes it."""
        releases = {slug: state.releases for slug, state in states.items()}
        if any(missing_inputs(flag, self._datasets, releases)):
            return None

        def judged(tables: ClusterTables) -> FlagOutcome:
            return judged_in(_ClusterRoom(tables, self._datasets), flag, self._datasets, workdays)

        return self._reckoned(flag.name, {slug: states[slug] for slug in flag.datasets}, judged)

    def _reckoned(self, name: str, states: States, reckon: Callable[[ClusterTables], Result]) -> Result | None:
        rows = sum(state.rows for state in states.values())
        if rows < self._least_rows or time.monotonic() < self._away_until:
            return None
        # What carries statements over takes a while to load.
        from ayan.core.query.engines.carried_sql import NotCarried
        from ayan.core.query.engines.spark_tables import cluster_tables

        begun = time.monotonic()
        try:
            with cluster_tables(self._connection, self._datasets, states, self._seconds) as tables:
                outcome = reckon(tables)
        except NotCarried as fault:
            _LOG.info("%s is reckoned on this machine: %s", name, fault)
            return None
        except ClusterAway as away:
            self._away_until = time.monotonic() + CLUSTER_PAUSE
            _LOG.warning("the cluster does not answer, this machine reckons %s: %s", name, reason(away))
            return None
        except ClusterFault as fault:
            _LOG.error("the cluster could not reckon %s, this machine does: %s", name, reason(fault))
            return None
        except Unanswered as refusal:
            _LOG.warning("the cluster gave %s up (%s), this machine reckons it", name, refusal.code)
            return None
        _LOG.info("%s was reckoned by the cluster over %d rows in %.1f s", name, rows, time.monotonic() - begun)
        return outcome


@dataclass(frozen=True, slots=True)
class _ClusterRoom:
    """The tables of a cluster, as a flag wants them."""

    tables: ClusterTables
    datasets: Mapping[str, Dataset]
    given: list[str] = field(default_factory=list)

    def keep(self, name: str, select: str) -> None:
        self.tables.keep(name, select)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        return self.tables.rows(select)

    def table(self, select: str) -> pa.Table:
        return self.tables.table(select)

    def columns(self, name: str) -> list[str]:
        return self.tables.columns(name)

    def origins(self, slug: str, wanted: pa.Table) -> Iterator[tuple[int, str]]:
        name = f"wanted_{len(self.given)}"
        self.given.append(name)
        self.tables.give(name, wanted)
        matches = self.tables.rows(
            f"SELECT DISTINCT w.n, r.period, r.number FROM {name} w JOIN (SELECT {key_text(self.datasets[slug])} AS k, "
            f"_period AS period, _release AS number FROM {identifier(self.tables.placed(slug))}) r "
            "ON r.k = w.k"
        )
        yield from ((n, f"{slug}/{period}/{number}") for n, period, number in matches)
