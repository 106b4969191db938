"""What is asked of Ayan, of Datasette and of the raw engines: one question in every tongue, and what answers share."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

YEAR: Final = 1403
API: Final = "/api/v1/datasets/bench-payments"
PAGE: Final = "/data/bench-payments"
UNIT: Final = "معاونت فنی و عمرانی"
COLUMNS: Final = "number, date, payee, amount, contract, budget_row, unit, kind, subject, bill_id, payment_id"


@dataclass(frozen=True)
class Query:
    """One question in every tongue; ``{v}`` is its rotating value. ``key`` makes answers comparable."""

    name: str
    values: Callable[[random.Random], str]
    ayan: str
    datasette: str
    sql: str
    fts: str = ""


def _sql(text: str) -> str:
    return f"/bench.json?_shape=array&sql={quote(text)}&v=" + "{v}"


GROUP: Final = "SELECT kind, count(*), sum(amount) FROM payments WHERE unit = :v GROUP BY kind ORDER BY kind"
WHOLE: Final = "SELECT unit, count(*), sum(amount) FROM payments GROUP BY unit ORDER BY unit"
FACETS: Final = "SELECT kind, count(*) FROM payments WHERE date = :v GROUP BY kind ORDER BY 2 DESC, 1"
DISTINCT: Final = "SELECT payee, count(*) FROM payments GROUP BY payee ORDER BY payee LIMIT 100"
QUERIES: Final = (
    Query(
        "filtered page",
        lambda r: f"C-1403-{r.randrange(20000)}",
        f"{API}/rows?contract={{v}}&_size=50",
        "/bench/payments.json?_shape=array&contract={v}&_size=50&_nocount=1",
        f"SELECT {COLUMNS} FROM payments WHERE contract = :v LIMIT 51",
    ),
    Query(
        "filtered page, counted",
        lambda r: f"C-1403-{r.randrange(20000)}",
        f"{API}/rows?contract={{v}}&_size=50&_count=1",
        "/bench/payments.json?_shape=objects&contract={v}&_size=50",
        "SELECT count(*) FROM payments WHERE contract = :v",
    ),
    Query(
        "top 100 by amount",
        lambda r: str(r.randrange(800_000_000, 900_000_000)),
        f"{API}/rows?amount__lt={{v}}&_sort_desc=amount&_size=100",
        "/bench/payments.json?_shape=array&amount__lt={v}&_sort_desc=amount&_size=100&_nocount=1",
        f"SELECT {COLUMNS} FROM payments WHERE amount < CAST(:v AS BIGINT) ORDER BY amount DESC LIMIT 101",
    ),
    Query(
        "group-by",
        lambda r: f"معاونت فنی و عمرانی {r.randrange(40)}",
        f"{API}/groups?by=kind&count=1&sum=amount&unit={{v}}",
        _sql(GROUP),
        GROUP,
    ),
    Query(
        "group-by of everything",
        lambda r: str(r.random()),
        f"{API}/groups?by=unit&count=1&sum=amount",
        _sql(WHOLE),
        WHOLE,
    ),
    Query(
        "facets",
        lambda r: f"2024-{r.randrange(4, 12):02}-{r.randrange(1, 28):02}",
        f"{API}/facets?by=kind&date={{v}}",
        "/bench/payments.json?_shape=objects&_size=0&_nocount=1&_facet=kind&date={v}",
        FACETS,
    ),
    Query(
        "distinct",
        lambda r: str(r.random()),
        f"{API}/groups?by=payee&count=1&_size=100",
        _sql(DISTINCT),
        DISTINCT,
    ),
    Query(
        "two Persian words",
        lambda r: f"نگهداری {r.randrange(30)}",
        f"{API}/rows?_search={{v}}&_size=50",
        "/bench/payments.json?_shape=array&_search={v}&_size=50&_nocount=1",
        "",
        "SELECT rowid FROM payments_fts WHERE payments_fts MATCH :v LIMIT 51",
    ),
)


def _explorer(r: random.Random) -> Iterator[str]:
    """States of the explorer, each with its counts, sums, medians and chart, as readers come to them."""
    unit = quote(f"{UNIT} {r.randrange(40)}")
    kind = r.choice(["advance", "interim", "final", "adjustment"])
    day = f"{YEAR}-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}"
    amount = r.randrange(100_000, 900_000_000)
    yield f"{PAGE}?unit={unit}&date__gte={day}"
    yield f"{PAGE}?kind={kind}&date__gte={day}"
    yield f"{PAGE}?unit={unit}&kind={kind}&date__lt={day}"
    yield f"{PAGE}?date={day}&_sort_desc=amount"
    yield f"{PAGE}?amount__gte={amount}"
    yield f"{PAGE}?unit={unit}&amount__gte={amount}"
    yield f"{PAGE}?contract=C-1403-{r.randrange(20_000)}"
    yield f"{PAGE}?payee={quote(f'شرکت راهسازان نمونه {r.randrange(5_000)}')}"
    yield f"{PAGE}?_search={r.randrange(100_000)}"
    yield f"{PAGE}?_search={quote(f'نگهداری {r.randrange(30)}')}&date__lt={day}"
    yield f"{PAGE}?unit={unit}&date__gte={day}&_sort=payee"
    yield f"{PAGE}?unit={unit}&date__lt={day}&_by=kind&_view=chart"


def explorer_pages(seed: int, count: int) -> list[str]:
    """So many addresses, none twice: the figures round a page are kept, and a page asked again would be cheap."""
    r = random.Random(seed)
    out: dict[str, None] = {}
    while len(out) < count:
        out |= dict.fromkeys(_explorer(r))
    return list(out)[:count]


def comparable(name: str, who: str, body: bytes) -> Any:
    """What of an answer must be the same for all: keys of rows in their order, or values with their counts."""
    document = json.loads(body)
    if name.startswith("group-by"):
        rows, key = document["groups"] if who == "ayan" else document, "kind" if name == "group-by" else "unit"
        return sorted([str(row.get(key)), *[int(v) for k, v in row.items() if k != key]] for row in rows)
    if name == "distinct":
        rows = document["groups"] if who == "ayan" else document
        return sorted(int(value) for row in rows for key, value in row.items() if key != "payee")[:5]
    if name == "facets":
        if who == "ayan":
            return sorted(
                (facet_value["value"], facet_value["count"]) for facet_value in document["facets"]["kind"]["values"]
            )
        results = document["facet_results"]
        kind = (results.get("results", results))["kind"]
        return sorted((entry["value"], entry["count"]) for entry in kind["results"])
    if name.endswith("counted"):
        return document["total"] if who == "ayan" else document.get("filtered_table_rows_count", document.get("count"))
    rows = document["rows"] if isinstance(document, dict) else document
    if name == "two Persian words":
        return min(len(rows), 50)
    if name.startswith("top"):
        return [int(row["amount"]) for row in rows][:100]
    return sorted(row["number"] for row in rows)[:50]
