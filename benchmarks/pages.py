"""The pages of a city's biggest things, each made anew: what a reader waits for where most belongs to one record.

Run with `make bench` or `python -m benchmarks.pages [--home DIR] [--scale big]`. The invented city is built where
it does not stand yet. Of every dataset that others point to, the record with the most rows pointing to it is asked
for, then the pages over the whole city. Nothing is kept between two requests. The first request of a page opens what
every later one finds open; it has a column of its own. Then every question of the tests is answered by the box, in this
process with the rows below, as the site does, and its time told; ten words that find nothing and pasted texts, too.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

import duckdb
from benchmarks import load
from benchmarks.data_api import AYAN, environment, served
from tests.core.answers.question_set import question_set

from ayan.apps.search.box import ask
from ayan.apps.search.limits import LONGEST_SEARCH
from ayan.config.process_capacity import own_memory
from ayan.core.answers.concepts.names import names_of
from ayan.core.query.problem import BadQuestion
from ayan.core.schema.definition import Dataset
from ayan.core.values import sql
from ayan.wiring.city import City

GOAL: Final = 300
"""Milliseconds a page may take on the server."""

QUESTION_GOAL: Final = 120
"""Milliseconds that 95 of 100 questions may take; none may take more than `GOAL` of the processor."""

COMPARED: Final = "_data=payments&_measure=sum_amount&_by=kind&_side=final&_side=interim&_over=paid_on:year"
WHOLE: Final = (
    "/", "/data/", "/data/payments", "/data/payments?_by=unit", "/data/contracts", "/search?q=1404", "/compare",
    f"/compare?{COMPARED}", "/budget", "/budget/1404", "/council", "/organisation", "/activities", "/missing",
    "/withheld", "/flags", "/audits", "/counter", "/changes", "/follow",
)  # fmt: skip


def busiest(city: City) -> Iterator[tuple[str, int]]:
    """Of every dataset with a key that others point to: the record most rows point to, and how many do."""
    for target in city.registry.all():
        pointing: Counter[str] = Counter()
        if len(target.key) != 1 or not city.release_store.snapshot(target.slug).releases:
            continue
        for other in city.registry.all():
            for field in other.published:
                if field.ref is not None and (field.ref.dataset, field.ref.field) == (target.slug, target.key[0]):
                    pointing.update(_counted(city, other, field.name))
        for key, rows in pointing.most_common(1):
            yield f"/data/{target.slug}/r/{quote(key, safe='')}", rows


def _counted(city: City, dataset: Dataset, field: str) -> dict[str, int]:
    """Value of a field → rows that have it."""
    state = city.release_store.snapshot(dataset.slug)
    if not state.releases:
        return {}
    name = sql.identifier(field)
    rows_with: Counter[str] = Counter()
    for path in city.index_store.files(state):
        with duckdb.connect(str(path), read_only=True) as con:
            counts = f"SELECT CAST({name} AS VARCHAR), count(*) FROM rows WHERE {name} IS NOT NULL GROUP BY 1"
            rows_with.update(dict(con.execute(f"{counts} ORDER BY 2 DESC LIMIT 1000").fetchall()))
    return rows_with


def box(city: City) -> None:
    """What questions take in this process, read, answered and looked for in the rows; and what their lexicon takes.

    The lexicon is made four times: from nothing, as in another process that finds the names kept, after a release
    (the names of one dataset are read anew), and when nothing has changed.
    """
    datasets = city.registry.all()
    began = _memory()
    made = [_processor(lambda: city.lexicons.make(datasets, keep=True))]
    other = City(city.home, city.store)
    other.registry.all()
    before = _memory()
    made.append(_processor(lambda: other.lexicons.make(other.registry.all())))
    print(f"\nlexicon: from nothing {made[0]:.0f} ms (memory {before - began:+} MiB), ", end="")
    print(f"from kept names {made[1]:.0f} ({_memory() - before:+} MiB), ", end="")
    largest = max(datasets, key=lambda dataset: city.release_store.snapshot(dataset.slug).rows)
    rows = city.release_store.snapshot(largest.slug).rows
    print(f"names of {largest.slug}, {rows:,} rows: ", end="")
    print(f"{_processor(lambda: names_of(city.query_service, largest, rows)):.0f}, ", end="")
    print(f"unchanged {_processor(city.facts):.1f}")
    for dataset in datasets:
        city.prime(dataset)
    city.lexicons.is_primed = True
    known = {"year": str(city.facts().this_year - 1), "last": str(city.facts().this_year - 1)}
    asked = [expected.question for expected in question_set(known)]
    chance = random.Random(5)
    nothing = [" ".join("".join(chance.choices(LETTERS, k=7)) for _ in range(10)) for _ in range(20)]
    pasted = [
        " ".join("".join(chance.choices(LETTERS, k=size)) for _ in range(60))[:LONGEST_SEARCH] for size in (2, 5, 9)
    ]
    print("\n| questions | count | median, ms | p95 | most | of the processor: p95 | most | answers cut short | goal |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, texts in (("of the tests", asked), ("ten words that find nothing", nothing), ("pasted texts", pasted)):
        _questions(city, name, texts)


LETTERS: Final = "ابپتجچخدرزسشعغفقکگلمنوهی"


def _questions(city: City, name: str, texts: Sequence[str]) -> None:
    walls, processor, cut = [], [], 0
    for text in texts:
        began, spent = time.perf_counter(), time.thread_time()
        with suppress(BadQuestion):
            answered, result = ask(city, text)
            cut += answered.is_unfinished or result.unfinished
        walls.append((time.perf_counter() - began) * 1000)
        processor.append((time.thread_time() - spent) * 1000)
    p95 = [sorted(taken)[int(len(taken) * 0.95)] for taken in (walls, processor)]
    held = "held" if p95[0] <= QUESTION_GOAL and max(processor) <= GOAL else "missed"
    print(f"| {name} | {len(texts)} | {statistics.median(walls):.0f} | {p95[0]:.0f} | {max(walls):.0f} ", end="")
    print(f"| {p95[1]:.0f} | {max(processor):.0f} | {cut} | {QUESTION_GOAL} and {GOAL}: {held} |", flush=True)


def _processor(work: Callable[[], object]) -> float:
    """Milliseconds of the processor."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _memory() -> int:
    """MiB that this process holds for itself."""
    return own_memory() >> 20


def main() -> None:
    """Build the city where there is none, then ask for each page and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="where the city stands or is to stand")
    parser.add_argument("--scale", default="big")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--port", type=int, default=18820)
    parser.add_argument("--box", action="store_true", help="time the box alone, and no page")
    args = parser.parse_args()
    home = (args.home or Path(f"var/bench/city-{args.scale}")).absolute()
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        build = [*AYAN, "demo", "--home", str(home), "--scale", args.scale, "--no-serve"]
        subprocess.run(build, check=True, stdout=sys.stderr)
    city = City(home, home / "store")
    if args.box:
        print(f"{city.profile.name.en}, {os.cpu_count()} cores")
        box(city)
        return
    asked = [*busiest(city), *((address, 0) for address in WHOLE)]
    print(f"{city.profile.name.en}, {os.cpu_count()} cores\n")
    print("| page | rows that point to it | first, ms | median | most | goal |\n|---|---|---|---|---|---|")
    missed = 0
    with served(
        [*AYAN, "serve", "--port", str(args.port), "--workers", "1"], args.port, environment(home, AYAN_CACHE_MB="0")
    ):
        for address, rows in asked:
            first, *later = (seconds * 1000 for seconds in load.latencies(args.port, [address] * (1 + args.rounds)))
            median = statistics.median(later)
            missed += median > GOAL
            held = "held" if median <= GOAL else "missed"
            pointing = f"{rows:,}" if rows else ""
            print(f"| {address} | {pointing} | {first:.0f} | {median:.0f} | {max(later):.0f} | {held} |", flush=True)
    print(f"\n{len(asked) - missed} of {len(asked)} pages within {GOAL} ms.")
    box(city)


if __name__ == "__main__":
    main()
