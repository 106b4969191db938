"""The ledger: appending, proving and checking against the size of the log, and what commitments cost a release.

Run with `make bench` or `python -m benchmarks.ledger [--leaves N] [--rows N] [--rounds N]`. Every proof is checked.
Rows are published by the pipeline's own benchmark first, so that the commitments are weighed against it in one run: in
processor seconds of a process and its children, which a busy machine disturbs less than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.pipeline import ayan_publish, make_input
from tests.core.ledger.committed_rows import commit_rows

from ayan.core.ledger.commitments import BLOCKS, SALTS, open_row, recompute_rows
from ayan.core.ledger.log import BATCH, Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.tree import check_consistency, check_inclusion, leaf_hash

SIGNER: Final = Signer("log.example", bytes(range(32)))
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - where Linux keeps files in memory; a folder of its own is made in it
ASKED: Final = 300


@contextmanager
def scratch(under: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ayan-bench-", dir=under))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def entry(number: int) -> bytes:
    return b"leaf %d" % number


def appending(under: Path) -> dict[str, Any]:
    """Appends a second, one by one: each is flushed, signed and published before the next."""
    with scratch(under) as folder:
        log = Log(folder / "log", SIGNER.name, SIGNER)
        started, count = time.perf_counter(), 0
        while time.perf_counter() - started < 3:
            log.append(entry(count))
            count += 1
        seconds = time.perf_counter() - started
        log.audit()
    return {"appends/s": round(count / seconds), "ms each": round(1000 * seconds / count, 2)}


def timed(ask: Callable[[], Any], check: Callable[[Any], None]) -> tuple[float, float]:
    """Microseconds of making one proof, and of checking it."""
    begun = time.perf_counter()
    result = ask()
    between = time.perf_counter()
    check(result)
    return (between - begun) * 1e6, (time.perf_counter() - between) * 1e6


def proving(log: Log) -> dict[str, Any]:
    """Medians over random leaves and older sizes, by a reader that opened the log just before."""
    begun = time.perf_counter()
    reader = Log(log.folder, SIGNER.name, None, verifier=SIGNER.verifier)
    size, root = reader.size, reader.root()
    opened = time.perf_counter() - begun
    chance = Random(size)
    inclusion, consistency = [], []
    for _ in range(ASKED):
        index, old = chance.randrange(size), chance.randint(1, size)
        leaf, older = leaf_hash(entry(index)), reader.root(old)
        included = partial(check_inclusion, leaf, index, size, root=root)
        extended = partial(check_consistency, old, older, size, root)
        inclusion.append(timed(partial(reader.inclusion, index), included))
        consistency.append(timed(partial(reader.consistency, old), extended))
    middle = {
        f"{name} {what} µs": round(statistics.median(sample[at] for sample in timings))
        for name, timings in (("inclusion", inclusion), ("consistency", consistency))
        for at, what in enumerate(("made", "checked"))
    }
    return {"opened ms": round(opened * 1000, 2), "hashes": len(reader.inclusion(size // 2)), **middle}


def growing(under: Path, most: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """One log grown in batches to each power of ten up to ``most``."""
    with scratch(under) as folder:
        log = Log(folder / "log", SIGNER.name, SIGNER)
        size = 1000
        while size <= most:
            begun, before = time.perf_counter(), log.size
            for start in range(before, size, BATCH):
                log.append_all([entry(number) for number in range(start, min(start + BATCH, size))])
            rate = (size - before) / (time.perf_counter() - begun)
            yield size, {"leaves/s in batches": round(rate), **proving(log)}
            size *= 10


def used() -> float:
    """Processor seconds of this process and its finished children."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def weighed(work: Callable[[], Any]) -> dict[str, float]:
    begun, spent = time.perf_counter(), used()
    work()
    return {"seconds": round(time.perf_counter() - begun, 2), "cpu": round(used() - spent, 2)}


def rows_of(file: Path) -> dict[str, Any]:
    """Publish the file, and commit to the rows that were published."""
    with scratch(file.parent) as folder:
        figures: dict[str, Any] = {"publish": weighed(lambda: ayan_publish(file, folder))}
        (part,) = (folder / "store").rglob("data-*.parquet")
        out = folder / "beside"
        out.mkdir()
        figures["commit"] = weighed(lambda: commit_rows([part], out))
        figures["recompute"] = weighed(lambda: recompute_rows([part], out))
        begun = time.perf_counter()
        opening = open_row([part], out, 2 + Random(1).randrange(1000))
        figures["open a row ms"] = round((time.perf_counter() - begun) * 1000, 1)
        figures["rows"] = opening.rows
        figures["bytes"] = {path.name: path.stat().st_size for path in (part, out / SALTS, out / BLOCKS)}
        assert opening.root() == recompute_rows([part], out).root
    return figures


def main() -> None:
    """Print what was measured, each figure with its name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=10_000_000)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.file:
        print(json.dumps(rows_of(args.file)))
        return
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, under in (("disk", args.folder), ("memory", MEMORY)):
        if os.access(under, os.W_OK):
            print(f"append one by one, {name}: {appending(under)}", flush=True)
    for size, figures in growing(args.folder, args.leaves):
        print(f"log of {size:,} leaves: {figures}", flush=True)
    file = args.folder.absolute() / f"payments-{args.rows}.csv"
    if args.rows and not file.exists():
        make_input(file, args.rows)
    shares: list[float] = []
    for _ in range(args.rounds if args.rows else 0):
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks.ledger", "--file", str(file)], check=True, capture_output=True, text=True
        )
        result = json.loads(answer.stdout)
        shares.append(result["commit"]["cpu"] / result["publish"]["cpu"])
        print(result, flush=True)
    if shares:
        middle, least, most = statistics.median(shares), min(shares), max(shares)
        print(f"commitments, of all processor time of publishing: {middle:.2f} ({least:.2f}-{most:.2f})")


if __name__ == "__main__":
    main()
