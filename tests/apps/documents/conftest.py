"""A small city whose trees have documents, with a client of its public doors."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.apps.accounts.people import unit
from tests.apps.desk.town import Officers, in_place, rest
from tests.core.attachments.published_documents import Paper, city_with_documents, paper, publish
from tests.template_lookups import every_lookup_answers

from ayan.apps.accounts.models import Duty
from ayan.wiring import city
from ayan.wiring.city import City

__all__ = ["every_lookup_answers"]

FIRST = paper(words="متن مجوز نخست", pages=[["متن مجوز نخست", "سطر دوم"], []])
SECOND = paper(words="متن مجوز دوم", version=2)
PLAN = paper("2", "A plan", kind="plan", title="نقشهٔ ساختگی <b>")
PAPERS: tuple[Paper, ...] = (FIRST, SECOND, PLAN)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city with its documents published; tests only read it."""
    town = city_with_documents(tmp_path_factory.mktemp("documents"))
    publish(town.city, *PAPERS)
    return town.city


@pytest.fixture
def reader(built: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A visitor of that city."""
    monkeypatch.setattr(city, "current", lambda: built)
    return Client()


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city whose trees have permits as documents."""
    city = city_with_documents(tmp_path).city
    in_place(monkeypatch, city)
    return city


@pytest.fixture
def officers(town: City, db: None) -> Officers:
    """Whoever works at its desk."""
    rest()
    Duty.objects.create(dataset="trees-documents", unit=unit("finance"))
    return Officers()
