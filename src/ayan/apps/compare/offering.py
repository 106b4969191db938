"""What can be compared in a dataset: its measures, what sides can be values of, and what sums can be divided by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from ayan.apps.catalog import choosing, figures
from ayan.apps.catalog.prices import Prices, prices
from ayan.apps.compare.limits import MOST_OFFERED, MOST_TRIED
from ayan.core.harvest.cities import HERE, About
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import FUNCTION_LABELS, TAKEN, By, FacetQuestion, Function, Measure
from ayan.core.query.groups import answer_facets
from ayan.core.query.question import Question, value_text
from ayan.core.query.statistics import amounts_of, axis_of
from ayan.core.schema.definition import Dataset, Field, View
from ayan.core.store.shelf import instant
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

# Sides that are the same rows at different times.
Moments = Literal["_as_of", "_release"]
MOMENTS: Final[tuple[Moments, ...]] = ("_as_of", "_release")
# Sides that are the same rows in different cities.
Cities = Literal["_city"]
CITY: Final[Cities] = "_city"
Apart = Moments | Cities
PERSON: Final = "person"
AWAY: Final = Label("{city} (شهر دیگر)", "{city} (another city)")
ADDITIVE: Final = frozenset({"count", "sum", "avg"})
DIMENSION_ROLES: Final = choosing.GROUPED_ROLES | {"title"}
PER_PERSON: Final = Label("برای هر نفر", "per person")
PER_FIELD: Final = Label("برای هر {unit} «{label}»", "per {unit} of “{label}”")


@dataclass(frozen=True, slots=True)
class Divisor:
    """What a sum can be divided by: a number of the same rows, or the people of the year (``view`` of ``dataset``)."""

    code: str
    label: Label
    field: Field | None = None
    dataset: Dataset | None = None
    view: View | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """One value that a side can be, with how many rows have it."""

    text: str
    value: object
    rows: int | None = None


def measures(dataset: Dataset) -> tuple[Measure, ...]:
    """Every number that can be compared: rows, then sums, means and medians, then different values.

    A rate is never summed: two prices of a square metre together are the price of nothing.
    """
    numbers = [one for one in dataset.published if TAKEN["sum"](one) and one.shown == "public"]
    first = [one for one in amounts_of(dataset) if one in numbers]
    ordered = [*first, *(one for one in numbers if one not in first)]
    out = [Measure("count")]
    for one in ordered:
        taken: tuple[Function, ...] = ("avg", "median") if one.role == "rate" else ("sum", "avg", "median")
        out += [Measure(what, one.name) for what in taken]
    things = [
        one for one in dataset.published if one.shown == "public" and (one.ref or one.role in ("person", "company"))
    ]
    return (*out, *(Measure("distinct", one.name) for one in things))


def usual_measure(dataset: Dataset) -> Measure:
    """What is compared when nobody says: the sum of what is an amount, else the median of a rate, else rows."""
    offered = measures(dataset)
    names = [
        *(f"sum_{one.name}" for one in amounts_of(dataset)),
        *(f"median_{one.name}" for one in dataset.published if one.role == "rate"),
    ]
    return next((one for name in names for one in offered if one.name == name), offered[0])


def measure_label(dataset: Dataset, measure: Measure, lang: Lang) -> str:
    """A measure in words."""
    words = FUNCTION_LABELS[measure.function].of(lang)
    return words.replace("{label}", dataset.field(measure.field).label.of(lang) if measure.field else "")


def dimensions(dataset: Dataset) -> tuple[By, ...]:
    """What sides can be values of: years and months, lists, units, parties, what refers to something else."""
    out = dict.fromkeys(choosing.groupings(dataset))
    for one in dataset.published:
        known = one.ref is not None or one.role in DIMENSION_ROLES
        if one.shown == "public" and known and one.kind not in ("geometry", "link", "rial", "decimal", "date"):
            out[By(one.name)] = None
    return tuple(out)


def usual_by(city: City, dataset: Dataset, scope: Question) -> By | None:
    """What sides are values of when nobody says: the first that the rows have two values of and are not chosen by."""
    chosen = {one.field for one in scope.filters}
    free = [one for one in dimensions(dataset) if one.field not in chosen][:MOST_TRIED]
    return next((one for one in free if len(offered(city, dataset, one, scope)) > 1), None)


def usual_over(dataset: Dataset, by: By | Apart | None) -> By | None:
    """Along what a comparison runs when nobody says: years; where the sides are years already, what tells most."""
    year = year_of(dataset)
    if year is not None and not (isinstance(by, By) and by.field == year.field):
        return year
    for role in ("unit", "category", "status", "place"):
        for one in dimensions(dataset):
            if one.part is None and dataset.field(one.field).role == role:
                return one
    return None


def year_of(dataset: Dataset) -> By | None:
    """What tells the year of a row; None where nothing does."""
    axis = axis_of(dataset)
    if axis is None:
        return None
    return By(axis.name, "year") if axis.kind == "date" else By(axis.name)


def usual_sides(city: City, dataset: Dataset, by: By | Apart | None, scope: Question) -> list[str]:
    """The two sides that are compared when nobody says which: the newest of time, of all else those with most rows."""
    return [one.text for one in offered(city, dataset, by, scope)[:2]][:: -1 if _is_time(dataset, by) else 1]


def _is_time(dataset: Dataset, by: By | Apart | None) -> bool:
    if not isinstance(by, By):
        return by != CITY
    return by.part is not None or dataset.field(by.field).kind == "period"


def offered(city: City, dataset: Dataset, by: By | Apart | None, scope: Question) -> Sequence[Offered]:
    """The values that a side can be; of time the newest first."""
    if by is None:
        return ()
    if by == CITY:
        return tuple(_cities(city, dataset))
    if not isinstance(by, By):
        return tuple(_moments(city, dataset, by))
    try:
        question = FacetQuestion(scope=replace(scope, size=200 if _is_time(dataset, by) else MOST_OFFERED), by=(by,))
        standing = city.reader.standing(dataset, scope)
        key = ("offered", standing.state, dataset.digest, question.query_string())
        facet = figures.once(key, lambda: answer_facets(city.reader, dataset, question, standing)).facets[0]
    except Unanswered:
        return ()
    found = [
        Offered(value_text(one.value), one.value, one.count) for one in facet.values if one.value not in (None, "")
    ]
    if _is_time(dataset, by):
        found.sort(key=lambda one: one.text, reverse=True)
    return found[:MOST_OFFERED]


def _cities(city: City, dataset: Dataset) -> Iterator[Offered]:
    """The cities that have rows of a dataset: the city itself, then others by their codes."""
    yield Offered(HERE, city.profile.name, city.shelf.state(dataset.slug).rows)
    for one in city.others.all():
        state = one.shelf.state(dataset.slug)
        if state.releases:
            yield Offered(one.code, away_name(one.about), state.rows)


def away_name(about: About) -> Label:
    """Another city's name, with the words that it is another one."""
    return AWAY.format(city=about.title)


def _moments(city: City, dataset: Dataset, by: Moments) -> Iterator[Offered]:
    releases = sorted(city.shelf.releases(dataset.slug), key=lambda one: one.sealed_at, reverse=True)
    for one in releases[:MOST_OFFERED]:
        if one.withdrawn:
            continue
        if by == "_release":
            yield Offered(f"{one.period}/{one.number}", (one.period, one.number), one.rows)
        else:
            yield Offered(instant(one.sealed_at), one.sealed_at)


def index_of(city: City, dataset: Dataset, measure: Measure) -> Prices | None:
    """The price index by which a measure can be told in the money of one year; None where it cannot."""
    is_money = bool(measure.field) and dataset.field(measure.field).kind == "rial"
    if not is_money or measure.function not in ADDITIVE or year_of(dataset) is None:
        return None
    return prices(city)


def divisors(city: City, dataset: Dataset, measure: Measure) -> list[Divisor]:
    """What a measure can be divided by: the numbers declared as quantities, and people where a dataset counts them."""
    if measure.function not in ("count", "sum"):
        return []
    out = []
    for one in dataset.published:
        is_other = one.shown == "public" and one.name != measure.field
        if one.role == "quantity" and one.unit is not None and is_other and TAKEN["sum"](one):
            unit, label = one.unit, one.label
            out.append(Divisor(one.name, PER_FIELD.format(unit=unit, label=label), one))
    if year_of(dataset) is not None:
        for each in city.registry.all():
            view = each.view("people")
            if view is not None and city.shelf.current(each.slug):
                return [Divisor(PERSON, PER_PERSON, None, each, view), *out]
    return out
