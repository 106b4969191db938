"""The council and the organisation at their doors: counts by hand, what is missing, and ways to records and releases."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.addresses import step
from tests.apps.catalog_pages.page_elements import Elements, links, page, shown
from tests.apps.civic_city import MEET_ROWS, MEMBERS, RULE_ROWS, SCHEME, declared, publish
from tests.apps.small_city import HOSTILE

from ayan.apps.civic.special_pages import pages
from ayan.wiring import city
from ayan.wiring.city import City

FIRST = f"/council/member/{step(MEMBERS[0])}"
SHEET = "/council/resolution/1403-1"


def test_the_council_shows_members_decisions_and_sessions(visitor: Client) -> None:
    html = page(visitor, "/en/council")
    words = shown(html)
    assert "2 of 2 (100%)" in words
    assert "1 of 2 (50%)" in words
    assert "1 former member" in words
    for address in (f"/en{FIRST}", f"/en{SHEET}", f"/en/council/session/{step('م/1')}"):
        assert address in links(html)
    assert "/en/data/rules?end=passed" in links(html)
    assert "/en/data/rules?after__isnull=1" in links(html)
    assert any(href.startswith("/en/data/hands?hand=yes&who=") for href in links(html))


def test_a_member_has_every_vote_and_the_dossier(visitor: Client) -> None:
    html = page(visitor, f"/en{FIRST}")
    words = shown(html)
    assert "Sessions attended 2 of 2" in words
    assert "yes en 3" in words
    assert "no en 0" in words
    assert all(f"/en/council/resolution/{row[0]}" in links(html) for row in RULE_ROWS)
    assert any(href.startswith("/en/data/benches/r/") for href in links(html))


def test_votes_of_a_member_are_found_by_what_they_were_on(visitor: Client) -> None:
    html = page(visitor, f"/en{FIRST}?q={quote('مصوبهٔ نخست')}")
    cast = html[html.index('id="cast"') : html.index("</section>", html.index('id="cast"'))]
    assert [href for href in links(cast) if "/council/resolution/" in href] == [f"/en{SHEET}"]
    none = page(visitor, f"/en{FIRST}?q={quote('<b>هیچ')}")
    assert "has these words in its title" in none
    assert "<b>هیچ" not in none


def test_the_sheet_of_a_decision_has_each_vote_what_became_of_it_and_where_it_is_from(visitor: Client) -> None:
    html = page(visitor, SHEET)
    words = shown(html)
    for expected in ("مصوبهٔ نخست", "متن مصوبه", "yes فا", "away فا", "done فا", "پاسخ", MEMBERS[0], MEMBERS[1]):
        assert expected in words
    assert "no فا" not in words
    for address in ("/data/rules/r/1403-1", "/data/rules/releases/1403/1", "/data/hands/releases/all/1", FIRST):
        assert address in links(html)
    assert f"/council/session/{step('م/1')}" in links(html)


def test_a_decision_that_nothing_else_names_says_so(visitor: Client) -> None:
    assert "No other record, such as a contract" in shown(page(visitor, "/en/council/resolution/1403-1"))


def test_a_session_has_its_roll_and_what_it_decided(visitor: Client) -> None:
    html = page(visitor, f"/council/session/{step('م/1')}")
    assert SHEET in links(html)
    assert "here فا (۲)" in shown(html)
    assert "away فا (۱)" in shown(html)


@pytest.mark.parametrize("address", ["member/nobody", "session/9", "resolution/9", "resolution/a/b", "member/%2525"])
def test_who_or_what_is_not_there_is_said(visitor: Client, address: str) -> None:
    for prefix in ("", "/en"):
        answer = visitor.get(f"{prefix}/council/{address}")
        assert answer.status_code == 404
        assert f'href="{prefix}/council"' in answer.content.decode()


def test_a_council_without_votes_by_name_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = declared(tmp_path, "meets", "rules")
    monkeypatch.setattr(city, "current", lambda: town)
    assert "Nothing of this dataset" in page(Client(), "/en/council")
    publish(town, "meets", MEET_ROWS)
    publish(town, "rules", RULE_ROWS, "1403")
    assert "has not been published by name" in page(Client(), f"/en{SHEET}")
    assert "roll of this session has not been published" in page(Client(), f"/en/council/session/{step('م/1')}")
    assert "Newest resolutions" in page(Client(), "/en/council")
    assert Client().get(FIRST).status_code == 404


def test_the_chart_is_a_tree_with_what_is_said_under_each_name(visitor: Client) -> None:
    html = page(visitor, "/en/organisation?_unit=rial")
    tags = [tag for tag, _ in Elements(html).tags]
    # Beside those of every page, one for each unit whose own are folded.
    assert tags.count("details") <= 3 + html.count('<details class="below">')
    assert "/en/data/bureaus/r/111" in links(html)
    # Two spellings of one name: 300,000 + 200,001 + 50,000 rial in three rows.
    assert '<data value="550001">' in html
    words = shown(html)
    assert "6 units" in words
    assert "دفتری که در نمودار نیست" in words
    assert words.index("Units that no topmost unit leads to") < words.index("حلقهٔ یک")


def test_a_number_with_a_slash_is_found_however_it_is_written(visitor: Client) -> None:
    pages = [page(visitor, f"/council/session/{quote(spelled)}") for spelled in ("م,1", "م/1", "م%2F1")]
    assert len({re.search("<h1.*?</h1>", text, re.DOTALL)[0] for text in pages}) == 1  # type: ignore[index]  # every page has one
    assert "%252F" not in pages[0]
    record = f"1403~{SCHEME}~11"
    for spelled in (record.replace("/", ","), record.replace("/", "%2F")):
        assert visitor.get(f"/data/outlays/r/{quote(spelled, safe='~,')}").status_code == 200
        assert visitor.get(f"/api/v1/datasets/outlays/rows/{quote(spelled, safe='~,')}").status_code == 200


def test_hostile_words_stay_words(visitor: Client) -> None:
    addresses = ("/council", "/council/resolution/1403-2", f"/council/member/{step(HOSTILE)}", "/organisation")
    for address in addresses:
        assert "img" not in {tag for tag, _ in Elements(page(visitor, address)).tags}


def test_a_record_leads_to_its_special_page_and_back(visitor: Client) -> None:
    line = f"/budget/1403/{step(SCHEME)}/1/11"
    pairs = {
        "/data/rules/r/1403-1": SHEET,
        "/data/benches/r/" + quote(MEMBERS[0]): FIRST,
        "/data/outlays/r/" + quote(f"1403~{SCHEME.replace('/', ',')}~11"): line,
        "/data/bureaus/r/11": "/organisation",
    }
    for record, special in pairs.items():
        assert unquote(special) in map(unquote, links(page(visitor, record))), record
        assert unquote(record) in map(unquote, links(page(visitor, special))), special


def test_every_page_that_is_copied_answers(visitor: Client, built_civic: City) -> None:
    copied_pages = list(pages(built_civic, 2))
    assert {name for name, _ in copied_pages} == {
        *("budget_years", "budget_tree", "council", "council_member", "council_sitting", "council_decision"),
        "organisation",
    }
    assert len(copied_pages) == len(set(copied_pages))
    for name, args in copied_pages:
        for lang in ("fa", "en"):
            assert visitor.get(reverse(f"{lang}:{name}", args=args)).status_code == 200, args
