"""What 100,000 rows cost through `ayan-client`: pages, one stream, a table, against the raw bytes of the same answers.

Usage: ``python -m benchmarks.client [--rows N] [--rounds N]``. Invented payments go through the real `ayan publish`
and are served by `ayan serve` with two workers; every way gives the same sum before it is timed, and rounds are
interleaved.
"""

from __future__ import annotations

import argparse
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import httpx2
import orjson
import pyarrow.parquet as pq
from ayan_client import Portal
from benchmarks import data_api

WORKERS: Final = 2
SLUG: Final = "bench-payments"
API: Final = f"/api/v1/datasets/{SLUG}"


def raw_pages(site: str) -> int:
    """Pages with a client that knows nothing: kept connection, a fast reader of JSON, no types."""
    total, path = 0, f"{API}/rows.json?_size=1000"
    with httpx2.Client(timeout=120) as client:
        while path:
            page = orjson.loads(client.get(urljoin(site, path)).content)
            total += sum(row["amount"] or 0 for row in page["rows"])
            path = page["next"]
    return total


def raw_bytes(site: str, kind: str) -> bytes:
    """A whole result as it comes."""
    with httpx2.Client(timeout=120) as client:
        return client.get(f"{site}{API}/rows.{kind}").content


def raw_ndjson(site: str) -> int:
    """The same read line by line."""
    return sum(orjson.loads(line)["amount"] or 0 for line in raw_bytes(site, "ndjson").splitlines())


def raw_parquet(site: str) -> int:
    """The same as a table."""
    table = pq.read_table(io.BytesIO(raw_bytes(site, "parquet")))
    return sum(amount or 0 for amount in table.column("amount").to_pylist())


def summed(rows: Any) -> int:
    """The sum of the amounts of rows."""
    return sum(row["amount"] or 0 for row in rows)


def ways(site: str) -> dict[str, Callable[[], int]]:
    """How the rows are had, by name; each gives the sum of their amounts."""

    def fresh(ask: Callable[[Any], int]) -> Callable[[], int]:
        def asked() -> int:
            with Portal(site) as portal:
                return ask(portal.dataset(SLUG))

        return asked

    return {
        "raw pages (httpx2, orjson)": lambda: raw_pages(site),
        "client: rows()": fresh(lambda data: summed(data.rows())),
        "raw NDJSON (httpx2, orjson)": lambda: raw_ndjson(site),
        "client: stream()": fresh(lambda data: summed(data.stream())),
        "raw Parquet (httpx2, pyarrow)": lambda: raw_parquet(site),
        "client: table()": fresh(lambda data: sum(a or 0 for a in data.table().column("amount").to_pylist())),
        "client: groups() alone": fresh(lambda data: int(data.groups(sum=["amount"])[0]["sum_amount"])),
    }


def measure(site: str, rows: int, rounds: int) -> None:
    """Time every way and print the table."""
    known = ways(site)
    sums = {name: way() for name, way in known.items()}
    assert len(set(sums.values())) == 1, sums
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in known}
    for _ in range(rounds):
        for name, way in known.items():
            began, spent = time.perf_counter(), time.process_time()
            way()
            seconds[name].append((time.perf_counter() - began, time.process_time() - spent))
    print(f"{rows:,} rows, {rounds} rounds, medians (least-most)")
    print("| way | seconds | processor seconds of the client | a 100,000 rows |\n|---|---|---|---|")
    for name, pairs in seconds.items():
        clock, own = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        median = statistics.median(clock)
        spread = f"{median:.2f} ({min(clock):.2f}-{max(clock):.2f})"
        print(f"| {name} | {spread} | {statistics.median(own):.2f} | {median / rows * 100_000:.2f} |")


def main() -> None:
    """Publish, serve, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=8437)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ayan-bench-client-") as folder:
        home = Path(folder) / "city"
        home.mkdir()
        data_api.publish(home, given.rows)
        command = [*data_api.AYAN, "serve", "--port", str(given.port), "--workers", str(WORKERS)]
        with data_api.served(command, given.port, data_api.environment(home)):
            measure(f"http://127.0.0.1:{given.port}", given.rows, given.rounds)


if __name__ == "__main__":
    main()
