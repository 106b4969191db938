"""Comparisons at their doors: values against naive ones, real money by hand, two moments, files, pages, refusals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.catalog_pages.page_elements import Elements, links, page, shown
from tests.apps.compare.conftest import PEOPLE, SITE_HEADER, SITE_ROWS, sheet
from tests.apps.linked_city import LEVELS, UNITS, publish
from tests.apps.small_city import SECRET

from ayan.apps.compare.limits import MOST_EXAMPLES
from ayan.core.store.parquet import facts_of
from ayan.core.values import jalali
from ayan.core.values.clock import TEHRAN, FixedClock
from ayan.wiring import city
from ayan.wiring.city import City

# P-n costs n thousand rial, P-1 seven more, and there is no P-9; the year of P-n is 1402 + n % 3, its unit UNITS[n % 4].
COSTS = {n: n * 1000 + (7 if n == 1 else 0) for n in range(1, 41) if n != 9}
BY_UNIT = "_data=parts&_measure={}&_by=unit&" + "&".join(f"_side={quote(UNITS[n])}" for n in (0, 1))


def asked(client: Client, query: str, status: int = 200) -> Any:
    response = client.get(f"/api/v1/compare?{query}")
    assert response.status_code == status, response.content[:500]
    return promised(response)


def of(unit: int, year: int | None = None) -> list[int]:
    return [cost for n, cost in COSTS.items() if n % 4 == unit and (year is None or 1402 + n % 3 == year)]


def values(answer: Any) -> dict[str, list[Any]]:
    return {line["key"]: line["values"] for line in answer["lines"]}


def whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def test_what_is_ready_to_look_at_are_amounts_of_the_largest_datasets(visitor: Client) -> None:
    text = page(visitor, "/en/compare")
    ready = links(text[text.index('id="examples"') :], "?_data=")
    assert 0 < len(ready) <= MOST_EXAMPLES
    assert all("_measure=sum_" in address for address in ready)


# --- numbers ------------------------------------------------------------------------------------------------------------


def test_sums_of_two_sides_year_by_year_are_those_of_a_naive_addition(visitor: Client) -> None:
    answer = asked(visitor, BY_UNIT.format("sum_cost") + "&_over=paid:year")
    expected = {str(year): [sum(of(0, year)), sum(of(1, year))] for year in (1402, 1403, 1404)}
    assert values(answer) == expected
    assert answer["total"]["values"] == [sum(of(0)), sum(of(1))]
    assert answer["total"]["differences"] == [None, sum(of(1)) - sum(of(0))]
    percent = (Decimal(sum(of(1)) - sum(of(0))) * 100 / sum(of(0))).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert answer["total"]["changes_percent"] == [None, float(percent)]
    assert [side["rows"] for side in answer["sides"]] == [len(of(0)), len(of(1))]


def test_counts_means_medians_and_different_values(visitor: Client) -> None:
    assert asked(visitor, BY_UNIT.format("count"))["total"]["values"] == [len(of(0)), len(of(1))]
    mean = [(Decimal(sum(of(n))) / len(of(n))).quantize(Decimal("0.01"), ROUND_HALF_UP) for n in (0, 1)]
    assert asked(visitor, BY_UNIT.format("avg_cost"))["total"]["values"] == [float(value) for value in mean]
    middle = [sorted(of(n)) for n in (0, 1)]
    median = [(amounts[(len(amounts) - 1) // 2] + amounts[len(amounts) // 2]) / 2 for amounts in middle]
    assert asked(visitor, BY_UNIT.format("median_cost"))["total"]["values"] == median
    works = [len([n for n in COSTS if n % 4 == unit and n <= 20]) for unit in (0, 1)]
    assert asked(visitor, BY_UNIT.format("distinct_work"))["total"]["values"] == works


def test_real_money_is_the_sum_of_each_year_times_the_base_over_the_index(visitor: Client) -> None:
    answer = asked(visitor, BY_UNIT.format("sum_cost") + "&_over=paid:year&_real=1")
    # The levels of 1402, 1403 and 1404 are 100, 150 and 300: money of 1402 is worth thrice that of 1404.
    assert LEVELS == {"1402": "100", "1403": "150", "1404": "300"}
    factor = {1402: 3, 1403: 2, 1404: 1}
    assert values(answer) == {str(y): [sum(of(u, y)) * factor[y] for u in (0, 1)] for y in factor}
    assert answer["total"]["values"] == [sum(sum(of(u, y)) * factor[y] for y in factor) for u in (0, 1)]
    assert answer["real"]["base"] == "1404"
    earlier = asked(visitor, BY_UNIT.format("sum_cost") + "&_over=paid:year&_real=1&_base=1402")
    third = {1402: Decimal(1), 1403: Decimal(100) / 150, 1404: Decimal(1) / 3}
    assert values(earlier) == {str(y): [whole(sum(of(u, y)) * third[y]) for u in (0, 1)] for y in factor}


def test_money_of_a_year_without_index_is_left_out_and_said_to_be(visitor: Client) -> None:
    query = "_data=sites&_measure=sum_fee&_by=district&_side=north&_side=south&_over=built:year&_real=1"
    answer = asked(visitor, query)
    assert values(answer)["1399"] == [None, None]
    assert any("no index for 1399" in sentence for sentence in answer["method"]["en"])
    assert answer["total"]["values"] == [1_500_000 * 2 + 800_001, 300_000 * 2 + 500_000]


def test_a_sum_for_each_unit_of_a_quantity_is_of_the_rows_that_have_both(visitor: Client) -> None:
    query = "_data=sites&_measure=sum_fee&_by=district&_side=north&_side=south&_over=none&_per=area"
    answer = asked(visitor, query)
    north = Decimal(900_000 + 800_001) / (Decimal("10.5") + Decimal("4.5"))
    south = Decimal(300_000 + 500_000 + 70_000) / (30 + 20 + 1)
    cent = Decimal("0.01")
    expected = [float(value.quantize(cent, ROUND_HALF_UP)) for value in (north, south)]
    assert answer["total"]["values"] == expected
    assert [side["left_out"] for side in answer["sides"]] == [1, 1]


def test_a_sum_for_each_person_takes_the_people_of_that_year_and_place(visitor: Client) -> None:
    query = "_data=sites&_measure=sum_fee&_by=district&_side=north&_side=south&_over=built:year&_per=person"
    answer = asked(visitor, query)
    assert values(answer)["1403"] == [1_500_000 / PEOPLE["1403", "north"], 300_000 / PEOPLE["1403", "south"]]
    north = (Decimal(800_001) / 1100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    south = (Decimal(500_000) / 3900).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert values(answer)["1404"] == [float(north), float(south)]
    assert values(answer)["1399"] == [None, None]
    assert any("not counted for 1399" in sentence for sentence in answer["method"]["en"])


def test_people_of_the_whole_city_stand_under_all_places_together(visitor: Client) -> None:
    query = "_data=sites&_measure=count&_by=built:year&_side=1403&_side=1404&_over=district&_per=person"
    answer = asked(visitor, query)
    assert values(answer) == {"north": [2 / 1000, 0.000909], "south": [1 / 4000, 0.000513]}
    assert answer["total"]["values"] == [3 / 5000, 3 / 5000]


def test_sides_can_be_queries_and_all_rows(visitor: Client) -> None:
    side = quote("cost__gte=20000&plan__lt=30000", safe="")
    answer = asked(visitor, f"_data=parts&_measure=sum_cost&_side=&_side={side}&_over=none")
    narrowed = [
        cost for cost in COSTS.values() if cost >= 20_000 and (cost - 7 if cost == 1007 else cost) + 500 < 30_000
    ]
    assert answer["total"]["values"] == [sum(COSTS.values()), sum(narrowed)]


def test_conditions_hold_for_every_side(visitor: Client) -> None:
    answer = asked(visitor, BY_UNIT.format("sum_cost") + "&_over=none&cost__gte=20000")
    assert answer["total"]["values"] == [sum(c for c in of(u) if c >= 20_000) for u in (0, 1)]


# --- time --------------------------------------------------------------------------------------------------------------


def corrected(town: City, turn: int) -> None:
    """Seal the next release of the sites as a correction: an odd number of rial more for one, and mostly a row less.

    The road from a file to a release is tried elsewhere, and takes a second each time.
    """
    (before,) = town.release_store.snapshot("sites").releases
    (part,) = before.parts()
    table = pq.read_table(part)
    amounts = [amount and amount + (n == turn % 3) * 3**turn for n, amount in enumerate(table["fee"].to_pylist())]
    at = table.schema.get_field_index("fee")
    table = table.set_column(at, table.schema.field(at), pa.array(amounts, table.schema.field(at).type))
    if turn % 3:
        table = table.slice(0, table.num_rows - 1)
    staged = town.release_store.stage()
    pq.write_table(table, staged / part.name)
    facts = facts_of(staged / part.name)
    resource = dict(before.manifest["resources"][0]) | {"bytes": facts.bytes, "hash": facts.hash}
    said = dict(before.manifest["ayan"]) | {"rows": facts.rows, "commitments": None, "totals": {}}
    town.release_store.seal(staged, {**before.manifest, "resources": [resource], "ayan": said}, "sites", "all")


def test_a_code_that_was_searched_for_keeps_its_order_in_the_words(visitor: Client) -> None:
    assert "«\u2068C-007\u2069»" in page(visitor, f"/compare?{BY_UNIT.format('sum_cost')}&_search=C-007")


def test_what_was_known_on_each_of_eleven_days_is_reproduced_to_the_rial_after_ten_corrections(own: City) -> None:
    assert isinstance(own.clock, FixedClock)
    client, days, sums = Client(), [], []
    for turn in range(11):
        days.append(own.clock.now().astimezone(TEHRAN).date())
        (part,) = [path for release in own.release_store.snapshot("sites").releases for path in release.parts()]
        sums.append(sum(fee for fee in pq.read_table(part)["fee"].to_pylist() if fee))
        own.clock.move(timedelta(days=1))
        if turn == 0:
            rows = [(*row[:3], row[3] and int(row[3]) + 7, *row[4:]) for row in SITE_ROWS]
            publish(own, "sites", sheet(SITE_HEADER, [*rows, ("S8", *rows[0][1:])]), "sites.csv")
        elif turn < 10:
            corrected(own, turn)
    assert len(set(sums)) == 11
    assert len(own.release_store.releases("sites")) == 11
    for day, known in zip(days, sums, strict=True):
        for written in (day.isoformat(), str(jalali.from_gregorian(day))):
            answer = client.get(f"/api/v1/datasets/sites/groups?sum=fee&_as_of={written}")
            assert [group["sum_fee"] for group in json.loads(answer.content)["groups"]] == [known]
    for day, known in list(zip(days, sums, strict=True))[::5]:
        assert f"{known:,}" in shown(page(client, f"/en/data/sites?_as_of={day}&_unit=rial"))
    query = "&".join(f"_side={day}" for day in days[::2])
    answer = asked(client, f"_data=sites&_measure=sum_fee&_by=_as_of&{query}&_over=none")
    assert answer["total"]["values"] == sums[::2]
    assert len({side["state"] for side in answer["sides"]}) == 6


def test_two_releases_stand_side_by_side(visitor: Client) -> None:
    answer = asked(visitor, "_data=parts&_measure=sum_cost&_by=_release&_side=all/1&_side=all/2&_over=none")
    first = sum(n * 1000 for n in range(1, 41))
    assert answer["total"]["values"] == [first, sum(COSTS.values())]
    assert answer["total"]["differences"] == [None, 7 - 9000]


# --- files -------------------------------------------------------------------------------------------------------------


def test_csv_and_workbook_hold_the_numbers_of_the_json_and_run_nothing(visitor: Client) -> None:
    query = "_data=parts&_measure=sum_cost&_by=paid:year&_side=1402&_side=1403&_over=subject&_lang=en"
    answer = asked(visitor, query)
    text = visitor.get(f"/api/v1/compare.csv?{query}").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == "Subject"
    numbers = [[None if text == "" else int(text) for text in row[1:3]] for row in rows[1:-1]]
    assert numbers == [line["values"] for line in answer["lines"]]
    assert [int(text) for text in rows[-1][1:3]] == answer["total"]["values"]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    book = openpyxl.load_workbook(io.BytesIO(visitor.get(f"/api/v1/compare.xlsx?{query}").content))
    sheet = book.worksheets[0]
    sheet_values = [[cell.value for cell in row[1:3]] for row in sheet.iter_rows(min_row=2)]
    assert sheet_values == [*(line["values"] for line in answer["lines"]), answer["total"]["values"]]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    # Whenever it is asked for it is the same file, of the time of what it was made of.
    sealed = max(release.sealed_at for release in city.current().release_store.releases("parts"))
    assert book.properties.created == sealed.replace(microsecond=0, tzinfo=None)


def test_an_answer_is_the_same_until_something_is_published(own: City) -> None:
    client, query = Client(), "/api/v1/compare?_data=parts&_measure=count&_by=_release&_side=all/1&_side=all/2"
    first = client.get(query)
    again = client.get(query, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


# --- pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_shows_what_the_api_says_and_leads_to_exactly_the_rows(visitor: Client, prefix: str) -> None:
    query = "_data=sites&_measure=sum_fee&_by=district&_side=north&_side=south&_over=built:year&_real=0"
    text = page(visitor, f"{prefix}/compare?{query}")
    seen = shown(text)
    for toman in ("150,000", "30,000") if prefix else ("۱۵۰٬۰۰۰", "۳۰٬۰۰۰"):
        assert toman in seen
    rows = [href for href in links(text, f"{prefix}/data/sites?") if "district=north" in href and "built=1403" in href]
    assert rows
    assert ("2 rows" if prefix else "۲ ردیف") in shown(page(visitor, rows[0]))


def test_a_form_is_led_to_the_one_address_of_its_comparison(visitor: Client) -> None:
    sent = (
        "/en/compare?_data=sites&_measure=sum_fee&_by=district&_side=south&_side=north&_over=&_real=0&_base=1404&_per="
    )
    response = visitor.get(sent)
    assert response.status_code == 302
    address = response.headers["Location"]
    kept = "_data=sites&_measure=sum_fee&_by=district&_side=south&_side=north&_over=built:year&_real=0"
    assert address == f"/en/compare?{kept}"
    assert visitor.get(address).status_code == 200


# Nominally 1404 has twice what the smaller parts of 1402 have; at the prices of one year, of which 1402 had thrice as
# low ones, it has less.
TURNED = "_data=parts&_measure=sum_cost&_side=paid%3D1402%26cost__lt%3D30000&_side=paid%3D1404&_over=none"
SMALL, LATE = (sum(COSTS[n] for n in COSTS if n % 3 == year and n < 30 + 30 * year) for year in (0, 2))


def percent_of(value: int, base: int) -> str:
    return str(abs((Decimal(value - base) * 100 / base).quantize(Decimal("0.1"), ROUND_HALF_UP)))


def test_a_page_tells_money_of_several_years_in_that_of_one_and_says_where_nominal_disagrees(visitor: Client) -> None:
    response = visitor.get(f"/en/compare?{TURNED}")
    assert response.headers["Location"].endswith("&_over=none&_real=1&_base=1404")
    seen = shown(page(visitor, f"/en/compare?{TURNED}"))
    assert f"is {percent_of(LATE, SMALL * 3)}% below" in seen
    assert "In nominal amounts it looks the other way round" in seen
    assert f"is {percent_of(LATE, SMALL)}% above" in seen
    nominal = shown(page(visitor, f"/en/compare?{TURNED}&_real=0"))
    assert f"is {percent_of(LATE, SMALL)}% above" in nominal
    assert "In real terms it is the other way round" in nominal
    assert f"is {percent_of(LATE, SMALL * 3)}% below" in nominal
    # A program gets what it asks for.
    assert asked(visitor, TURNED)["total"]["values"] == [SMALL, LATE]
    assert asked(visitor, f"{TURNED}&_real=1")["total"]["values"] == [SMALL * 3, LATE]


def test_no_line_adds_nominal_money_of_different_years(visitor: Client) -> None:
    query = BY_UNIT.format("sum_cost") + "&_over=paid:year"
    for lang, words in (("", "نمی‌توان با هم جمع زد"), ("/en", "cannot be added up")):
        nominal = page(visitor, f"{lang}/compare?{query}&_real=0")
        assert "<tfoot>" not in nominal
        assert words in shown(nominal)
        assert "<tfoot>" in page(visitor, f"{lang}/compare?{query}&_real=1")
    lines = visitor.get(f"/api/v1/compare.csv?{query}&_real=0").content.decode().splitlines()
    assert len(lines) == 1 + 3
    newest = [sum(of(u, 1404)) for u in (0, 1)]
    sign = "above" if newest[1] > newest[0] else "below"
    assert "1404: " in shown(nominal)
    assert f"{percent_of(newest[1], newest[0])}% {sign}" in shown(nominal)


@pytest.mark.parametrize("narrowed", ["paid=1403", "paid=1403-05"])
def test_money_of_one_year_is_told_as_it_is(visitor: Client, narrowed: str) -> None:
    response = visitor.get(f"/en/compare?{BY_UNIT.format('sum_cost')}&_over=none&{narrowed}")
    assert "_real" not in response.headers.get("Location", "")


def test_a_dataset_alone_is_enough_for_a_comparison(visitor: Client) -> None:
    text = page(visitor, "/en/compare?_data=sites")
    assert "Table of differences" in shown(text)
    boxes = [
        attributes for tag, attributes in Elements(text).tags if tag == "input" and attributes.get("name") == "_side"
    ]
    assert sum("checked" in box for box in boxes) == 2


def test_rows_that_have_no_two_sides_are_told_so_without_blame(visitor: Client) -> None:
    text = page(visitor, "/en/compare?_data=sites&site=S1")
    assert "needs at least two sides" in shown(text)


def test_what_is_chosen_by_already_is_no_side(visitor: Client) -> None:
    text = page(visitor, "/en/compare?_data=sites&_measure=sum_fee&district=south")
    assert "“1404” against" in shown(text) or "against “1404”" in shown(text)


def test_the_page_before_anything_is_chosen_offers_ready_comparisons(visitor: Client) -> None:
    ready = links(page(visitor, "/en/compare"), "?_data=")
    assert ready
    for query in ready:
        page(visitor, f"/en/compare{query}")
    # What may not be added up is offered by its middle.
    choice = page(visitor, "/en/compare?_data=sites")
    assert 'value="median_price"' in choice
    assert 'value="sum_price"' not in choice


def test_the_explorer_a_record_and_the_menu_lead_to_a_comparison(visitor: Client) -> None:
    explorer = links(page(visitor, "/en/data/parts?cost__gte=20000"), "/en/compare?")
    assert any("cost__gte=20000" in href and "_measure=sum_cost" in href for href in explorer)
    record = links(page(visitor, "/en/data/parts/r/P-4"), "/en/compare?_data=parts")
    for href in {*explorer, *record}:
        page(visitor, href)
    assert "/en/compare" in links(page(visitor, "/en/"))


def test_what_strangers_wrote_runs_nowhere(visitor: Client) -> None:
    sides = "&".join(f"_side={quote(unit)}" for unit in UNITS)
    text = page(visitor, f"/en/compare?_data=parts&_measure=sum_cost&_by=unit&{sides}&_over=subject")
    assert "<script>alert" not in text
    assert 'onmouseover="alert' not in text


# --- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("", "_data", "needed"),
        ("_data=nothing", "_data", "not-allowed"),
        ("_data=parts&_measure=sum_nothing", "_measure", "not-allowed"),
        ("_data=sites&_measure=sum_price", "_measure", "not-allowed"),
        ("_data=works&_measure=distinct_holder_id", "_measure", "not-allowed"),
        ("_data=works&_by=holder_id", "_by", "not-published"),
        ("_data=works&_over=holder_id", "_over", "not-published"),
        ("_data=parts&_by=unit&_side=x", "_side", "two-sides"),
        ("_data=parts&_by=unit" + "".join(f"&_side={n}" for n in range(7)), "_side", "too-many"),
        ("_data=parts&_by=paid:year&_side=1403&_side=yesterday", "_side", "not-a-date"),
        ("_data=parts&_by=paid:year&_side=1403&_side=1403-05", "_side", "not-a-period"),
        ("_data=parts&_by=_release&_side=all/1&_side=all", "_side", "release"),
        ("_data=parts&_side=&_side=holder%3D1", "_side", "unknown-field"),
        ("_data=parts&_measure=count&_real=1", "_real", "not-real"),
        ("_data=parts&_measure=median_cost&_real=1", "_real", "not-real"),
        ("_data=parts&_measure=sum_cost&_real=1&_base=1390", "_base", "not-allowed"),
        ("_data=parts&_measure=sum_cost&_per=area", "_per", "not-allowed"),
        ("_data=parts&_data=works", "_data", "repeated"),
        ("_data=parts&nothing=1", "nothing", "unknown-field"),
        ("_data=parts&_sort=cost", "_sort", "unknown-parameter"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_its_parameter(
    visitor: Client, query: str, parameter: str, code: str
) -> None:
    problem = asked(visitor, query, 400)
    assert (problem["parameter"], problem["code"]) == (parameter, code)
    if query:
        assert SECRET not in page(visitor, f"/compare?{query}", 400)


def test_a_release_that_is_not_there_is_not_found(visitor: Client) -> None:
    asked(visitor, "_data=parts&_by=_release&_side=all/1&_side=all/7", 404)
    asked(visitor, "_data=works&_by=_release&_side=1402/1&_side=1403/2", 410)


@pytest.mark.parametrize("name", ["xml", "parquet"])
def test_there_is_no_other_format(visitor: Client, name: Sequence[str]) -> None:
    assert visitor.get(f"/api/v1/compare.{name}?_data=parts").status_code == 404
