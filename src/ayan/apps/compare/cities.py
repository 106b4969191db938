"""The page of other cities: what was harvested of each, and comparisons with them that are ready to be looked at."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ayan.apps.compare import elsewhere, saying
from ayan.apps.compare.asking import read
from ayan.apps.compare.elsewhere import Away, Source
from ayan.apps.compare.limits import MOST_EXAMPLES
from ayan.apps.compare.offering import CITY, PERSON
from ayan.apps.compare.showing import Example
from ayan.core.harvest.cities import HERE
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.statistics import amounts_of
from ayan.core.schema.definition import Dataset, Field
from ayan.core.values.locale import Lang
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class Table:
    """One dataset of another city: its releases, how to compare it, and the columns that cannot be."""

    dataset: Dataset
    sources: tuple[Source, ...]
    query: str
    lacking: tuple[Field, ...]
    unlike: tuple[Field, ...]


def every(city: City) -> list[tuple[Away, list[Table]]]:
    """Every other city with what was harvested of it; datasets that are declared no longer are left out."""
    return [(one, list(_tables(city, one))) for one in elsewhere.every(city)]


def _tables(city: City, away: Away) -> list[Table]:
    out = []
    for dataset in city.registry.all():
        sources = tuple(one for one in away.sources if one.release.slug == dataset.slug)
        if not sources:
            continue
        known = [one.origin for one in sources if one.origin is not None]
        lacking = {name for one in known for name in one.lacking}
        unlike = {name for one in known for name in one.unlike}
        out.append(
            Table(
                dataset,
                sources,
                _query(city, dataset, away.about.code),
                tuple(one for one in dataset.published if one.name in lacking),
                tuple(one for one in dataset.published if one.name in unlike),
            )
        )
    return out


def _query(city: City, dataset: Dataset, code: str) -> str:
    """The comparison of both cities, for each person where both are counted; "" where there is nothing to compare."""
    if not city.shelf.current(dataset.slug) or any(dataset.view(kind) for kind in ("people", "price-index")):
        return ""
    other = city.others.get(code)
    counted = other is not None and any(
        one.view("people") and other.shelf.current(one.slug) for one in city.registry.all()
    )
    amounts = [("_measure", f"sum_{each.name}") for each in amounts_of(dataset)[:1]]
    sides = [("_by", CITY), ("_side", HERE), ("_side", code)]
    person = [("_per", PERSON)] if counted else []
    for more in ([*amounts, *person], amounts, []):
        with suppress(BadQuestion, Unanswered):
            return read(city, [("_data", dataset.slug), *more, *sides]).query
    return ""


def examples(city: City, lang: Lang) -> list[Example]:
    """The city beside others, in datasets that both have; the page of other cities has all of them."""
    queries = [table.query for _, tables in every(city) for table in tables if table.query][:MOST_EXAMPLES]
    return [Example(saying.title(read(city, parse_qsl(one)), lang), one) for one in queries]
