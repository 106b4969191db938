"""The way to a cluster: one session of Spark Connect, questions in it that can be stopped, and what its faults mean.

The package ``pyspark`` is installed where a cluster is asked, and nowhere else.
"""

from __future__ import annotations

import logging
import socket
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import pyarrow as pa

from ayan.core.query.answer import CursorExpired, TooHeavy, TooLarge, TooSlow
from ayan.core.query.engines.deadline import Deadline
from ayan.core.query.engines.spark_views import ClusterView, Shared, nowhere, stands, view_key, viewed
from ayan.core.query.limits import CLUSTER_RETRIES, CLUSTER_SECONDS, MOST_CLUSTER_VIEWS
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values.refusal import Refusal

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

_STOPPED: Final = ("OPERATION_CANCELED", "OPERATION_CANCELLED", "SPARK_JOB_CANCELLED", "cancelled")
_GONE: Final = ("FILE_NOT_EXIST", "FAILED_READ_FILE", "PATH_NOT_FOUND", "ayan: gone", "ayan: not what")
# What is said when the server, its session or too many of its workers are gone in the middle of a question.
_AWAY: Final = (
    "UNAVAILABLE",
    "SESSION",
    "RETRIES_EXCEEDED",
    "SparkContext was shut down",
    "SparkContext has been shutdown",
    "stopped SparkContext",
    "ExecutorLostFailure",
    "FetchFailed",
    "Master removed our application",
)


class ClusterAway(Refusal):
    """The cluster does not answer; whoever may ask elsewhere does so."""

    code = "cluster-away"
    fa = "خوشهٔ اسپارک پاسخ نمی‌دهد. کمی بعد دوباره بخواهید."
    en = "The Spark cluster does not answer. Ask again a little later."
    status = 503


class ClusterFault(Refusal):
    """The cluster does not understand a question, or broke off for a reason of its own; its cause says more."""

    code = "cluster-fault"
    fa = "خوشهٔ اسپارک نتوانست به این پرسش پاسخ دهد. به مسئول سامانه بگویید."
    en = "The Spark cluster could not answer this question. Tell the operator."
    status = 500


def reason(fault: Refusal) -> str:
    """Why a cluster refused, for a log: never its own words, in which a question and its values may stand."""
    cause = fault.__cause__
    if cause is None or isinstance(cause, (OSError, ImportError)):
        return str(cause or fault.code)
    condition = getattr(cause, "getCondition", None) or getattr(cause, "code", None)
    return f"{type(cause).__name__} {condition() if condition is not None else ''}".rstrip()


@dataclass(frozen=True, slots=True)
class _Tagged:
    """What a deadline interrupts: whatever runs under a tag."""

    session: SparkSession
    tag: str

    def interrupt(self) -> None:
        """Stop it on the cluster, if it runs."""
        with suppress(Exception):
            self.session.interruptTag(self.tag)


@dataclass(frozen=True, slots=True)
class ClusterQuestion:
    """One question at the cluster: its session, the views of its states in their order, and its end."""

    session: SparkSession
    views: tuple[ClusterView, ...]
    deadline: Deadline

    def asked(self, text: str, values: dict[str, object]) -> Any:
        """The frame of a statement, which runs when it is fetched."""
        from pyspark.sql.connect.dataframe import DataFrame
        from pyspark.sql.connect.functions import lit
        from pyspark.sql.connect.plan import SQL

        self.deadline.check()
        # `session.sql` would have the cluster plan the statement once more, by itself and at once.
        return DataFrame(SQL(text, None, {name: lit(value) for name, value in values.items()}), self.session)

    def answer(self, frame: Any, schema: pa.Schema) -> pa.Table:
        """All rows of a frame; of ``schema`` where there are none."""
        pieces = list(self.pieces(frame))
        self.deadline.check()
        return pa.concat_tables(pieces) if pieces else schema.empty_table()

    def pieces(self, frame: Any) -> Iterator[pa.Table]:
        """The rows of a frame as they come."""
        client = self.session.client
        for piece in client.to_table_as_iterator(frame._plan.to_proto(client), {}):
            if isinstance(piece, pa.Table):
                yield piece


class SparkConnection:
    """A session at the server ``address`` (``sc://host:port``), opened when it is first wanted; safe for threads.

    ``shared`` says where other machines read the parts of a release, if not under their paths here.
    """

    def __init__(self, address: str, shared: Shared = nowhere) -> None:
        self.address = address
        self._shared = shared
        self._lock = threading.Lock()
        self._session: SparkSession | None = None
        self._views: OrderedDict[object, ClusterView] = OrderedDict()

    @contextmanager
    def asking(self, states: Sequence[DatasetSnapshot], seconds: float) -> Iterator[ClusterQuestion]:
        """A question about states, which has ``seconds``; what of it still runs when the block ends is stopped.

        Raises TooSlow, TooHeavy, TooLarge, CursorExpired, DatasetDamaged as engines do, ClusterAway and ClusterFault.
        """
        tag = f"ayan-{uuid4().hex}"
        try:
            session, views = self._opened(states)
            tagged = _Tagged(session, tag)
            deadline = Deadline(tagged, seconds)
            session.addTag(tag)
            try:
                deadline.check()
                yield ClusterQuestion(session, views, deadline)
            except BaseException:
                # A reader that went away, too: nobody waits for what the workers still do.
                tagged.interrupt()
                raise
            finally:
                deadline.cancel()
                session.removeTag(tag)
        except Refusal:
            raise
        except OSError as fault:
            self._refuse_files(states, fault)
        except Exception as fault:
            self._refuse(states, fault)
            raise

    def cores(self) -> int:
        """How many tasks the cluster runs at a time. ClusterAway."""
        from pyspark.sql.connect import functions as f

        try:
            session, _ = self._opened(())
            # A range without a number of parts has as many as the cluster has processors.
            ids = session.range(1 << 20).select(f.spark_partition_id().alias("n")).agg(f.max("n"))
            return int(ids.toArrow().column(0)[0].as_py()) + 1
        except Refusal:
            raise
        except Exception as fault:
            self._refuse((), fault)
            raise

    def close(self) -> None:
        """Let the cluster forget us."""
        session = self._forget()
        if session is not None:
            # At a server that is gone the farewell would wait for it.
            farewell = threading.Thread(target=_leave, args=(session,), name="farewell", daemon=True)
            farewell.start()
            farewell.join(CLUSTER_SECONDS)

    def _forget(self) -> SparkSession | None:
        with self._lock:
            session, self._session = self._session, None
            self._views.clear()
            return session

    def _opened(self, states: Sequence[DatasetSnapshot]) -> tuple[SparkSession, tuple[ClusterView, ...]]:
        keys = [view_key(state, self._shared) for state in states]
        with self._lock:
            if self._session is None:
                self._session = _session(self.address)
            session = self._session
            for key, state in zip(keys, states, strict=True):
                if key not in self._views:
                    self._views[key] = viewed(session, state, self._shared)
                self._views.move_to_end(key)
            views = tuple(self._views[key] for key in keys)
            while len(self._views) > max(MOST_CLUSTER_VIEWS, len(keys)):
                self._views.popitem(last=False)[1].drop()
            return session, views

    def _refuse_files(self, states: Sequence[DatasetSnapshot], fault: Exception) -> None:
        """CursorExpired where a state is gone, DatasetDamaged where it stands and cannot be read."""
        for state in states:
            if not stands(state, self._shared):
                raise CursorExpired from None
        raise DatasetDamaged(states[0].slug if states else "") from fault

    def _refuse(self, states: Sequence[DatasetSnapshot], fault: Exception) -> None:
        """Raise what a fault of the cluster means; nothing where it is none."""
        from grpc import RpcError
        from pyspark.errors import ArithmeticException, PySparkException

        if isinstance(fault, ArithmeticException):
            raise TooLarge from None
        if not isinstance(fault, (PySparkException, RpcError)):
            return
        text = str(fault)
        if any(word in text for word in _STOPPED):
            raise TooSlow from None
        if any(word in text for word in _GONE):
            self._refuse_files(states, fault)
        if "OutOfMemoryError" in text or "CANNOT_ACQUIRE_MEMORY" in text:
            raise TooHeavy from None
        if isinstance(fault, RpcError) or any(word in text for word in _AWAY):
            self._forget()
            raise ClusterAway from fault
        raise ClusterFault from fault


def _session(address: str) -> SparkSession:
    """A session of the cluster. ClusterAway where nobody listens, or where the package is not installed."""
    try:
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession as Remote
    except ImportError as fault:
        raise ClusterAway from fault
    place = urlsplit(address)
    try:
        # Of its own accord the package would wait ten minutes for a server that is not there.
        socket.create_connection((place.hostname or "", place.port or 0), timeout=CLUSTER_SECONDS).close()
    except OSError as fault:
        raise ClusterAway from fault
    # It would write questions with all their values into our log.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    # Told as ClusterAway.
    warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]", UserWarning)
    session = Remote.builder.remote(address).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=CLUSTER_RETRIES, max_backoff=1000)])
    return session


def _leave(session: SparkSession) -> None:
    with suppress(Exception):
        session.stop()
