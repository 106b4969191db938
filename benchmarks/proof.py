"""Two versions of Ayan side by side: what ``ayan verify`` takes of a portal and of its copy, and ``ayan export``.

``python -m benchmarks.proof CHECKOUT_A CITY_A CHECKOUT_B CITY_B [--rounds N] [--export] [--records N]``. Each
checkout has a ``.venv`` of its own, each city is a demo built by its own checkout (``ayan demo --home CITY
--no-serve``), for neither version opens what the other keeps. Rounds are interleaved; printed are seconds of a clock
and processor seconds of the command with its children, at the median with their range, and the ratio of the medians
(B over A). The server that answers is another process, so that what it takes is in the seconds of the clock alone.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from benchmarks import data_api
from benchmarks.versions import command

PORT: Final = 18_850
SETTLED: Final = 10.0
"""Seconds after which a server and its worker have begun."""
WARMING: Final = 8
"""First pages that are asked for then, so that each process has read the city."""
Figures = dict[str, tuple[list[float], list[float]]]


def timed(words: Sequence[str], environment: dict[str, str], checkout: Path) -> tuple[float, float]:
    """Seconds of a clock, and processor seconds, of a command that must end well."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ended = subprocess.run(words, env=environment, cwd=checkout, check=False, capture_output=True)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode:
        raise SystemExit(
            f"{' '.join(words)} ended with {ended.returncode}:\n{(ended.stdout + ended.stderr).decode()[-2000:]}"
        )
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Side:
    """A checkout and the city that it built."""

    def __init__(self, checkout: str, city: str, number: int) -> None:
        self._checkout = Path(checkout).resolve()
        self._city = Path(city).resolve()
        self._port = PORT + number
        source = str(self._checkout / "src")
        self._environment = {**data_api.environment(self._city), "PYTHONPATH": source}

    def verify_portal(self) -> tuple[float, float]:
        """Verify the city while it is served."""
        serve = command(self._checkout, "serve", "--port", str(self._port))
        with data_api.served(serve, self._port, self._environment):
            # A portal that somebody verifies has stood for long: what its processes take to begin is no part of it.
            time.sleep(SETTLED)
            for _ in range(WARMING):
                with urlopen(f"http://127.0.0.1:{self._port}/", timeout=60) as page:
                    page.read()
            return self._verify(f"http://127.0.0.1:{self._port}")

    def export(self, copy: Path, records: Sequence[str]) -> tuple[float, float]:
        """Copy the city to a folder."""
        return timed(command(self._checkout, "export", str(copy), *records), self._environment, self._checkout)

    def verify_copy(self, copy: Path) -> tuple[float, float]:
        """Verify such a copy."""
        return self._verify(str(copy))

    def _verify(self, source: str) -> tuple[float, float]:
        return timed(command(self._checkout, "verify", source), self._environment, self._checkout)


def a_round(side: Side, *, export: bool, records: Sequence[str]) -> dict[str, tuple[float, float]]:
    """One round of a side, by what was done."""
    figures = {"verify of the portal": side.verify_portal()}
    if export:
        folder = Path(tempfile.mkdtemp(prefix="ayan-proof-"))
        try:
            figures["export"] = side.export(folder / "copy", records)
            figures["verify of the copy"] = side.verify_copy(folder / "copy")
        finally:
            shutil.rmtree(folder)
    return figures


def main() -> None:
    """Run the rounds, A and B in turn, and print medians with ranges and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sides", nargs=4, metavar="CHECKOUT CITY")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--export", action="store_true", help="write and verify a copy in every round, too")
    parser.add_argument("--records", type=int, help="records of each dataset with a page in that copy")
    args = parser.parse_args()
    old, old_city, new, new_city = args.sides
    sides = [Side(old, old_city, 0), Side(new, new_city, 1)]
    records = [] if args.records is None else ["--records", str(args.records)]
    figures: Figures = defaultdict(lambda: ([], []))
    for number in range(args.rounds):
        for at in (0, 1) if number % 2 == 0 else (1, 0):
            for name, took in a_round(sides[at], export=args.export, records=records).items():
                for clock, seconds in zip(("seconds", "processor seconds"), took, strict=True):
                    figures[f"{name}, {clock}"][at].append(seconds)
                    print(f"{'AB'[at]} {name}, {clock}: {seconds:.2f}", flush=True)
    print("| what | A | B | B / A |\n|---|---|---|---|")
    for name, taken in figures.items():
        a, b = (f"{statistics.median(side):.1f} ({min(side):.1f}-{max(side):.1f})" for side in taken)
        print(f"| {name} | {a} | {b} | {statistics.median(taken[1]) / statistics.median(taken[0]):.2f} |")


if __name__ == "__main__":
    main()
