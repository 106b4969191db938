"""What it takes to tell of contracting as OCDS in bulk: time, bytes and memory, for few contracts and for many.

Usage: ``python -m benchmarks.contracting [CONTRACTS …]`` (5,000 and 50,000). Each number runs in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson

from ayan.core.procurement.ocds import ContractingPublisher, own_codes
from ayan.core.procurement.processes import StagedData
from ayan.core.system.duckdb import confined
from ayan.datasets.registry import Registry

SEALED = datetime(2024, 8, 5, 12, tzinfo=UTC)
PAYMENTS, BIDS = 4, 3
"""Of each contract."""


class GeneratedData(StagedData):
    """The stages over files that were made here, in the place of releases."""

    def files(self) -> Iterator[tuple[str, Path, datetime]]:
        """One file of each dataset."""
        for path in sorted(Path(sys.argv[2]).glob("*.parquet")):
            yield path.stem, path, SEALED


def generate(folder: Path, contracts: int) -> None:
    """Invented rows of all stages: every contract has a tender, three bids, four payments, every fifth a change."""
    day = "DATE '2020-03-20' + CAST(i % 1800 AS INTEGER)"
    company = "'99' || lpad(CAST(i % 5000 AS VARCHAR), 9, '0')"
    firm = f"'شرکت ' || (i % 5000) AS {{name}}, {company} AS {{name}}_id"
    selects = {
        "tenders": f"""
            'T' || i AS number, 'خرید ' || i AS title, 'public-tender' AS kind, {day} AS published_on,
            {day} + 20 AS bids_until, 1000000 + i AS estimate, 'awarded' AS state, 'واحد' AS unit,
            '210101' AS budget_code, 3 AS bids, {day} + 30 AS opened_on, {firm.format(name="winner")},
            900000 + i AS winner_price FROM range({contracts}) AS r(i)""",
        "bids": f"""
            'T' || i AS tender, b AS number, {day} + 15 AS received_on, {firm.format(name="bidder")},
            900000 + i + b AS price, 'valid' AS state FROM range({contracts}) AS r(i), range({BIDS}) AS s(b)""",
        "contracts": f"""
            'C' || i AS number, 'T' || i AS tender_number, 'خرید ' || i AS subject, 'works' AS kind,
            {day} + 40 AS signed_on, {day} + 41 AS start_on, {day} + 400 AS end_on, 900000 + i AS amount,
            'active' AS state, 'public-tender' AS selection, {firm.format(name="contractor")}, 'واحد' AS unit,
            '210101' AS budget_code FROM range({contracts}) AS r(i)""",
        "contract-amendments": f"""
            'C' || i AS contract, 1 AS number, {day} + 90 AS signed_on, 'quantity' AS kind, 10000 AS change,
            NULL::DATE AS new_end_on, 'افزایش کار' AS reason FROM range({contracts}) AS r(i) WHERE i % 5 = 0""",
        "payments": f"""
            'P' || i || '-' || b AS number, 'C' || i AS contract, {day} + 60 + 30 * CAST(b AS INTEGER) AS paid_on,
            200000 + i AS amount, {firm.format(name="payee")}
            FROM range({contracts}) AS r(i), range({PAYMENTS}) AS s(b)""",
    }
    with confined(folders=[folder]) as con:
        for name, select in selects.items():
            con.execute(f"COPY (SELECT {select}) TO '{folder / name}.parquet' (FORMAT parquet)")


def measure() -> None:
    """Tell of everything, and print what it took."""
    registry = Registry()
    stages = registry.procurement().stages
    codes, labels = own_codes(stages, {stage.dataset: registry.get(stage.dataset) for stage in stages.values()})
    publisher = ContractingPublisher(
        "ocds-000000", "شهر", "https://city.example", "https://city.example/", "", codes, labels
    )
    data = GeneratedData(stages, {}, Path(sys.argv[2]))
    begun, first, lines, size, early = time.perf_counter(), 0.0, 0, 0, 0
    for at, process in enumerate(data.processes()):
        if not first:
            first = time.perf_counter() - begun
        for release in publisher.releases(process):
            size += len(orjson.dumps(release)) + 1
            lines += 1
        if at == 1_000:
            early = peak()
    took = time.perf_counter() - begun
    print(
        f"{at + 1:>7,} processes, {lines:>9,} releases, {size / 1e6:>7.1f} MB: first after {first:5.2f} s, all in "
        f"{took:6.1f} s; peak {early} MB after 1,000 processes, {peak()} MB at the end"
    )


def peak() -> int:
    """The most memory that this process has taken, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main() -> None:
    """Each number in a process of its own."""
    if len(sys.argv) == 3 and sys.argv[1] == "--of":
        measure()
        return
    for count in [int(text) for text in sys.argv[1:]] or [5_000, 50_000]:
        with tempfile.TemporaryDirectory(prefix="ayan-bench-") as folder:
            generate(Path(folder), count)
            subprocess.run([sys.executable, "-m", "benchmarks.contracting", "--of", folder], check=True)


if __name__ == "__main__":
    main()
