"""What is missing: numbers and money that rows themselves show, and a diary of days that nobody can change afterwards."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.small_city import publish, sheet
from tests.clocks import let_pass

from ayan.apps.promises import missing_data
from ayan.core.publish.sealing import withdraw
from ayan.core.query.question import Question
from ayan.core.query.statistics import NumberGap, series
from ayan.core.schema.view import NumberingView
from ayan.core.values.clock import today
from ayan.wiring.city import City

ATOM = "{http://www.w3.org/2005/Atom}"


def document(reader: Client, address: str) -> dict[str, list[dict[str, object]]]:
    answer = reader.get(address)
    assert answer.status_code == 200, answer.content
    content: dict[str, list[dict[str, object]]] = promised(answer)
    return content


# --- numbers and money ------------------------------------------------------------------------------------------------


def test_numbers_that_no_row_has_are_named_as_stretches(reader: Client) -> None:
    (parts,) = document(reader, "/api/v1/missing")["numbers"]
    gaps = {
        name: parts[name] for name in ("dataset", "field", "series", "first", "last", "published", "missing", "gaps")
    }
    assert gaps == {
        "dataset": "parts",
        "field": "part",
        "series": "P-",
        "first": 1,
        "last": 30,
        "published": 27,
        "missing": 3,
        "gaps": [[5, 6], [12, 12]],
    }
    text = shown(page(reader, "/missing"))
    assert "۵ تا ۶، ۱۲" in text
    assert "5 to 6, 12" in shown(page(reader, "/en/missing"))


def test_numbers_are_counted_in_releases_from_before_a_column_was_declared(town: City) -> None:
    dataset = town.registry.get("parts")
    view = dataset.view(NumberingView)
    assert view is not None
    before = series(town.query_service, dataset, view, town.query_service.snapshot(dataset, Question(slug="parts")))
    later = replace(dataset.field(view.by), name="declared_since", required=False)
    wider = replace(dataset, fields=(*dataset.fields, later))
    assert series(town.query_service, wider, view, town.query_service.snapshot(wider, Question(slug="parts"))) == before


def test_the_declared_first_number_opens_a_gap_and_lower_ones_do_not_count(town: City) -> None:
    dataset = town.registry.get("parts")
    view = dataset.view(NumberingView)
    assert view is not None
    snapshot = town.query_service.snapshot(dataset, Question(slug="parts"))
    (low,) = series(town.query_service, dataset, replace(view, first=0), snapshot)
    assert (low.first, low.missing, low.gaps) == (0, 4, (NumberGap(0, 0), NumberGap(5, 6), NumberGap(12, 12)))
    (high,) = series(town.query_service, dataset, replace(view, first=8), snapshot)
    assert (high.first, high.numbers, high.gaps) == (8, 22, (NumberGap(12, 12),))


def test_money_without_a_name_is_told_by_year_to_the_rial_and_leads_to_its_rows(reader: Client) -> None:
    unnamed = document(reader, "/api/v1/missing")["unnamed"]
    # The parts from 21 on name no work; their costs are 1,000 times their number.
    assert sum(int(str(entry["rows"])) for entry in unnamed) == 10
    assert sum(int(str(entry["rial"])) for entry in unnamed) == 1000 * sum(range(21, 31))
    assert sum(int(str(entry["of_rial"])) for entry in unnamed) == 1000 * (sum(range(1, 31)) - 5 - 6 - 12)
    for entry in unnamed:
        rows = document(reader, f"{entry['api']}&_size=100")["rows"]
        assert len(rows) == entry["rows"]
        assert sum(int(str(row["cost"])) for row in rows) == entry["rial"]
    assert any("work__isnull=1" in href for href in links(page(reader, "/missing"), "/data/parts?"))


# --- the diary --------------------------------------------------------------------------------------------------------


def advance(own: City, days: int = 1) -> None:
    let_pass(own, timedelta(days=days))


def test_a_period_that_is_taken_away_shows_the_next_day_and_again_when_it_has_come(own: City) -> None:
    advance(own, 500)
    publish(own, sheet(4, year=1404), "1404", "1404.csv")
    first = {(gap["dataset"], gap["period"]) for gap in document(Client(), "/api/v1/missing")["missing"]}
    assert ("works", "1403") not in first
    assert missing_data.keep_today(own)
    (last,) = [release for release in own.release_store.current("works").values() if release.period == "1403"]
    withdraw(own.publish_context, last, "wrong-data", "ناظر ساختگی")
    advance(own)
    assert ("works", "1403") in {
        (gap["dataset"], gap["period"]) for gap in document(Client(), "/api/v1/missing")["missing"]
    }
    assert missing_data.keep_today(own)
    publish(own, sheet(4, year=1403), "1403", "again.csv")
    advance(own)
    assert missing_data.keep_today(own)
    missing_history = document(Client(), "/api/v1/missing/history")
    assert [day["day"] for day in missing_history["days"]] == [
        (today(own.clock) - timedelta(days=back)).isoformat() for back in (2, 1, 0)
    ]
    assert [(event["event"], event["dataset"], event["period"]) for event in missing_history["events"]] == [
        ("came", "works", "1403"),
        ("late", "works", "1403"),
    ]
    for prefix, words in (
        ("", ("رسید: کارها، ۱۴۰۳", "دیر شد: کارها، ۱۴۰۳")),
        ("/en", ("Came: Works, 1403", "Became late: Works, 1403")),
    ):
        text = shown(page(Client(), f"{prefix}/missing"))
        assert all(word in text for word in words)
        feed = ET.fromstring(Client().get(f"{prefix}/missing.atom").content)
        entries = feed.findall(f"{ATOM}entry")
        assert tuple(entry.findtext(f"{ATOM}title") for entry in entries) == words
        assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2


def test_a_day_is_kept_once_and_the_page_follows_it(own: City) -> None:
    before = Client().get("/missing").headers["ETag"]
    assert missing_data.keep_today(own)
    assert not missing_data.keep_today(own)
    kept = list(own.diary.days())
    advance(own, 30)
    assert list(own.diary.days()) == kept
    assert Client().get("/missing").headers["ETag"] != before
    rows = list(csv.DictReader(io.StringIO(Client().get("/api/v1/missing/history.csv").content.decode("utf-8-sig"))))
    assert {row["day"] for row in rows} == {kept[0].day.isoformat()}
    assert {(row["dataset"], row["period"]) for row in rows} == {
        (overdue.dataset, overdue.period) for overdue in kept[0].late
    }
    assert kept[0].figures["missing-numbers parts.numbers"] == 3
    assert kept[0].figures["activities absent"] == 3


def test_what_was_kept_can_be_asked_for_by_day_month_and_year(own: City) -> None:
    missing_data.keep_today(own)
    day = next(own.diary.days()).day.isoformat()
    for query, days in (
        (f"since={day}&until={day}", 1),
        ("since=1403&until=1403", 1),
        ("until=1402", 0),
        ("since=1450", 0),
    ):
        assert len(document(Client(), f"/api/v1/missing/history?{query}")["days"]) == days, query
    for wrong in ("since=x", "until=all", "since=", "x=1", "since=1403&since=1402"):
        assert Client().get(f"/api/v1/missing/history?{wrong}").status_code == 400, wrong


def test_a_damaged_day_is_left_out_and_a_lost_power_leaves_no_half_of_one(own: City) -> None:
    missing_data.keep_today(own)
    folder = own.home / "missing"
    (folder / "2020-01-01.json").write_text("{", encoding="utf-8")
    (folder / "not-a-day.json").write_text("{}", encoding="utf-8")
    assert [day.day for day in own.diary.days()] == [today(own.clock)]


def test_ayan_daily_and_the_worker_keep_the_day(own: City, monkeypatch: pytest.MonkeyPatch) -> None:
    from ayan.apps.promises.missing_data import keep_day
    from ayan.config.tasks import regular

    assert (keep_day, timedelta(hours=1)) in regular()
    assert keep_day in [task for task, _ in regular()]
    keep_day.call()
    assert own.diary.holds(today(own.clock))
