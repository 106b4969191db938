"""What a district and a street say of their requests: counts that single nobody out, held against the cases themselves."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client
from tests.apps.planning.conftest import STREETS

from ayan.apps.counter import place_counts
from ayan.apps.counter.limits import SMALLEST_GROUP
from ayan.apps.counter.models import Case
from ayan.core.casework.place_figures import PlaceFigure, PlaceFigureFile, PlaceFigures
from ayan.core.values.clock import today
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
NORTH, SOUTH = "north", "south"


def a_case(number: int, kind: str, place: str, day: date, **more: object) -> Case:
    moment = datetime.combine(day, time(9), UTC)
    return Case(
        number=f"R-1400-{number:05}", kind_digest="d", digest=f"d{number}", filing_key=f"k{number}", state="received",
        held_since=moment, received_at=moment, receipt_on=day, first_due_on=day, due_on=day + timedelta(days=9),
        **{"kind": kind, "place": place, "stage": "received", "checked_at": moment, **more},
    )  # fmt: skip


def answered(number: int, kind: str, place: str, day: date, days: int, **more: object) -> Case:
    said = {"stage": "closed", "outcome": "done", "closed_on": day + timedelta(days=days), **more}
    return a_case(number, kind, place, day, **said)


@pytest.fixture
def a_day(visitor: Client) -> date:
    """A day within the months that are counted."""
    first, last = place_counts.whole_months(today(city.current().clock))
    assert first < last
    return first + timedelta(days=100)


def test_months_are_whole() -> None:
    first, last = place_counts.whole_months(date(2025, 3, 25))  # 5 Farvardin 1404
    assert (first, last) == (date(2024, 3, 20), date(2025, 3, 20))  # all of 1403, which was a leap year
    assert place_counts.whole_months(date(2025, 4, 20)) == (first, last)
    assert place_counts.whole_months(date(2025, 4, 21)) == (date(2024, 4, 20), date(2025, 4, 20))


def test_a_district_and_a_street_say_how_their_requests_were_answered(visitor: Client, a_day: date) -> None:
    Case.objects.bulk_create([
        *(answered(n, "street", STREETS[0], a_day, 2) for n in range(4)),
        answered(4, "street", f"{STREETS[0]}، north en", a_day, 20),
        a_case(5, "street", STREETS[0], a_day),
        # In no district: the street is none of land, or is said to lie where it has no land.
        a_case(6, "street", "کوچهٔ دیگر", a_day),
        a_case(7, "street", f"{STREETS[0]}، south en", a_day),
        # About a piece of land of the south, one alone.
        a_case(8, "objection", "", a_day, about="zone:lots/L-25"),
        a_case(9, "street", STREETS[0], a_day - timedelta(days=900)),
    ])  # fmt: skip
    figures = place_counts.refresh()
    assert figures.city == PlaceFigure(7, 5, 4, 10)
    assert figures.districts == {NORTH: PlaceFigure(6, 5, 4, 10)}
    assert figures.streets == {STREETS[0]: PlaceFigure(7, 5, 4, 10)}
    page = unescape(body := visitor.get("/en/map/district/north").content.decode())
    table = re.sub(
        r"<[^>]+>|\s+", " ", page[page.index('id="answers"') : page.index("</table>", page.index('id="answers"'))]
    )
    assert re.search(r"Requests received\s+6\s+7", table)
    # 30 people in the newest year that the page tells: 200 for each thousand of them.
    assert re.search(r"For each thousand people\s+200\.0\s+77\.8", table)
    assert re.search(r"In time\s+80\s?%\s+80\s?%", table)
    assert re.search(r"Median of working days until the answer\s+1\s+1", table)
    assert "R-1400" not in body
    assert "fewer than 5 requests named this place" in unescape(visitor.get("/en/map/district/south").content.decode())
    street = unescape(visitor.get(f"/en/map/street/{quote(STREETS[0])}").content.decode())
    assert re.search(r"Requests received\s+7", re.sub(r"<[^>]+>|\s+", " ", street))


def test_what_nobody_may_read_counts_only_where_it_is_several(visitor: Client, a_day: date) -> None:
    """Everybody can count what is published of single cases: the rest must be nothing, or several."""
    chance, cases = random.Random("places"), []
    for n in range(120):
        kind = chance.choice(("street", "complaint", "suggestion"))
        place = chance.choice((*STREETS, f"{STREETS[1]}، south en", ""))
        more = {"checked_at": None} if chance.random() < 0.02 else {}
        about = {"about": f"row:lots/L-{chance.randrange(38)}"} if not place else {}
        cases.append(a_case(n, kind, place, a_day + timedelta(days=chance.randrange(60)), **more, **about))
    for few in (range(120), range(0, 120, 9), range(0, 120, 17)):
        Case.objects.all().delete()
        Case.objects.bulk_create([cases[n] for n in few])
        figures = place_counts.counted()
        districts, streets = place_counts._places(Case.objects.order_by("pk"))
        for places, by_name in ((districts, figures.districts), (streets, figures.streets)):
            for name, figure in by_name.items():
                own = [case for case in Case.objects.all() if places.get(case.pk) == name]
                read = sum(case.kind != "complaint" and case.checked_at is not None for case in own)
                assert figure.received >= SMALLEST_GROUP
                assert figure.received - read == 0 or figure.received - read >= SMALLEST_GROUP
                assert figure.received in (read, len(own))
        assert all(figure.answered is None for figure in figures.districts.values())


def test_pages_before_anything_was_counted_say_so(visitor: Client) -> None:
    page = unescape(visitor.get("/en/map/district/north").content.decode())
    assert "Requests have not been counted by place yet" in page


def test_figures_are_kept_whole_and_change_the_version_of_the_site(
    visitor: Client, built_town: City, a_day: date
) -> None:
    before = built_town.site_version.now()
    Case.objects.bulk_create([a_case(n, "street", STREETS[0], a_day) for n in range(6)])
    figures = place_counts.refresh()
    assert built_town.site_version.now() != before
    file = PlaceFigureFile(built_town.place_figures._file)
    kept = file.now()
    assert (kept.districts, kept.streets, kept.first, kept.last) == (
        figures.districts,
        figures.streets,
        figures.first,
        figures.last,
    )
    stamp = file._file.stat().st_mtime_ns
    place_counts.refresh()
    assert file._file.stat().st_mtime_ns == stamp
    for text in (b"", b"{}", b'{"form":1}', b"[]", b'{"form":2}'):
        file._file.write_bytes(text)
        assert PlaceFigureFile(file._file).now() == PlaceFigures()
