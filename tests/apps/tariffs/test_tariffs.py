"""The pages of the fees: every step with its numbers, what is not established, what was charged, and a dispute."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.test import Client
from tests.apps.answer_promise import promised

HOUSE = "/tariffs/tehran-single-dwelling"
CASE = "?price=120000&area=145&parking=2"


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.decode())))


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("", ("۲٬۲۶۸٬۰۰۰", "۰٫۱۸", "بیش از ۱۰۰ و تا ۱۵۰", "این ردیف را نمی‌پذیرم", "تهران")),
        ("/en", ("2,268,000", "0.18", "over 100, up to 150", "Dispute this line", "120,000 × 105 × 0.18")),
    ],
)
def test_a_case_is_worked_out_step_by_step(reader: Client, prefix: str, said: tuple[str, ...]) -> None:
    answer = reader.get(f"{prefix}{HOUSE}{CASE}")
    assert answer.status_code == 200
    page = text_of(answer.content)
    for each in said:
        assert each in page


def test_persian_digits_and_points_are_read(reader: Client) -> None:
    persian = reader.get(HOUSE, {"price": "۱۲۰٬۰۰۰", "area": "۱۴۵٫۰", "parking": "۲"})
    assert "۲٬۲۶۸٬۰۰۰" in text_of(persian.content)


def test_where_the_published_table_is_empty_no_amount_is_written(reader: Client) -> None:
    page = text_of(reader.get(f"/en{HOUSE}?price=120000&area=550&parking=2").content)
    assert "Not established" in page
    assert "nothing between them" in page
    assert "It comes to" not in page


def test_what_was_charged_is_held_against_it_to_the_rial(reader: Client) -> None:
    page = text_of(reader.get(f"/en{HOUSE}{CASE}&_charged=2268001").content)
    assert "2,268,001 rial was charged: 1 rial more than the tariff gives." in page
    assert "agrees with the tariff" in text_of(reader.get(f"/en{HOUSE}{CASE}&_charged=2268000").content)


def test_a_range_stays_a_range(reader: Client) -> None:
    query = "?use=residential&area=20&value=500000&_charged=40000000"
    page = text_of(reader.get(f"/en/tariffs/iran-article-100-fine{query}").content)
    assert "From 5,000,000 rial to 30,000,000 rial" in page
    assert "10,000,000 rial more" in page


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?price=abc&area=145&parking=2", "Write the number in digits"),
        ("?price=120000&area=145", "without it the fee cannot be computed"),
        ("?price=120000&area=145.123&parking=2", "2 decimals at most"),
        ("?price=120000&area=0.5&parking=2", "from 1 to 100000"),
        (f"?price={'9' * 5000}&area=145&parking=2", "Write the number in digits"),
        (f"{CASE}&_charged=1.5", "Write the number in digits"),
    ],
)
def test_a_wrong_input_is_named_at_its_field(reader: Client, query: str, says: str) -> None:
    answer = reader.get(f"/en{HOUSE}{query}")
    assert answer.status_code == 400
    assert says in text_of(answer.content)
    assert "<title>Error:" in re.sub(r"\s+", " ", answer.content.decode())


def test_nothing_of_an_address_is_run_or_ignored(reader: Client) -> None:
    hostile = reader.get(HOUSE, {"price": "<script>alert(1)</script>", "area": "1", "parking": "1"})
    assert "<script>alert" not in hostile.content.decode()
    assert reader.get(f"{HOUSE}?colour=3").status_code == 404
    assert reader.get("/tariffs/no-such").status_code == 404


def test_the_list_parts_examples_from_what_is_in_force(reader: Client) -> None:
    page = text_of(reader.get("/en/tariffs").content)
    assert "This city has not declared a tariff yet." in page
    assert page.index("Published tariffs of other cities") < page.index("Floor-area levy of a single dwelling")


def test_programs_get_the_same_steps(reader: Client) -> None:
    listed = promised(reader.get("/api/v1/tariffs"))
    assert {each["code"] for each in listed["tariffs"] if each["example"]} >= {"tehran-commercial"}
    answer = promised(reader.get(f"/api/v1{HOUSE}{CASE}&_charged=2300000"))
    assert answer["result"]["amounts"] == [2_268_000]
    assert answer["result"]["difference"] == 32_000
    assert [step["value"] for step in answer["result"]["steps"]] == ["0.18", "105", "2268000", "2268000"]
    bare = promised(reader.get(f"/api/v1{HOUSE}"))
    assert bare["result"] is None
    assert [row["value"] for row in bare["tables"][0]["rows"]].count(None) == 1


def test_programs_are_told_what_is_wrong(reader: Client) -> None:
    answer = reader.get(f"/api/v1{HOUSE}?price=1&area=x")
    assert answer.status_code == 400
    wrong = json.loads(answer.content)["problems"]
    assert [(each["code"], each["parameter"]) for each in wrong] == [
        ("tariff-input-number", "area"),
        ("tariff-input-missing", "parking"),
    ]
    assert reader.get(f"/api/v1{HOUSE}?colour=3").status_code == 400
    assert reader.get("/api/v1/tariffs/no-such").status_code == 404


@pytest.mark.django_db
def test_a_disputed_line_opens_an_objection_with_every_step(reader: Client) -> None:
    page = reader.get(f"/en{HOUSE}{CASE}").content.decode()
    form = re.search(r'<form id="dispute".*?</form>', page, re.DOTALL)
    assert form is not None
    action = re.search(r'action="([^"]+)"', form[0])
    assert action is not None
    sent = {name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])}
    (subject, *_) = re.findall(r'form="dispute" name="f-summary" value="([^"]*)"', page)
    answer = reader.post(action[1], {**sent, "f-summary": html.unescape(subject)})
    assert answer.status_code == 200
    filled = html.unescape(answer.content.decode())
    assert "Dispute of the line “Coefficient of the floor area”" in filled
    assert "Levy: 2,268,000 rial = 120,000 × 105 × 0.18" in filled
    assert f"{HOUSE}?price=120000" in filled
    assert "Please put these right" not in filled


def test_where_no_other_tariff_fits_the_page_says_so(reader: Client) -> None:
    alone = reader.get("/en/tariffs/nasirshahr-density").content.decode()
    assert "No other tariff of the same matter is declared" in alone
    unlike = reader.get("/en/tariffs/nasirshahr-renovation").content.decode()
    assert "asks for other inputs" in unlike
    assert 'href="/en/tariffs/iran-renovation-levy"' in unlike
    assert 'name="_with"' not in unlike


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("عوارض تراکم مسکونی من چقدر میشه", "nasirshahr-density"),
        ("renovation levy of Nasirshahr", "nasirshahr-renovation"),
        ("عوارض", None),
        ("بودجه ۱۴۰۳", None),
    ],
)
def test_the_box_leads_to_the_tariff_that_is_named(reader: Client, question: str, code: str | None) -> None:
    answers = reader.get("/api/v1/search", {"q": question}).json()["answers"]
    led = [each["url"] for each in answers if each["url"].startswith("/tariffs/")]
    assert led == ([f"/tariffs/{code}"] if code else [])
