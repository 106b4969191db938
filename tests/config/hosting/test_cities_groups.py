"""Questions over all cities: put together exactly, per head and in real money; who says nothing is named, never zero."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.config.hosting.test_national_pages import BRIDGES, DEALS, FOLK, LAMPS, ROADS, publish
from tests.config.hosting.test_shared_process import Asked, process
from tests.flow.publisher import city_at
from tests.run_folder import made_once

from ayan.apps.national import figures_page
from ayan.apps.national.cities_question import parse_cities, year_key
from ayan.cli.new_city import make_home
from ayan.core.audit.flags.register import FindingStanding, Register, RegisteredFinding, RegisteredFlag
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.values.label import Label
from ayan.datasets.registry import BUILTIN, Registry

SORTED_DEALS = f"""{DEALS}
[[field]]
name = "sort"
kind = "code"
label = {{ fa = "نوع", en = "Sort" }}
choices = [
    {{ code = "work", fa = "کار", en = "Work" }},
    {{ code = "goods", fa = "کالا", en = "Goods" }},
]
role = "category"

[[field]]
name = "note"
kind = "text"
label = {{ fa = "یادداشت", en = "Note" }}
shown = "withheld"
"""
ROWS = {
    "tooba": (
        ("A-1", "1402/02/01", BRIDGES, "پل", 600, "work"),
        ("A-2", "1403/03/01", BRIDGES, "پل", 401, "work"),
        ("A-3", "1403/04/01", LAMPS, "چراغ", 99, "goods"),
    ),
    "saveh": (
        ("B-1", "1403/05/01", BRIDGES, "پل", 3000, "work"),
        ("B-2", "1403/05/01", ROADS, "راه", 7, "work"),
        ("B-3", "1403/05/02", "", "شخص", "", "work"),
    ),
    "other": (("C-1", "1403/05/01", ROADS, "راه", 5_000_000, "work"),),
}
PEOPLE = {"tooba": ((1402, 100), (1403, 110)), "saveh": ((1403, 1000),)}
PRICES = {
    "tooba": ("مرکز آمار", ((1402, 100), (1403, 150))),
    "saveh": ("بانک مرکزی", ((1403, 100), (1404, 150), (1402, 80))),
}
"""Who publishes the index of a city, and its levels, the base year first."""

FLAG = "contracts/before-opening"


def publish_prices(home: Path, publisher: str, *levels: tuple[int, int], again: bool = False) -> None:
    """Publish the price index of a city."""
    index = "".join(f"{year},{level},{levels[0][0]},{publisher}\n" for year, level in levels)
    reason = CorrectionReason("source-revised") if again else None
    publish(home, "consumer-prices", f"سال,شاخص,سال پایه,ناشر شاخص\n{index}", reason)


def build(folder: Path) -> None:
    """Two cities that declare deals alike, one that does not, one that has none, and the chief one."""
    lines = []
    for code in ("tooba", "saveh", "other", "empty", "all"):
        home = folder / code
        make_home(home, Label(f"شهر {code}", f"City of {code}"), demo=True)
        deals = SORTED_DEALS.replace("Invented deals.", "Other deals.") if code == "other" else SORTED_DEALS
        for slug, text in (("deals", deals), ("folk", FOLK)):
            (home / "datasets" / slug).mkdir()
            (home / "datasets" / slug / "dataset.toml").write_text(text, encoding="utf-8")
        if code in ROWS:
            rows = "".join(",".join(map(str, (*row, "راز"))) + "\n" for row in ROWS[code])
            publish(home, "deals", f"شماره,تاریخ,شناسه,شرکت,مبلغ,نوع,یادداشت\n{rows}")
        if code in PEOPLE:
            people = "".join(f"{year},{number}\n" for year, number in PEOPLE[code])
            publish(home, "folk", f"سال,جمعیت\n{people}")
            publisher, levels = PRICES[code]
            publish_prices(home, publisher, *levels)
        lines.append(f'[{code}]\nhosts = ["{code}.example"]\n{"national = true" if code == "all" else ""}\n')
    (folder / "cities.toml").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("asked") / "cities"
    shutil.copytree(made_once("asked-cities", build), root, symlinks=True)
    return root


@pytest.fixture(scope="module")
def asked(folder: Path) -> Iterator[Asked]:
    with process(folder) as running:
        running(act="tell")
        yield running


def body(asked: Asked, address: str, status: str = "200", code: str = "all") -> bytes:
    answer = asked.get(code, address)
    content: bytes = base64.b64decode(answer["body"])
    assert answer["status"] == status, content.decode()[:500]
    return content


def groups(asked: Asked, query: str, status: str = "200") -> Any:
    return json.loads(body(asked, f"/api/v1/cities/datasets/deals/groups?{query}", status))


def lines(answer: Any) -> list[dict[str, Any]]:
    return [group["values"] for group in answer["groups"]]


def test_sums_and_counts_of_each_city_lead_to_its_own_proof_and_who_is_silent_is_named(asked: Asked) -> None:
    answer = groups(asked, "by=_city&sum=fee&count=1")
    assert lines(answer) == [
        {"_city": "saveh", "count": 3, "sum_fee": 3007},
        {"_city": "tooba", "count": 3, "sum_fee": 1100},
    ]
    assert {each["city"]["code"]: each["why"] for each in answer["missing"]} == {
        "empty": "not-published",
        "other": "otherwise",
    }
    for said in answer["cities"]:
        code = said["city"]["code"]
        own = json.loads(body(asked, "/api/v1/datasets/deals/groups?sum=fee&count=1", code=code))
        assert (own["state"], own["log"], own["releases"]) == (said["state"], said["log"], said["releases"])
        for name in ("proof", "page"):
            body(asked, said[name].removeprefix(f"https://{code}.example"), code=code)


def test_all_cities_together_are_added_exactly_and_joined_by_what_means_the_same_everywhere(asked: Asked) -> None:
    (whole,) = groups(asked, "sum=fee&count=1&avg=fee&min=signed&max=fee&distinct=firm_id")["groups"]
    # The mean is of the five fees that there are: it is no mean of two means, and no row without a fee is in it.
    assert whole["values"] == {
        "count": 6,
        "sum_fee": 4107,
        "avg_fee": 821.4,
        "min_signed": "2023-04-21",
        "max_fee": 3000,
        "distinct_firm_id": 3,
    }
    assert whole["cities"] == ["saveh", "tooba"]
    assert lines(groups(asked, "by=sort,signed:year&sum=fee")) == [
        {"sort": "goods", "signed:year": "1403", "sum_fee": 99},
        {"sort": "work", "signed:year": "1402", "sum_fee": 600},
        {"sort": "work", "signed:year": "1403", "sum_fee": 3408},
    ]
    firms = groups(asked, "by=firm_id&sum=fee&firm_id__isnull=0&_sort_desc=sum_fee&_size=2")
    assert [(each["values"]["firm_id"], each["values"]["sum_fee"], each["cities"]) for each in firms["groups"]] == [
        (BRIDGES, 4001, ["saveh", "tooba"]),
        (LAMPS, 99, ["tooba"]),
    ]
    assert firms["total"] == 3
    of_one = groups(asked, f"by=_city,signed:year&sum=fee&firm_id={BRIDGES}&_cities=tooba")
    assert lines(of_one) == [
        {"_city": "tooba", "signed:year": "1402", "sum_fee": 600},
        {"_city": "tooba", "signed:year": "1403", "sum_fee": 401},
    ]
    assert of_one["missing"] == []
    assert [line["median_fee"] for line in lines(groups(asked, "by=_city&median=fee"))] == [1503.5, 401]


def test_per_head_and_real_money_are_told_where_people_and_prices_are_and_else_it_is_said_why(asked: Asked) -> None:
    answer = groups(asked, "by=_city,signed:year&sum=fee&count=1&_per=person&_real=1")
    assert answer["base"] == "1403", "the newest year that both indices have"
    assert lines(answer) == [
        {
            "_city": "saveh", "signed:year": "1403", "count": 3, "sum_fee": 3007, "per_head_count": 3.0,
            "real_sum_fee": 3007, "per_head_sum_fee": 3, "real_per_head_sum_fee": 3,
        },
        {
            "_city": "tooba", "signed:year": "1402", "count": 1, "sum_fee": 600, "per_head_count": 10.0,
            "real_sum_fee": 900, "per_head_sum_fee": 6, "real_per_head_sum_fee": 9,
        },
        {
            "_city": "tooba", "signed:year": "1403", "count": 2, "sum_fee": 500, "per_head_count": 18.2,
            "real_sum_fee": 500, "per_head_sum_fee": 5, "real_per_head_sum_fee": 5,
        },
    ]  # fmt: skip
    # Of several years each is told in the money, and for the people, of its own.
    assert lines(groups(asked, "by=_city&sum=fee&_per=person&_real=1&_cities=tooba")) == [
        {"_city": "tooba", "sum_fee": 1100, "real_sum_fee": 1400, "per_head_sum_fee": 11, "real_per_head_sum_fee": 14}
    ]
    assert lines(groups(asked, "sum=fee&avg=fee&_real=1")) == [
        {"sum_fee": 4107, "avg_fee": 821.4, "real_sum_fee": 4407, "real_avg_fee": 881.4}
    ]
    cited = {said["city"]["code"]: said for said in answer["cities"]}
    assert [(each["year"], each["people"]) for each in cited["tooba"]["people"]] == [("1402", 100), ("1403", 110)]
    for said in (cited["tooba"]["prices"], *cited["saveh"]["people"]):
        host, _, path = said["proof"].removeprefix("https://").partition("/")
        body(asked, f"/{path}", code=host.removesuffix(".example"))
    # No index of the year that is asked for in one of them, so there is no number, and no zero.
    other = groups(asked, "by=_city&sum=fee&_real=1&_base=1404")
    assert [line["real_sum_fee"] for line in lines(other)] == [4511, None]
    (wanting,) = other["groups"][1]["wanting"]
    assert (wanting["column"], wanting["why"], wanting["cities"]) == ("real_sum_fee", "no-index", ["tooba"])
    assert "1404" in wanting["words"]["en"]


def test_it_is_said_where_cities_tell_the_money_of_one_year_by_different_indices(asked: Asked) -> None:
    # At the prices of the year that all of it is of, no index is behind any number of one of them.
    assert groups(asked, "by=_city&sum=fee&_real=1")["prices"]["alike"]
    answer = groups(asked, "by=_city&sum=fee&_real=1&_base=۱۴۰۲")
    assert answer["base"] == "1402"
    assert {(*each["names"], *each["cities"]) for each in answer["prices"]["sources"]} == {
        ("مرکز آمار", "tooba"),
        ("بانک مرکزی", "saveh"),
    }
    assert (answer["prices"]["alike"], answer["prices"]["unlike_years"]) == (False, ["1403"])
    assert "one price index" in answer["prices"]["words"]["en"]
    assert {each["city"]["code"]: each["prices"]["publishers"] for each in answer["cities"]} == {
        "tooba": ["مرکز آمار"],
        "saveh": ["بانک مرکزی"],
    }
    assert groups(asked, "by=_city&sum=fee&_real=1&_base=1402&_cities=tooba")["prices"]["alike"]
    assert groups(asked, "by=_city&sum=fee")["prices"] is None
    text = body(asked, "/api/v1/cities/datasets/deals/groups.csv?sum=fee&_real=1&_base=1402").decode("utf-8-sig")
    assert [line["_prices"] for line in csv.DictReader(io.StringIO(text))] == ["unlike"]
    root = "/en/cities/tables/deals/figures"
    page = html.unescape(body(asked, f"{root}?_base=1402&_year=1403").decode())
    for words in ("do not use one price index", "بانک مرکزی", "مرکز آمار", "The rise of prices"):
        assert words in page
    assert "do not use one price index" not in body(asked, root).decode()
    # The form leads from there to a number that is no money.
    body(asked, f"{root}?_base=1402&_measure=count")


def test_a_base_that_no_index_has_leaves_numbers_empty(asked: Asked) -> None:
    for base in ("1499", "0000"):
        answer = groups(asked, f"by=_city&sum=fee&_real=1&_base={base}")
        assert [line["real_sum_fee"] for line in lines(answer)] == [None, None]
        assert {(each["why"], *each["years"]) for group in answer["groups"] for each in group["wanting"]} == {
            ("no-index", base)
        }
        page = html.unescape(body(asked, f"/en/cities/tables/deals/figures?_base={base}").decode())
        assert f"No price index of {base} has been published" in page
    for bad in ("14", "14033", "abcd", "-140"):
        assert groups(asked, f"by=_city&sum=fee&_real=1&_base={bad}", "400")["parameter"] == "_base"


def test_no_people_and_indices_without_a_common_year_are_said_as_they_are(asked: Asked, folder: Path) -> None:
    home = folder / "saveh"
    publish(home, "folk", "سال,جمعیت\n1403,0\n", CorrectionReason("source-revised"))
    publish_prices(home, "بانک مرکزی", (1404, 100), again=True)
    asked(act="tell")
    asked(act="later")
    try:
        answer = groups(asked, "by=_city&sum=fee&_per=person&_real=1")
        assert answer["base"] is None
        wanting = {
            (*group["cities"], each["column"], each["why"]) for group in answer["groups"] for each in group["wanting"]
        }
        assert {("saveh", "per_head_sum_fee", "zero-people"), ("tooba", "real_sum_fee", "no-base")} <= wanting
        (saveh,) = [line for line in lines(answer) if line["_city"] == "saveh"]
        assert (saveh["sum_fee"], saveh["per_head_sum_fee"]) == (3007, None)
        page = html.unescape(body(asked, "/en/cities/tables/deals/figures?_year=1403").decode())
        assert "The number of people of 1403 was published as zero" in page
        assert "have no year in common" in page
        compared = body(asked, "/en/cities/compare?_measure=deals.sum_fee&_year=1403").decode()
        assert "people published as zero" in compared
    finally:
        publish(home, "folk", "سال,جمعیت\n1403,1000\n", CorrectionReason("source-revised"))
        publisher, levels = PRICES["saveh"]
        publish_prices(home, publisher, *levels, again=True)
        asked(act="tell")
        asked(act="later")
    assert groups(asked, "by=_city&sum=fee&_real=1")["base"] == "1403"


def test_a_city_that_is_closed_meanwhile_is_named_and_its_silence_is_kept_by_nobody(asked: Asked, folder: Path) -> None:
    address = "/api/v1/cities/datasets/deals/groups?by=_city&sum=fee"
    listed = folder / "cities.toml"
    text = listed.read_text(encoding="utf-8")
    open_etag = dict(asked.get("all", address)["headers"])["etag"]
    listed.write_text(text.replace("[saveh]\n", "[saveh]\nclosed = true\n"), encoding="utf-8")
    try:
        for _ in range(2):
            answer = asked.get("all", address)
            said = json.loads(base64.b64decode(answer["body"]))
            named = {each["city"]["code"]: each["why"] for each in said["missing"]}
            if "saveh" in named:
                assert [line["_city"] for line in lines(said)] == ["tooba"]
                assert dict(answer["headers"]).get("etag") != open_etag, "it is no answer of the cities as they stood"
            asked(act="later")
        assert named["saveh"] == "closed"
    finally:
        listed.write_text(text, encoding="utf-8")
        asked(act="later")
    assert [line["_city"] for line in lines(groups(asked, "by=_city&sum=fee"))] == ["saveh", "tooba"]


def test_every_number_that_the_page_offers_of_our_datasets_is_a_question() -> None:
    asked = 0
    for dataset in Registry((BUILTIN,)).all():
        for number in figures_page.offered(dataset):
            for over in (None, *figures_page.parted(dataset)):
                when = number.date(dataset) or year_key(dataset)
                params = figures_page.asked_by_page(dataset, number.measure, over, when)
                question = parse_cities(dataset, [*params, *number.conditions(dataset)], ())
                assert question.each_city
                asked += 1
    assert asked > 100


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ("by=firm&count=1", "own-names", "by"),
        ("median=fee", "of-each-city", "by"),
        ("distinct=firm", "of-each-city", "by"),
        ("sum=fee&_per=person", "of-each-city", "_per"),
        ("by=_city&median=fee&_per=person", "no-people", "_per"),
        ("count=1&_real=1", "not-real", "_real"),
        ("sum=fee&_base=1403", "not-allowed", "_base"),
        ("sum=fee&_real=2", "not-zero-or-one", "_real"),
        ("sum=fee&_per=dog", "not-allowed", "_per"),
        ("by=_city&_cities=nowhere", "not-allowed", "_cities"),
        ("by=_city&_sort=fee", "not-allowed", "_sort"),
        ("by=_city&_having=count__gt:1", "unknown-parameter", "_having"),
        ("by=_city&_release=all/1", "unknown-parameter", "_release"),
        ("by=_city&note=x", "not-published", "note"),
        ("by=_city,note", "not-published", "by"),
        ("by=_city&nothing=1", "unknown-field", "nothing"),
    ],
)
def test_what_cannot_be_put_together_is_refused_by_its_parameter(
    asked: Asked, query: str, code: str, parameter: str
) -> None:
    refusal = groups(asked, query, "400")
    assert (refusal["code"], refusal["parameter"]) == (code, parameter)
    assert refusal["detail_fa"]


def test_the_table_says_the_same_and_names_who_is_missing(asked: Asked) -> None:
    text = body(asked, "/api/v1/cities/datasets/deals/groups.csv?by=_city&sum=fee&_real=1&_base=1404").decode(
        "utf-8-sig"
    )
    read = list(csv.DictReader(io.StringIO(text)))
    assert [(line["_city"], line["sum_fee"], line["real_sum_fee"], line["_wanting"]) for line in read] == [
        ("saveh", "3007", "4511", ""),
        ("tooba", "1100", "", "real_sum_fee:no-index:1404"),
    ]
    assert {line["_missing"] for line in read} == {"empty:not-published other:otherwise"}
    assert "راز" not in text
    body(asked, "/api/v1/cities/datasets/nothing/groups", "404")
    body(asked, "/api/v1/cities/datasets/deals/groups", "404", code="tooba")


def test_the_page_says_the_same_as_the_answer_and_leads_to_each_city(asked: Asked) -> None:
    for root, city, words in (
        ("", "شهر tooba", "این داده را منتشر نکرده است"),
        ("/en", "City of tooba", "not published"),
    ):
        for query in ("", "?_measure=count&_over=sort", "?_measure=avg_fee&_year=1402", f"?firm_id={BRIDGES}"):
            page = html.unescape(body(asked, f"{root}/cities/tables/deals/figures{query}").decode())
            assert city in page
            assert words in page
            assert "راز" not in page
    page = html.unescape(body(asked, "/en/cities/tables/deals/figures?_measure=sum_fee&_year=1402").decode())
    assert "No number of people of 1402" not in page
    assert "https://tooba.example/en/data/deals?signed=1402" in page
    assert "B-2" in body(asked, "/en/data/deals?signed=1403", code="saveh").decode()
    for root, words in (("", "این صفحه پیدا نشد"), ("/en", "This page was not found")):
        for gone in ("/tables/nothing/figures", "/companies/1", "/nothing"):
            lost = body(asked, f"{root}/cities{gone}", "404").decode()
            assert words in lost
            # Of the ways of one city none is here.
            assert "/data/" not in lost
    for bad in ("_measure=median_fee", "_over=firm", "_year=1399", "nothing=1"):
        body(asked, f"/cities/tables/deals/figures?{bad}", "400")
    body(asked, "/cities/tables/nothing/figures", "404")
    assert "/en/cities/tables/deals/figures" in body(asked, "/en/cities").decode()


def finding(number: int, standing: FindingStanding, party: str) -> RegisteredFinding:
    return RegisteredFinding(
        id=f"{number:016x}",
        flag=FLAG,
        dataset="contracts",
        key=f"K-{number}",
        standing=standing,
        value="1",
        party_id=party,
        party="شرکت",
    )


def test_flags_of_all_cities_are_counted_as_each_shows_them_and_follow_at_once(asked: Asked, folder: Path) -> None:
    entry = RegisteredFlag(at="2026-01-01T00:00:00.000Z", digest="a" * 64, states={}, releases={}, judged=9, fired=3)
    registers = {
        "tooba": Register({FLAG: entry}, (finding(1, "published", BRIDGES), finding(2, "cleared", LAMPS))),
        "saveh": Register({FLAG: entry}, (finding(3, "published", BRIDGES),)),
        "other": Register({FLAG: replace(entry, digest="b" * 64)}, (finding(4, "published", BRIDGES),)),
    }
    for code, register in registers.items():
        city_at(folder / code).flag_register.write(register)
    (flag,) = json.loads(body(asked, f"/api/v1/cities/flags?flag={FLAG}"))["flags"]
    counts = {each["city"]["code"]: (each["judged"], each["published"], each["cleared"]) for each in flag["cities"]}
    assert counts == {"tooba": (9, 1, 1), "saveh": (9, 1, 0)}
    assert {each["city"]["code"]: each["why"] for each in flag["missing"]} == {
        "other": "otherwise",
        "empty": "not-computed",
    }
    (of_one,) = json.loads(body(asked, f"/api/v1/cities/flags?flag={FLAG}&party_id={LAMPS}"))["flags"]
    assert sorted((each["city"]["code"], each["published"], each["cleared"]) for each in of_one["cities"]) == [
        ("saveh", 0, 0),
        ("tooba", 0, 1),
    ]
    read = csv.DictReader(io.StringIO(body(asked, f"/api/v1/cities/flags.csv?flag={FLAG}").decode("utf-8-sig")))
    assert {(line["city"], line["published"], line["missing"]) for line in read} == {
        ("tooba", "1", ""),
        ("saveh", "1", ""),
        ("other", "", "otherwise"),
        ("empty", "", "not-computed"),
    }
    for root in ("", "/en"):
        assert "flag=" in body(asked, f"{root}/cities/flags").decode()
        page = html.unescape(body(asked, f"{root}/cities/flags?flag={FLAG}").decode())
        assert f"https://saveh.example{root}/flags/{FLAG}" in page
    city_at(folder / "saveh").flag_register.write(Register({FLAG: entry}))
    (flag,) = json.loads(body(asked, f"/api/v1/cities/flags?flag={FLAG}"))["flags"]
    assert {each["city"]["code"]: each["published"] for each in flag["cities"]} == {"tooba": 1, "saveh": 0}
    for bad in ("flag=nothing/none", "party_id=1", "dataset=x"):
        body(asked, f"/api/v1/cities/flags?{bad}", "400")


def test_facets_count_every_value_of_every_city_before_any_is_left_out(asked: Asked) -> None:
    facets = json.loads(body(asked, "/api/v1/cities/datasets/deals/facets?by=sort,firm_id&sort=goods&_size=1"))[
        "facets"
    ]
    # The counts of a field leave its own condition out.
    assert [(each["values"], each["cities"]) for each in facets["sort"]["groups"]] == [
        ({"sort": "work", "count": 5}, ["saveh", "tooba"])
    ]
    assert facets["sort"]["total"] == 2
    assert [each["values"] for each in facets["firm_id"]["groups"]] == [{"firm_id": LAMPS, "count": 1}]
    for bad in ("by=firm", "by=note", "sort=goods"):
        body(asked, f"/api/v1/cities/datasets/deals/facets?{bad}", "400")


def test_balances_of_cities_are_not_added_up(asked: Asked) -> None:
    root = "/api/v1/cities/datasets/folk/groups"
    assert json.loads(body(asked, f"{root}?sum=people&year=1403", "400"))["code"] == "over-time"
    by_year = json.loads(body(asked, f"{root}?by=year&sum=people"))
    assert lines(by_year) == [{"year": "1402", "sum_people": 100}, {"year": "1403", "sum_people": 1110}]
    for query in ("", "?_measure=sum_people&_year=1402"):
        assert "All of these cities" not in body(asked, f"/en/cities/tables/folk/figures{query}").decode()
