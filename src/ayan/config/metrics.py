"""Metrics for Prometheus: each process of the site counts, and the worker serves what they counted, on this machine."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from ayan.config.limits import MOST_CITY_LABELS
from ayan.core.system.files import PRIVATE_FOLDER, make_folder

FOLDER: Final = Path("work", "metrics")
"""Where, in the machine's folder, the processes leave their counts for each other."""
_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
# Seconds: a kept answer takes a tenth of a millisecond, a whole file a minute.
BUCKETS: Final = (0.001, 0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
# The methods that are told apart; others come from strangers, who could think of any number.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
HOST: Final = "127.0.0.1"
CITY: Final = "ayan.city"
"""Under which the door of many cities leaves the code of the one that was asked (WSGI)."""
OTHERS: Final = "_others"

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
    """What a process of the site counts. No label holds anything that a stranger could choose.

    With ``of_cities`` the answers of each city of an installation are counted by its code besides: kinds of answers and
    classes of statuses alone, for views and statuses of hundreds of cities would be tens of thousands of series.
    """

    def __init__(self, *, of_cities: bool = False) -> None:
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
        self._codes = CityLabels() if of_cities else None
        if of_cities:
            self._of_city = Counter(
                "ayan_city_requests",
                "Answers of each city by kind and class of status",
                ["city", "kind", "status"],
                registry=registry,
            )
            self._seconds_of_city = Counter(
                "ayan_city_request_seconds", "Seconds until answers began, of each city", ["city"], registry=registry
            )

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
        code: str | None = environ.get(CITY)
        if self._codes is not None and code is not None:
            label = self._codes.of(code)
            self._of_city.labels(label, kind, f"{status[0]}xx").inc()
            self._seconds_of_city.labels(label).inc(seconds)


class CityLabels:
    """The codes of cities as labels: the first `MOST_CITY_LABELS` that are met with, and one label for all others."""

    def __init__(self, most: int = MOST_CITY_LABELS) -> None:
        self._most = most
        self._known: set[str] = set()

    def of(self, code: str) -> str:
        """The label of a city; a code is of the installation's list, and never a stranger's word."""
        if code not in self._known:
            if len(self._known) >= self._most:
                return OTHERS
            self._known.add(code)
        return code


class CityWorkMetrics:
    """What the worker's processes know of each city of an installation, as of their last visit."""

    def __init__(self) -> None:
        _shared()
        from prometheus_client import CollectorRegistry, Gauge

        registry, self._codes = CollectorRegistry(), CityLabels()

        def gauge(name: str, words: str) -> Gauge:
            # Several processes go round: whoever was with a city last knows.
            return Gauge(name, words, ["city"], registry=registry, multiprocess_mode="mostrecent")

        self._visited = gauge("ayan_city_visited_seconds", "When the worker was with the city last (Unix time)")
        self._able = gauge("ayan_city_able", "Whether its work could be done then")
        self._numbers = {
            "waiting": gauge("ayan_city_tasks_waiting", "Pieces of work that waited then"),
            "oldest": gauge("ayan_city_oldest_task_seconds", "How long the oldest of them had waited"),
            "failed": gauge("ayan_city_tasks_failed", "Pieces of work that had failed within a day"),
            "backup": gauge("ayan_city_backup_age_seconds", "Since the last backup was made"),
            "checkpoint": gauge("ayan_city_checkpoint_age_seconds", "Since the log was last signed"),
        }

    def visited(self, code: str, numbers: Mapping[str, float], *, able: bool) -> None:
        """The worker was with a city: by the names above what could be told of it."""
        label = self._codes.of(code)
        self._visited.labels(label).set(time.time())
        self._able.labels(label).set(able)
        for name, number in numbers.items():
            self._numbers[name].labels(label).set(number)


def site() -> SiteMetrics | None:
    """The counts of this process; None where nobody wants any."""
    return SiteMetrics(of_cities=bool(settings.INSTALLATION)) if port() else None


def work_of_cities() -> CityWorkMetrics | None:
    """What is told of the work for the cities of an installation; None where nobody wants any."""
    return CityWorkMetrics() if port() else None


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
