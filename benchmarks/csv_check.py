"""Checking a CSV against what raw DuckDB takes for it, in one run, and how much memory the check holds.

``python -m benchmarks.csv_check [--rows N] [--rounds N] [--folder DIR]``. The payments of `benchmarks.pipeline` are
written once (3.4 million rows are a gigabyte) and deleted in the end; raw DuckDB and the check are measured in turn,
each in a process of its own. Printed are medians and ratios of seconds of a clock and of processor seconds: where
others use the machine, the second says more. Memory is the most that the process and its children held at one time, in
MiB: anonymous, which is theirs alone, and resident, in which pages of mapped files count that the system takes back.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from benchmarks import pipeline

TARGETS: Final = ("raw-duckdb", "ayan-check")
EVERY: Final = 0.05


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    listed, seen = [pid], 0
    while seen < len(listed):
        try:
            tasks = list(Path(f"/proc/{listed[seen]}/task").iterdir())
            listed += [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except OSError:
            pass
        seen += 1
    return listed


def _held(pid: int) -> tuple[int, int]:
    """Anonymous and resident KiB of a process; nothing once it is gone."""
    try:
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
        )
        return int(status["RssAnon"].split()[0]), int(status["VmRSS"].split()[0])
    except (OSError, KeyError):
        return 0, 0


def measured(target: str, file: Path) -> dict[str, Any]:
    """One run of a target: its seconds, its processor seconds, and the most memory at one time."""
    command = [sys.executable, pipeline.__file__, "--target", target, "--file", str(file)]
    before = os.times()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        anonymous = resident = 0
        while process.poll() is None:
            held = [_held(pid) for pid in _family(process.pid)]
            anonymous = max(anonymous, sum(each for each, _ in held))
            resident = max(resident, sum(each for _, each in held))
            time.sleep(EVERY)
        answer = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"{target} ended with {process.returncode}")
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {**json.loads(answer), "processor": used, "anonymous": anonymous // 1024, "resident": resident // 1024}


def main() -> None:
    """Make the input, measure in turn, compare the row counts, print, and delete the input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    file = args.folder.absolute() / f"checking-{args.rows}.csv"
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in TARGETS}
    try:
        pipeline.make_input(file, args.rows)
        print(f"{args.rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB, load {os.getloadavg()[0]:.1f}")
        for number in range(args.rounds):
            for name in TARGETS:
                runs[name].append(measured(name, file))
                print(f"  round {number + 1} {name}: {runs[name][-1]}", file=sys.stderr)
    finally:
        file.unlink(missing_ok=True)
    assert {run["rows"] for listed in runs.values() for run in listed} == {args.rows}, "row counts differ"
    print(f"{'target':12} {'median s':>9} {'processor s':>12} {'anonymous MiB':>14} {'resident MiB':>13}")
    middle = {
        name: [statistics.median(run[what] for run in listed) for what in ("seconds", "processor")]
        for name, listed in runs.items()
    }
    for name, listed in runs.items():
        most = [max(run[what] for run in listed) for what in ("anonymous", "resident")]
        print(f"{name:12} {middle[name][0]:9.1f} {middle[name][1]:12.1f} {most[0]:14,} {most[1]:13,}")
    raw, check = middle["raw-duckdb"], middle["ayan-check"]
    print(f"check / raw: {check[0] / raw[0]:.2f} by the clock, {check[1] / raw[1]:.2f} by processor seconds")


if __name__ == "__main__":
    main()
