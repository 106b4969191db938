"""The same rows in many small releases, in fewer large ones: what a question costs of each.

Run with `make bench-scale` or ``python -m benchmarks.layouts [--rows N] [--many N] [--few N] [--rounds N]``. One file
is published, its part cut into releases of a month each, and these sealed as two datasets of one city, so that one
process with its caches answers for both. Every question is asked of both in turn, with values of its own, and told as
the median of processor milliseconds: by the engine, and by the site through the API and the explorer without a network.
``--home DIR`` keeps the city, or asks the one that stands there.
"""

from __future__ import annotations

import argparse
import copy
import io
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import duckdb
from benchmarks import data_api
from benchmarks.pipeline import APPROVER, CLERK, DECLARATION, _place, make_input
from benchmarks.questions import UNIT
from benchmarks.versions import in_turn

SLUGS: Final = ("bench-many", "bench-few")
REQUESTS: Final = 200
"""Questions of each kind in a round, half of each dataset's."""

MONTHLY: Final = DECLARATION.replace(
    'period = "year"', 'period = "month"\ncadence = { every = "monthly", grace_days = 20 }'
)
Params = tuple[tuple[str, str], ...]


def questions(r: random.Random) -> Iterator[tuple[str, Params]]:
    """What is asked of the engine: pages of rows, by kind."""
    unit = f"{UNIT} {r.randrange(40)}"
    yield "a page", (("_size", str(r.randrange(20, 30))),)
    yield "a filtered page", (("unit", unit), ("_size", "25"), ("_count", "1"))
    yield "a contract", (("contract", f"C-1403-{r.randrange(20_000)}"), ("_size", "25"))
    yield "sorted", (("_sort_desc", "amount"), ("_size", str(r.randrange(20, 30))))
    yield "sorted by words", (("_sort", "payee"), ("unit", unit), ("_size", "25"))
    yield "two words", (("_search", f"نگهداری {r.randrange(30)}"), ("_size", "25"))
    yield "two words, counted", (("_search", f"راهسازان {r.randrange(5000)}"), ("_size", "25"), ("_count", "1"))
    yield "a record", (("number", f"P-{r.randrange(40_000):08}"),)


def addresses(r: random.Random) -> Iterator[tuple[str, str]]:
    """What is asked of the site, by kind; ``{slug}`` is the dataset."""
    unit, api, page = quote(f"{UNIT} {r.randrange(40)}"), "/api/v1/datasets/{slug}", "/data/{slug}"
    amount = r.randrange(100_000, 900_000_000)
    yield "API: a page", f"{api}/rows?_size={r.randrange(20, 100)}"
    yield "API: a filtered page", f"{api}/rows?contract=C-1403-{r.randrange(20_000)}&_size=50&_count=1"
    yield "API: sorted", f"{api}/rows?amount__lt={amount}&_sort_desc=amount&_size=100"
    yield "API: two words", f"{api}/rows?_search={quote(f'نگهداری {r.randrange(30)}')}&_size=50"
    yield "API: groups", f"{api}/groups?by=kind&count=1&sum=amount&unit={unit}"
    yield "API: groups of everything", f"{api}/groups?by=unit&count=1&sum=amount&_size={r.randrange(40, 400)}"
    yield "explorer: a page", f"{page}?_size={r.choice((20, 50, 100))}&_sort_desc=date"
    yield "explorer: a unit", f"{page}?unit={unit}&amount__gte={amount}"
    yield "explorer: a contract", f"{page}?contract=C-1403-{r.randrange(20_000)}"
    yield "explorer: words", f"{page}?_search={quote(f'نگهداری {r.randrange(30)}')}&amount__gte={amount}"
    yield "page of a record", f"{page}/r/P-{r.randrange(40_000):08}"


# --- the city ---------------------------------------------------------------------------------------------------------


def build(home: Path, rows: int, shapes: Sequence[int]) -> None:
    """A city with the same rows in releases of so many, for each dataset."""
    from ayan.core.publish.decisions import ClerkDecisions
    from ayan.core.publish.draft import write_draft
    from ayan.core.publish.examination import examine
    from ayan.core.publish.sealing import seal
    from ayan.core.schema.loader import load_dataset
    from ayan.core.store.manifest import Approval

    for slug in SLUGS:
        declared = home / "datasets" / slug
        declared.mkdir(parents=True)
        (declared / "dataset.toml").write_text(MONTHLY.replace("bench-payments", slug), encoding="utf-8")
    (home / "ayan.toml").write_text('name = { fa = "شهر سنجش", en = "Benchmark city" }\ndemo = true\n', "utf-8")
    file = home / "payments.csv"
    make_input(file, rows)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bench-payments").mkdir()
        (Path(folder) / "bench-payments" / "dataset.toml").write_text(DECLARATION, encoding="utf-8")
        other, whole = _place(Path(folder)), load_dataset(Path(folder) / "bench-payments")
        with examine(other, whole, file, ClerkDecisions("1403")) as examined:
            draft = write_draft(other, examined, sent_by=CLERK)
            source = seal(other, draft, [Approval(APPROVER, datetime.now(UTC), "cli", draft.digest)])
        context = _place(home)
        for slug, size in zip(SLUGS, shapes, strict=True):
            _cut(context, source, slug, size)
            context.index_store.ensure(slug)
            segments = context.index_store.segments(context.release_store.snapshot(slug))
            held = ", ".join(f"{segment.state.rows:,}" for segment in segments)
            print(f"{slug}: {-(-rows // size):,} releases of {size:,}, segments of {held} rows", flush=True)
    file.unlink()


def _cut(context: Any, source: Any, slug: str, size: int) -> None:
    """Seal the rows of a release as those of many, without their commitments and without the log."""
    from ayan.core.store.parquet import facts_of

    months = _months(-(-source.rows // size))
    (part,) = source.parts()
    with duckdb.connect() as connection:
        # The first row of a file is its second line.
        connection.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{part}')")
        for period, before in zip(months, range(0, source.rows, size), strict=True):
            staged = context.release_store.stage()
            rows = min(size, source.rows - before)
            connection.execute(
                f"COPY (SELECT * REPLACE (_row - {before} AS _row) FROM t WHERE _row > {before + 1} "
                f"AND _row <= {before + 1 + rows} ORDER BY _row) TO '{staged / part.name}' (FORMAT parquet)"
            )
            manifest, facts = copy.deepcopy(dict(source.manifest)), facts_of(staged / part.name)
            (resource, *_) = manifest["resources"]
            resource |= {"bytes": facts.bytes, "hash": facts.hash}
            manifest["resources"] = [resource]
            manifest["ayan"] |= {"dataset": slug, "period": period, "rows": rows}
            manifest["ayan"].pop("commitments", None)
            context.release_store.seal(staged, manifest, slug, period)


def _months(number: int) -> list[str]:
    """So many Jalali months up to the present one."""
    from ayan.core.values import jalali
    from ayan.core.values.clock import SystemClock, today

    now = jalali.from_gregorian(today(SystemClock()))
    last = now.year * 12 + now.month
    return [f"{(month - 1) // 12}-{(month - 1) % 12 + 1:02}" for month in range(last - number + 1, last + 1)]


# --- asking -----------------------------------------------------------------------------------------------------------


def ask(rounds: int) -> None:
    """Ask both datasets of the city in use in turn, in this process, and print what it took."""
    spent: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for number in range(rounds):
        for name, pair in (*_of_engine(number), *_of_site(number)):
            # Whoever is second finds more of what both need in the caches of the processor.
            for side in in_turn(len(spent[name][0])):
                spent[name][side].append(_milliseconds(pair[side]))
    for name, sides in spent.items():
        many, few = map(statistics.median, sides)
        print(f"{name:<28} {many:8.2f} ms and {few:8.2f} ms, {many / few:.2f}", flush=True)


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _of_engine(seed: int) -> Iterator[tuple[str, list[Callable[[], object]]]]:
    """Kinds of questions, each with what asks it of either dataset."""
    from ayan.core.query.grouping import parse_groups
    from ayan.core.query.query_service import answer_groups
    from ayan.core.query.question_parser import parse
    from ayan.wiring import city

    r, service = random.Random(seed), city.current().query_service
    datasets = [city.current().registry.get(slug) for slug in SLUGS]
    for _ in range(REQUESTS // len(SLUGS)):
        for name, params in questions(r):
            yield name, [partial(service.rows, each, parse(each, params)) for each in datasets]
        grouped = (("by", "kind"), ("count", "1"), ("sum", "amount"), ("unit", f"{UNIT} {r.randrange(40)}"))
        yield "groups", [partial(answer_groups, service, each, parse_groups(each, grouped)) for each in datasets]


def _of_site(seed: int) -> Iterator[tuple[str, list[Callable[[], object]]]]:
    """The same through the site."""
    r = random.Random(seed)
    for _ in range(REQUESTS // len(SLUGS)):
        for name, address in addresses(r):
            yield name, [partial(_get, address.format(slug=slug)) for slug in SLUGS]


def _get(address: str) -> None:
    """One page as the web server asks for it; every answer must be one."""
    from ayan.config.wsgi import application

    path, _, query = address.partition("?")
    environment: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    statuses: list[str] = []
    answer = application(environment, lambda status, _headers, _fault=None: statuses.append(status))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    if not statuses[0].startswith("200"):
        raise SystemExit(f"{address}: {statuses[0]} {body[:200]!r}")


def main() -> None:
    """Build the city and let a process of its own ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--many", type=int, default=20, help="rows of each of many releases")
    parser.add_argument("--few", type=int, default=2_000, help="rows of each of few releases")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--home", type=Path, help="where the city is kept")
    parser.add_argument("--asked", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.asked:
        ask(args.rounds)
        return
    with tempfile.TemporaryDirectory(prefix="ayan-layouts-") as folder:
        home = (args.home or Path(folder) / "city").absolute()
        if not home.exists():
            home.mkdir(parents=True)
            build(home, args.rows, (args.many, args.few))
        command = [sys.executable, "-m", "benchmarks.layouts", "--asked", "--rounds", str(args.rounds)]
        subprocess.run(command, env=data_api.environment(home, AYAN_CACHE_MB="0"), check=True)


if __name__ == "__main__":
    main()
