"""What two processes hold after readers have taken whole tables home: anonymous memory and PSS, checkouts in turn.

``python -m benchmarks.memory [CHECKOUT …] [--rows N] [--files N] [--rounds N] [--at-once N]``. The rows are published
once by this checkout (`benchmarks.data_api`); then each checkout serves them with two workers, answers a few questions,
and sends the whole table as CSV again and again, ``--at-once`` readers side by side. Printed in MiB: before the first
file, after each, the most that was seen while files were under way, and what is left after ten quiet seconds. Pages of
mapped files are no anonymous memory; the system takes them back by itself.
"""

from __future__ import annotations

import argparse
import os
import shutil
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks import data_api, load
from benchmarks.questions import API, explorer_pages

PORT: Final = 18_860
WORKERS: Final = 2
QUIET: Final = 10.0
FORMATS: Final = ("csv", "ndjson", "csv?_sort_desc=amount")


class Peak:
    """The most anonymous memory, in MiB, that the processes of a server held while this was looking."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.most = 0

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            self.most = max(self.most, data_api.memory(self._pid)[0])


def a_round(checkout: Path, home: Path, files: int, at_once: int, form: str) -> str:
    """Serve with one checkout; the figures as a line."""
    environment = {**data_api.environment(home, AYAN_CACHE_MB="0", AYAN_WORKER="apart")}
    environment["PYTHONPATH"] = str(checkout / "src")
    python = checkout / ".venv" / "bin" / "python"
    command = [str(python), "-m", "ayan.cli.main", "serve", "--port", str(PORT), "--workers", str(WORKERS)]
    with data_api.served(command, PORT, environment) as pid:
        for _ in range(WORKERS):
            load.latencies(PORT, [f"{API}/rows?_size=1", *explorer_pages(4, 12)])
        before, after = data_api.memory(pid), []
        address = f"{API}/rows.{form}"
        with Peak(pid) as peak, ThreadPoolExecutor(at_once) as readers:
            for _ in range(files):
                list(readers.map(lambda _: load.download(PORT, address), range(at_once)))
                after.append(data_api.memory(pid)[0])
        time.sleep(QUIET)
        left = data_api.memory(pid)
    return (
        f"{checkout.name} {form}: before {before[0]} (PSS {before[1]}), after each {', '.join(map(str, after))}, "
        f"most {peak.most}, at rest {left[0]} (PSS {left[1]})"
    )


def prepared(folder: Path, rows: int) -> Path:
    """The home of a city with so many rows, published where it is not there yet."""
    home, known = folder / "home", folder / "prepared.txt"
    if not known.exists():
        shutil.rmtree(folder, ignore_errors=True)
        home.mkdir(parents=True)
        known.write_text(f"{data_api.publish(home, rows):.1f} s", encoding="utf-8")
    return home


def main(argv: Sequence[str] | None = None) -> None:
    """Publish once, then serve with each checkout in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", nargs="*", type=Path, default=[Path.cwd()])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--files", type=int, default=3 + 2 * WORKERS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--form", choices=FORMATS, default=FORMATS[0])
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    args = parser.parse_args(argv)
    home = prepared(args.folder.absolute() / f"memory-{args.rows}", args.rows)
    print(f"{args.rows:,} rows, {os.cpu_count()} cores, {WORKERS} workers, {args.at_once} at once; MiB")
    for _ in range(args.rounds):
        for checkout in args.checkouts:
            print(a_round(checkout.absolute(), home, args.files, args.at_once, args.form), flush=True)


if __name__ == "__main__":
    main()
