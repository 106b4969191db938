"""The commonest values of fields over all cities: every value of each city is counted before any is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ayan.apps.national.cities_answer import CitiesAnswer
from ayan.apps.national.cities_groups import answer, shared_dataset
from ayan.apps.national.cities_question import parse_cities
from ayan.apps.national.selectors import AllCities
from ayan.core.query.grouping import parse_facets
from ayan.core.query.limits import FACET_SIZE
from ayan.core.query.question_parser import Parameters


@dataclass(frozen=True, slots=True)
class CitiesFacets:
    """For each field the counts of its values, most rows first, and what each city said."""

    answers: Mapping[str, CitiesAnswer]

    @property
    def is_lasting(self) -> bool:
        """Whether the same comes of it as long as the cities stand as they do."""
        return all(each.is_lasting for each in self.answers.values())


def ask_facets(cities: AllCities, slug: str, params: Parameters) -> CitiesFacets:
    """The facets that parameters ask for. Raises Http404 and BadQuestion.

    The counts of a field leave its own conditions out, so that they say what choosing another value would give.
    """
    shared = shared_dataset(cities, slug)
    question = parse_facets(shared.dataset, [pair for pair in params if pair[0] != "_cities"])
    own = [pair for pair in params if pair[0] in ("_cities", "_as_of", "_search")]
    answers = {}
    for by in question.by:
        conditions = [(each.parameter, each.text) for each in question.scope.filters if each.field != by.field]
        size = question.scope.size or FACET_SIZE
        asked = [("by", by.name), ("count", "1"), ("_sort_desc", "count"), ("_size", str(size)), *conditions, *own]
        answers[by.name] = answer(cities, shared, parse_cities(shared.dataset, asked, cities.codes))
    return CitiesFacets(answers)
