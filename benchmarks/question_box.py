"""The box of questions over a whole city with millions of payments: the clock and the processor of each question.

Run with `make bench` or `python -m benchmarks.question_box [--rows N] [--city HOME] [--questions N]`. The payments of
a built demo city are written again, with other numbers and amounts, into one month of a year before it began, by one
query, and go through the real `ayan publish` as one release. Then the kept questions of
`tests/core/answers/questions.txt` are put to the API of `ayan serve`, one after the other and uncached. The processor
seconds are those of the server and its workers while a question is answered; the kernel counts them in hundredths of
a second.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

import duckdb
from benchmarks import load, pipeline
from benchmarks.data_api import AYAN, environment, parts_of, served

MONTH: Final = "1398-01"
WORKERS: Final = 1
QUESTIONS: Final = Path("tests/core/answers/questions.txt")
# What the blanks of the questions are where nothing of the city is looked up for them.
BLANKS: Final = {"year": "1404", "last": "1404", "next": "1405", "street": "نسترن"}
TICKS: Final = os.sysconf("SC_CLK_TCK")
LONGEST: Final = 0.3
GENERATED: Final = """
SELECT '{month}-' || lpad((i + 1)::VARCHAR, 7, '0') AS "شمارهٔ سند",
       '{day}/' || lpad((1 + i % 29)::VARCHAR, 2, '0') AS "تاریخ پرداخت",
       payee AS "گیرنده", payee_id AS "شناسهٔ ملی گیرنده", (1000000 + hash(i) % 9000000000)::BIGINT AS "مبلغ",
       'هزینهٔ جاری' AS "نوع پرداخت", NULL AS "شمارهٔ قرارداد",
       budget_code AS "ردیف بودجه", unit AS "واحد", subject AS "شرح", NULL AS "شناسهٔ قبض", NULL AS "شناسهٔ پرداخت"
FROM range({rows}) t(i) JOIN known ON known.n = i % {known}
"""


def make_month(home: Path, file: Path, rows: int) -> None:
    """Write the generated payments: those of the city again, so that every name in them is known."""
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE known AS SELECT row_number() OVER () - 1 AS n, payee, payee_id, budget_code, unit, subject "
            "FROM (SELECT DISTINCT payee, payee_id, budget_code, unit, subject FROM read_parquet(?))",
            [parts_of(home, "payments")],
        )
        # As a number: a join by what is still to be counted would hold every row against every name.
        known = con.execute("SELECT count(*) FROM known").fetchall()[0][0]
        blanks = {"month": MONTH, "day": MONTH.replace("-", "/"), "rows": str(rows), "known": str(known)}
        query = GENERATED
        for name, value in blanks.items():
            query = query.replace("{" + name + "}", value)
        con.execute(f"COPY ({query}) TO '{file}' (HEADER, DELIMITER ',')")


def special(folder: str, names: list[str]) -> list[str]:
    """Whatever of a folder is no file and no folder: the pipes by which a running city wakes its workers."""
    paths = ((name, Path(folder, name)) for name in names)
    return [name for name, path in paths if not path.is_file() and not path.is_dir()]


def prepare(city: Path | None, folder: Path, rows: int) -> Path:
    """The home of a demo city with so many payments more."""
    home = folder / "home"
    if city is not None:
        shutil.copytree(city, home, ignore=special)
    else:
        build = [*AYAN, "demo", "--home", str(home), "--no-serve", "--scale", "small"]
        subprocess.run(build, env=environment(home), check=True, stdout=subprocess.DEVNULL)
    if rows:
        began, file = time.perf_counter(), folder / f"{MONTH}.csv"
        make_month(home, file, rows)
        written = time.perf_counter() - began
        command = ["publish", str(file), "--dataset", "payments", "--period", MONTH, "--unit", "amount=rial"]
        people = ["--by", pipeline.CLERK, "--approve", pipeline.APPROVER]
        subprocess.run([*AYAN, *command, *people], env=environment(home), check=True, stdout=subprocess.DEVNULL)
        file.unlink()
        print(f"{rows:,} payments written in {written:.0f} s, published after {time.perf_counter() - began:.0f} s")
    return home


def questions(home: Path) -> list[str]:
    """The kept questions with names of the city in their blanks."""
    blanks = dict(BLANKS)
    with duckdb.connect() as con:
        for name, slug, column in (
            ("company", "vendors", "name"),
            ("contract", "contracts", "number"),
            ("tender", "tenders", "number"),
            ("resolution", "council-resolutions", "number"),
            ("member", "council-members", "name"),
        ):
            row = con.execute(f"SELECT min({column}) FROM read_parquet(?)", [parts_of(home, slug)]).fetchone()
            blanks[name] = str(row[0]) if row else ""
    asked = []
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text = line.partition(" ; ")[0]
            for name, value in blanks.items():
                text = text.replace("{" + name + "}", value)
            asked.append(text)
    return list(dict.fromkeys(asked))


def processor(pid: int) -> float:
    """Processor seconds that a process and those below it have taken."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    total = 0
    for each in (str(pid), *below):
        fields = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def at(share: float, values: Sequence[float]) -> float:
    """The value below which such a share of all lies."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def print_row(name: str, values: Sequence[float]) -> None:
    """One line of the table, in milliseconds."""
    cells = (statistics.median(values), at(0.95, values), at(0.99, values), max(values))
    print(f"| {name} | {' | '.join(f'{1000 * each:.0f}' for each in cells)} |")


def measure(home: Path, asked: Sequence[str], port: int) -> None:
    """Put every question once to warm what is opened by whoever comes first, then once with the clock."""
    env = environment(home, AYAN_CACHE_MB="0")
    command = [*AYAN, "serve", "--port", str(port), "--workers", str(WORKERS)]
    with served(command, port, env) as pid:
        paths = [f"/api/v1/search?q={quote(each)}" for each in asked]
        # Until what words mean has been read, nothing is answered.
        while b'"pending":true' in load.get(port, paths[0]):
            time.sleep(1)
        load.latencies(port, paths[:40])
        clock: list[float] = []
        taken: list[float] = []
        for path in paths:
            before = processor(pid)
            clock += load.latencies(port, [path])
            taken.append(processor(pid) - before)
    print(f"{len(asked)} questions, one after the other, in milliseconds")
    print("| | median | p95 | p99 | most |")
    print("|---|---|---|---|---|")
    print_row("by the clock", clock)
    print_row("processor", taken)
    over = sorted(
        ((seconds, text) for seconds, text in zip(taken, asked, strict=True) if seconds > LONGEST), reverse=True
    )
    print(f"over {1000 * LONGEST:.0f} ms of processor: {len(over)}")
    for seconds, text in over[:10]:
        print(f"  {1000 * seconds:.0f} ms: {text}")


def main() -> None:
    """Publish what is to be asked of, if it is not there yet, then measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000, help="payments besides those of the city")
    parser.add_argument("--city", type=Path, help="a built demo city, which is copied; else a small one is built")
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--port", type=int, default=18810)
    parser.add_argument("--questions", type=int, help="so many of the kept questions, drawn evenly; else all of them")
    args = parser.parse_args()
    folder = args.folder.absolute() / f"asking-{args.rows}"
    print(f"{args.rows:,} payments more, {os.cpu_count()} cores, DuckDB {duckdb.__version__}")
    home = folder / "home"
    if not (folder / "prepared").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        prepare(args.city, folder, args.rows)
        (folder / "prepared").touch()
    asked = questions(home)
    measure(home, asked[:: max(len(asked) // args.questions, 1)] if args.questions else asked, args.port)


if __name__ == "__main__":
    main()
