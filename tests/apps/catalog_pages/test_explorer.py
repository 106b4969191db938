"""The explorer: figures that agree with each other, groups, charts, the map, and one address for each state."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import Elements, links, page, shown
from tests.apps.linked_city import LEVELS, UNITS
from tests.apps.small_city import ROWS

from ayan.apps.catalog.explorer.map_locator import WIDTH, scale_bar
from ayan.core.query.question import Question
from ayan.wiring.city import City


def costs(city: City) -> dict[str, int]:
    """Each part with its cost as it stands."""
    dataset = city.registry.get("parts")
    rows = city.query_service.rows(dataset, Question(slug="parts", size=1000)).rows
    return {str(row.values["part"]): int(str(row.values["cost"])) for row in rows}


def test_sum_median_and_years_agree_with_the_rows(linked: City, visitor: Client) -> None:
    amounts = sorted(costs(linked).values())
    text = page(visitor, "/en/data/parts")
    data = [int(attributes["value"] or 0) for tag, attributes in Elements(text).tags if tag == "data"]
    assert sum(amounts) in data
    middle = len(amounts) // 2
    assert (amounts[middle] if len(amounts) % 2 else (amounts[middle - 1] + amounts[middle] + 1) // 2) in data
    assert f"{len(amounts)} rows" in shown(text)


def test_real_money_is_never_below_nominal_before_the_base_year(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts?_view=chart")
    table = re.findall(r'<th scope="row"><a [^>]*>(?:<bdi>)?(14\d\d)(?:</bdi>)?</a></th>(.*?)</tr>', text, re.DOTALL)
    assert [year for year, _ in table] == sorted(LEVELS)
    for year, cells in table:
        nominal, real = (float(figure.replace(",", "")) for figure in re.findall(r">([0-9][0-9.,]*)<", cells))
        assert real == pytest.approx(nominal * float(LEVELS["1404"]) / float(LEVELS[year]), abs=0.6)
        # Prices are not known to the rial.
        assert real == int(real) or year == max(LEVELS)
        assert real >= nominal
    assert "at 1404 prices" in shown(text)


def test_groups_add_up_to_the_whole_and_lead_to_their_own_rows(linked: City, visitor: Client) -> None:
    whole = costs(linked)
    text = page(visitor, "/en/data/parts?_by=unit")
    rows = re.findall(r'<td class="n" data-h="Rows">(\d+)</td>', text)
    sums = re.findall(r'data-h="Cost, sum \(million toman\)"><data value="(\d+)"', text)
    assert sum(map(int, rows)) == len(whole)
    assert sum(map(int, sums)) == sum(whole.values())
    assert list(map(int, sums)) == sorted(map(int, sums), reverse=True)
    addresses = links(text, "/en/data/parts?unit=")
    assert len(addresses) == len(UNITS)
    for address, count in zip(addresses, rows, strict=True):
        assert f"{count} rows" in shown(page(visitor, address))


def test_years_of_groups_stand_in_their_order(visitor: Client) -> None:
    text = shown(page(visitor, "/en/data/parts?_by=paid:year"))
    assert text.index("1402") < text.index("1403 ") < text.rindex("1404")
    assert links(page(visitor, "/en/data/parts?_by=paid:year"), "/en/data/parts?paid=1403")


def test_quarters_of_groups_lead_to_their_rows(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts?_by=paid:quarter")
    assert "Quarter" in shown(text)
    quarters = [address for address in links(text, "/en/data/parts?paid=140") if "-Q" in address]
    assert quarters
    assert "Q" in shown(page(visitor, quarters[0]))


@pytest.mark.parametrize("bad", ["_by=nothing", "_by=unit,paid", "_by=holder_id", "_by=unit:year"])
def test_a_wrong_grouping_is_refused_by_name(visitor: Client, bad: str) -> None:
    assert "_by" in page(visitor, f"/data/parts?{bad}", 400)


def test_every_tile_of_the_map_leads_to_as_many_rows_as_it_says(linked: City, visitor: Client) -> None:
    text = page(visitor, "/en/data/parts?_view=map")
    tiles = [
        (str(attributes["href"]), str(attributes["aria-label"]))
        for tag, attributes in Elements(text).tags
        if tag == "a" and str(attributes.get("aria-label", "")).endswith(("rows", "row"))
    ]
    counts = [int(label.split()[1]) for _, label in tiles]
    placed = sum(1 for name in costs(linked) if int(name.removeprefix("P-")) % 5)
    assert sum(counts) == placed
    for (address, _), count in zip(tiles, counts, strict=True):
        inside = shown(page(visitor, address))
        assert f"{count} row" in inside
    legend = re.search(r'<figcaption class="keys">(.*?)</figcaption>', text, re.DOTALL)
    assert legend
    steps = [[int(number) for number in re.findall(r"[0-9]+", shown(each))] for each in legend[1].split("</svg>")[1:]]
    assert sorted({count for step in steps for count in step}) == [bound for step in steps for bound in step]
    assert all(any(step[0] <= count <= step[-1] for step in steps) for count in counts)
    assert (steps[0][0], steps[-1][-1]) == (min(counts), max(counts))
    beside = re.search(r'<ol class="cells">.*?</ol>', text, re.DOTALL)
    every = re.search(r'<ul class="cells many">.*?</ul>', text, re.DOTALL)
    assert beside
    assert every
    assert sorted(links(beside[0]) + links(every[0])) == sorted(address for address, _ in tiles)


@pytest.mark.parametrize("metres", [1, 3, 9, 47, 950, 8207, 120_000])
def test_the_bar_of_the_scale_is_a_round_distance_of_a_quarter_of_the_map_at_most(metres: int) -> None:
    bar = scale_bar(metres, 0, "en")
    number, unit = bar.words.strip("\u2068\u2069").split()
    distance = int(number.replace(",", "")) * (1000 if unit == "km" else 1)
    assert bar.length == pytest.approx(WIDTH * distance / metres)
    assert metres < 4 or metres / 12 <= distance <= metres / 4


def test_a_record_with_a_place_is_marked_in_the_tile_that_holds_it(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts/r/P-7")
    (spot,) = [attributes for tag, attributes in Elements(text).tags if attributes.get("class") == "spot"]
    assert "35.700000" in shown(text)
    (address,) = [href for href in links(text, "/en/data/parts?") if "longitude__gte" in href]
    assert "/en/data/parts/r/P-7" in links(page(visitor, address))
    assert 0 < float(str(spot["cx"])) < 646
    assert 'class="spot"' not in page(visitor, "/en/data/parts/r/P-5")


def test_a_dataset_without_places_has_no_map(visitor: Client) -> None:
    assert not links(page(visitor, "/data/works"), "/data/works?_view=map")
    assert "جای جغرافیایی ندارد" in shown(page(visitor, "/data/works?_view=map"))


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("state__in=open&state__in=done&_search=", "state__in=done,open"),
        ("_order=-amount", "_sort_desc=amount"),
        ("_order=subject&_unit=mtoman&_calendar=jalali&_view=table", "_sort=subject"),
        ("_fields=number&_fields=amount", "_fields=number,amount"),
        ("amount__gte.mtoman=۲٫۵", "amount__gte=25000000"),
        ("fbclid=x&utm_source=y&state=open", "state=open"),
    ],
)
def test_what_a_form_sends_is_led_to_the_one_address_of_the_state(reader: Client, typed: str, address: str) -> None:
    response = reader.get(f"/data/works?{typed}")
    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"
    target = response.headers["Location"]
    assert sorted(parse_qsl(urlsplit(target).query)) == sorted(parse_qsl(address))
    assert reader.get(target).status_code == 200


def test_every_link_of_a_state_is_an_address_that_needs_no_leading(visitor: Client) -> None:
    unit = quote("معاونت فنی")
    for state in (
        f"/data/parts?unit={unit}&_sort_desc=cost&_unit=rial&_calendar=gregorian",
        "/en/data/works?state=open",
    ):
        # A comparison writes its own address: it adds the sides that a link to it leaves open.
        own = "/en/data/" if state.startswith("/en/") else "/data/"
        for address in links(page(visitor, state), own):
            if "?" in address:
                assert visitor.get(address).status_code == 200, address


def test_a_condition_taken_away_leaves_the_rest_of_the_state(visitor: Client) -> None:
    text = page(visitor, "/en/data/works?state=open&amount__gte=5000000&_unit=rial&_sort_desc=amount&_calendar=jalali")
    chips = re.findall(r'<a class="chip" href="([^"]+)"', text)
    assert len(chips) == 2
    for chip in map(unescape, chips):
        assert "_unit=rial" in chip
        assert "_sort_desc=amount" in chip
        assert "_calendar=jalali" in chip


def test_columns_are_chosen_by_boxes(visitor: Client) -> None:
    text = page(visitor, "/en/data/works?_fields=number&_fields=day")
    table = text[text.index('class="tbl"', text.index('class="bar-tools"')) :]
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', table)
    assert heads == ["Number", "Day"]


@pytest.mark.parametrize(("calendar", "written"), [("jalali", "1403-02-02"), ("gregorian", "2024-04-21")])
def test_the_calendar_of_a_page_is_in_its_address(visitor: Client, calendar: str, written: str) -> None:
    assert written in shown(page(visitor, f"/en/data/works?number=C-001&_calendar={calendar}"))


def test_the_foot_of_the_table_adds_up_the_page(reader: Client) -> None:
    text = page(reader, "/en/data/works?_sort_desc=amount&_unit=rial")
    largest = sum(n * 1_000_000 for n in range(ROWS, ROWS - 25, -1))
    assert f'<data value="{largest}">' in text[text.index("<tfoot") :]


def test_downloads_tell_this_result_from_all_data_with_sizes(reader: Client) -> None:
    text = page(reader, "/en/data/works?state=open")
    menu = shown(text[text.index("Download") : text.index("Share")])
    assert "This result (40 rows)" in menu
    assert "All data (60 rows)" in menu
    assert re.search(r"CSV , (about )?[0-9.]+ (KB|bytes)", menu)
    for address in links(text, "/api/v1/datasets/works/rows"):
        assert reader.get(address).status_code == 200
    whole = page(reader, "/en/data/works")
    assert "All data</b>" not in whole


def test_a_page_of_the_past_says_that_it_is(linked: City, visitor: Client) -> None:
    sealed = linked.release_store.releases("parts")[0].sealed_at.isoformat().replace("+00:00", "Z")
    text = shown(page(visitor, f"/en/data/parts?_as_of={sealed}"))
    assert "40 rows" in text
    assert "These are not today’s data" in text


def test_the_sums_say_how_they_were_worked_out_and_from_what(visitor: Client) -> None:
    text = page(visitor, f"/en/data/parts?unit={quote('معاونت فنی')}")
    exact = next(href for href in links(text, "/api/v1/datasets/parts/groups?") if "median=cost" in href)
    answer = visitor.get(exact).json()["groups"][0]
    assert f'<data value="{answer["sum_cost"]}">' in text
    assert links(text, "/en/data/parts/releases")


def test_a_view_that_is_none_is_refused(visitor: Client) -> None:
    assert "_view" in page(visitor, "/data/parts?_view=pie", 400)
    assert visitor.get("/data/parts?_view=changes").headers["Location"] == "/data/parts/changes"


def test_the_rows_of_a_page_are_chosen_by_links_that_keep_the_question(reader: Client) -> None:
    text = reader.get("/en/data/works?amount__gte=0&_size=50").content.decode()
    assert '<span aria-current="true">50</span>' in text
    chosen = re.search(r'<a href="([^"]+)"[^>]*aria-label="25 rows on a page"', text)
    assert chosen
    assert unescape(chosen[1]) == "/en/data/works?amount__gte=0"
    assert '<span aria-current="true">25</span>' in reader.get("/en/data/works?amount__gte=0").content.decode()
    assert "rows on a page" not in reader.get("/en/data/works?amount__gte=999999999999999").content.decode()
