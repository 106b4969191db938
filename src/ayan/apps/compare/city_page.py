"""The page of other cities: what was harvested of each, and comparisons with them that are ready to be looked at."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ayan.apps.compare import comparison_text, other_cities
from ayan.apps.compare.comparison_options import CITY, PERSON
from ayan.apps.compare.comparison_question import read
from ayan.apps.compare.comparison_table import ComparisonExample
from ayan.apps.compare.limits import MOST_EXAMPLES
from ayan.apps.compare.other_cities import AwayNotes, SourceCity
from ayan.core.harvest.cities import HERE
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.statistics import amounts_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PeopleView, PriceIndexView
from ayan.core.values.locale import Lang
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class CityTable:
    """One dataset of another city: its releases, how to compare it, and the columns that cannot be."""

    dataset: Dataset
    sources: tuple[SourceCity, ...]
    query: str
    lacking: tuple[Field, ...]
    unlike: tuple[Field, ...]


def every(city: City) -> list[tuple[AwayNotes, list[CityTable]]]:
    """Every other city with what was harvested of it; datasets that are declared no longer are left out."""
    return [(away, list(_tables(city, away))) for away in other_cities.every(city)]


def _tables(city: City, away: AwayNotes) -> list[CityTable]:
    out = []
    for dataset in city.registry.all():
        sources = tuple(source for source in away.sources if source.release.slug == dataset.slug)
        if not sources:
            continue
        known = [source.origin for source in sources if source.origin is not None]
        lacking = {name for origin in known for name in origin.lacking}
        unlike = {name for origin in known for name in origin.unlike}
        out.append(
            CityTable(
                dataset,
                sources,
                _query(city, dataset, away.about.code),
                tuple(field for field in dataset.published if field.name in lacking),
                tuple(field for field in dataset.published if field.name in unlike),
            )
        )
    return out


def _query(city: City, dataset: Dataset, code: str) -> str:
    """The comparison of both cities, for each person where both are counted; "" where there is nothing to compare."""
    if not city.release_store.current(dataset.slug) or any(dataset.view(kind) for kind in (PeopleView, PriceIndexView)):
        return ""
    other = city.others.get(code)
    counted = other is not None and any(
        dataset.view(PeopleView) and other.release_store.current(dataset.slug) for dataset in city.registry.all()
    )
    amounts = [("_measure", f"sum_{each.name}") for each in amounts_of(dataset)[:1]]
    sides = [("_by", CITY), ("_side", HERE), ("_side", code)]
    person = [("_per", PERSON)] if counted else []
    for more in ([*amounts, *person], amounts, []):
        with suppress(BadQuestion, Unanswered):
            return read(city, [("_data", dataset.slug), *more, *sides]).query
    return ""


def examples(city: City, lang: Lang) -> list[ComparisonExample]:
    """The city beside others, in datasets that both have; the page of other cities has all of them."""
    queries = [table.query for _, tables in every(city) for table in tables if table.query][:MOST_EXAMPLES]
    return [ComparisonExample(comparison_text.title(read(city, parse_qsl(query)), lang), query) for query in queries]
