"""What changed, asked by a program: pages, files, refusals, and what a withdrawal leaves to say."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.apps.catalog_api.api_dataset import ROOT, body, publish, whole
from tests.apps.small_city import build
from tests.core.query.town import SOME_ROWS

from ayan.core.publish.erasure import erase
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture(autouse=True)
def correction(town: City, clock: FixedClock) -> None:
    """1403-05/2: an amount, a share and a day changed, one row gone, one new that a spreadsheet would run."""
    clock.move(timedelta(days=1))
    rows: list[dict[str, Any]] = [dict(row) for row in SOME_ROWS[:4]]
    rows[0] |= {"amount": -2, "day": date(2024, 8, 3), "share": Decimal("12.51")}
    rows.append({"number": "=1+1", "title": "@x", "amount": -7, "state": "active"})
    publish(town, "1403-05", rows)


def test_a_page_of_changes(client: Client) -> None:
    response = client.get(f"{ROOT}/changes?_calendar=jalali&_lang=en")
    assert response["ETag"]
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    answer = body(response)
    assert answer["counts"] == {"added": 1, "removed": 1, "changed": 1, "unchanged": 3}
    assert answer["totals"] == {"amount": {"before": 2**60 + 1_250_000_895, "after": 2**60 + 891}}
    (period,) = answer["periods"]
    assert (period["period"], period["before"], period["after"]) == ("1403-05", "1403-05/1", "1403-05/2")
    changed, added, removed = answer["changes"]
    assert changed == {
        "change": "changed",
        "period": "1403-05",
        "key": "0012",
        "fields": {
            "amount": {"before": 1_250_000_000, "after": -2},
            "share": {"before": Decimal("12.50"), "after": Decimal("12.51")},
            "day": {"before": "1403-05-12", "after": "1403-05-13"},
        },
        "row_before": "1403-05/1#1",
        "row_after": "1403-05/2#1",
    }
    assert (added["key"], added["row_before"]) == ("=1+1", None)
    assert (removed["key"], removed["row_after"]) == ("15", None)
    assert answer["labels"]["amount"] == "Label amount"
    assert (answer["from"]["as_of"], answer["to"]["as_of"]) == ("2024-08-05T12:00:00.000Z", "2024-08-06T12:00:00.000Z")
    assert answer["to"]["state"] == body(client.get(f"{ROOT}/rows"))["state"]
    assert answer["withdrawn"] == []
    assert "nid" not in response.content.decode()


def test_pages_follow_each_other(client: Client, town: City, clock: FixedClock) -> None:
    seen = []
    url: str | None = f"{ROOT}/changes.json?_size=1"
    while url:
        page = body(client.get(url))
        seen += [change["key"] for change in page["changes"]]
        clock.move(timedelta(days=1))
        publish(town, "1403-06", [{"number": "99"}])
        url = page["next"]
    assert seen == ["0012", "=1+1", "15"]


def test_csv_has_a_line_for_each_value(client: Client) -> None:
    response = client.get(f"{ROOT}/changes.csv")
    text = whole(response)
    assert text.startswith(b"\xef\xbb\xbfchange,period,key,field,before,after,row_before,row_after\n")
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [(line["change"], line["key"], line["field"], line["before"], line["after"]) for line in lines[:6]] == [
        ("changed", "0012", "amount", "1250000000", "-2"),
        ("changed", "0012", "share", "12.50", "12.51"),
        ("changed", "0012", "day", "2024-08-02", "2024-08-03"),
        ("added", "'=1+1", "number", "", "'=1+1"),
        ("added", "'=1+1", "title", "", "'@x"),
        ("added", "'=1+1", "state", "", "active"),
    ]
    assert re.fullmatch(r'attachment; filename="works-changes-[0-9a-z]+\.csv"', response["Content-Disposition"])
    persian = whole(client.get(f"{ROOT}/changes.csv?_lang=fa&_calendar=jalali&change=added")).decode("utf-8-sig")
    assert persian.splitlines()[0].startswith("تغییر,دوره,کلید")
    assert "افزوده شد,1403-05,'=1+1,برچسب state,,جاری,,1403-05/2#5" in persian


def test_ndjson_has_a_line_for_each_row(client: Client) -> None:
    lines = [json.loads(line, parse_float=Decimal) for line in whole(client.get(f"{ROOT}/changes.ndjson")).splitlines()]
    assert lines == body(client.get(f"{ROOT}/changes"))["changes"]


def test_nothing_changed_is_an_answer_too(client: Client) -> None:
    same = "from=1403-05/1&to=1403-05/1"
    counts = body(client.get(f"{ROOT}/changes?{same}"))["counts"]
    assert counts == {"added": 0, "removed": 0, "changed": 0, "unchanged": 5}
    assert whole(client.get(f"{ROOT}/changes.ndjson?{same}")) == b""
    assert whole(client.get(f"{ROOT}/changes.csv?{same}")).count(b"\n") == 1


@pytest.mark.parametrize("ending", ["json", "ndjson", "csv"])
def test_what_is_known_is_not_sent_again(client: Client, ending: str) -> None:
    address = f"{ROOT}/changes.{ending}?from=1403-05/1"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    head = client.head(address)
    assert (head.status_code, head["ETag"], head.content) == (200, tag, b"")
    assert client.get(f"{ROOT}/changes.{ending}?from=1403-05/2")["ETag"] != tag


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("changes?from=1403-05/7", 404, "no-such-release"),
        ("changes?from=x", 400, "edge"),
        ("changes?amount=1", 400, "unknown-parameter"),
        ("changes.csv?_size=3", 400, "unknown-parameter"),
        ("changes?_next=1.2.3", 400, "cursor"),
        (f"changes?_next={'0' * 16}.{'0' * 16}.3", 410, "cursor-expired"),
        ("changes.xlsx", 404, "no-such-format"),
    ],
)
def test_refusals(client: Client, address: str, status: int, code: str) -> None:
    response = client.get(f"{ROOT}/{address}")
    assert (response.status_code, body(response)["type"]) == (status, f"/developers#{code}")


def test_a_withdrawal_is_told_without_its_rows(client: Client, town: City, clock: FixedClock) -> None:
    clock.move(timedelta(days=1))
    town.release_store.withdraw(town.release_store.release("works", "1403-05", 2), "personal-data", "officer")
    answer = body(client.get(f"{ROOT}/changes?from=2024-08-06T12:00:00Z"))
    assert answer["changes"] == []
    (gone,) = answer["withdrawn"]
    assert gone == {
        "release": "1403-05/2",
        "reason": "personal-data",
        "withdrawn_at": "2024-08-07T12:00:00.000Z",
        "rows": 5,
    }
    for side in ("from", "to"):
        response = client.get(f"{ROOT}/changes?{side}=1403-05/2")
        assert (response.status_code, body(response)["reason"]) == (410, "personal-data")


def test_erased_rows_are_counted_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = build(tmp_path / "small")
    monkeypatch.setattr(city, "current", lambda: town)
    release = town.release_store.release("works", "1403", 2)
    erase(town.publish_context, release, [60, 61], "personal-data", "ناظر", dataset=town.registry.get("works"))
    answer = body(Client().get(f"{ROOT}/changes"))
    assert answer["counts"] == {"added": 53, "removed": 0, "changed": 0, "unchanged": 5}
    (erased,) = answer["erased"]
    assert (erased["release"], erased["reason"], erased["rows"]) == ("1403/2", "personal-data", 2)
    assert not {"C-059", "C-060"} & {change["key"] for change in answer["changes"]}
    assert answer["totals"]["amount"]["after"] == sum(range(1, 59)) * 1_000_000
