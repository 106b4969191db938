"""What the city does for people, as its register of services says: the first of them for the home page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.questions.limits import MOST_SERVICES
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.core.values.locale import Lang
from ayan.ui.record_address import record_addresses
from ayan.wiring.city import City
from ayan.wiring.service_folder import service_catalogue

PART: Final = "public-services"


@dataclass(frozen=True, slots=True)
class NamedService:
    """One service: what it is called, the days that are promised (None where nobody says), and its page."""

    title: str
    days: int | None
    address: str


@dataclass(frozen=True, slots=True)
class ServiceList:
    """The first services of the register, how many there are, and the page of all of them."""

    dataset: Dataset
    shown: tuple[NamedService, ...]
    count: int
    address: str


def service_list(city: City, lang: Lang) -> ServiceList | None:
    """The services in the order of their register; None where no dataset is one, or nothing of it is published."""
    for dataset in city.registry.all():
        view = next((view for view in dataset.views_of(PlaysView) if view.part == PART), None)
        if view is not None and city.release_store.snapshot(dataset.slug).rows:
            return _list(city, dataset, dict(view.places), lang)
    return None


def _list(city: City, dataset: Dataset, places: dict[str, str], lang: Lang) -> ServiceList | None:
    path = reverse(f"{lang}:dataset", args=[dataset.slug])
    question = Question(slug=dataset.slug, size=MOST_SERVICES)
    try:
        snapshot = city.query_service.snapshot(dataset, ExplorerState.bare(dataset, path, lang).question)
        page = city.query_service.rows(dataset, question, snapshot)
    except Unanswered:
        return None
    record, declared = record_addresses(lang, dataset.slug), service_catalogue(city.home).services
    shown = []
    for row in page.rows:
        title, days = row.values.get(places["title"]), row.values.get(places.get("days", ""))
        if title:
            promised = int(str(days)) if days is not None else None
            key = keys.key_of(dataset, row)
            service = declared.get(key)
            address = reverse(f"{lang}:service", args=(key,)) if service else record(key)
            shown.append(NamedService(service.title.of(lang) if service else str(title), promised, address))
    count = sum(release.rows for release in city.release_store.snapshot(dataset.slug).releases)
    whole = reverse(f"{lang}:service_list") if declared else path
    return ServiceList(dataset, tuple(shown), count, whole) if shown else None
