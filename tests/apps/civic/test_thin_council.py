"""A council of which only some tables are published, one whose votes have days, and units with the same name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from tests.apps.addresses import step
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.civic_city import (
    BENCH_ROWS,
    DECLARED,
    HAND_ROWS,
    MEMBERS,
    RULE_ROWS,
    dataset_head,
    declared,
    field,
    plays,
    publish,
)

from ayan.wiring import city
from ayan.wiring.city import City

FIRST: Final = f"/council/member/{step(MEMBERS[0])}"
# The votes of `civic_city`, each with its day.
DAYS: Final = {"1403-1": "1403/01/20", "1403-2": "1403/02/20", "1403-3": "1402/12/28"}
DATED: Final = (
    dataset_head("hands", "Hands", ("rule", "who"))
    + field("rule", "ref", 'required = true\nref = "rules.no"')
    + field("who", "text", 'role = "person"\nrequired = true\nref = "benches.who"')
    + field("day", "date", 'role = "date"')
    + field("hand", "text", 'choices = "hands"\nrequired = true')
    + plays("council-ballots", decision="rule", member="who", vote="hand", day="day")
)


@pytest.fixture
def seats_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A council that has published who sits in it, and nothing else."""
    town = declared(tmp_path, "benches")
    publish(town, "benches", BENCH_ROWS)
    monkeypatch.setattr(city, "current", lambda: town)
    return town


def test_members_are_listed_though_nothing_is_known_of_what_they_did(seats_only: City) -> None:
    visitor = Client()
    html = page(visitor, "/en/council")
    assert f"/en{FIRST}" in links(html)
    assert "Newest resolutions" not in html
    assert "Newest sessions" not in html
    for prefix in ("", "/en"):
        member = page(visitor, f"{prefix}{FIRST}")
        assert MEMBERS[0] in shown(member)
        assert not any("/council/resolution/" in href for href in links(member))
        for absent in ("/council/session/1", "/council/resolution/1"):
            assert visitor.get(f"{prefix}{absent}").status_code == 404


def test_votes_on_what_is_not_published_lead_nowhere_and_are_counted_by_their_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DECLARED, "hands", (DATED, DECLARED["hands"][1]))
    town = declared(tmp_path, "benches", "hands", "rules")
    monkeypatch.setattr(city, "current", lambda: town)
    publish(town, "benches", BENCH_ROWS)
    publish(town, "hands", [(rule, who, DAYS[rule], hand) for rule, who, hand in HAND_ROWS])
    visitor = Client()
    html = page(visitor, f"/en{FIRST}")
    assert "1403-2" in shown(html)
    assert not any("/council/resolution/" in href for href in links(html)), "no decision is published yet"
    years = Counter(DAYS[rule][:4] for rule, who, _ in HAND_ROWS if who == MEMBERS[0])
    table = shown(html.split("<tbody>")[1].split("</tbody>")[0])
    # Every vote of the first member was a yes, which stands first; no roll is published.
    counted = re.findall(r"(\d{4}) not stated (\d+) 0 0 0", table)
    assert counted == [(year, str(years[year])) for year in sorted(years, reverse=True)]
    publish(town, "rules", RULE_ROWS, "1403")
    html = page(visitor, f"/en{FIRST}")
    newest_first = [href for href in links(html) if "/council/resolution/" in href]
    assert list(dict.fromkeys(newest_first)) == [f"/en/council/resolution/{n}" for n in ("1403-2", "1403-1", "1403-3")]


def test_units_of_one_name_share_no_figures_and_a_row_without_a_unit_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = declared(tmp_path, "bureaus", "deeds")
    monkeypatch.setattr(city, "current", lambda: town)
    publish(
        town,
        "bureaus",
        [
            ("1", "شهردار", "", "top", ""),
            ("11", "دفتر فنی", "1", "desk", ""),
            ("12", "دفتر فني", "1", "desk", ""),
            ("13", "دفتر مالی", "1", "desk", ""),
            ("14", "دفتر تنها", "14", "desk", ""),
            ("15", "دفتر گمشده", "99", "desk", ""),
        ],
    )
    visitor = Client()
    assert "6 units" in shown(page(visitor, "/en/organisation"))
    publish(
        town,
        "deeds",
        [
            ("D-1", "", "1403/02/01", 300_000, "یک", "دفتر فنی"),
            ("D-2", "", "1403/02/02", 40_000, "دو", "دفتر مالی"),
            ("D-3", "", "1403/02/03", 7, "سه", ""),
            ("D-4", "", "1403/02/04", "", "چهار", "دفتر مالی"),
        ],
    )
    html = page(visitor, "/en/organisation?_unit=rial")
    assert '<data value="300000">' not in html, "it cannot be said of which of both units it is"
    assert '<data value="40000">' in html
    assert '<data value="7">' not in html
    words = shown(html)
    adrift = words.split("Units that no topmost unit leads to")[1]
    assert "دفتر تنها" in adrift
    assert "دفتر گمشده" in adrift
    assert "Names that are not in the chart" not in words
