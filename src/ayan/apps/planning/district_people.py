"""How many people live in each district in a year, as a dataset of people says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.planning.limits import MOST_DISTRICTS
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import CodeList
from ayan.core.schema.view import PeopleView
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

WHOLE: Final = "city"
"""The code of a row that counts the whole city, where a list has one."""


@dataclass(frozen=True, slots=True)
class DistrictPeople:
    """The people of one year: ``by_district``, of the whole ``city``, and where the rows of the year are."""

    dataset: Dataset
    year: str
    by_district: Mapping[str, int]
    city: int
    rows: Question
    place: str

    def address(self, lang: Lang, code: str = "") -> str:
        """The rows of the year, or the one of a district."""
        own = (Filter(self.place, "eq", (code,)),) if code else ()
        path = reverse(f"{lang}:dataset", args=(self.dataset.slug,))
        ask = ExplorerState.bare(self.dataset, path, lang, *self.rows.filters, *own)
        return ask.but(as_of=self.rows.as_of).address


def district_people(
    city: City, districts: CodeList, year: str = "", as_of: date | None = None
) -> DistrictPeople | None:
    """The people of a year, or of the newest one that is published; None where it is not of every district.

    With ``as_of`` what was published by the evening of that day.
    """
    for declared in city.registry.declaring(PeopleView):
        dataset = city.registry.in_words(declared)
        view = dataset.view(PeopleView)
        if view is None or not view.location or not city.release_store.current(dataset.slug):
            continue
        field = dataset.field(view.location)
        if field.choices is None or field.choices.name != districts.name:
            continue
        try:
            people = _of_year(city, dataset, view, year or _newest(city, dataset, view, as_of), as_of)
        except (BadQuestion, Unanswered):
            continue
        if people is not None:
            return people
    return None


def _newest(city: City, dataset: Dataset, view: PeopleView, as_of: date | None) -> str:
    question = Question(slug=dataset.slug, sort=Sort(view.year, descending=True), size=1, as_of=as_of)
    return next((str(row.values[view.year]) for row in city.query_service.rows(dataset, question).rows), "")


def _of_year(
    city: City, dataset: Dataset, view: PeopleView, year: str, as_of: date | None = None
) -> DistrictPeople | None:
    filters = parse(dataset, [(view.year, year)]).filters
    question = Question(slug=dataset.slug, filters=filters, size=MOST_DISTRICTS, as_of=as_of)
    counted = [
        (str(row.values.get(view.location)), row.values.get(view.people)) for row in _rows(city, dataset, question)
    ]
    by_district = {code: people for code, people in counted if isinstance(people, int) and people > 0}
    if not by_district or len(by_district) < len(counted):
        return None
    whole = by_district.pop(WHOLE, None)
    return DistrictPeople(dataset, year, by_district, whole or sum(by_district.values()), question, view.location)


def _rows(city: City, dataset: Dataset, question: Question) -> tuple[Row, ...]:
    return city.query_service.rows(dataset, question).rows
