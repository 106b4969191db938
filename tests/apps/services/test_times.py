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
from ayan.wiring.city import City

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
STEPS: Final = (
    """
slug = "strides"
title.fa = "گام‌های ساختگی"
title.en = "Invented strides"
description.fa = "ساختگی"
description.en = "Invented"
owner.fa = "واحد آزمون"
owner.en = "Trial unit"
topic = "council"
cadence = "irregular"

[[field]]
name = "year"
kind = "period"
label.fa = "سال"
label.en = "year"

[[field]]
name = "part"
kind = "text"
label.fa = "بخش"
label.en = "part"
choices = "parts"
"""
    + "".join(
        f'\n[[field]]\nname = "{name}"\nkind = "{kind}"\nlabel.fa = "{name}"\nlabel.en = "{name}"\n'
        for name, kind in (("service", "code"), ("unit", "text"), ("step", "text"), ("step_en", "text"))
    )
    + "".join(
        f'\n[[field]]\nname = "{name}"\nkind = "{kind}"\nlabel.fa = "{name}"\nlabel.en = "{name}"\nnature = "{nature}"\n'
        for name, kind, nature in (
            ("cases", "integer", "rate"),
            ("days", "integer", "quantity"),
            ("cost", "rial", "flow"),
        )
    )
    + '\n[[view]]\ncode = "steps"\nkind = "plays"\npart = "step-times"\n\n[view.fields]\n'
    + "".join(
        f'{name} = "{name}"\n'
        for name in ("year", "service", "unit", "part", "step", "step_en", "cases", "days", "cost")
    )
)
PART_CODES: Final = "".join(
    f'[[entry]]\ncode = "{code}"\nfa = "{fa}"\nen = "{code}"\n'
    for code, fa in (("queued", "صف"), ("worked", "دست"), ("waited", "انتظار"))
)
BALANCE: Final = """
title = { fa = "صف", en = "Queue" }
says = { fa = "صف", en = "Queue" }
parts = [{ fa = "سال", en = "Year" }, { fa = "خدمت", en = "Service" }]
holds = "equal"

[[left]]
of = "strides"
value = "sum(days)"
where = "part = 'queued'"
by = ["year", "service"]

[[right]]
of = "turns"
value = "sum(queued)"
where = "queued IS NOT NULL"
by = ["received:year", "service"]
"""
STEP_HEAD: Final = "سال,بخش,service,unit,step,step_en,cases,days,cost\n"
HEAD: Final = "خدمت,واحد,تاریخ,queued,worked,waited,returns,visits\n"
DAYS: Final = ((0, 1), (1, 2), (1, 3), (2, 4), (1, 5), (1, 6), (1, 7), (2, 8), (1, 9), (3, 20))
"""In the queue and in hand, of ten cases of last year: 1, 3, 4, 6, 6, 7, 8, 10, 10 and 23 working days together."""


def row(service: str, unit: str, day: str, queued: int, worked: int, waited: int = 0) -> str:
    return f"{service},{unit},{day},{queued},{worked},{waited},{int(waited > 0)},{worked % 2}\n"


@pytest.fixture
def town(tmp_path: Path) -> City:
    """Ten finished requests of last year, and four of another service."""
    town = build(tmp_path)
    declare(town.home / "datasets", "turns", TURNS)
    strides = town.home / "datasets" / "strides"
    declare(town.home / "datasets", "strides", STEPS)
    for folder, name, content in (("codes", "parts", PART_CODES), ("audits", "queued", BALANCE)):
        (strides / folder).mkdir(exist_ok=True)
        (strides / folder / f"{name}.toml").write_text(content, encoding="utf-8")
    town = opened(town.home, town.clock.now())
    lines = [
        row("S-1", "الف" if at < 6 else "ب", f"1402/{at + 1:02}/10", *days, at % 2) for at, days in enumerate(DAYS)
    ]
    lines += [row("S-2", "الف", "1402/05/05", 1, 1) for _ in range(4)]
    lines += [row("S-1", "الف", "1401/05/05", 9, 90), "S-1,الف,1402/12/01,,,,,\n"]
    publish(town, "turns", HEAD + "".join(lines), "turns.csv")
    return town


@pytest.fixture
def client(town: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(city, "current", lambda: town)
    return Client()


def with_steps(town: City, *steps: str) -> None:
    """Publish the times of steps: part, unit, step in Persian and English, cases, days, cost."""
    lines = []
    for step in steps:
        part, unit, fa, en, cases, days, cost = step.split(",")
        lines.append(f"1402,{part},S-1,{unit},{fa},{en},{cases},{days},{cost}\n")
    publish(town, "strides", STEP_HEAD + "".join(lines), "strides.csv")


QUEUE: Final = (
    f"صف,الف,رسیده,Received,6,{sum(q for q, _ in DAYS[:6])},1000000",
    f"صف,ب,رسیده,Received,4,{sum(q for q, _ in DAYS[6:])},500000",
)
WORK: Final = (
    f"دست,الف,بازدید,Visit,6,{sum(w for _, w in DAYS[:6])},6000000",
    f"دست,ب,بازدید,Visit,4,{sum(w for _, w in DAYS[6:])},2000000",
)
WAITS: Final = ("انتظار,الف,پرداخت,Payment,5,5,500000",)


def test_each_step_has_its_time_in_all_and_by_unit_and_its_sums_are_those_of_the_requests(
    client: Client, town: City
) -> None:
    with_steps(town, *QUEUE, *WORK, *WAITS)
    page = text(client, "/en/services/S-1/times")
    worked = sum(worked for _, worked in DAYS)
    steps = page.partition('id="h-steps"')[2].partition("</section>")[0]
    assert ">Visit</bdi></th>" in steps or ">Visit<" in steps
    assert f">{worked}<" in steps
    assert f">{worked / 10:.1f}<" in steps
    assert "come to those of these requests" in steps
    assert 'href="/en/audits/strides/queued"' in steps
    assert ">الف<" in steps
    assert ">ب<" not in steps, "four cases of a unit are too few"
    assert "<svg" in page.partition('id="spent"')[2].partition("</figure>")[0]
    assert "1,000,000" not in page, "told in toman"
    assert "100,000" in page, "ten million rial of ten requests are a hundred thousand toman each"


def test_steps_that_do_not_come_to_the_requests_are_said_to(client: Client, town: City) -> None:
    with_steps(town, *QUEUE, *WORK)
    assert "do not come to those of these requests" in text(client, "/en/services/S-1/times")


def test_what_a_request_cost_is_told_only_where_every_step_tells_it(client: Client, town: City) -> None:
    with_steps(town, *QUEUE, *WORK, "انتظار,الف,پرداخت,Payment,5,5,")
    page = text(client, "/en/services/S-1/times")
    assert "the cost of every step is not published" in page


def test_without_steps_their_times_are_said_to_be_unknown(client: Client) -> None:
    page = text(client, "/en/services/S-1/times")
    assert "The times of the steps of this service are not published." in page
    assert "What a request cost is not published." in page
    assert "<svg" in page.partition('id="spent"')[2].partition("</figure>")[0], "the parts are drawn"


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
    by_unit = page.partition('id="h-units"')[2].partition("</section>")[0]
    assert "100%" in by_unit, "all six requests of the unit were finished within the promise"
    assert ">3<" in by_unit, "three of them without a visit"


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
