"""What a release costs as its dataset grows: publishing, erasing, many small releases, and the index's bytes a row.

Run with `make bench-scale` or ``python -m benchmarks.scale [--sizes N …] [--small N]``. The releases are those of the
pipeline's benchmark, a month each; a dataset grows to the next size by releases of a million rows. Everything is told
in processor seconds of this process and of those it waited for, which a busy machine disturbs less than the clock. What
questions cost of many releases and of few is told by `benchmarks.layouts`.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.pipeline import APPROVER, CLERK, DECLARATION, _place, make_input

ROWS: Final = 100_000
FILLING: Final = 1_000_000
FIRST_YEAR: Final = 1240
QUESTIONS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "a page": (("_size", "25"),),
    "a filtered page": (("unit", "معاونت فنی و عمرانی 7"), ("_size", "25"), ("_count", "1")),
    "sorted": (("_sort_desc", "amount"), ("_size", "25")),
    "two words": (("_search", "نگهداری راهسازان"), ("_size", "25")),
    "a record": (("number", "P-00000777"),),
}
GROUPED: Final = (("by", "kind"), ("count", "1"), ("sum", "amount"), ("unit", "معاونت فنی و عمرانی 7"))
MONTHLY: Final = DECLARATION.replace('period = "year"', 'period = "month"')


class Place:
    """A folder with one dataset that grows by a month at a time."""

    def __init__(self, folder: Path) -> None:
        from ayan.core.schema.loader import load_dataset

        self.folder = folder
        self.context = _place(folder)
        declared = folder / "bench-payments"
        declared.mkdir()
        (declared / "dataset.toml").write_text(MONTHLY, encoding="utf-8")
        self.dataset = load_dataset(declared)
        self._months = count()
        self._rows = 0

    def publish(self, rows: int) -> float:
        """Publish the next month; the processor seconds that took, from the file on."""
        from ayan.core.publish.decisions import ClerkDecisions
        from ayan.core.publish.draft import write_draft
        from ayan.core.publish.examination import examine
        from ayan.core.publish.sealing import seal
        from ayan.core.store.manifest import Approval

        month = next(self._months)
        year, of_year = FIRST_YEAR + month // 12, month % 12 + 1
        file = self.folder / "month.csv"
        make_input(file, rows, self._rows, year, of_year)
        self._rows += rows
        with (
            measured() as spent,
            examine(self.context, self.dataset, file, ClerkDecisions(f"{year}-{of_year:02}")) as examined,
        ):
            draft = write_draft(self.context, examined, sent_by=CLERK)
            seal(self.context, draft, [Approval(APPROVER, datetime.now(UTC), "cli", draft.digest)])
        return spent[0]

    def erase(self, row: int) -> float:
        """Erase a row of the newest month; the processor seconds that took."""
        from ayan.core.publish.erasure import erase

        release = self.context.release_store.snapshot(self.dataset.slug).releases[-1]
        with measured() as spent:
            erase(self.context, release, [row], "personal-data", APPROVER, dataset=self.dataset)
        return spent[0]

    def bytes_a_row(self) -> float:
        """Bytes of the index for each row of the present."""
        state = self.context.release_store.snapshot(self.dataset.slug)
        used = self.context.index_store.disk_use(state)
        return float((used.index_file + used.secondary_index) / max(state.rows, 1))

    def answers(self, times: int = 30) -> dict[str, float]:
        """Milliseconds of the processor that each question takes, once the state is open."""
        from ayan.core.query.engines.duckdb import DuckDBEngine
        from ayan.core.query.grouping import parse_groups
        from ayan.core.query.query_service import QueryService, answer_groups
        from ayan.core.query.question_parser import parse

        engine = DuckDBEngine(self.context.index_store)
        service = QueryService(self.context.release_store, engine)
        asking: dict[str, Callable[[], object]] = {
            name: partial(service.rows, self.dataset, parse(self.dataset, params)) for name, params in QUESTIONS.items()
        }
        asking["groups"] = partial(answer_groups, service, self.dataset, parse_groups(self.dataset, GROUPED))
        out = {}
        for name, ask in asking.items():
            ask()
            with measured() as spent:
                for _ in range(times):
                    ask()
            out[name] = spent[0] * 1000 / times
        engine.close()
        return out


@contextmanager
def measured() -> Iterator[list[float]]:
    """Processor seconds of what happens in the block, once it has ended."""
    spent: list[float] = []
    before = _seconds()
    yield spent
    spent.append(_seconds() - before)


def _seconds() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


@contextmanager
def place() -> Iterator[Place]:
    """A new one, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ayan-scale-"))
    try:
        yield Place(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def growing(sizes: list[int], rounds: int) -> None:
    """Publish into a dataset of each size in turn, then erase rows one by one."""
    with place() as grown:
        rows, points = 0, []
        for size in sorted(sizes):
            began = time.perf_counter()
            while rows < size:
                more = min(FILLING, size - rows)
                grown.publish(more)
                rows += more
            tell(f"grown to {rows:,}", f"{time.perf_counter() - began:.0f} s of a clock")
            spent = [grown.publish(ROWS) for _ in range(rounds)]
            rows += rounds * ROWS
            points.append((size, statistics.median(spent)))
            tell(f"{ROWS:,} rows into {size:,}", _series(spent))
            tell(f"one row of {rows:,} erased", _series([grown.erase(row) for row in range(2, 2 + rounds)]))
            tell("index", f"{grown.bytes_a_row():.1f} bytes a row")
        if len(points) > 1:
            (least, low), (most, high) = points[0], points[-1]
            tell("slope", f"{(high - low) / (most - least) * 1e6:.3f} s a million rows")
        for name, milliseconds in grown.answers().items():
            tell(f"{name}, of {rows:,}", f"{milliseconds:.2f} ms")


def _series(spent: list[float]) -> str:
    return f"{statistics.median(spent):.2f} s ({min(spent):.2f} to {max(spent):.2f})"


def many(number: int, size: int) -> None:
    """Publish so many releases of so many rows, one after the other."""
    with place() as small:
        began = time.perf_counter()
        spent = [small.publish(size) for _ in range(number)]
        last = spent[-max(number // 20, 1) :]
        tell(
            f"{number:,} releases of {size:,}",
            f"{statistics.median(last):.2f} s each at last, {max(spent):.2f} s at most",
        )
        tell("in all", f"{sum(spent):.0f} s, {time.perf_counter() - began:.0f} s of a clock")


def tell(what: str, figure: str) -> None:
    print(f"{what:<40} {figure}", flush=True)


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[100_000, 1_000_000, 5_000_000, 20_000_000], help="rows"
    )
    parser.add_argument("--rounds", type=int, default=3, help="releases published at each size")
    parser.add_argument("--small", type=int, default=2_000, help="releases of 20 rows; 0 for none")
    asked = parser.parse_args()
    if asked.sizes:
        growing(asked.sizes, asked.rounds)
    if asked.small:
        many(asked.small, 20)


if __name__ == "__main__":
    main()
