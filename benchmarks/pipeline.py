"""From a payments CSV to a sealed release, against DuckDB doing CSV → Parquet + native file on the same input.

Run with `make bench` or `python -m benchmarks.pipeline [--rows N] [--rounds N]`. Every target runs in a process of its
own, with two threads; rounds are interleaved, and the answers of both sides are compared before a figure is printed.
Memory is the peak resident set of the process. Only ratios within one run compare; seconds depend on the machine.
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
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb

THREADS: Final = 2
CLERK, APPROVER = "کارشناس نمونه (ساختگی)", "مدیر نمونه (ساختگی)"

DECLARATION: Final = """
slug = "bench-payments"
title = { fa = "پرداخت‌های آزمون سرعت", en = "Benchmark payments" }
description = { fa = "دادهٔ ساختگی برای سنجش سرعت", en = "Invented data for measuring speed" }
owner = { fa = "ساختگی", en = "Invented" }
topic = "money"
period = "year"
period_field = "date"
key = ["number"]
approvals = 1
field = [
  { name = "number", kind = "code", required = true, label = { fa = "شماره", en = "Number" } },
  { name = "date", kind = "date", required = true, role = "date", label = { fa = "تاریخ", en = "Date" } },
  { name = "payee", kind = "text", required = true, label = { fa = "ذی‌نفع", en = "Payee" } },
  { name = "amount", kind = "rial", required = true, role = "amount", nature = "flow", label = {fa="مبلغ", en="Sum"} },
  { name = "contract", kind = "code", label = { fa = "قرارداد", en = "Contract" } },
  { name = "budget_row", kind = "code", pattern = "[0-9]{6}", label = { fa = "ردیف بودجه", en = "Budget row" } },
  { name = "unit", kind = "text", role = "unit", label = { fa = "واحد", en = "Unit" } },
  { name = "kind", kind = "text", label = { fa = "نوع", en = "Kind" }, choices = [
    { code = "advance", fa = "پیش‌پرداخت", en = "Advance" }, { code = "interim", fa = "صورت وضعیت", en = "Interim" },
    { code = "final", fa = "قطعی", en = "Final" }, { code = "adjustment", fa = "تعدیل", en = "Adjustment" } ] },
  { name = "subject", kind = "text", label = { fa = "شرح", en = "Subject" } },
  { name = "bill_id", kind = "code", label = { fa = "شناسه قبض", en = "Bill ID" } },
  { name = "payment_id", kind = "code", label = { fa = "شناسه پرداخت", en = "Payment ID" } },
]
"""

ROWS: Final = """
SELECT 'P-' || lpad(i::VARCHAR, 8, '0') AS "شماره",
       '{year}/' || lpad(({month})::VARCHAR, 2, '0') || '/' || lpad((1 + i % 29)::VARCHAR, 2, '0') AS "تاریخ",
       'شركت راهسازان نمونه ' || (i % 5000) AS "ذی‌نفع",
       translate(format('{:,}', (hash(i) % 900000000 + 100000)::BIGINT), '0123456789', '۰۱۲۳۴۵۶۷۸۹') AS "مبلغ",
       'C-1403-' || (i % 20000) AS "قرارداد",
       lpad((hash(i) % 1000000)::VARCHAR, 6, '0') AS "ردیف بودجه",
       'معاونت فني و عمراني ' || (i % 40) AS "واحد",
       (['پیش‌پرداخت', 'صورت وضعیت', 'قطعی', 'تعدیل'])[1 + i % 4] AS "نوع",
       'پرداخت بابت صورت وضعیت شماره ' || (i % 30) || ' قرارداد نگهداری فضای سبز منطقه ' || (i % 5) AS "شرح",
       (hash(i + 7) % 9000000000000 + 1000000000000)::VARCHAR AS "شناسه قبض",
       (hash(i + 9) % 9000000000000 + 1000000000000)::VARCHAR AS "شناسه پرداخت"
FROM range({first}, {last}) t(i)
"""


def make_input(path: Path, rows: int, first: int = 0, year: int = 1403, month: int | None = None) -> None:
    """Write the invented payments of a year, or of one month: Persian digits, thousands separators, Jalali dates."""
    query = ROWS.replace("{first}", str(first)).replace("{last}", str(first + rows)).replace("{year}", str(year))
    query = query.replace("{month}", "1 + i % 12" if month is None else str(month))
    with duckdb.connect() as con:
        con.execute(f"COPY ({query}) TO '{path}' (HEADER, DELIMITER ',')")


def raw_duckdb(file: Path, folder: Path) -> dict[str, Any]:
    """The limit: DuckDB alone, no judgement, text to Parquet and to a native file; then the sum for the comparison."""
    started = time.perf_counter()
    with duckdb.connect(str(folder / "native.duckdb")) as con:
        con.execute(f"SET threads = {THREADS}")
        con.execute("SET memory_limit = '3GiB'")
        source = f"read_csv('{file}', all_varchar = true, header = true, delim = ',')"
        con.execute(f"COPY (FROM {source}) TO '{folder / 'raw.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
        con.execute(
            f"CREATE TABLE rows AS SELECT row_number() OVER () AS _n, * FROM read_parquet('{folder / 'raw.parquet'}')"
        )
        con.execute("CHECKPOINT")
        seconds = time.perf_counter() - started
        digits = "translate(\"مبلغ\", '۰۱۲۳۴۵۶۷۸۹,', '0123456789')"
        rows, total = con.execute(f"SELECT count(*), sum({digits}::BIGINT) FROM rows").fetchall()[0]
    return {"seconds": seconds, "rows": rows, "sum": str(total)}


def _place(folder: Path) -> Any:
    from ayan.core.custody.private_store import PrivateStore
    from ayan.core.index.index_store import IndexStore
    from ayan.core.publish.publish_context import PublishContext
    from ayan.core.store.release_store import ReleaseStore
    from ayan.core.transparency.log_writer import Reasons, TransparencyLog
    from ayan.core.values.clock import SystemClock
    from ayan.wiring import ledger

    clock = SystemClock()
    store = ReleaseStore(folder / "store", clock)
    private = PrivateStore(folder / "originals", folder / "work")
    rooms = (store, IndexStore(store, folder / "index"), private, clock)
    reasons = Reasons(folder / "reasons")
    # Once in a process, as a city does.
    log = cache(lambda: TransparencyLog(ledger.writing(folder, folder / "store"), reasons, clock))
    return PublishContext(*rooms, reasons, transparency_log=log)


def _dataset(folder: Path) -> Any:
    from ayan.core.schema.loader import load_dataset

    declared = folder / "bench-payments"
    declared.mkdir(exist_ok=True)
    (declared / "dataset.toml").write_text(DECLARATION, encoding="utf-8")
    return load_dataset(declared)


def ayan_check(file: Path, folder: Path) -> dict[str, Any]:
    """What `ayan check` does: every rule on every cell, nothing written."""
    from ayan.core.publish.decisions import ClerkDecisions
    from ayan.core.publish.examination import examine

    dataset = _dataset(folder)
    started = time.perf_counter()
    with examine(_place(folder), dataset, file, ClerkDecisions("1403")) as examined:
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "rows": examined.refined.counts.good}


def ayan_publish(file: Path, folder: Path) -> dict[str, Any]:
    """What `ayan publish` does: check, write, keep the original, seal, serve."""
    from ayan.core.publish.decisions import ClerkDecisions
    from ayan.core.publish.draft import write_draft
    from ayan.core.publish.examination import examine
    from ayan.core.publish.sealing import seal
    from ayan.core.store.correction_reason import CorrectionReason
    from ayan.core.store.manifest import Approval

    context, dataset = _place(folder), _dataset(folder)
    stages: dict[str, float] = {}
    started = time.perf_counter()
    with examine(context, dataset, file, ClerkDecisions("1403")) as examined:
        stages["check"] = time.perf_counter() - started
        draft = write_draft(context, examined, sent_by=CLERK)
        stages["write"] = time.perf_counter() - started - stages["check"]
        release = seal(
            context,
            draft,
            [Approval(APPROVER, datetime.now(UTC), "cli", draft.digest)],
            reason=CorrectionReason("entry-error"),
        )
    seconds = time.perf_counter() - started
    total = release.manifest["ayan"]["totals"]["amount"]
    return {
        "seconds": seconds,
        "rows": release.rows,
        "sum": total,
        **{name: round(seconds, 2) for name, seconds in stages.items()},
    }


TARGETS: Final[dict[str, Callable[[Path, Path], dict[str, Any]]]] = {
    "raw-duckdb": raw_duckdb,
    "ayan-check": ayan_check,
    "ayan-publish": ayan_publish,
}


def measured(target: str, file: Path) -> dict[str, Any]:
    """One run of ``target`` in a process and a folder of its own."""
    command = [sys.executable, __file__, "--target", target, "--file", str(file)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(answer.stdout)
    return figures


def run_target(target: str, file: Path) -> None:
    """The child: do it once, and print what came out with the peak memory."""
    folder = Path(tempfile.mkdtemp(prefix="ayan-bench-", dir=file.parent))
    try:
        figures = TARGETS[target](file, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    own, below = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps(figures | {"peak_mib": max(own, below) // 1024}))


def main() -> None:
    """Make the input, run every target in interleaved rounds, compare the answers, print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--target", choices=tuple(TARGETS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.target:
        run_target(args.target, args.file)
        return
    args.folder.mkdir(parents=True, exist_ok=True)
    file = args.folder.absolute() / f"payments-{args.rows}.csv"
    if not file.exists():
        make_input(file, args.rows)
    print(
        f"{args.rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB, {os.cpu_count()} cores, DuckDB {duckdb.__version__}"
    )
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in TARGETS}
    for number in range(args.rounds):
        for name in TARGETS:
            run = measured(name, file)
            runs[name].append(run)
            print(f"  round {number + 1} {name}: {run}", file=sys.stderr)
    assert {run["rows"] for measurements in runs.values() for run in measurements} == {args.rows}, "row counts differ"
    assert len({run["sum"] for name in ("raw-duckdb", "ayan-publish") for run in runs[name]}) == 1, "sums differ"
    base = statistics.median(run["seconds"] for run in runs["raw-duckdb"])
    print(f"{'target':14} {'median s':>9} {'range s':>15} {'rows/s':>10} {'× raw':>6} {'peak MiB':>9}")
    for name, measurements in runs.items():
        seconds = sorted(run["seconds"] for run in measurements)
        middle = statistics.median(seconds)
        peak = max(run["peak_mib"] for run in measurements)
        spread = f"{seconds[0]:.1f}-{seconds[-1]:.1f}"
        print(f"{name:14} {middle:9.1f} {spread:>15} {args.rows / middle:10,.0f} {middle / base:6.2f} {peak:9,}")


if __name__ == "__main__":
    main()
