"""A page is added in one folder: an app that nobody knows brings its page, and everything that draws apps has it."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import clear_url_caches
from pytest_django.fixtures import Settings
from tests.apps.small_city import build

from ayan.apps.export.site_copy import make_copy
from ayan.config import tasks
from ayan.ui import contract
from ayan.wiring import ledger
from ayan.wiring.city import City, in_use

APPS = """
from datetime import timedelta

from ayan.core.values.label import Label
from ayan.ui import contract
from ayan.ui.contract import CopiedFile


class GuestsConfig(contract.AppContract):
    name = "guests"
    label = "guests"
    menu = (contract.MenuEntry(page="guests", label=Label("مهمان‌ها", "Guests"), section="guests", order=15),)
    footer = (contract.FooterEntry(column="about", page="guests", label=Label("مهمانان", "Our guests"), order=15),)
    slots = (contract.SlotLink(slot="not-found", page="guests", label=Label("نزد مهمان‌ها", "To the guests"), order=1),)

    def urls(self):
        from guests import views

        return contract.Urls(public=tuple(views.pages), bare=tuple(views.documents))

    def operations(self):
        from guests import views

        return views.OPERATIONS

    def copied(self, records):
        yield from CopiedFile.pages("guests")
        yield from CopiedFile.documents("/api/v1/guests")

    def regular_tasks(self):
        from guests import views

        yield contract.RegularTask(views.greet, timedelta(days=2))

    def listeners(self):
        from guests import views

        yield contract.Listener("arrival of a guest", views.HEARD.append)
"""
VIEWS = """
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import path
from django_tasks import task

from ayan.ui.api.operations import JSON, Operation
from ayan.core.values.label import Label

HEARD = []
OPERATIONS = (Operation(path="/api/v1/guests", id="guests", words=Label("مهمان‌ها", "Guests"), answers={JSON: None}),)


def guests(request):
    return render(request, "guests/guests.html", {"section": "guests"})


def document(request):
    return JsonResponse({"guests": 3})


@task()
def greet():
    pass


pages = [path("guests", guests, name="guests")]
documents = [path("api/v1/guests", document)]
"""
TEMPLATE = '{% extends "page.html" %}{% block title %}G{% endblock %}{% block main %}<h1>{% t "سه مهمان" "Three guests" %}</h1>{% endblock %}'


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build(tmp_path_factory.mktemp("city"))


@pytest.fixture
def guests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    """The folder of an app, and its name among those in use; no other file is touched."""
    folder = tmp_path / "guests"
    (folder / "templates" / "guests").mkdir(parents=True)
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "apps.py").write_text(APPS, encoding="utf-8")
    (folder / "views.py").write_text(VIEWS, encoding="utf-8")
    (folder / "templates" / "guests" / "guests.html").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = settings.INSTALLED_APPS
    settings.INSTALLED_APPS = [*before, "guests"]
    _addresses_anew()
    yield
    settings.INSTALLED_APPS = before
    for name in ("guests.views", "guests.apps", "guests"):
        sys.modules.pop(name, None)
    _addresses_anew()


def _addresses_anew() -> None:
    importlib.reload(importlib.import_module("ayan.config.urls"))
    clear_url_caches()
    caches.close_all()


def test_its_page_is_in_the_menu_the_footer_and_a_slot(town: City, guests: None) -> None:
    with in_use(town):
        page = Client().get("/en/guests")
        first = Client().get("/en/").content.decode()
        lost = Client().get("/en/nowhere").content.decode()

    assert page.status_code == 200
    assert "<h1>Three guests</h1>" in page.content.decode()
    assert '<li><a href="/en/guests" aria-current="page">Guests</a></li>' in page.content.decode()
    menu = first.partition('<nav class="nav"')[2].partition("</nav>")[0]
    assert menu.index(">Data<") < menu.index(">Guests<") < menu.index(">Flags<")
    assert '<li><a href="/en/guests">Our guests</a></li>' in first.partition('<footer class="foot">')[2]
    assert '<li><a href="/en/guests">To the guests</a></li>' in lost


@pytest.mark.django_db
def test_it_is_described_copied_scheduled_and_told(town: City, guests: None, tmp_path: Path) -> None:
    from guests import views  # type: ignore[import-not-found]  # the folder that the fixture makes

    with in_use(town):
        described = json.loads(Client().get("/api/v1/openapi.json").content)
        make_copy(
            town,
            ledger.signing(town.home, town.store, demo=True),
            tmp_path / "copy",
            records=0,
            tell=lambda stage, share: None,
        )
    contract.announce("arrival of a guest", "somebody")

    assert "/api/v1/guests" in described["paths"]
    assert "سه مهمان" in (tmp_path / "copy" / "guests" / "index.html").read_text(encoding="utf-8")
    assert "Three guests" in (tmp_path / "copy" / "en" / "guests" / "index.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "copy" / "api" / "v1" / "guests.json").read_bytes()) == {"guests": 3}
    assert (views.greet, timedelta(days=2)) in tasks.regular()
    assert views.HEARD == ["somebody"]


def test_without_it_nothing_of_it_is_left(town: City) -> None:
    with in_use(town):
        assert Client().get("/en/guests").status_code == 404
        assert "guests" not in Client().get("/en/").content.decode()
