"""The services of the small city at the doors that people use: the list, a page, the box, the API, linked data."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.built_city import opened
from tests.apps.declared_services import HOSTILE, WALL
from tests.apps.small_city import build

import ayan
from ayan.apps.search.service_words import named_services
from ayan.core.services.service_file import read_services
from ayan.wiring import accountability, city

pytestmark = pytest.mark.django_db


def body(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return str(response.content.decode())


def test_the_list_leads_from_an_event_of_life_to_a_service(reader: Client) -> None:
    first = body(reader, "/en/services")
    assert 'href="?event=build"' in first
    narrowed = body(reader, "/en/services?event=build")
    assert '/en/services/S-1"' in narrowed
    assert '/en/services/S-2"' not in narrowed


@pytest.mark.parametrize("by", ["event", "audience", "unit", "letter"])
def test_every_service_stands_in_every_order(reader: Client, by: str) -> None:
    page = body(reader, f"/services?by={by}")
    assert '/services/S-1"' in page
    assert '/services/S-2"' in page


def test_the_list_is_searched_by_what_people_call_a_service(reader: Client) -> None:
    page = body(reader, "/services?q=پرچين")
    assert '/services/S-1"' in page
    assert '/services/S-2"' not in page
    assert "خدمتی با این واژه‌ها" in body(reader, "/services?q=نیست‌درجهان")


@pytest.mark.parametrize("query", ["by=x", "event=x", "nothing=1", "q=" + "ا" * 101, "unit=trial&unit=trial"])
def test_what_the_list_does_not_know_is_refused_in_words(reader: Client, query: str) -> None:
    assert 'role="alert"' in body(reader, f"/services?{query}", 400)


def test_a_page_says_what_is_declared_and_what_is_not(reader: Client) -> None:
    wall, lamp = unescape(body(reader, "/en/services/S-1")), unescape(body(reader, "/en/services/S-2"))
    for words in (
        "7 working days",
        "By the tariff",
        "Needed",
        "The request is filed",
        "Invented article",
        "is a sample",
    ):
        assert words in wall
    assert "/en/counter/new/service?about=service:S-1" in wall
    for words in ("Not stated", "Not established", "Not needed", "No documents are needed"):
        assert words in lamp
    assert "Begin online" not in lamp
    assert HOSTILE not in body(reader, "/services/S-1")
    assert body(reader, "/services/S-99", 404)


def test_the_box_leads_to_a_service_by_what_people_call_it(reader: Client) -> None:
    answers = reader.get("/api/v1/search", {"q": "چطور دیوارکشی نارنجی بگیرم"}).json()["answers"]
    assert answers[0]["url"] == "/services/S-1"
    assert '/en/services/S-1"' in body(reader, "/en/search?q=orange hedge")


def test_a_form_of_the_counter_names_the_service_that_it_is_about(reader: Client) -> None:
    page = body(reader, "/en/counter/new/service?about=service:S-1")
    assert '/en/services/S-1"' in page
    assert body(reader, "/en/counter/new/service?about=service:S-99", 404)


def test_programs_get_the_same(reader: Client) -> None:
    listed = reader.get("/api/v1/services").json()["public_services"]
    assert [each["code"] for each in listed] == ["S-1", "S-2"]
    wall = reader.get("/api/v1/services/S-1").json()
    assert wall["fee"] == {"sort": "tariff", "tariff": "wall"}
    assert wall["begin"] == "/counter/new/service?about=service:S-1"
    assert wall["called"]["en"] == ["orange hedge"]
    assert reader.get("/api/v1/services/S-2").json()["law"] is None
    assert reader.get("/api/v1/services/S-99").status_code == 404


def test_a_changed_service_is_shown_and_is_a_leaf_of_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: town)
    accountability.declare(town)
    client = Client()
    before = client.get("/en/services/S-1").headers["ETag"]
    (town.home / "public-services" / "S-1.toml").write_text(WALL.replace("days = 7", "days = 9"), encoding="utf-8")
    (leaf,) = accountability.declare(town)
    assert leaf.path == "public-services/S-1.toml"
    # As another process opens it: this one believes for a second what it saw of declarations.
    later = opened(town.home, town.clock.now())
    monkeypatch.setattr(city, "current", lambda: later)
    response = client.get("/en/services/S-1")
    assert "9 working days" in response.content.decode()
    assert response.headers["ETag"] != before


SAMPLE = read_services(Path(ayan.__file__).parent / "apps" / "services" / "sample")


def test_every_service_of_the_sample_is_found_by_each_of_its_names() -> None:
    for service in SAMPLE.services.values():
        for name in service.names():
            matches = named_services(SAMPLE, name)
            assert service in [match.service for match in matches], name
            assert all(match.is_whole for match in matches), name


ASKED = """
چاله ; S-20
چطوری چاله رو گزارش کنم ; S-20
how do I report a pothole ; S-20
جواز ساخت ; S-01
چطور پروانه ساختمان بگیرم ; S-01
مدارک لازم برای پایان کار ; S-03
building permit documents ; S-01
عدم خلافی ; S-04
مفاصا حساب ; S-14
قسطی کردن عوارض ; S-12
سگ ولگرد ; S-79
stray dogs ; S-79
دست‌فروش ; S-80
کارت کتابخانه ; S-32
library card ; S-32
بردن مبل کهنه ; S-22
I want to cut down a tree ; S-26
پلاک خانه ; S-52
وقت ملاقات شهردار ; S-41
جوب گرفته ; S-72
نخاله ساختمانی ; S-76
آرم ترافیک ; S-68
میخوام مغازمو تابلو بزنم ; S-37
خونمو میخوام بفروشم چه برگه ای لازم دارم ; S-51
همسایمون بدون جواز داره میسازه ; S-53
درخت جلو خونم داره میفته ; S-87
سگ ولگرد تو محله زیاد شده ; S-79
جواز ساخت چن روز طول میکشه ; S-01
I want to sell my house ; S-51
"""


@pytest.mark.parametrize(("question", "code"), [line.split(" ; ") for line in ASKED.strip().splitlines()])
def test_everyday_words_lead_to_the_service_that_is_meant(question: str, code: str) -> None:
    assert [match.service.code for match in named_services(SAMPLE, question)][:1] == [code]


@pytest.mark.parametrize("question", ["بودجه ۱۴۰۳", "حقوق شهردار", "قراردادهای آسفالت", "biggest contractors", "سلام"])
def test_words_of_other_things_lead_to_no_service(question: str) -> None:
    assert not named_services(SAMPLE, question)


def test_what_is_not_there_is_no_service_that_gives_it() -> None:
    assert "S-01" not in [match.service.code for match in named_services(SAMPLE, "building without a building permit")]
