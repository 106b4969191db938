"""A third language in the rooms behind the first page: counter, budget, council, map, documents, the inside of the desk."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.addresses import step
from tests.apps.civic_city import MEMBERS, SCHEME
from tests.apps.desk.deals import GOOD
from tests.apps.desk.town import Officers, mapped
from tests.apps.documents.conftest import FIRST
from tests.sampling import sampled

from ayan.apps.accounts.roles import Role
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.usefixtures("speaking")

SIDES = {"az": "ltr", "ar": "rtl"}
MARKS = re.compile("[\uf8f0-\uf8f2]")
BETWEEN = re.compile(r">\s*[،؛]\s*<")
"""Persian punctuation that stands between two values of a page, in no sentence."""


def opened(client: Client, lang: str, address: str) -> str:
    """The page, which says its language and hides no mark of ours."""
    response = client.get(f"/{lang}{address}")
    text = response.content.decode()
    assert response.status_code == 200, (lang, address)
    assert response.headers["Content-Language"] == lang
    assert f'<html lang="{lang}" dir="{SIDES[lang]}">' in text
    assert not MARKS.search(text)
    if lang == "az":
        assert not BETWEEN.search(text)
    return text


def by_address(name: str, *addresses: str) -> pytest.MarkDecorator:
    """A test for each address in each further language; one of the two languages each day."""
    return pytest.mark.parametrize(
        ("address", "lang"), sampled(name, product(addresses, SIDES), 1, by=lambda case: case[0])
    )


@by_address(
    "further languages of the small city",
    "/services",
    "/services/S-1",
    "/tariffs",
    "/tariffs/tehran-single-dwelling?price=120000&area=145&parking=2",
    "/counter",
    "/counter/new",
    "/counter/new/access",
)
@pytest.mark.django_db
def test_services_tariffs_and_the_counter_open(small_city: City, lang: str, address: str) -> None:
    opened(Client(), lang, address)


@by_address(
    "further languages of the civic city",
    "/budget",
    "/budget/1403",
    f"/budget/1403/{step(SCHEME)}/1",
    "/council",
    f"/council/member/{step(MEMBERS[0])}",
    "/council/resolution/1403-1",
)
def test_budget_and_council_open(built_civic: City, monkeypatch: pytest.MonkeyPatch, lang: str, address: str) -> None:
    monkeypatch.setattr(city, "current", lambda: built_civic)
    opened(Client(), lang, address)


@by_address(
    "further languages of the map", "/map?layer=halls", "/map?layer=by.district&of=people", "/map/district/north"
)
def test_the_map_opens(built_town: City, monkeypatch: pytest.MonkeyPatch, lang: str, address: str) -> None:
    monkeypatch.setattr(city, "current", lambda: built_town)
    opened(Client(), lang, address)


@pytest.mark.parametrize("lang", SIDES)
def test_a_document_keeps_its_own_direction(with_documents: City, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.setattr(city, "current", lambda: with_documents)
    page = opened(Client(), lang, f"/documents/{FIRST.digest}")
    assert '<ol class="doc-lines" lang="fa" dir="rtl">' in page


@pytest.mark.parametrize("lang", SIDES)
def test_the_inside_of_the_desk_opens(town: City, officers: Officers, lang: str) -> None:
    clerk = officers.browser("clerk")
    rows = [*GOOD[:2], ("C-3", "تماس با 09121234567", "x", "1403/04/09", "")]
    submission = mapped(town, clerk, rows)
    for address in (
        "/desk/",
        "/desk/u/new",
        *(f"/desk/u/{submission.pk}/{part}" for part in ("file", "columns", "fix")),
    ):
        opened(clerk, lang, address)
    keeper = signed_in(officer("keeper", Role.PRIVACY))
    opened(keeper, lang, f"/desk/u/{submission.pk}/fix")
    opened(signed_in(officer("answers", Role.REQUESTS, unit_slug="")), lang, "/desk/counter/")
