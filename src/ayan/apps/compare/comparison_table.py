"""What the page of a comparison shows: the table of differences with ways back to the rows, and the form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog.explorer import group_table, result_options
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.compare import comparison_options, comparison_text
from ayan.apps.compare.comparison_options import CITY, MOMENTS
from ayan.apps.compare.comparison_question import NOTHING, OWN, ComparisonQuestion, ComparisonSide, read
from ayan.apps.compare.computation import ComparisonLine, ComparisonResult, Number
from ayan.apps.compare.limits import MOST_LINES, MOST_SIDES
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey
from ayan.core.query.problem import BadQuestion
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring.city import City

# What the second form chooses; the rest it sends along.
_CHOSEN: Final = ("_side", "_over", "_real", "_base", "_per")
MOMENT_LABELS: Final = {
    "_as_of": Label("آنچه در دو زمان دانسته بود", "As known at two moments"),
    "_release": Label("دو انتشار", "Two releases"),
}
CITIES: Final = Label("شهرها", "Cities")
ALTOGETHER: Final = Label("بی‌تفکیک", "All together")


@dataclass(frozen=True, slots=True)
class ComparisonFigure:
    """One number of the table: as shown, what it links to, and how it stands to the first side."""

    value: Number | None
    address: str
    difference: Number | None = None
    change: Number | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """One line of the table."""

    label: str
    figures: tuple[ComparisonFigure, ...]


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


def drawn(worked: ComparisonResult, path: str, cities: str, lang: Lang) -> list[ComparisonTable]:
    """The lines of the table; ``path`` is the address of the dataset, ``cities`` that of the page of other cities."""
    asks = _asks(worked, path, cities, lang)
    return [
        _drawn(worked, line, comparison_text.key_label(worked.question, line.key, lang), asks)
        for line in worked.lines[:MOST_LINES]
    ]


def total(worked: ComparisonResult, path: str, cities: str, lang: Lang) -> ComparisonTable:
    """The line under the table."""
    asks = _asks(worked, path, cities, lang)
    return _drawn(worked, worked.total, comparison_text.total_label(worked).of(lang), asks, whole=True)


def _asks(worked: ComparisonResult, path: str, cities: str, lang: Lang) -> list[ExplorerState | str]:
    """Where the numbers of each side lead: to its rows, or, where they are another city's, to what is said of these."""
    question = worked.question
    return [
        away_address(cities, side.city, question.dataset.slug) if side.city else ask_of(question, side, path, lang)
        for side in question.sides
    ]


def address_of(question: ComparisonQuestion, side: ComparisonSide, path: str, cities: str, lang: Lang) -> str:
    """Where a side leads."""
    if side.city:
        return away_address(cities, side.city, question.dataset.slug)
    return ask_of(question, side, path, lang).address


def away_address(cities: str, code: str, slug: str) -> str:
    """What is said of one dataset of another city, on the page of other cities."""
    return f"{cities}#city-{code}-{slug}"


def _drawn(
    worked: ComparisonResult,
    line: ComparisonLine,
    label: str,
    asks: Sequence[ExplorerState | str],
    *,
    whole: bool = False,
) -> ComparisonTable:
    over = worked.question.over
    out = []
    for position, (value, ask) in enumerate(zip(line.values, asks, strict=True)):
        if isinstance(ask, str):
            address = ask
        else:
            address = ask.address if whole or over is None else group_table.rows_of(ask, over, line.key)
        gap, change = (line.difference(position), line.change(position)) if position else (None, None)
        out.append(
            ComparisonFigure(
                comparison_text.in_page_unit(worked, value),
                address,
                comparison_text.in_page_unit(worked, gap),
                change,
                position == 0,
            )
        )
    return ComparisonTable(label, tuple(out))


def ask_of(question: ComparisonQuestion, side: ComparisonSide, path: str, lang: Lang) -> ExplorerState:
    """The explorer at the rows of a side."""
    ask = ExplorerState.bare(question.dataset, path, lang, *side.scope.filters)
    return ask.but(search=side.scope.search, as_of=side.scope.as_of, release=side.scope.release)


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


@dataclass(frozen=True, slots=True)
class ComparisonExample:
    """A comparison that is ready to be looked at."""

    title: str
    query: str


def examples(city: City, lang: Lang) -> list[ComparisonExample]:
    """One comparison of each dataset that has rows of two kinds: as it would be chosen by itself."""
    return list(_examples(city, lang))


def _examples(city: City, lang: Lang) -> Iterator[ComparisonExample]:
    for dataset in city.registry.all():
        if not city.release_store.current(dataset.slug):
            continue
        pairs = [("_data", dataset.slug), ("_measure", comparison_options.usual_measure(dataset).name)]
        try:
            comparison = read(city, pairs)
        except (BadQuestion, Unanswered):
            continue
        yield ComparisonExample(comparison_text.title(comparison, lang), comparison.query)


def along(question: ComparisonQuestion, lang: Lang) -> str:
    """What the lines of the table are values of."""
    return result_options.by_label(question.dataset, question.over, lang) if question.over else ""
