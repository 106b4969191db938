"""What people come to the invented city for, with a browser: from a street to a payment, a vendor, a vote, a unit."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.conftest import violations
from tests.flow.hamlet import Published
from tests.flow.newcomers import JOURNEYS, MOST_STEPS, Journey, Walk, names_of
from tests.flow.visitors import (
    Open,
    Visitor,
    citizen,
    council_member,
    journalist,
    to_payment_by_map,
    to_payment_by_street,
)
from tests.sampling import sampled

from ayan.wiring import city

MANNERS = ("by pointer", "by keys", "without script")
SCREENS = [(prefix, width) for prefix in ("", "/en") for width in (390, 1440)]
# Each road is gone in every manner, on a screen of its own each time; by day another few of all of them.
NEWCOMERS = [
    (journey, *SCREENS[at % len(SCREENS)], manner)
    for number, journey in enumerate(JOURNEYS)
    for at, manner in enumerate((*MANNERS, MANNERS[number % len(MANNERS)]), start=number)
]

READERS = pytest.mark.parametrize(("prefix", "width"), sampled("visitors", [("", 390), ("/en", 1440)], 1))


@pytest.fixture
def site(published: Published, server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the invented city's site."""
    monkeypatch.setattr(city, "current", lambda: published.city)
    return server


@READERS
def test_from_a_street_to_the_payment_for_its_pavement_in_three_clicks(
    published: Published, open_page: Open, axe: str, prefix: str, width: int
) -> None:
    """By the name of the street in the search, and by the place of the works on the map."""
    contract, subject, project, longitude, latitude = published.world.con.execute(
        f"SELECT c.number, c.subject, j.number, j.longitude, j.latitude FROM {published.current('contracts')} c "
        f"JOIN {published.current('payments')} p ON p.contract = c.number JOIN {published.current('projects')} j "
        "ON j.contract = c.number WHERE c.subject LIKE 'احداث پیاده%' OR c.subject LIKE '%آسفالت%' "
        "GROUP BY ALL ORDER BY count(*) DESC, 1 LIMIT 1"
    ).fetchall()[0]
    reader = Visitor(open_page, axe, prefix, width)
    street = " ".join(subject.split()[-2:])
    assert to_payment_by_street(reader, street, contract) <= 3
    assert to_payment_by_map(reader, project, longitude, latitude) <= 3


@READERS
def test_a_citizen_a_journalist_and_a_council_member_find_their_way(
    published: Published, open_page: Open, axe: str, prefix: str, width: int
) -> None:
    con = published.world.con
    parcel, vendor, decision, unit = (
        con.execute(query).fetchall()[0][0]
        for query in (
            "SELECT renovation_code FROM permits GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
            "SELECT contractor_id FROM contracts WHERE contractor_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
            "SELECT min(resolution) FROM contracts",
            "SELECT code FROM units JOIN managers ON unit = title WHERE kind = 'deputy' GROUP BY 1 ORDER BY 1 LIMIT 1",
        )
    )
    reader = Visitor(open_page, axe, prefix, width)
    citizen(reader, parcel)
    journalist(reader, vendor)
    council_member(reader, decision.replace("/", ","), unit)


def manner_of(case: tuple[Journey, str, int, str]) -> tuple[str, str]:
    return case[0].road, case[3]


def case_id(case: Any) -> str:
    return str(case) if isinstance(case, Journey) else str(case or "fa").strip("/").replace(" ", "-")


@pytest.mark.parametrize(
    ("journey", "prefix", "width", "manner"), sampled("newcomers", NEWCOMERS, 1, by=manner_of), ids=case_id
)
def test_a_newcomer_is_done_within_three_steps_from_home(
    published: Published, open_page: Open, axe: str, journey: Journey, prefix: str, width: int, manner: str
) -> None:
    page = open_page(f"{prefix}/", width, scripts=manner != "without script")
    walk = Walk(page, prefix, names_of(published), keys=manner == "by keys")
    for step in journey.steps:
        walk.go(step)
    assert walk.steps <= MOST_STEPS
    for wanted in journey.reads:
        walk.reads(wanted)
    if manner == "by pointer":
        page.evaluate(axe)
        assert (page.url, violations(page)) == (page.url, [])
