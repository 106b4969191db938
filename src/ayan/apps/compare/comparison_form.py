"""What the pages offer to be compared: the form, comparisons that are ready, and the tables of other cities."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qsl

from ayan.apps.catalog.explorer import group_table, result_options
from ayan.apps.compare import comparison_options, comparison_text, other_cities
from ayan.apps.compare.comparison_options import CITY, MOMENTS, PERSON
from ayan.apps.compare.comparison_question import NOTHING, OWN, ComparisonQuestion, read
from ayan.apps.compare.computation import work
from ayan.apps.compare.limits import MOST_EXAMPLES, MOST_SIDES
from ayan.apps.compare.other_cities import AwayNotes, SourceCity
from ayan.core.harvest.cities import OWN_CITY
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey
from ayan.core.query.problem import BadQuestion
from ayan.core.query.sum_parts import amounts_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PeopleView, PriceIndexView
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring.city import City

_CHOSEN: Final = ("_side", "_over", "_real", "_base", "_per")
"""What the second form chooses; the rest it sends along."""

MOMENT_LABELS: Final = {
    "_as_of": Label("آنچه در دو زمان دانسته بود", "As known at two moments"),
    "_release": Label("دو انتشار", "Two releases"),
}
CITIES: Final = Label("شهرها", "Cities")
ALTOGETHER: Final = Label("بی‌تفکیک", "All together")


@dataclass(frozen=True, slots=True)
class FormOption:
    """One thing to choose."""

    code: str
    label: str
    chosen: bool
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class ComparisonForm:
    """What the forms of the page offer."""

    datasets: tuple[FormOption, ...]
    measures: tuple[FormOption, ...] = ()
    dimensions: tuple[FormOption, ...] = ()
    sides: tuple[FormOption, ...] = ()
    overs: tuple[FormOption, ...] = ()
    pers: tuple[FormOption, ...] = ()
    bases: tuple[FormOption, ...] = ()
    carried: tuple[tuple[str, str], ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()
    most: int = MOST_SIDES


def bare_form(city: City, lang: Lang, chosen: str = "") -> ComparisonForm:
    """The form before anything is chosen: the datasets that have rows."""
    datasets = tuple(
        FormOption(dataset.slug, dataset.title.of(lang), dataset.slug == chosen)
        for dataset in city.registry.all()
        if city.release_store.current(dataset.slug)
    )
    return ComparisonForm(datasets)


def form(city: City, question: ComparisonQuestion, lang: Lang) -> ComparisonForm:
    """The form of a comparison, with what is chosen now."""
    dataset, by = question.dataset, question.by
    index = comparison_options.index_of(city, dataset, question.measure)
    named = by.name if isinstance(by, GroupKey) else by or ""
    return replace(
        bare_form(city, lang, dataset.slug),
        measures=tuple(
            FormOption(
                measure.name, comparison_options.measure_label(dataset, measure, lang), measure == question.measure
            )
            for measure in comparison_options.measures(dataset)
        ),
        dimensions=(
            *(
                FormOption(*_named(dataset, grouping, lang), grouping == by)
                for grouping in comparison_options.dimensions(dataset)
            ),
            *(FormOption(moment, MOMENT_LABELS[moment].of(lang), moment == by) for moment in MOMENTS),
            *_cities(city, question, lang),
            *((FormOption("", "…", chosen=True),) if not named else ()),
        ),
        sides=tuple(_sides(city, question, lang)),
        overs=(
            FormOption(NOTHING, ALTOGETHER.of(lang), question.over is None),
            *(FormOption(*_named(dataset, grouping, lang), grouping == question.over) for grouping in _overs(question)),
        ),
        pers=tuple(
            FormOption(divisor.code, divisor.label.of(lang), divisor.code == question.per)
            for divisor in comparison_options.divisors(city, dataset, question.measure)
        ),
        bases=tuple(_base(year, question, lang) for year in sorted(index.index, reverse=True)) if index else (),
        fixed=tuple(pair for pair in question.parameters() if pair[0] not in _CHOSEN),
        carried=tuple(pair for pair in question.parameters() if pair[0] not in OWN),
    )


def _cities(city: City, question: ComparisonQuestion, lang: Lang) -> list[FormOption]:
    """Cities as sides, where another one has rows of this dataset."""
    several = len(comparison_options.offered(city, question.dataset, CITY, question.scope)) > 1
    return [FormOption(CITY, CITIES.of(lang), question.by == CITY)] if several or question.by == CITY else []


def _base(year: str, question: ComparisonQuestion, lang: Lang) -> FormOption:
    return FormOption(year, value_html.period_label(year, lang), year == question.base)


def _named(dataset: Dataset, by: GroupKey, lang: Lang) -> tuple[str, str]:
    return by.name, result_options.by_label(dataset, by, lang)


def _overs(question: ComparisonQuestion) -> list[GroupKey]:
    groupings = [grouping for grouping in comparison_options.dimensions(question.dataset) if grouping != question.by]
    if question.over is not None and question.over not in groupings:
        groupings.append(question.over)
    return groupings


def _sides(city: City, question: ComparisonQuestion, lang: Lang) -> list[FormOption]:
    """The values offered, with those chosen that are not among them."""
    chosen = {side.text: side for side in question.sides}
    out = [
        FormOption(
            choice.text,
            _value_label(question, choice.value, lang),
            chosen.pop(choice.text, None) is not None,
            choice.rows,
        )
        for choice in comparison_options.offered(city, question.dataset, question.by, question.scope)
    ]
    return [
        *(
            FormOption(text, comparison_text.side_label(question, side, lang), chosen=True)
            for text, side in chosen.items()
        ),
        *out,
    ]


def _value_label(question: ComparisonQuestion, value: Any, lang: Lang) -> str:
    if isinstance(question.by, GroupKey):
        return group_table.label(question.dataset, question.by, value, lang)
    if isinstance(value, Label):
        return value.of(lang)
    if question.by == "_release":
        period, number = value
        return comparison_text.release_label(period, number, lang)
    return comparison_text.moment_label(value, lang)


# --- ready comparisons ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComparisonExample:
    """A comparison that is ready to be looked at, and what comes out; empty where that was not worked out."""

    title: str
    query: str
    finding: str = ""


def examples(city: City, lang: Lang) -> list[ComparisonExample]:
    """Those chosen by hand that the city's data can answer, up to so many; a city that has none gets its largest sums.

    Before them stands the city beside others, in datasets that both have.
    """
    chosen = list(islice(_by_hand(city, lang), MOST_EXAMPLES))
    return [*_beside_others(city, lang), *(chosen or islice(_by_itself(city, lang), MOST_EXAMPLES))]


def _by_hand(city: City, lang: Lang) -> Iterator[ComparisonExample]:
    """The declared ones, each with its finding; what cannot be compared, or not in time, is left out."""
    for ready in city.ready_comparisons:
        try:
            comparison = read(city, parse_qsl(ready.query), of_one_year=True)
            worked = work(city, comparison)
        except (BadQuestion, Unanswered):
            continue
        findings = comparison_text.finding(worked, lang)
        if findings and all(side.rows for side in worked.sides):
            yield ComparisonExample(ready.title.of(lang), comparison.query, findings[0])


def _beside_others(city: City, lang: Lang) -> Iterator[ComparisonExample]:
    """Some comparisons with other cities; the page of those has all of them."""
    queries = [table.query for _, tables in other_city_tables(city) for table in tables if table.query]
    for query in queries[:MOST_EXAMPLES]:
        yield ComparisonExample(comparison_text.title(read(city, parse_qsl(query), of_one_year=True), lang), query)


def _by_itself(city: City, lang: Lang) -> Iterator[ComparisonExample]:
    """One comparison of each dataset whose amounts can be added: as it would be chosen by itself.

    The largest datasets come first; how many rows a list has in this year and in that tells nobody anything.
    """
    with_amounts = [dataset for dataset in city.registry.all() if amounts_of(dataset)]
    rows = {each.slug: sum(it.rows for it in city.release_store.current(each.slug).values()) for each in with_amounts}
    for dataset in sorted(with_amounts, key=lambda each: -rows[each.slug]):
        if not rows[dataset.slug]:
            break
        pairs = [("_data", dataset.slug), ("_measure", f"sum_{amounts_of(dataset)[0].name}")]
        try:
            comparison = read(city, pairs, of_one_year=True)
        except (BadQuestion, Unanswered):
            continue
        yield ComparisonExample(comparison_text.title(comparison, lang), comparison.query)


# --- other cities ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CityTable:
    """One dataset of another city: its releases, how to compare it, and the columns that cannot be."""

    dataset: Dataset
    sources: tuple[SourceCity, ...]
    query: str
    lacking: tuple[Field, ...]
    unlike: tuple[Field, ...]


def other_city_tables(city: City) -> list[tuple[AwayNotes, list[CityTable]]]:
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
    sides = [("_by", CITY), ("_side", OWN_CITY), ("_side", code)]
    person = [("_per", PERSON)] if counted else []
    for more in ([*amounts, *person], amounts, []):
        with suppress(BadQuestion, Unanswered):
            return read(city, [("_data", dataset.slug), *more, *sides], of_one_year=True).query
    return ""
