"""One dataset is as fresh on every page as on the next, and in every answer for programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.catalog_pages.page_elements import page, shown
from tests.apps.small_city import publish, sheet
from tests.clocks import let_pass

from ayan.core.schedule.openings import Openings
from ayan.core.values.clock import today
from ayan.wiring import accountability
from ayan.wiring.city import City

LATE_FA, LATE_EN = "تا ۱۴۰۳ · ۱ سال عقب", "To 1403 · 1 year behind"


@pytest.fixture
def behind(own: City) -> City:
    """The works to 1403 without a gap, sealed on the very day on which 1404 is past its grace."""
    let_pass(own, timedelta(days=700))
    publish(own, sheet(4, year=1402), "1402", "1402.csv")
    publish(own, sheet(4, year=1403), "1403", "1403.csv")
    return own


def row_of(text: str, slug: str) -> str:
    """The row of the list of datasets that a dataset has."""
    return next(row for row in text.split("<tr>") if f'/data/{slug}"' in row)


@pytest.mark.usefixtures("behind")
def test_every_place_says_the_same() -> None:
    reader = Client()
    fresh = next(each for each in promised(reader.get("/api/v1/datasets"))["datasets"] if each["slug"] == "works")[
        "freshness"
    ]
    assert promised(reader.get("/api/v1/datasets/works"))["freshness"] == fresh
    assert (fresh["state"], fresh["until"], fresh["owed"]) == ("late", "1403", 1)
    owed = [each for each in promised(reader.get("/api/v1/missing"))["missing"] if each["dataset"] == "works"]
    assert [(each["period"], each["due_on"], each["days_late"]) for each in owed] == [
        ("1404", fresh["due_on"], fresh["days_late"])
    ]
    activities = {each["key"]: each["status"] for each in promised(reader.get("/api/v1/activities"))["listed"]}
    assert activities["D-1"] == "late"
    for prefix, words in (("", LATE_FA), ("/en", LATE_EN)):
        for text in (
            page(reader, f"{prefix}/data/works").split('class="facts"')[1],
            row_of(page(reader, f"{prefix}/data/"), "works"),
        ):
            assert words in shown(text)
            assert "tag ok" not in text.split("</p>")[0].split("</tr>")[0]


def test_before_its_day_a_dataset_is_in_preparation_and_owes_nothing(own: City) -> None:
    opens = today(own.clock) + timedelta(days=40)
    own.__dict__["profile"] = replace(own.profile, openings=Openings(opens))
    reader = Client()
    assert promised(reader.get("/api/v1/missing"))["missing"] == []
    every = {each["slug"]: each["freshness"] for each in promised(reader.get("/api/v1/datasets"))["datasets"]}
    assert "late" not in {fresh["state"] for fresh in every.values()}
    coming = next(slug for slug, fresh in every.items() if fresh["state"] == "preparing")
    assert every[coming]["opens"] == opens.isoformat()
    for prefix, words in (("", "در دست آماده‌سازی؛ از"), ("/en", "In preparation; from")):
        assert words in shown(row_of(page(reader, f"{prefix}/data/"), coming))


def test_each_change_of_a_day_is_a_change_of_what_binds_the_city(own: City) -> None:
    before = accountability.terms(own)
    own.__dict__["profile"] = replace(own.profile, openings=Openings(None, {"works": date(2026, 12, 22)}))
    assert b"opens" not in before
    assert b'"opens":{"works":"2026-12-22"}' in accountability.terms(own)


def test_green_is_what_owes_nothing_and_a_gap_is_called_one(own: City) -> None:
    reader = Client()
    assert "تا ۱۴۰۳ · ۱ دوره نیامده" in shown(row_of(page(reader, "/data/"), "works"))
    publish(own, sheet(4, year=1402), "1402", "1402.csv")
    row = row_of(page(reader, "/data/"), "works")
    assert "tag ok" in row
    assert "به‌روز: تا ۱۴۰۳" in shown(row)
    assert promised(reader.get("/api/v1/datasets/works"))["freshness"]["owed"] == 0
