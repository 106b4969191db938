"""Groups of what all cities of an installation publish of one dataset, asked of each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.http import Http404

from ayan.apps.national.asked_cities import ask_each
from ayan.apps.national.cities_answer import CitiesAnswer, put_together
from ayan.apps.national.cities_question import CitiesQuestion, parse_cities
from ayan.apps.national.city_cells import CityMissing, declared, read_city
from ayan.apps.national.national_standing import CityOutOfReach
from ayan.apps.national.selectors import AllCities
from ayan.core.query.question_parser import Parameters
from ayan.core.schema.definition import Dataset


@dataclass(frozen=True, slots=True)
class SharedDataset:
    """A dataset as most cities that publish it declare it: its ``cities``, and why others say nothing."""

    dataset: Dataset
    cities: tuple[str, ...]
    missing: dict[str, str]


def shared_dataset(cities: AllCities, slug: str) -> SharedDataset:
    """A dataset under the declaration that most cities have. Raises Http404 where no city that stands publishes it."""
    tables = {table.city: table.digest for table in cities.national.register.tables(cities.standing.cities, slug)}
    digests = list(tables.values())
    # The declaration itself stands with the cities: the first that can be asked tells it.
    for digest in sorted(set(digests), key=lambda each: (-digests.count(each), each)):
        alike = [code for code in sorted(tables) if tables[code] == digest]
        for code in alike:
            try:
                with cities.national.reach(code) as city:
                    dataset = declared(city, slug, digest)
            except (CityMissing, CityOutOfReach):
                continue
            return SharedDataset(dataset, tuple(alike), _missing(cities, slug, tables, digest))
    raise Http404


def _missing(cities: AllCities, slug: str, tables: dict[str, str], digest: str) -> dict[str, str]:
    """Why nothing is said of each city that is not among those alike."""
    missing = dict(cities.standing.left_out)
    for code, known in cities.standing.cities.items():
        if code not in tables:
            missing[code] = "unreadable" if slug in known.damaged else "not-published"
        elif tables[code] != digest:
            missing[code] = "otherwise"
    return missing


def ask_groups(cities: AllCities, slug: str, params: Parameters) -> CitiesAnswer:
    """The groups that parameters ask for. Raises Http404 and BadQuestion."""
    shared = shared_dataset(cities, slug)
    question = parse_cities(shared.dataset, params, cities.codes)
    return answer(cities, shared, question)


def answer(cities: AllCities, shared: SharedDataset, question: CitiesQuestion) -> CitiesAnswer:
    """What the cities say to a question, put together."""
    wanted = set(question.cities or cities.codes)
    codes = [code for code in shared.cities if code in wanted]
    said, silent = ask_each(cities.national, codes, partial(read_city, question=question))
    missing = {code: why for code, why in (shared.missing | dict(silent)).items() if code in wanted}
    people = cities.national.register.people_by_year(said) if question.per_head else {}
    return put_together(question, said, dict(sorted(missing.items())), people)
