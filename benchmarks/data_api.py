"""Ayan's API against Datasette and the raw engines, on the same published rows, answers compared before any is timed.

Run with `make bench` or `python -m benchmarks.data_api [--rows N] [--rounds N]`. The rows go through the real
`ayan publish` and are served by `ayan serve` with two workers; SQLite and Datasette get the rows that were published,
with the indexes an expert would give them (INDEXES below). Every query has rotating values, rounds are interleaved,
and the table shows medians with their range. Seconds depend on the machine; ratios within one run compare.

`--prepare` publishes and builds the peers and stops there; what stands prepared in the folder is then only timed.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import duckdb
from benchmarks import load, pipeline
from benchmarks.questions import API, COLUMNS, QUERIES, YEAR, Query, comparable, explorer_pages

# A file may hold so many rows; more are published as several years.
MOST_ROWS: Final = 10_000_000
DATASETTE: Final = "datasette==0.65.5"
WORKERS: Final = 2
VALUES: Final = 200
ASKED: Final = 40
INDEXES: Final = """
CREATE INDEX by_contract ON payments (contract);
CREATE INDEX by_amount ON payments (amount);
CREATE INDEX by_unit ON payments (unit, kind, amount);
CREATE INDEX by_date ON payments (date, kind, unit);
CREATE INDEX by_payee ON payments (payee);
CREATE VIRTUAL TABLE payments_fts USING fts5 (subject, payee, content='payments', content_rowid='id');
INSERT INTO payments_fts (payments_fts) VALUES ('rebuild');
ANALYZE;
"""


def declare(home: Path, declaration: str = pipeline.DECLARATION) -> None:
    """Make a city's folder with the one dataset of the benchmark."""
    declared = home / "datasets" / "bench-payments"
    declared.mkdir(parents=True)
    (declared / "dataset.toml").write_text(declaration, encoding="utf-8")
    (home / "ayan.toml").write_text(
        'name = { fa = "شهر سنجش", en = "Benchmark city" }\ndemo = true\n', encoding="utf-8"
    )


def publish(home: Path, rows: int) -> float:
    """Put the rows before the public through the real pipeline; the seconds until they can be asked for."""
    declare(home)
    seconds = 0.0
    for number, first in enumerate(range(0, rows, MOST_ROWS)):
        file, year = home.parent / "payments.csv", YEAR - number
        pipeline.make_input(file, min(MOST_ROWS, rows - first), first, year)
        command = ["publish", str(file), "--dataset", "bench-payments", "--period", str(year)]
        people = ["--by", pipeline.CLERK, "--approve", pipeline.APPROVER]
        began = time.perf_counter()
        subprocess.run([*AYAN, *command, *people], env=environment(home), check=True, stdout=subprocess.DEVNULL)
        seconds += time.perf_counter() - began
        file.unlink()
    return seconds


AYAN: Final = (sys.executable, "-m", "ayan.cli.main")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command of Ayan over a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AYAN_", "DATABASE_URL"))}
    return {**kept, "AYAN_HOME": str(home), "AYAN_ALLOW_CLI_APPROVAL": "1", **more}


def parts(home: Path) -> list[str]:
    """The published Parquet files."""
    return parts_of(home, "bench-payments")


def parts_of(home: Path, slug: str) -> list[str]:
    """The published Parquet files of a dataset."""
    return sorted(map(str, (home / "store" / "releases" / slug).rglob("data-*.parquet")))


def build_sqlite(home: Path, file: Path) -> float:
    """The published rows in SQLite with their indexes; seconds."""
    began = time.perf_counter()
    with sqlite3.connect(file) as base, duckdb.connect() as source:
        base.execute(f"CREATE TABLE payments (id INTEGER PRIMARY KEY, {COLUMNS.replace('amount', 'amount INTEGER')})")
        numbered = "row_number() OVER (ORDER BY number)"
        select = f"SELECT {numbered}, {COLUMNS.replace('date', 'date::VARCHAR')} FROM read_parquet(?) ORDER BY 1"
        cursor = source.execute(select, [parts(home)])
        places = ", ".join("?" * 12)
        while rows := cursor.fetchmany(50_000):
            base.executemany(f"INSERT INTO payments VALUES ({places})", rows)
        base.executescript(INDEXES)
    return time.perf_counter() - began


def datasette(folder: Path) -> str:
    """The pinned Datasette, in an environment of its own."""
    venv = folder / "datasette"
    if not (venv / "bin" / "datasette").exists():
        tool = shutil.which("uv") or str(Path(".tools/bin/uv").absolute())
        subprocess.run([tool, "venv", "-q", str(venv)], check=True)
        subprocess.run([tool, "pip", "install", "-q", "-p", str(venv), DATASETTE], check=True)
    return str(venv / "bin" / "datasette")


def answers(port: int) -> bool:
    """Whether something takes connections at a port."""
    try:
        load.opened(port).close()
    except OSError:
        return False
    return True


@contextmanager
def served(command: Sequence[str], port: int, env: dict[str, str], patience: float = 300.0) -> Iterator[int]:
    """A server that answers on ``port`` within ``patience`` seconds; its process id."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + patience
        while True:
            try:
                load.opened(port).close()
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)
        # Its workers may outlive it: the next server on this port must not be taken for this one.
        until = time.monotonic() + 30
        while answers(port) and time.monotonic() < until:
            time.sleep(0.1)


def memory(pid: int) -> tuple[int, int]:
    """Anonymous memory and proportional set size of a process and those below it, in MiB."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    anonymous = proportional = 0
    for process_id in (str(pid), *below):
        text = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii")
        anonymous += int(re.findall(r"Anonymous:\s+(\d+)", text)[0])
        proportional += int(re.findall(r"Pss:\s+(\d+)", text)[0])
    return anonymous >> 10, proportional >> 10


def raw(engine: str, base: Any, query: Query, values: Sequence[str]) -> list[float]:
    """Seconds of each value in the engine itself, rows fetched."""
    text = query.sql or (query.fts if engine == "sqlite" else "")
    out = []
    for value in values if text else ():
        began = time.perf_counter()
        if ":v" not in text:
            base.execute(text).fetchall()
        elif engine == "sqlite":
            base.execute(text, {"v": value}).fetchall()
        else:
            base.execute(text.replace(":v", "$v"), {"v": value}).fetchall()
        out.append(time.perf_counter() - began)
    return out


def middle(values: Sequence[float]) -> float:
    """The median in milliseconds."""
    return statistics.median(values) * 1000


def main() -> None:
    """Publish, build the peers, compare the answers, then measure in rounds and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--port", type=int, default=18800)
    parser.add_argument("--no-datasette", action="store_true", help="for very large tables")
    parser.add_argument("--whole-files", type=int, default=3 + 2 * WORKERS, help="how often the whole table is read")
    parser.add_argument("--prepare", action="store_true", help="publish and build the peers, and time nothing")
    args = parser.parse_args()
    folder = args.folder.absolute() / f"serving-{args.rows}"
    home, file, known = folder / "home", folder / "bench.db", folder / "prepared.txt"
    print(f"{args.rows:,} rows, {os.cpu_count()} cores, DuckDB {duckdb.__version__}, {DATASETTE}")
    if not known.exists():
        shutil.rmtree(folder, ignore_errors=True)
        home.mkdir(parents=True)
        known.write_text(prepare(home, file, args), encoding="utf-8")
    print(known.read_text(encoding="utf-8"))
    if args.prepare:
        return
    random_values = random.Random(7)
    values = {query.name: [query.values(random_values) for _ in range(VALUES)] for query in QUERIES}
    measure(args, home, file, values)


def prepare(home: Path, file: Path, args: argparse.Namespace) -> str:
    """Publish the rows and build the peers' files; what that took, in words."""
    said = [f"publish until it can be asked for: {publish(home, args.rows):.1f} s"]
    built = sorted((home / "index" / "bench-payments").glob("[0-9a-f]*.*"))
    said += [f"index: {file.suffix[1:]} {file.stat().st_size / 1e6:,.0f} MB" for file in built]
    if not args.no_datasette:
        datasette(args.folder.absolute())
        seconds = build_sqlite(home, file)
        said.append(f"SQLite with indexes and full text: {seconds:.1f} s, {file.stat().st_size / 1e6:,.0f} MB")
    return "\n".join(said)


def measure(args: argparse.Namespace, home: Path, file: Path, values: dict[str, list[str]]) -> None:
    """Everything that is timed."""
    ours, theirs = args.port, args.port + 1
    uncached = environment(home, AYAN_CACHE_MB="0")
    command = [*AYAN, "serve", "--port", str(ours), "--workers", str(WORKERS)]
    peer = [datasette(args.folder.absolute()), "serve", "-i", str(file), "-p", str(theirs)] if file.exists() else []
    for setting in ("sql_time_limit_ms", "facet_time_limit_ms"):
        peer += ["--setting", setting, "20000"] if peer else []
    figures: dict[str, dict[str, list[float]]] = {query.name: {} for query in QUERIES}
    sqlite = sqlite3.connect(f"file:{file}?mode=ro", uri=True) if peer else None
    native = duckdb.connect(config={"threads": 1})
    native.execute(f"CREATE TABLE payments AS SELECT * FROM read_parquet({parts(home)})")
    with served(command, ours, uncached) as pid, served(peer, theirs, dict(os.environ)) if peer else _nobody() as other:
        for query in QUERIES if peer else ():
            compare(query, ours, theirs, values[query.name])
        for query in QUERIES:
            # What a process has opened and read stays there, for whichever of the engines.
            load.rate(ours, [query.ayan.replace("{v}", quote(value)) for value in values[query.name][:20]], seconds=2)
        for number in range(args.rounds):
            for query in QUERIES:
                chosen = values[query.name][number * ASKED % VALUES :][:ASKED]
                kept = figures[query.name]
                at = [query.ayan.replace("{v}", quote(value)) for value in chosen]
                kept.setdefault("ayan", []).append(middle(load.latencies(ours, at)))
                kept.setdefault("ayan/s", []).append(load.rate(ours, at, seconds=args.seconds))
                few = max(3, ASKED // 4)
                if peer:
                    at = [query.datasette.replace("{v}", quote(value)) for value in chosen]
                    kept.setdefault("datasette", []).append(middle(load.latencies(theirs, at[:few])))
                    kept.setdefault("datasette/s", []).append(load.rate(theirs, at, seconds=args.seconds))
                for engine, base in (("sqlite", sqlite), ("duckdb", native)):
                    if base is not None and (timings := raw(engine, base, query, chosen[:few])):
                        kept.setdefault(engine, []).append(middle(timings))
        before = memory(pid)
        sent, after = [], []
        # More files than workers: each worker takes its buffers once, and what is flat grows no further after that.
        for _ in range(args.whole_files):
            sent.append(load.download(ours, f"{API}/rows.csv"))
            after.append(memory(pid)[0])
        print(f"anonymous memory in MiB: ayan {before[0]}, after each whole file {', '.join(map(str, after))}")
        print(f"anonymous memory and PSS in MiB: ayan {memory(pid)}", f"datasette {memory(other)}" if other else "")
        pages = explorer_pages(3, 60 + int(200 * args.seconds))
        load.latencies(ours, explorer_pages(4, 24))
        taken = load.latencies(ours, pages[:60])
        mean, longest = statistics.mean(taken) * 1000, max(taken) * 1000
        print(f"explorer with statistics, uncached: median {middle(taken):.0f} ms, mean {mean:.0f}, most {longest:.0f}")
        print(f"… a second, 16 clients: {load.rate(ours, pages[60:], seconds=3 * args.seconds):.1f}")
    table(figures)
    rates = [size / 1e6 / whole for size, _, whole in sent]
    print(
        f"whole table as CSV: {statistics.median(rates):.0f} MB/s ({min(rates):.0f}-{max(rates):.0f}), "
        f"first byte after {statistics.median(first for _, first, _ in sent) * 1000:.0f} ms, {sent[0][0] / 1e6:,.0f} MB"
    )
    with served(command, ours, environment(home)):
        at = [QUERIES[0].ayan.replace("{v}", quote(value)) for value in values[QUERIES[0].name][:20]]
        load.latencies(ours, at)
        load.rate(ours, at * 5, seconds=3)
        print(f"cached answers a second: {load.rate(ours, at, seconds=args.seconds):,.0f}")
        at = explorer_pages(5, 10)
        load.rate(ours, at, seconds=5)
        print(f"cached pages of the explorer a second: {load.rate(ours, at, seconds=args.seconds):,.0f}")


@contextmanager
def _nobody() -> Iterator[int]:
    yield 0


def compare(query: Query, ours: int, theirs: int, values: Sequence[str]) -> None:
    """Refuse to time answers that differ."""
    for value in values[:5]:
        mine = comparable(query.name, "ayan", load.get(ours, query.ayan.replace("{v}", quote(value))))
        body = load.get(theirs, query.datasette.replace("{v}", quote(value)))
        other = comparable(query.name, "datasette", body)
        if query.name == "distinct":
            # The alphabets differ, so the first hundred do too; what all have in common is how many rows each has.
            mine, other = len(mine), len(other)
        assert mine == other, f"{query.name} {value}: {str(mine)[:300]} is not {str(other)[:300]}"


def table(figures: dict[str, dict[str, list[float]]]) -> None:
    """Medians of the rounds with their range; the last column is how much slower than the fastest raw engine."""
    print("| query | ayan ms | datasette ms | raw SQLite ms | raw DuckDB ms | ayan/s | datasette/s | 2 × raw + 10 ms |")
    print("|---|---|---|---|---|---|---|---|")
    for name, kept in figures.items():
        cells = [_cell(kept.get(who, [])) for who in ("ayan", "datasette", "sqlite", "duckdb", "ayan/s", "datasette/s")]
        engines = [statistics.median(kept[who]) for who in ("sqlite", "duckdb") if who in kept]
        bound = 2 * min(engines) + 10 if engines else 0.0
        verdict = f"{bound:.1f}: {'held' if statistics.median(kept['ayan']) <= bound else 'missed'}" if engines else ""
        print(f"| {name} | {' | '.join(cells)} | {verdict} |")


def _cell(values: Sequence[float]) -> str:
    if not values:
        return ""
    return f"{statistics.median(values):,.1f} ({min(values):,.1f}-{max(values):,.1f})"


if __name__ == "__main__":
    main()
