"""The budget at its doors: sums against a naive addition, what is empty, a line down to its payments, and files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.apps.addresses import step
from tests.apps.answer_promise import promised
from tests.apps.catalog_pages.page_elements import Elements, links, page, shown
from tests.apps.civic_city import OUTLAY_ROWS, SCHEME, declared

from ayan.wiring import city

STEP = step(SCHEME)
YEAR = "/budget/1403"
CHAPTER = f"{YEAR}/{STEP}/1"
LINE = f"{CHAPTER}/11"


def document(client: Client, address: str) -> Any:
    answer = client.get(f"{address}.json")
    assert answer.status_code == 200, answer.content[:300]
    return promised(answer)


def naive(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """What rows come to, added up one by one."""
    used = [row[9] for row in rows if row[9] != ""]
    return {
        "lines": len(rows),
        "approved": sum(row[7] for row in rows),
        "amended": sum(row[7] if row[8] == "" else row[8] for row in rows),
        "changed": sum(row[8] != "" for row in rows),
        "spent": sum(used) if used else None,
        "silent": sum(row[9] == "" for row in rows),
    }


@pytest.mark.parametrize(
    ("address", "column", "of"),
    [
        ("/budget", 0, lambda _: True),
        (YEAR, 3, lambda row: row[0] == "1403"),
        (f"{YEAR}/{STEP}", 3, lambda row: row[0] == "1403"),
        (CHAPTER, 2, lambda row: row[0] == "1403" and row[3] == "1"),
        ("/budget/1401", 1, lambda row: row[0] == "1401"),
    ],
)
def test_every_sum_is_that_of_a_naive_addition(visitor: Client, address: str, column: int, of: Any) -> None:
    rows = [row for row in OUTLAY_ROWS if of(row)]
    for side in document(visitor, address)["sides"]:
        own = [row for row in rows if row[6] == side["side"]]
        assert {name: side["total"][name] for name in naive(own)} == naive(own)
        listed = [{name: entry[name] for name in naive(own)} for entry in side["entries"]]
        apart = [naive([row for row in own if row[column] == key]) for key in {row[column] for row in own}]
        assert sorted(listed, key=str) == sorted(apart, key=str)
        assert [entry["approved"] for entry in side["entries"]] == sorted(
            (entry["approved"] for entry in listed), reverse=True
        ) or address == "/budget"


def test_the_sums_are_those_that_the_api_gives(visitor: Client) -> None:
    for side in document(visitor, CHAPTER)["sides"]:
        answer = json.loads(visitor.get(side["api"]).content)
        rows = {row["line"]: row["sum_voted"] for row in answer["groups"]}
        assert rows == {entry["code"]: entry["approved"] for entry in side["entries"]}
        # A line that was not amended has no amended figure, and counts all the same in what the page calls revised.
        revised = {row["line"]: row["sum_final"] for row in answer["groups"]}
        assert revised == {entry["code"]: entry["amended"] for entry in side["entries"]}


def test_one_percentage_everywhere_and_its_denominator_is_named(visitor: Client) -> None:
    total = next(side["total"] for side in document(visitor, CHAPTER)["sides"])
    part = round(100 * total["spent"] / total["amended"])
    for prefix, named in (("", "درصد عملکرد از «final»"), ("/en", "Actual, per cent of “final”")):
        for address in (YEAR, CHAPTER, LINE):
            assert named in shown(page(visitor, prefix + address)), address
    assert f"{part}%" in shown(page(visitor, f"/en{CHAPTER}")).replace(" ", "").replace("\u00a0", "")


def test_a_line_says_what_was_spent_and_is_not_seen_to_be_paid(visitor: Client) -> None:
    text = page(visitor, f"/en{LINE}?_unit=rial").split('id="paid"')[1].split("</section>")[0]
    seen = shown(text)
    assert [figure in seen for figure in ("900,001", "500,001", "400,000")] == [True] * 3
    assert "What was used was paid" in seen, "a gap is explained where it is shown"
    assert "/en/audits/outlays/paid" in links(text)
    assert any(href.startswith("/en/data/deeds?") for href in links(text))
    assert 'id="paid"' not in page(visitor, f"{CHAPTER}/12"), "what reports nothing has no gap"


def test_a_file_says_what_the_page_says(visitor: Client) -> None:
    answer = visitor.get(f"/en{CHAPTER}.csv")
    head, *rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert head[:4] == ["Side", "Code", "Title", "voted (rial)"]
    assert rows[0][:5] == ["out en", "11", "پل یک", "1000003", "1000003"]
    assert rows[1][2].startswith("<script>")
    assert visitor.get("/budget.xml").status_code == 404


def test_from_the_years_to_a_payment(visitor: Client) -> None:
    years = page(visitor, "/budget")
    assert f'href="{YEAR}"' in years
    year = page(visitor, YEAR)
    assert CHAPTER in links(year)
    assert LINE in links(page(visitor, CHAPTER))
    line = page(visitor, LINE)
    assert "/data/deeds/r/D-2" in links(line)
    assert "/data/deeds/r/D-3" not in links(line)
    assert "/data/deeds?day=1403&of_line=11" in links(line)
    assert "/data/deeds?of_line=11" in links(line)
    assert "/data/outlays/releases/1403/1" in links(line)


def test_a_line_says_what_was_never_said(visitor: Client) -> None:
    odd = shown(page(visitor, f"/en{CHAPTER}/12"))
    assert "Unexplained" in odd
    assert "not reported" in odd
    assert "No contract or payment" in odd
    assert "unchanged" in shown(page(visitor, f"/en{LINE}"))
    alone = shown(page(visitor, f"/en{YEAR}/{STEP}/-/31"))
    assert "Under no heading" in alone


def test_the_same_line_over_the_years_is_told_in_the_money_of_one_year(visitor: Client) -> None:
    body = visitor.get(f"/en{LINE}?_unit=rial").content.decode()
    # 400,000 of 1401 at an index of 100 and 600,000 of 1402 at 150, told at the 300 of 1403.
    for approved, real in ((400_000, 1_200_000), (600_000, 1_200_000), (1_000_003, 1_000_003)):
        assert f'<data value="{approved}">' in body
        assert f'<data value="{real}">' in body
    assert "یازدهِ دیگر" not in body


def test_schemes_are_not_added_together(visitor: Client) -> None:
    body = shown(page(visitor, "/en/budget/1401"))
    assert "several coding schemes" in body
    assert f"/en/budget/1401/{STEP}" in links(page(visitor, "/en/budget/1401"))


def test_the_unit_stays_in_every_address(visitor: Client) -> None:
    html = page(visitor, f"{YEAR}?_unit=toman")
    assert f"{CHAPTER}?_unit=toman" in links(html)


@pytest.mark.parametrize(
    "address",
    ["/budget/1300", "/budget/nothing", f"{YEAR}/{STEP}/77", f"{CHAPTER}/99", f"{LINE}/more", "/budget/%2500/x"],
)
def test_what_is_not_there_is_said_with_a_way_on(visitor: Client, address: str) -> None:
    for prefix in ("", "/en"):
        answer = visitor.get(prefix + address)
        assert answer.status_code == 404
        assert f'href="{prefix}/budget/1403"' in answer.content.decode()


def test_a_city_without_a_budget_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for slugs, words in ((("deeds",), "declared no dataset"), (("outlays",), "Nothing of this dataset")):
        town = declared(tmp_path / slugs[0], *slugs)
        monkeypatch.setattr(city, "current", lambda town=town: town)
        answer = Client().get("/en/budget")
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert Client().get("/en/budget/1403").status_code == 404


def test_hostile_words_stay_words(visitor: Client) -> None:
    for address in (YEAR, CHAPTER, f"{CHAPTER}/12"):
        assert "img" not in {tag for tag, _ in Elements(page(visitor, address)).tags}


def test_a_balance_row_by_row_names_the_row_of_its_release(visitor: Client) -> None:
    html = page(visitor, "/en/audits/outlays/shares")
    assert "1402~1~2" in html
    assert "1403~1~2" not in html
    (address, *_) = links(html, "/en/data/outlays?_release=")
    assert "600,000" in shown(page(visitor, f"{address}&_unit=rial"))


def test_a_line_tells_what_was_moved_to_and_from_it_and_whether_that_makes_the_amended_figure(visitor: Client) -> None:
    """Of line 12 the changes come to the amended figure; line 21 gave money away, and its figure does not say so."""
    text = page(visitor, f"/en{CHAPTER}/12?_unit=rial")
    moved = shown(text).split("What was moved within the year")[1].split("The same line over the years")[0]
    assert [moved.index(word) for word in ("S-2", "S-1", "Agrees")] == sorted(
        moved.index(word) for word in ("S-2", "S-1", "Agrees")
    )
    assert "150,000" in moved
    assert f"/en/budget/1403/{STEP}/2/21?_unit=rial" in links(text)
    assert "/en/data/shifts/r/S-1" in links(text)
    other = shown(page(visitor, f"/en/budget/1403/{STEP}/2/21"))
    assert "differs by 150,000 rial" in other
    calm = shown(page(visitor, f"{LINE}"))
    assert "در این سال چیزی از این ردیف یا به آن جابه‌جا نشده است" in calm
    assert "What was moved" not in shown(page(visitor, f"/en/budget/1402/{STEP}/1/11"))


def test_real_prices_are_told_in_the_money_of_the_year_that_is_asked_for(visitor: Client) -> None:
    """The index is 100, 150 and 300: 400,000 of 1401 are 1,200,000 of 1403 and 600,000 of 1402."""
    usual, asked = (page(visitor, f"/en{LINE}?_unit=rial{more}") for more in ("", "&_base=1402"))
    assert "1,200,000" in shown(usual)
    assert "Approved in money of 1402" in shown(asked)
    assert "600,000" in shown(asked)
    assert "1,200,000" not in shown(asked)
    assert all("_base=1402" in href for href in links(asked, "/en/budget/1402/"))
    assert "in the money of 1402, by the" in shown(page(visitor, f"/en/budget?_base={step('۱۴۰۲')}"))
    for unknown in ("1350", "x", "9" * 50):
        assert "Approved in money of 1403" in shown(page(visitor, f"/en{LINE}?_base={unknown}"))
