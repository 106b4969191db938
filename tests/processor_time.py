"""What tests cost the processor: seconds of a process of the run and of those that it started, ended or not.

What is made once for all tests of a run is counted for none of them.

The clock of the wall says of a shared machine how busy others are; two runs of one test cost its processor the same.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

OPTION: Final = "--processor-time"
MOST: Final = 30
"""Files and tests that the terminal shows; the file named by the option holds all."""

TICKS: Final = os.sysconf("SC_CLK_TCK")
"""Parts of a second in which the system counts."""

PHASES: Final = ("setup", "call", "teardown")


def add_option(parser: pytest.Parser) -> None:
    """Let a run be asked for its costs."""
    parser.addoption(OPTION, metavar="FILE", help="write what each test costs the processor into FILE, and sum it up")


def register(config: pytest.Config) -> None:
    """Let this process count, where that was asked for."""
    if config.getoption(OPTION):
        config.pluginmanager.register(_Meter(config), "processor-time-meter")
        if not hasattr(config, "workerinput"):
            config.pluginmanager.register(_Table(Path(config.getoption(OPTION)).absolute()), "processor-time-table")


_elsewhere = Counter[str]()


def elsewhere(seconds: float) -> None:
    """Count what a process took that ended for this one and is no child of it."""
    _elsewhere["seconds"] += seconds  # type: ignore[assignment]  # parts of a second


@contextmanager
def for_all() -> Iterator[None]:
    """Count what the block takes for no test."""
    before = spent()
    try:
        yield
    finally:
        _elsewhere["for all"] += spent() - before  # type: ignore[assignment]  # parts of a second


def spent() -> float:
    """Seconds of processor that this process took until now, and those that it started, and those that these started."""
    return sum(os.times()[:4]) + _elsewhere["seconds"] + sum(map(_of_living, _children("self")))


def _of_living(process: str) -> float:
    try:
        # The name of a program may hold whatever it likes, and ends with the last bracket.
        parts = Path("/proc", process, "stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, parts[11:15])) / TICKS + sum(map(_of_living, _children(process)))


def _children(process: str) -> list[str]:
    """Those that a process has started and not yet seen end; none where the system does not say."""
    try:
        return [
            child for file in Path("/proc", process, "task").glob("*/children") for child in file.read_text().split()
        ]
    except OSError:
        return []


class _Meter:
    """Counts in the process that runs the tests, and lets each report say what its phase took."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.until = spent()
        self.collected = 0.0

    def pytest_collection_finish(self) -> None:
        """What comes before the first test is of no test."""
        self.until = self.collected = spent() - _elsewhere["for all"]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Write what was spent since the last phase into the report, which travels with it to the head of the run."""
        report = yield
        now = spent() - _elsewhere["for all"]
        report.__dict__["processor"] = now - self.until
        self.until = now
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Hand over the sums of a worker, which hold what its last fixtures took to end."""
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["processor"] = (self.collected, spent())


class _Table:
    """Gathers at the head of the run what its workers count, and writes it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.tests: dict[str, Counter[str]] = defaultdict(Counter)
        self.workers: list[tuple[float, float]] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep a phase of a test."""
        # Of a process that died nobody knows what it took.
        self.tests[report.nodeid][report.when] += getattr(report, "processor", 0.0)  # type: ignore[assignment]  # parts of a second
        self.tests[report.nodeid]["wall"] += report.duration

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Keep the sums of a worker that ended well."""
        if sums := getattr(node, "workeroutput", {}).get("processor"):
            self.workers.append(sums)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write all into the file, and show what is dearest."""
        costs = {test: sum(phases[phase] for phase in PHASES) for test, phases in self.tests.items()}
        rows = [
            "\t".join([*(f"{self.tests[test][part]:.2f}" for part in (*PHASES, "wall")), test])
            for test in sorted(costs, key=costs.__getitem__, reverse=True)
        ]
        self.file.write_text("\n".join(["\t".join((*PHASES, "wall", "test")), *rows, ""]), encoding="utf-8")
        files: Counter[str] = Counter()
        for test, cost in costs.items():
            files[test.partition("::")[0]] += cost
        terminalreporter.section("seconds of processor")
        for name, cost in (*files.most_common(MOST), ("all tests", sum(costs.values()))):
            terminalreporter.write_line(f"{cost:8.1f}  {name}")
        for collected, whole in self.workers:
            terminalreporter.write_line(f"{whole:8.1f}  a worker, of which {collected:.1f} until it had its tests")
