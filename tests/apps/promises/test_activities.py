"""What the city does: every status follows from declarations and releases, and every count from the list."""

from __future__ import annotations

import csv
import io
from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.promises.town import ROWS, STANDING
from tests.apps.small_city import HOSTILE
from tests.clocks import let_pass

from ayan.wiring.city import City

LIST = "/activities"
API = "/api/v1/activities"


def listing(reader: Client, **asked: str | list[str]) -> dict[str, object]:
    answer = reader.get(f"{API}?{urlencode(asked, doseq=True)}")
    assert answer.status_code == 200, answer.content
    document: dict[str, object] = promised(answer)
    return document


def test_a_status_follows_from_the_datasets_alone(reader: Client) -> None:
    document = listing(reader)
    assert {activity["key"]: activity["status"] for activity in document["listed"]} == STANDING  # type: ignore[attr-defined]  # a list
    assert document["counts"] == {"fresh": 1, "late": 3, "absent": 3, "withheld": 1}
    assert (document["dataset"], document["sample"]) == ("deeds", 3)


def test_the_day_decides_what_is_late_and_what_is_still_withheld(own: City) -> None:
    from datetime import timedelta

    let_pass(own, timedelta(days=400))
    statuses = {activity["key"]: activity["status"] for activity in listing(Client())["listed"]}  # type: ignore[attr-defined]  # a list
    assert statuses["D-4"] == "absent"
    assert statuses["D-5"] == "fresh"


def test_a_unit_is_the_catalogues_or_the_one_that_owes_the_data_and_says_which(reader: Client) -> None:
    units = {activity["key"]: (activity["unit"], activity["unit_from"]) for activity in listing(reader)["listed"]}  # type: ignore[attr-defined]  # a list
    assert units["D-2"][1] == "catalogue"
    assert units["D-1"] == ({"fa": "واحد آزمون", "en": "Trial unit"}, "owner")
    assert units["D-3"] == (None, None)
    assert units["D-8"] == (None, None)


@pytest.mark.parametrize("by", ["unit", "group"])
def test_counts_add_up_and_each_leads_to_as_many_activities(reader: Client, by: str) -> None:
    text = page(reader, f"{LIST}?_by={by}")
    table = text.split("<caption")[1].split("</table>")[0]
    foot = shown(table.split("<tfoot>")[1])
    assert [word for word in foot.split() if not word.isalpha()] == ["۱", "۳", "۳", "۱", "۸"]
    counted = 0
    for address in links(table.split("<tbody>")[1], "?"):
        if "status=" in address:
            html = page(reader, LIST + address)
            counted += html.split("<caption")[2].count('<th scope="row">')
    assert counted == len(ROWS)


def test_conditions_of_one_kind_are_alternatives_and_of_two_kinds_hold_together(reader: Client) -> None:
    def keys(**asked: str | list[str]) -> list[str]:
        return [activity["key"] for activity in listing(reader, **asked)["listed"]]  # type: ignore[attr-defined]  # a list

    assert keys(status="late") == ["D-1", "D-6", "D-7"]
    assert keys(status=["late", "fresh"], group="trees") == ["D-5", "D-7"]
    assert keys(group="-") == ["D-4"]
    assert keys(unit="-") == ["D-3", "D-8"]
    assert keys(unit="Trial unit") == keys(unit="واحد آزمون") == ["D-1", "D-5", "D-6", "D-7"]
    assert keys(unit="nobody") == []


@pytest.mark.parametrize(
    "query", ["status=x", "group=x", "nothing=1", "status=", "_by=x", "_page=0", "_page=1&_page=2"]
)
def test_a_wrong_question_is_refused_in_words(reader: Client, query: str) -> None:
    assert reader.get(f"{API}?{query}").status_code == 400
    for prefix in ("", "/en"):
        answer = reader.get(f"{prefix}{LIST}?{query}")
        assert answer.status_code == (200 if query == "status=" else 400)
        assert ('role="alert"' in answer.content.decode()) is (answer.status_code == 400)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_says_what_is_sampled_and_leads_on_to_data_and_to_what_is_missing(reader: Client, prefix: str) -> None:
    text = page(reader, prefix + LIST)
    assert ("فهرستی نمونه" if not prefix else "sample catalogue") in text
    assert HOSTILE not in text
    assert f"{prefix}/missing#works" in links(text)
    assert f"{prefix}/data/parts" in links(text)
    assert f"{prefix}/data/deeds/r/D-1" in links(text)
    assert ("Paving" if prefix else "آسفالت") in text
    assert {"/api/v1/activities", "/api/v1/activities.csv"} <= set(links(text))
    assert 'id="works"' in page(reader, prefix + "/missing")


def test_a_page_beyond_the_last_is_the_last(reader: Client) -> None:
    assert links(page(reader, f"{LIST}?_page=99"), "/data/deeds/r/") == links(page(reader, LIST), "/data/deeds/r/")


def test_the_table_holds_what_the_document_holds(reader: Client) -> None:
    answer = reader.get(f"{API}.csv?status=late")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["key"], row["status"], row["datasets"]) for row in rows] == [
        ("D-1", "late", "works"),
        ("D-6", "late", "works kept"),
        ("D-7", "late", "parts unsent"),
    ]


def test_a_city_without_a_catalogue_says_so(small_city: City) -> None:
    assert "هنوز فهرستی" in page(Client(), LIST)
    assert Client().get(API).status_code == 404
