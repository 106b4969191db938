"""The pin of a case: read from what people have at hand, exact for the office alone, and drawn for those who deal with it."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.counter.test_filing_pages import form
from tests.apps.planning.conftest import STREETS
from tests.apps.small_city import HOSTILE

from ayan.apps.counter import pins
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.models import Case, CaseValue
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.planning.spot_page import pin_map
from ayan.core.casework.case_kind import FormField
from ayan.core.values.label import Label
from ayan.wiring.city import City

OFFICE = FormField("pin", Label("جا", "Place"), "pin", "office")
PUBLIC = FormField("pin", Label("جا", "Place"), "pin", "public")


@pytest.mark.usefixtures("visitor")
@pytest.mark.parametrize(
    ("text", "exact", "coarse"),
    [
        ("34.4401, 54.4402", "34.440100, 54.440200", "34.440, 54.440"),
        ("۳۴٫۴۴۰۱۲۳، ۵۴٫۴۴۰۲", "34.440123, 54.440200", "34.440, 54.440"),
        ("geo:34.4401,54.4402?z=19", "34.440100, 54.440200", "34.440, 54.440"),
        ("L-7", "L-7", STREETS[0]),
    ],
)
def test_a_pin_is_exact_for_the_office_and_coarse_for_everybody(text: str, exact: str, coarse: str) -> None:
    assert pins.kept(OFFICE, text) == exact
    assert pins.kept(PUBLIC, text) == coarse
    # What is kept once is read again as the same: a form goes back and forth.
    assert pins.kept(OFFICE, exact) == exact


@pytest.mark.usefixtures("visitor")
@pytest.mark.parametrize(
    "text", ["35.7, 51.4", "54.4402, 34.4401", "91, 54.44", "L-999", "here", HOSTILE, "1e3, 2", "5"]
)
def test_what_is_no_place_in_the_city_is_refused(text: str) -> None:
    with pytest.raises(DeskRefused) as refused:
        pins.kept(OFFICE, text)
    assert refused.value.field == "pin"


@pytest.mark.django_db
def test_a_pin_is_found_without_a_script_and_kept_for_the_office(visitor: Client, built_town: City) -> None:
    address = "/en/counter/new/street"
    sent = form(visitor, "street", "/en")
    key = sent["_key"]
    sent |= {"f-what": "pothole", "f-summary": "An invented hole", "f-place": "A street"}
    text = visitor.post(address, sent | {"f-pin": "سرو", "_search": "pin"}).content.decode()
    assert 'name="_place-pin" value="L-0"' in text
    wrong = visitor.post(address, sent | {"f-pin": "35.7, 51.4", "_do": "preview"}).content.decode()
    assert "far from the land of this city" in wrong
    visitor.post(address, sent | {"f-pin": "سرو", "_place-pin": "L-7", "_do": "preview"})
    visitor.post(address, {"_key": key, "_do": "send"})
    kept = CaseValue.objects.get(case=Case.objects.get(), field="pin")
    assert open_text(kept.locked) == "L-7"
    assert (kept.privacy, kept.public) == ("office", "")
    for pin in ("L-7", "34.440100, 54.440200"):
        drawn = pin_map(built_town, pin, "en")
        assert drawn is not None
        assert drawn.street == STREETS[0]
    assert pin_map(built_town, "L-38", "en") is None
