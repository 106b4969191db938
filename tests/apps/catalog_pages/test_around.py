"""The pages round the data: front page, catalogue, changes, console, tour, help, contact, faults."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from tests.apps.catalog_pages.page_elements import Elements, links, page, shown

from ayan.apps.catalog import page_context
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.profile import Profile


def test_the_front_page_shows_the_declared_bars_with_their_exact_sums(linked: City, visitor: Client) -> None:
    text = page(visitor, "/en/")
    assert "Plan and cost" in shown(text)
    table = text[text.index('<table class="bud">') : text.index("</table>")]
    values = [int(attributes["value"] or 0) for tag, attributes in Elements(table).tags if tag == "data"]
    assert sum(values[:-1]) == values[-1]
    api = next(href for href in links(text, "/api/v1/datasets/parts/groups"))
    groups = visitor.get(api).json()["groups"]
    assert sum(group["sum_plan"] for group in groups) == values[-1]
    for address in links(table):
        assert visitor.get(address).status_code == 200
    assert linked.release_store.snapshot("parts").releases


def test_the_catalogue_counts_what_there_is_and_what_is_not(visitor: Client) -> None:
    text = shown(page(visitor, "/en/data/"))
    assert "4 datasets" in text
    assert "1 not published yet" in text


def test_the_newest_changes_say_what_happened_and_who_stands_for_it(visitor: Client) -> None:
    text = page(visitor, "/en/changes")
    seen = shown(text)
    assert "Withdrawn" in seen
    assert "Correction" in seen
    assert "تأییدکنندهٔ ساختگی" in seen
    assert any(attributes.get("type") == "application/atom+xml" for _, attributes in Elements(text).tags)
    page(visitor, "/changes?before=made-up", 404)


def test_what_changed_is_told_value_by_value(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts/changes")
    seen = shown(text)
    assert re.search(r"changed .*?P-1 Cost 100 toman 100\.7 toman", seen)
    assert re.search(r"removed .*?P-9", seen)
    assert "the same 38" in seen
    assert "/en/data/parts/r/P-9" in links(text)
    page(visitor, "/en/data/parts/r/P-9", 410)
    for address in links(text, "/api/"):
        assert visitor.get(address).status_code == 200


def test_changes_of_one_kind_are_shown_alone(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts/changes")
    alone = next(href for href in links(text, "/en/data/parts/changes?") if "change=removed" in href)
    rows = page(visitor, alone)
    assert "/en/data/parts/r/P-9" in links(rows)
    assert "/en/data/parts/r/P-1" not in links(rows)


def test_equal_states_differ_in_nothing(visitor: Client) -> None:
    assert "There is no difference" in page(visitor, "/en/data/parts/changes?from=all/1&to=all/1")


@pytest.mark.parametrize(
    ("query", "status"), [("from=never", 400), ("colour=red", 400), ("to=all/9", 404), ("from=1402/1", 410)]
)
def test_changes_that_cannot_be_told_are_refused(visitor: Client, query: str, status: int) -> None:
    slug = "works" if "1402" in query else "parts"
    page(visitor, f"/data/{slug}/changes?{query}", status)


def test_the_console_gives_the_answer_of_the_api_itself(visitor: Client) -> None:
    text = page(visitor, f"/en/developers?dataset=parts&what=groups&q={quote('by=unit&sum=cost')}")
    address = next(href for href in links(text, "/api/v1/datasets/parts/groups?"))
    answer = visitor.get(address)
    assert "HTTP 200" in text
    assert str(answer.json()["groups"][0]["sum_cost"]) in text
    assert answer.headers["ETag"].replace('"', "&quot;") in text


def test_the_console_shows_a_refusal_as_it_is(visitor: Client) -> None:
    text = shown(page(visitor, "/en/developers?dataset=parts&q=colour%3Dred"))
    assert "HTTP 400" in text
    assert "colour" in text


@pytest.mark.parametrize("query", ["dataset=nothing", "what=drop", "q=%00%ff", f"q={'a' * 5000}", "q=_next%3Dx", ""])
def test_the_console_bears_any_question(visitor: Client, query: str) -> None:
    assert "HTTP " in page(visitor, f"/developers?{query}")


def test_every_example_of_the_console_is_answered(visitor: Client) -> None:
    for slug in ("parts", "works", "prices"):
        text = page(visitor, f"/en/developers?dataset={slug}")
        for address in links(text, f"/en/developers?dataset={slug}"):
            assert "HTTP 200" in page(visitor, address.partition("#")[0]), address


def test_every_refusal_has_its_place_on_the_developers_page(visitor: Client) -> None:
    kind = visitor.get("/api/v1/datasets/parts/rows.json?colour=red").json()["type"]
    assert f'id="{kind.partition("#")[2]}"' in page(visitor, "/developers")


def test_the_tour_follows_the_largest_amount_of_what_others_lead_to_to_its_cell(linked: City, visitor: Client) -> None:
    """Parts name their works, so the tour is one of works, whatever comes first by the alphabet."""
    row = visitor.get("/api/v1/datasets/works/rows.json?_sort_desc=amount&_size=1").json()["rows"][0]
    assert row["amount"] is not None
    text = page(visitor, "/en/help/tour")
    addresses = links(text, "/en/data/works")
    assert f"/en/data/works/r/{row['number']}" in addresses
    assert re.search(r"cell [A-Z]+[0-9]+", shown(text))
    for address in addresses:
        assert visitor.get(address).status_code == 200
    assert linked.registry.get("works").slug == "works"


def test_the_tour_of_an_empty_city_says_that_there_is_nothing_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = City(tmp_path, tmp_path / "store")
    monkeypatch.setattr(city, "current", lambda: empty)
    assert "No data with amounts" in page(Client(), "/en/help/tour")
    assert "Nothing has been published yet" in page(Client(), "/en/changes")
    for address in ("/", "/data/", "/developers", "/data/contracts", "/embed/contracts", "/data/contracts/changes"):
        page(Client(), address)


def test_the_contact_page_says_how_to_reach_the_city(
    linked: City, visitor: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "has not yet entered" in page(visitor, "/en/contact")
    home = tmp_path / "contact.toml"
    home.write_text(
        '[contact]\nemail = "data@example.ir"\nphone = "+98 21 1234"\noffice.fa = "خیابان"\noffice.en = "Street"',
        "utf-8",
    )
    monkeypatch.setitem(linked.__dict__, "profile", Profile.read(home))
    text = page(visitor, "/en/contact")
    assert "mailto:data@example.ir" in links(text)
    assert "tel:+98211234" in links(text)
    assert "Street" in shown(text)
    written = page(visitor, "/en/contact?about=row:works/C-001")
    (mail,) = links(written, "mailto:data@example.ir?")
    asked = dict(parse_qsl(urlsplit(mail).query))
    assert asked["subject"] == "An error in “Works”"
    assert asked["body"].splitlines()[0] == "http://testserver/en/data/works/r/C-001"
    assert "http://testserver/en/data/works/r/C-001" in links(written)
    assert "Which value is wrong:" in shown(written)
    assert "http://testserver/en/data/works" in links(page(visitor, "/en/contact?about=dataset:works"))
    assert "row:nothing/1" in shown(page(visitor, "/en/contact?about=row:nothing/1"))


@pytest.mark.parametrize(
    "text",
    ['email = "not an address"', 'phone = "<script>"', 'fax = "1"', "office = 3", 'email = "a@b\\"onclick"'],
)
def test_broken_contact_details_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ayan.toml"
    file.write_text(f"[contact]\n{text}", "utf-8")
    with pytest.raises(ValueError, match=r"ayan\.toml"):
        Profile.read(file)


def test_a_fault_shows_a_code_that_stands_in_the_record(caplog: pytest.LogCaptureFixture) -> None:
    request: HttpRequest = RequestFactory().get("/en/data/works")
    with caplog.at_level(logging.ERROR):
        response = page_context.server_error(request)
    assert response.status_code == 500
    code = re.search(r"[0-9a-f]{8}", caplog.messages[-1])
    assert code
    assert code[0] in response.content.decode()
    assert Label("الف", "A").of("en") == "A"
