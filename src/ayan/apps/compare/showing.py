"""What the page of a comparison shows: the table of differences with ways back to the rows, and the form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog import choosing, grouped
from ayan.apps.catalog.asking import Ask
from ayan.apps.compare import offering, saying
from ayan.apps.compare.asking import NOTHING, OWN, Comparison, Side, read
from ayan.apps.compare.limits import MOST_LINES, MOST_SIDES
from ayan.apps.compare.offering import CITY, MOMENTS
from ayan.apps.compare.working import Line, Number, Worked
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import By
from ayan.core.query.problem import BadQuestion
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import writing
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
class Figure:
    """One number of the table: as shown, what it links to, and how it stands to the first side."""

    value: Number | None
    address: str
    difference: Number | None = None
    change: Number | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of the table."""

    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    code: str
    label: str
    chosen: bool
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What the forms of the page offer."""

    datasets: tuple[Option, ...]
    measures: tuple[Option, ...] = ()
    dimensions: tuple[Option, ...] = ()
    sides: tuple[Option, ...] = ()
    overs: tuple[Option, ...] = ()
    pers: tuple[Option, ...] = ()
    bases: tuple[Option, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()
    most: int = MOST_SIDES


def drawn(worked: Worked, path: str, cities: str, lang: Lang) -> list[Drawn]:
    """The lines of the table; ``path`` is the address of the dataset, ``cities`` that of the page of other cities."""
    asks = _asks(worked, path, cities, lang)
    return [
        _drawn(worked, one, saying.key_label(worked.asked, one.key, lang), asks) for one in worked.lines[:MOST_LINES]
    ]


def total(worked: Worked, path: str, cities: str, lang: Lang) -> Drawn:
    """The line under the table."""
    asks = _asks(worked, path, cities, lang)
    return _drawn(worked, worked.total, saying.total_label(worked).of(lang), asks, whole=True)


def _asks(worked: Worked, path: str, cities: str, lang: Lang) -> list[Ask | str]:
    """Where the numbers of each side lead: to its rows, or, where they are another city's, to what is said of these."""
    asked = worked.asked
    return [
        away_address(cities, one.city, asked.dataset.slug) if one.city else ask_of(asked, one, path, lang)
        for one in asked.sides
    ]


def address_of(asked: Comparison, side: Side, path: str, cities: str, lang: Lang) -> str:
    """Where a side leads."""
    if side.city:
        return away_address(cities, side.city, asked.dataset.slug)
    return ask_of(asked, side, path, lang).address


def away_address(cities: str, code: str, slug: str) -> str:
    """What is said of one dataset of another city, on the page of other cities."""
    return f"{cities}#city-{code}-{slug}"


def _drawn(worked: Worked, line: Line, label: str, asks: Sequence[Ask | str], *, whole: bool = False) -> Drawn:
    over = worked.asked.over
    out = []
    for place, (value, ask) in enumerate(zip(line.values, asks, strict=True)):
        if isinstance(ask, str):
            address = ask
        else:
            address = ask.address if whole or over is None else grouped.rows_of(ask, over, line.key)
        gap, change = (line.difference(place), line.change(place)) if place else (None, None)
        out.append(Figure(saying.shown(worked, value), address, saying.shown(worked, gap), change, place == 0))
    return Drawn(label, tuple(out))


def ask_of(asked: Comparison, side: Side, path: str, lang: Lang) -> Ask:
    """The explorer at the rows of a side."""
    ask = Ask.bare(asked.dataset, path, lang, *side.scope.filters)
    return ask.but(search=side.scope.search, as_of=side.scope.as_of, release=side.scope.release)


def bare_form(city: City, lang: Lang, chosen: str = "") -> Form:
    """The form before anything is chosen: the datasets that have rows."""
    datasets = tuple(
        Option(one.slug, one.title.of(lang), one.slug == chosen)
        for one in city.registry.all()
        if city.shelf.current(one.slug)
    )
    return Form(datasets)


def form(city: City, asked: Comparison, lang: Lang) -> Form:
    """The form of a comparison, with what is chosen now."""
    dataset, by = asked.dataset, asked.by
    index = offering.index_of(city, dataset, asked.measure)
    named = by.name if isinstance(by, By) else by or ""
    return replace(
        bare_form(city, lang, dataset.slug),
        measures=tuple(
            Option(one.name, offering.measure_label(dataset, one, lang), one == asked.measure)
            for one in offering.measures(dataset)
        ),
        dimensions=(
            *(Option(*_named(dataset, one, lang), one == by) for one in offering.dimensions(dataset)),
            *(Option(one, MOMENT_LABELS[one].of(lang), one == by) for one in MOMENTS),
            *_cities(city, asked, lang),
            *((Option("", "…", chosen=True),) if not named else ()),
        ),
        sides=tuple(_sides(city, asked, lang)),
        overs=(
            Option(NOTHING, ALTOGETHER.of(lang), asked.over is None),
            *(Option(*_named(dataset, one, lang), one == asked.over) for one in _overs(asked)),
        ),
        pers=tuple(
            Option(one.code, one.label.of(lang), one.code == asked.per)
            for one in offering.divisors(city, dataset, asked.measure)
        ),
        bases=tuple(_base(one, asked, lang) for one in sorted(index.index, reverse=True)) if index else (),
        fixed=tuple(pair for pair in asked.parameters() if pair[0] not in _CHOSEN),
        kept=tuple(pair for pair in asked.parameters() if pair[0] not in OWN),
    )


def _cities(city: City, asked: Comparison, lang: Lang) -> list[Option]:
    """Cities as sides, where another one has rows of this dataset."""
    several = len(offering.offered(city, asked.dataset, CITY, asked.scope)) > 1
    return [Option(CITY, CITIES.of(lang), asked.by == CITY)] if several or asked.by == CITY else []


def _base(year: str, asked: Comparison, lang: Lang) -> Option:
    return Option(year, writing.period_label(year, lang), year == asked.base)


def _named(dataset: Dataset, by: By, lang: Lang) -> tuple[str, str]:
    return by.name, choosing.by_label(dataset, by, lang)


def _overs(asked: Comparison) -> list[By]:
    found = [one for one in offering.dimensions(asked.dataset) if one != asked.by]
    if asked.over is not None and asked.over not in found:
        found.append(asked.over)
    return found


def _sides(city: City, asked: Comparison, lang: Lang) -> list[Option]:
    """The values offered, with those chosen that are not among them."""
    chosen = {one.text: one for one in asked.sides}
    out = [
        Option(one.text, _value_label(asked, one.value, lang), chosen.pop(one.text, None) is not None, one.rows)
        for one in offering.offered(city, asked.dataset, asked.by, asked.scope)
    ]
    return [*(Option(text, saying.side_label(asked, one, lang), chosen=True) for text, one in chosen.items()), *out]


def _value_label(asked: Comparison, value: Any, lang: Lang) -> str:
    if isinstance(asked.by, By):
        return grouped.label(asked.dataset, asked.by, value, lang)
    if isinstance(value, Label):
        return value.of(lang)
    if asked.by == "_release":
        period, number = value
        return saying.release_label(period, number, lang)
    return saying.moment_label(value, lang)


@dataclass(frozen=True, slots=True)
class Example:
    """A comparison that is ready to be looked at."""

    title: str
    query: str


def examples(city: City, lang: Lang) -> list[Example]:
    """One comparison of each dataset that has rows of two kinds: as it would be chosen by itself."""
    return list(_examples(city, lang))


def _examples(city: City, lang: Lang) -> Iterator[Example]:
    for dataset in city.registry.all():
        if not city.shelf.current(dataset.slug):
            continue
        pairs = [("_data", dataset.slug), ("_measure", offering.usual_measure(dataset).name)]
        try:
            made = read(city, pairs)
        except (BadQuestion, Unanswered):
            continue
        yield Example(saying.title(made, lang), made.query)


def along(asked: Comparison, lang: Lang) -> str:
    """What the lines of the table are values of."""
    return choosing.by_label(asked.dataset, asked.over, lang) if asked.over else ""
