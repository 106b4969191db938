"""What stands around the rule of a parcel: its fee as a form, neighbouring streets, and what came of earlier objections."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.test import Client
from tests.apps.planning.conftest import STREETS
from tests.apps.planning.pages import body

from ayan.apps.counter import place_counts
from ayan.apps.counter.models import Case
from ayan.apps.planning import neighbour_fees


def an_objection(number: int, about: str, **more: object) -> Case:
    day, moment = date(2025, 3, 1), datetime(2025, 3, 1, 9, tzinfo=UTC)
    return Case(
        number=f"O-1403-{number:05}", kind="objection", kind_digest="d", digest=f"o{number}", filing_key=f"o{number}",
        state="received", held_since=moment, received_at=moment, receipt_on=day, first_due_on=day, due_on=day,
        **{"about": about, "stage": "received", "checked_at": moment, **more},
    )  # fmt: skip


def objections(client: Client, code: str) -> str:
    page = unescape(body(client, f"/en/data/lots/r/{code}"))
    match = re.search(r'id="wrong".*?</section>', page, re.DOTALL)
    assert match is not None
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", match[0]))


def test_its_fee_is_a_form_that_goes_on_to_the_computation(visitor: Client) -> None:
    page = body(visitor, "/en/data/lots/r/L-3")
    form = re.search(r'<form class="box[^>]*action="([^"]*)".*?</form>', page, re.DOTALL)
    assert form is not None
    sent = dict(re.findall(r'<input[^>]*name="([^"]*)" value="([^"]*)"', form[0]))
    sent |= {"ward": re.findall(r'<option value="([^"]*)" selected', form[0])[0]}
    assert sent == {"area": "800", "ward": "north"}
    answer = visitor.get(form[1], sent | {"area": "100"})
    assert answer.status_code == 200
    assert "100,000" in answer.content.decode()
    assert len(re.findall(r'id="([^"]*)"', page)) == len(set(re.findall(r'id="([^"]*)"', page)))


def test_its_street_stands_among_its_neighbours_by_value(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/data/lots/r/L-15"))
    listed = page[page.index('id="streets"') : page.index("</section>", page.index('id="streets"'))]
    assert listed.index(STREETS[0]) < listed.index("700") < listed.index("no value is published")


@pytest.mark.django_db
def test_earlier_objections_are_numbers_and_outcomes_of_the_parcel_and_of_its_zone(visitor: Client) -> None:
    place_counts.refresh()
    assert "No objection to this parcel" in objections(visitor, "L-1")
    kept = {"stage": "closed", "outcome": "kept", "closed_on": date(2025, 3, 9)}
    Case.objects.bulk_create(
        [
            an_objection(1, "row:lots/L-1", **kept, summary="Somebody says so"),
            an_objection(2, "row:lots/L-1"),
            an_objection(3, "row:lots/L-1", checked_at=None),
            an_objection(4, "row:lots/L-1", hidden="personal"),
            an_objection(5, "zone:lots/L-2", **kept),  # of the same zone
            an_objection(6, "row:lots/L-6", **kept),  # of another
            an_objection(7, "row:grants/L-1", **kept),
        ]
    )
    figures = place_counts.counted()
    assert figures.land == {"L-1": {"kept": 1, "open": 1}, "L-2": {"kept": 1}, "L-6": {"kept": 1}}
    place_counts.refresh()
    text = objections(visitor, "L-1")
    assert re.search(r"Earlier objections to this parcel: Still being examined 1 ; Kept as it was 1", text)
    assert "In all of this zone: Still being examined 1 ; Kept as it was 2" in text
    assert "Somebody says so" not in text


def test_what_neighbours_were_charged_leads_to_how_it_is_worked_out(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = unescape(body(visitor, "/en/data/lots/r/L-3"))
    match = re.search(r'id="paid".*?</section>', page, re.DOTALL)
    assert match is not None
    paid = match[0]
    assert [f'href="/en/data/grants/r/G-{n}"' in paid for n in range(1, 6)] == [True] * 5
    computed = re.findall(r'href="(/en/tariffs/[^"]*)"', paid)
    assert len(computed) == 5
    worked = unescape(body(visitor, next(each for each in computed if "charged=6000" in each)))
    assert "100,000" in worked.replace("\u066c", ",")  # 1,000 rial for each of 100 square metres
    monkeypatch.setattr(neighbour_fees, "FEE_DAYS", 300)
    assert 'id="paid"' not in body(visitor, "/en/data/lots/r/L-4")  # they are older than that
