"""No page and no answer adds balances over time, money in and money out, or rates; each shown sum is that of its rows."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from tests.flow.file_sums import Book, year_of
from tests.flow.hamlet import Published
from tests.sampling import chance, is_whole, sampled, seed

from ayan.core.values import jalali
from ayan.core.values.digits import to_latin
from ayan.wiring import city

VIEWS = 300
TODAY = 4
MEANINGLESS = {"never-added", "over-time", "both-sides"}


@pytest.fixture
def visitor(published: Published, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody who reads the invented city."""
    monkeypatch.setattr(city, "current", lambda: published.city)
    return Client()


def books(published: Published) -> list[Book]:
    """Every dataset that has rows."""
    slugs = [dataset.slug for dataset in published.city.registry.all()]
    return [
        Book(slug, published.current(slug), published.world.con)
        for slug in slugs
        if published.city.release_store.snapshot(slug).releases
    ]


# --- the API --------------------------------------------------------------------------------------------------------


def asked(book: Book) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every number with every few keys by which its sum could be asked for."""
    listed = [name for name, each in book.fields.items() if "choices" in each or each["kind"] == "period"]
    days = [name for name, each in book.fields.items() if each["kind"] == "date"]
    keys = [(), *((name,) for name in listed), *((f"{name}:year",) for name in days), *((name,) for name in days[:1])]
    sided = next((name for name, each in book.fields.items() if "side" in each), None)
    keys += [(*key, sided) for key in keys if sided and sided not in key]
    yield from ((name, key) for name in book.numbers for key in keys)


def test_the_api_gives_no_sum_that_means_nothing(published: Published, visitor: Client) -> None:
    every = [(book, name, by) for book in books(published) for name, by in asked(book)]
    chosen = every if is_whole() else chance("meaning of sums").sample(every, 25)
    answered = 0
    for book, name, by in chosen:
        address = f"/api/v1/datasets/{book.slug}/groups?" + urlencode({"by": ",".join(by), "sum": name, "_size": 1000})
        response = visitor.get(address.replace("by=&", ""))
        if response.status_code == 400:
            codes = {fault["code"] for fault in response.json()["problems"]}
            assert codes <= MEANINGLESS, (address, codes)
            plain = "flow", "quantity"
            assert book.fields[name].get("nature") not in plain or book.side(name) != "''", address
            continue
        assert response.status_code == 200, address
        assert book.fields[name].get("nature") in ("flow", "stock", "quantity"), address
        answered += 1
        document = json.loads(response.content, parse_float=Decimal)
        given = Counter(_number(group[f"sum_{name}"]) for group in document["groups"])
        if document["total"] <= len(document["groups"]):
            assert given == Counter(_true_groups(book, name, by)), address
    assert answered


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _true_groups(book: Book, name: str, by: tuple[str, ...]) -> list[Decimal | None]:
    """The sums of the groups, after none of them was seen to hold two dates or two sides."""
    at = book.at(name) or "NULL"
    columns = [part.partition(":")[0] for part in by]
    selected = book.select(", ".join([*columns, at, book.side(name), name]))
    groups: dict[tuple[Any, ...], list[tuple[Any, str, Any]]] = {}
    for row in selected:
        keys = tuple(
            year_of(value) if part.endswith(":year") and value is not None else value
            for part, value in zip(by, row, strict=False)
        )
        groups.setdefault(keys, []).append(row[len(by) :])
    for keys, rows in groups.items():
        assert len({moment for moment, _, _ in rows}) <= 1, (book.slug, name, by, keys)
        assert len({side for _, side, _ in rows}) <= 1, (book.slug, name, by, keys)
    values = [[Decimal(value) for _, _, value in rows if value is not None] for rows in groups.values()]
    return [sum(known, Decimal(0)) if known else None for known in values] or ([None] if not by else [])


# --- pages ----------------------------------------------------------------------------------------------------------


def conditions(book: Book, draw: random.Random) -> tuple[list[tuple[str, str]], list[str]]:
    """One or no condition that some row meets, in words of an address and as SQL."""
    listed = [name for name, each in book.fields.items() if "choices" in each or each["kind"] == "period"]
    days = [name for name, each in book.fields.items() if each["kind"] == "date"]
    name = draw.choice([*listed, *days, None])
    values = [] if name is None else [value for (value,) in book.select(f"DISTINCT {name}") if value is not None]
    if name is None or not values:
        return [], []
    value = draw.choice(sorted(values, key=str))
    if name in listed:
        # A period holds all that begin with it.
        op = f"= '{value}'" if "choices" in book.fields[name] else f"LIKE '{value}%'"
        return [(name, str(value))], [f"CAST({name} AS VARCHAR) {op}"]
    return [(f"{name}__lte", value.isoformat())], [f"{name} <= DATE '{value}'"]


@pytest.mark.parametrize(
    ("number", "lang"),
    sampled("meaning of views", [(n, ("", "/en")[n % 2]) for n in range(VIEWS)], TODAY // 2, by=lambda case: case[1]),
)
def test_every_shown_sum_is_that_of_its_rows(published: Published, visitor: Client, number: int, lang: str) -> None:
    draw = random.Random(seed(f"view {number}"))
    measured = [book for book in books(published) if book.measures or number % 3 == 0]
    book = draw.choice(measured)
    pairs, where = conditions(book, draw)
    chosen = book.narrowed(*where)
    address = f"{lang}/data/{book.slug}"
    page = read(visitor, address, pairs)
    assert Counter(headline(page)) == Counter(each.value for each in chosen.sums()), (address, pairs)
    stands_at(chosen, page)
    foot(chosen, page)
    by = draw.choice([name for name, each in book.fields.items() if "choices" in each] or [None])
    if by is not None:
        table = read(visitor, address, [*pairs, ("_by", by)])
        expected = [each.value for group in chosen.by_value(by).values() for each in group]
        assert Counter(group_cells(table)) == Counter(expected), (address, pairs, by)
    charts(chosen, read(visitor, address, [*pairs, ("_view", "chart")]))
    charts(chosen, read(visitor, f"{lang}/embed/{book.slug}", [*pairs, ("_view", "chart")]))


def read(visitor: Client, address: str, pairs: list[tuple[str, str]]) -> str:
    response = visitor.get(f"{address}?{urlencode(pairs, quote_via=quote)}" if pairs else address, follow=True)
    assert response.status_code == 200, (address, pairs)
    return response.content.decode()


def number_in(cell: str) -> Decimal | None:
    """The number of a cell: what its ``value`` says, else what is seen; None of a dash."""
    exact = re.search(r'<data value="(-?[0-9.]+)"', cell)
    if exact:
        return Decimal(exact[1])
    seen = re.sub(r'<span class="vh">.*?</span>', "", cell)
    text = to_latin(unescape(re.sub(r"<[^>]+>", "", seen))).replace("٬", "").replace(",", "").replace("٫", ".")
    figure = re.search(r"[-−]?[0-9]+(\.[0-9]+)?", text.replace("\u2212", "-"))
    return Decimal(figure[0]) if figure else None


def headline(page: str) -> list[Decimal]:
    """The sums over the table, without medians and counts of rows."""
    box = re.search(r'<div class="sum">\s*<dl>(.*?)</dl>', page, re.DOTALL)
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", box[1] if box else "", re.DOTALL)
    other = ("میانهٔ", "median", "تعداد ردیف", "Number of rows")
    shown = [number_in(value) for name, value in pairs if not any(word in name for word in other)]
    return [value for value in shown if value is not None]


def stands_at(book: Book, page: str) -> None:
    """A stock says its year, and sides their names, where a sum of either is shown."""
    box = re.search(r'<div class="sum">\s*<dl>(.*?)</dl>', page, re.DOTALL)
    names = to_latin("".join(re.findall(r"<dt>(.*?)</dt>", box[1] if box else "", re.DOTALL)))
    for name in {each.field for each in book.sums()}:
        at = book.at(name)
        if at is not None:
            ((latest,),) = book.select(f"max({at})")
            assert year_of(latest) in names or str(latest)[:4] in names, names
        sides = [each.side for each in book.sums() if each.field == name and each.side]
        assert names.count("(") >= 2 * len(set(sides)) or not sides, names


def foot(book: Book, page: str) -> None:
    """A sum under the table of rows that are all of them is one that means something."""
    for cells in re.findall(r"<tfoot>(.*?)</tfoot>", page, re.DOTALL):
        for cell in re.findall(r'<td class="n" data-h="[^"]+">(.*?)</td>', cells, re.DOTALL):
            assert number_in(cell) is not None
            if len(book.select("1")) <= 25:
                allowed = [total for name in book.numbers for total in _one_sum(book, name)]
                assert number_in(cell) in allowed, (book.slug, book.where, number_in(cell))


def _one_sum(book: Book, name: str) -> list[Decimal]:
    if book.fields[name].get("nature") not in ("flow", "stock", "quantity"):
        return []
    rows = book.select(f"{book.at(name) or 'NULL'}, {book.side(name)}, {name}")
    if len({row[0] for row in rows}) > 1 or len({row[1] for row in rows}) > 1:
        return []
    return [sum((Decimal(row[2]) for row in rows if row[2] is not None), Decimal(0))]


NO_SUMS = ("ردیف", "Rows", "سهم از کل", "Share of all")


def group_cells(page: str) -> list[Decimal]:
    """The sums of a table of groups, without the shares beside them."""
    # A long table has many parts.
    table = re.search(r'<table class="tbl groups(?: dense)?">.*?</thead>(.*?)</table>', page, re.DOTALL)
    parts = re.findall(r"<tbody[^>]*>(.*?)</tbody>", table[1] if table else "", re.DOTALL)
    cells = re.findall(r'<td class="n(?: x)?(?: led)?" data-h="(.*?)">(.*?)</td>', "".join(parts), re.DOTALL)
    shown = [number_in(value) for name, value in cells if name not in NO_SUMS]
    return [value for value in shown if value is not None]


def charts(book: Book, page: str) -> None:
    """Every bar of every chart is a sum that means something, a median, or a count of what is named."""
    for anchor, table in re.findall(r'<figure class="fig \w+" id="([\w-]+)">.*?<tbody>(.*?)</tbody>', page, re.DOTALL):
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
        # Beside a sum stands what it is worth; a table of shades counts in every column.
        shown = [number_in(cell) for row in cells for cell in (row if anchor.startswith("shades-") else row[:1])]
        allowed = set(_bars(book, anchor))
        # Money is drawn in toman.
        assert {value for value in shown if value is not None} <= allowed, (book.slug, book.where, anchor)


def _bars(book: Book, anchor: str) -> Iterator[Decimal]:
    kind, _, name = anchor.partition("-")
    if kind in ("years", "months"):
        sums_of_years = [each for sums in book.by_year().values() for each in sums]
        yield from (_drawn(book, each.field, each.value) for each in sums_of_years)
        if not book.measures:
            days = [year_of(day) for (day,) in book.select(str(book.axis)) if day is not None]
            yield from map(Decimal, Counter(days).values())
            yield from map(Decimal, Counter(str(day)[:7] for day in _months(book)).values())
            # Where nothing happened, nothing is counted.
            yield Decimal(0)
        else:
            yield from _monthly(book)
    elif kind == "by":
        field = re.sub(r"(-\d+)?(-all)?$", "", name)
        for sums in book.by_value(field).values():
            yield from (_drawn(book, each.field, each.value) for each in sums)
        if not book.measures:
            yield from (Decimal(count) for _, count in book.select(f"{field}, count(*)", "GROUP BY 1"))
    elif kind == "shades":
        yield Decimal(0)
        counted = Counter(
            (value, year_of(day)) for value, day in book.select(f"{name}, {book.axis}") if day is not None
        )
        yield from map(Decimal, counted.values())
    elif kind == "median":
        years: dict[str, list[Decimal]] = {}
        for moment, value in book.select(f"{book.axis}, {name}"):
            if moment is not None and value is not None:
                years.setdefault(moment if isinstance(moment, str) else year_of(moment), []).append(Decimal(value))
        for values in years.values():
            ordered = sorted(values)
            middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
            yield _drawn(book, name, middle)


def _months(book: Book) -> Iterator[str]:
    for (day,) in book.select(str(book.axis)):
        if day is not None:
            yield str(jalali.from_gregorian(day)) if not isinstance(day, str) else day


def _monthly(book: Book) -> Iterator[Decimal]:
    """The sums of each month, where a result of few years is told by months; of rows of a month, in a year, too."""
    periods = [name for name, each in book.fields.items() if each["kind"] == "period"]
    for measure in book.measures:
        if book.at(measure) is not None:
            continue
        for axis in dict.fromkeys([book.axis, *periods]):
            sums: dict[tuple[str, str], Decimal] = {}
            for moment, side, value in book.select(f"{axis}, {book.side(measure)}, {measure}"):
                if moment is None or value is None:
                    continue
                month = moment[:7] if isinstance(moment, str) else str(jalali.from_gregorian(moment))[:7]
                sums[month, side] = sums.get((month, side), Decimal(0)) + Decimal(value)
            yield from (_drawn(book, measure, value) for value in sums.values())


def _drawn(book: Book, name: str, value: Decimal) -> Decimal:
    return value / 10 if book.fields[name]["kind"] == "rial" else value


# --- comparisons, records, units --------------------------------------------------------------------------------------


def test_a_comparison_adds_no_dates_and_no_sides(published: Published, visitor: Client) -> None:
    measured = [book for book in books(published) if book.measures]
    always = [book for book in measured if book.slug in ("debts-and-claims", "contracts")]
    some = measured if is_whole() else [*always, chance("compared sums").choice(measured)]
    for book in some:
        for name in book.measures:
            response = visitor.get(f"/api/v1/compare?_data={book.slug}&_measure=sum_{name}")
            if response.status_code == 400:
                assert [fault["code"] for fault in response.json()["problems"]] == ["two-sides"], (book.slug, name)
                continue
            document = json.loads(response.content, parse_float=Decimal)
            dated = book.at(name) is not None and str(document["over"]).partition(":")[0] == book.at(name)
            for place, side in enumerate(document["sides"]):
                groups = json.loads(visitor.get(side["api"]).content, parse_float=Decimal)["groups"]
                lines = [line["values"][place] for line in document["lines"]]
                known = [Decimal(str(value)) for value in lines if value is not None]
                asked_again = [value for group in groups if (value := _number(group[f"sum_{name}"])) is not None]
                total = document["total"]["values"][place]
                if document["over"]:
                    assert Counter(known) == Counter(asked_again), (book.slug, name)
                    expected = lines[-1] if dated else sum(known) if known else None
                    assert total == expected, (book.slug, name, document["query"])
                else:
                    assert [total] == asked_again, (book.slug, name)
        page = read(visitor, f"/en/data/{book.slug}", [])
        for address in re.findall(r'href="(/en/compare\?[^"]+)"', page)[:1]:
            assert visitor.get(unescape(address), follow=True).status_code in (200, 400), address


def test_what_stands_beside_a_link_is_a_sum_of_the_page_it_leads_to(published: Published, visitor: Client) -> None:
    draw = chance("sums beside links")
    debtors = published.world.con.execute(
        f"SELECT DISTINCT party_id FROM {published.current('debts-and-claims')} WHERE party_id IS NOT NULL ORDER BY 1"
    ).fetchall()
    places = ["/organisation", "/en/organisation", *(f"/data/vendors/r/{debtor}" for (debtor,) in debtors)]
    checked = 0
    for place in places if is_whole() else draw.sample(places, 1):
        response = visitor.get(place)
        if response.status_code == 404:
            continue
        text = response.content.decode()
        beside = re.findall(r'<a class="small muted" href="([^"]+)">[^<]*<data value="(-?\d+)">', text)
        for line in re.findall(
            r"<span><a href=[^>]*>.*?</span> </span>|<span><a href(?:(?!<span><a ).)*?\)</span></span>", text
        ):
            address = re.search(r'href="([^"]+)"', line)
            beside += [(address[1], total) for total in re.findall(r'<data value="(-?\d+)">', line) if address]
        for address, total in beside if is_whole() else draw.sample(beside, min(4, len(beside))):
            checked += 1
            assert Decimal(total) in headline(read(visitor, unescape(address), [])), (place, address, total)
    assert checked
