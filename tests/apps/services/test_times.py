"""The times of a service: reckoned from published cases, the same as anybody gets who asks the API."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from tests.apps.built_city import opened
from tests.apps.linked_city import publish
from tests.apps.small_city import build, declare

from ayan.wiring import city

pytestmark = pytest.mark.django_db

NUMBERS: Final = ("queued", "worked", "waited", "returns", "visits")
TURNS: Final = (
    """
slug = "turns"
title.fa = "نوبت‌های ساختگی"
title.en = "Invented turns"
description.fa = "ساختگی"
description.en = "Invented"
owner.fa = "واحد آزمون"
owner.en = "Trial unit"
topic = "council"
cadence = "irregular"

[[field]]
name = "service"
kind = "code"
label.fa = "خدمت"
label.en = "service"

[[field]]
name = "unit"
kind = "text"
label.fa = "واحد"
label.en = "unit"
role = "unit"

[[field]]
name = "received"
kind = "date"
label.fa = "تاریخ"
label.en = "received"
"""
    + "".join(
        f'\n[[field]]\nname = "{name}"\nkind = "integer"\nlabel.fa = "{name}"\nlabel.en = "{name}"\nnature = "quantity"\n'
        for name in NUMBERS
    )
    + '\n[[view]]\ncode = "times"\nkind = "plays"\npart = "service-times"\n\n[view.fields]\n'
    + "".join(f'{name} = "{name}"\n' for name in ("service", "received", *NUMBERS))
)
HEAD: Final = "خدمت,واحد,تاریخ,queued,worked,waited,returns,visits\n"
DAYS: Final = ((0, 1), (1, 2), (1, 3), (2, 4), (1, 5), (1, 6), (1, 7), (2, 8), (1, 9), (3, 20))
"""In the queue and in hand, of ten cases of last year: 1, 3, 4, 6, 6, 7, 8, 10, 10 and 23 working days together."""


def row(service: str, unit: str, day: str, queued: int, worked: int, waited: int = 0) -> str:
    return f"{service},{unit},{day},{queued},{worked},{waited},{int(waited > 0)},{worked % 2}\n"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    town = build(tmp_path)
    declare(town.home / "datasets", "turns", TURNS)
    town = opened(town.home, town.clock.now())
    lines = [
        row("S-1", "الف" if at < 6 else "ب", f"1402/{at + 1:02}/10", *days, at % 2) for at, days in enumerate(DAYS)
    ]
    lines += [row("S-2", "الف", "1402/05/05", 1, 1) for _ in range(4)]
    lines += [row("S-1", "الف", "1401/05/05", 9, 90), "S-1,الف,1402/12/01,,,,,\n"]
    publish(town, "turns", HEAD + "".join(lines), "turns.csv")
    monkeypatch.setattr(city, "current", lambda: town)
    return Client()


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_half_and_nine_of_ten_stand_beside_the_promise(client: Client) -> None:
    page = text(client, "/en/services/S-1")
    assert "Of 10 finished requests, half took 6 working days or fewer, and 90 per cent took 10 or fewer." in page
    assert "6 of them (60%) were finished within the promise." in page


def test_the_page_of_times_tells_parts_units_returns_and_visits(client: Client) -> None:
    page = text(client, "/en/services/S-1/times")
    worked, queued, waited = sum(worked for _, worked in DAYS), sum(queued for queued, _ in DAYS), 5
    for days in (worked, queued, waited):
        assert f">{days / 10:.1f}<" in page
    assert "5 of 10" in page, "without a visit"
    assert ">0.5<" in page, "returns per request"
    assert page.count(">الف<") == 1
    assert ">ب<" not in page, "four cases of a unit are too few"


def test_whoever_asks_the_api_gets_the_same(client: Client) -> None:
    page = client.get("/en/services/S-1/times").content.decode()
    parts = unescape(page.partition('href="/api/v1/datasets/turns/groups?')[2].partition('"')[0])
    groups = client.get(f"/api/v1/datasets/turns/groups?{parts}").json()["groups"]
    days = sorted(each["queued"] + each["worked"] for each in groups for _ in range(each["count"]))
    assert days == sorted(queued + worked for queued, worked in DAYS)


def test_too_few_cases_say_no_time(client: Client) -> None:
    page = text(client, "/en/services/S-2/times")
    assert "Only 4 finished requests" in page
    assert "Half within" not in page


def test_where_nothing_is_published_nothing_is_known(reader: Client) -> None:
    assert "is not known" in text(reader, "/en/services/S-1/times")
    assert reader.get("/services/S-99/times").status_code == 404
