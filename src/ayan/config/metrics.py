"""Metrics for Prometheus: each process of the site counts, and the worker serves what they counted, on this machine."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from ayan.core.system.files import PRIVATE_FOLDER, make_folder

FOLDER: Final = Path("work", "metrics")
"""Where, in the machine's folder, the processes leave their counts for each other."""
_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
# Seconds: a kept answer takes a tenth of a millisecond, a whole file a minute.
BUCKETS: Final = (0.001, 0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
# The methods that are told apart; others come from strangers, who could think of any number.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
HOST: Final = "127.0.0.1"

Gauge = tuple[str, float | Mapping[str, float]]
"""What it is, and its number, or one for each of a few things."""
Gauges = Mapping[str, Gauge]
"""Gauges by their names."""
_LOG: Final = logging.getLogger(__name__)


def port() -> int:
    """The port that metrics are asked for at; 0 where nobody wants any."""
    wanted: int = settings.METRICS_PORT
    return wanted


def _shared() -> Path:
    """The folder of the counts. The library reads its name once, when it is first imported."""
    folder: Path = settings.MACHINE / FOLDER
    make_folder(folder.parent, mode=PRIVATE_FOLDER)
    make_folder(folder, mode=PRIVATE_FOLDER)
    os.environ[_VARIABLE] = str(folder)
    return folder


def sweep(machine: Path) -> None:
    """Forget what processes counted that are gone; for whoever starts the site of a ``machine``, before it counts."""
    for path in (machine / FOLDER).glob("*.db"):
        pid = path.stem.rpartition("_")[2]
        if not (pid.isdecimal() and Path("/proc", pid).exists()):
            path.unlink(missing_ok=True)


class SiteMetrics:
    """What a process of the site counts. No label holds anything that a stranger could choose."""

    def __init__(self) -> None:
        _shared()
        from prometheus_client import CollectorRegistry, Counter, Histogram

        registry = CollectorRegistry()
        self._requests = Counter(
            "ayan_requests", "Answers by view, method and status", ["view", "method", "status"], registry=registry
        )
        self._seconds = Histogram(
            "ayan_request_seconds",
            "Seconds until an answer began, waiting included",
            ["kind"],
            buckets=BUCKETS,
            registry=registry,
        )
        self._kept = Counter("ayan_kept_answers", "Reading, by whether it was kept", ["use"], registry=registry)

    def answered(self, environ: Mapping[str, Any], status: str, seconds: float) -> None:
        """One request was answered."""
        drawn: str | None = environ.get("ayan.view")
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path in ("/healthz", "/readyz"):
            kind, view = "health", "health"
        elif drawn is None and status in ("200", "304"):
            kind, view = "kept", "kept"
            self._kept.labels("hit").inc()
        else:
            kind, view = _kind(path), drawn or "none"
            # Pages and the API have views of the same names.
            view = f"api.{view}" if path.startswith("/api/") else view
            if method == "GET" and kind in ("page", "api"):
                self._kept.labels("miss").inc()
        self._requests.labels(view, method if method in METHODS else "other", status).inc()
        self._seconds.labels(kind).observe(seconds)


def site() -> SiteMetrics | None:
    """The counts of this process; None where nobody wants any."""
    return SiteMetrics() if port() else None


def _kind(path: str) -> str:
    if path.startswith("/static/"):
        return "static"
    if path.startswith("/api/"):
        return "api" if "." not in path.rpartition("/")[2] else "download"
    return "desk" if "/desk/" in path[:10] else "page"


class _Collector:
    """Asks for the gauges each time somebody looks; what cannot be told at the moment is left out."""

    def __init__(self, gauges: Callable[[], Gauges]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterable[Any]:
        """The gauges as the library wants them."""
        from prometheus_client.core import GaugeMetricFamily

        for name, (words, value) in self._gauges().items():
            if isinstance(value, Mapping):
                family = GaugeMetricFamily(name, words, labels=["of"])
                for label, number in value.items():
                    family.add_metric([label], number)
                yield family
            else:
                yield GaugeMetricFamily(name, words, value=value)


def serve(gauges: Callable[[], Gauges]) -> Callable[[], None]:
    """Serve what all processes counted, and the gauges, until what is returned is called.

    Where the port cannot be had that is written down, and nothing is served: the work itself goes on.
    """
    wanted = port()
    if not wanted:
        return lambda: None
    folder = _shared()
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]  # the library says nothing of it
    registry.register(_Collector(gauges))
    try:
        server, thread = start_http_server(wanted, addr=HOST, registry=registry)
    except OSError:
        _LOG.exception("metrics cannot be served at port %s", wanted)
        return lambda: None

    def stop() -> None:
        with suppress(OSError):
            server.shutdown()
            server.server_close()
        thread.join(1)

    return stop
