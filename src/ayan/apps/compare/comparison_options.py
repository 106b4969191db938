"""What can be compared in a dataset: its measures, what sides can be values of, and what sums can be divided by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from ayan.apps.catalog.explorer import figures, result_options
from ayan.apps.catalog.explorer.figures import PriceIndex, prices
from ayan.apps.compare.limits import MOST_OFFERED, MOST_TRIED
from ayan.core.harvest.cities import OWN_CITY, CityProfile
from ayan.core.query.additivity import date_field
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import FUNCTION_LABELS, TAKEN, FacetQuestion, Function, GroupKey, GroupMeasure
from ayan.core.query.query_service import answer_facets
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import axis_of
from ayan.core.query.sum_parts import amounts_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PeopleView
from ayan.core.store.tombstone import instant
from ayan.core.values.asked_value import Span, value_text
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

# Sides that are the same rows at different times.
Moments = Literal["_as_of", "_release"]
MOMENTS: Final[tuple[Moments, ...]] = ("_as_of", "_release")
# Sides that are the same rows in different cities.
Cities = Literal["_city"]
CITY: Final[Cities] = "_city"
ComparedAxis = Moments | Cities
PERSON: Final = "person"
AWAY: Final = Label("{city} (شهر دیگر)", "{city} (another city)")
ADDITIVE: Final = frozenset({"count", "sum", "avg"})
DIMENSION_ROLES: Final = result_options.GROUPED_ROLES | {"title"}
PER_PERSON: Final = Label("برای هر نفر", "per person")
PER_FIELD: Final = Label("برای هر {unit} «{label}»", "per {unit} of “{label}”")


@dataclass(frozen=True, slots=True)
class Divisor:
    """What a sum can be divided by: a number of the same rows, or the people of the year (``view`` of ``dataset``)."""

    code: str
    label: Label
    field: Field | None = None
    dataset: Dataset | None = None
    view: PeopleView | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """One value that a side can be, with how many rows have it."""

    text: str
    value: object
    rows: int | None = None


def measures(dataset: Dataset) -> tuple[GroupMeasure, ...]:
    """Every number that can be compared: rows, then sums, means and medians, then different values.

    A rate is never summed: two prices of a square metre together are the price of nothing.
    """
    numbers = [field for field in dataset.published if TAKEN["avg"](field) and field.shown == "public"]
    first = [field for field in amounts_of(dataset) if field in numbers]
    ordered = [*first, *(field for field in numbers if field not in first)]
    out = [GroupMeasure("count")]
    for field in ordered:
        taken: tuple[Function, ...] = ("sum", "avg", "median") if is_summed(field) else ("avg", "median")
        out += [GroupMeasure(what, field.name) for what in taken]
    things = [
        field
        for field in dataset.published
        if field.shown == "public" and (field.ref or field.role in ("person", "company"))
    ]
    return (*out, *(GroupMeasure("distinct", field.name) for field in things))


def is_summed(field: Field) -> bool:
    """Whether a comparison offers the sum of a field: what may be added, and is not told by its median instead."""
    return TAKEN["sum"](field) and field.role != "rate"


def stock_date(dataset: Dataset, measure: GroupMeasure) -> Field | None:
    """The field that dates a sum which stands only at one date; None of any other measure."""
    return date_field(dataset, dataset.field(measure.field)) if measure.function == "sum" else None


def measure_label(dataset: Dataset, measure: GroupMeasure, lang: Lang) -> str:
    """A measure in words."""
    words = FUNCTION_LABELS[measure.function].of(lang)
    return words.replace("{label}", dataset.field(measure.field).label.of(lang) if measure.field else "")


def dimensions(dataset: Dataset) -> tuple[GroupKey, ...]:
    """What sides can be values of: years and months, lists, units, parties, what refers to something else."""
    out = dict.fromkeys(result_options.groupings(dataset))
    for field in dataset.published:
        known = field.ref is not None or field.role in DIMENSION_ROLES
        if field.shown == "public" and known and field.kind.categorical:
            out[GroupKey(field.name)] = None
    return tuple(out)


def usual_by(city: City, dataset: Dataset, scope: Question) -> GroupKey | None:
    """What sides are values of when nobody says: the first that the rows have two values of and are not chosen by."""
    chosen = {condition.field for condition in scope.filters}
    free = [grouping for grouping in dimensions(dataset) if grouping.field not in chosen][:MOST_TRIED]
    return next((grouping for grouping in free if len(offered(city, dataset, grouping, scope)) > 1), None)


def usual_over(dataset: Dataset, by: GroupKey | ComparedAxis | None, measure: GroupMeasure) -> GroupKey | None:
    """Along what a comparison runs when nobody says: years; where the sides are years already, what tells most.

    What stands at dates runs along these.
    """
    at = stock_date(dataset, measure)
    year = year_of(dataset) if at is None else GroupKey(at.name)
    if year is not None and not (isinstance(by, GroupKey) and by.field == year.field):
        return year
    for role in ("unit", "category", "status", "place"):
        for grouping in dimensions(dataset):
            if grouping.part is None and dataset.field(grouping.field).role == role:
                return grouping
    return None


def year_of(dataset: Dataset) -> GroupKey | None:
    """What tells the year of a row; None where nothing does."""
    axis = axis_of(dataset)
    if axis is None:
        return None
    return GroupKey(axis.name, "year") if axis.kind.is_day else GroupKey(axis.name)


def usual_sides(city: City, dataset: Dataset, by: GroupKey | ComparedAxis | None, scope: Question) -> list[str]:
    """The two sides that are compared when nobody says which: the newest of time, of all else those with most rows."""
    return [choice.text for choice in offered(city, dataset, by, scope)[:2]][:: -1 if _is_time(dataset, by) else 1]


def _is_time(dataset: Dataset, by: GroupKey | ComparedAxis | None) -> bool:
    if not isinstance(by, GroupKey):
        return by != CITY
    return by.part is not None or dataset.field(by.field).kind.is_period


def offered(city: City, dataset: Dataset, by: GroupKey | ComparedAxis | None, scope: Question) -> Sequence[Offered]:
    """The values that a side can be; of time the newest first."""
    if by is None:
        return ()
    if by == CITY:
        return tuple(_cities(city, dataset))
    if not isinstance(by, GroupKey):
        return tuple(_moments(city, dataset, by))
    try:
        question = FacetQuestion(scope=replace(scope, size=200 if _is_time(dataset, by) else MOST_OFFERED), by=(by,))
        standing = city.query_service.snapshot(dataset, scope)
        key = ("offered", standing.snapshot_id, dataset.digest, question.query_string())
        facet = figures.once(key, lambda: answer_facets(city.query_service, dataset, question, standing)).facets[0]
    except Unanswered:
        return ()
    choices = [
        Offered(value_text(entry.value), entry.value, entry.count)
        for entry in facet.values
        if entry.value not in (None, "")
    ]
    if _is_time(dataset, by):
        choices.sort(key=lambda choice: choice.text, reverse=True)
    return choices[:MOST_OFFERED]


def _cities(city: City, dataset: Dataset) -> Iterator[Offered]:
    """The cities that have rows of a dataset: the city itself, then others by their codes."""
    yield Offered(OWN_CITY, city.profile.name, city.release_store.snapshot(dataset.slug).rows)
    for other in city.others.all():
        state = other.release_store.snapshot(dataset.slug)
        if state.releases:
            yield Offered(other.code, away_name(other.about), state.rows)


def away_name(about: CityProfile) -> Label:
    """Another city's name, with the words that it is another one."""
    return AWAY.format(city=about.title)


def _moments(city: City, dataset: Dataset, by: Moments) -> Iterator[Offered]:
    releases = sorted(city.release_store.releases(dataset.slug), key=lambda release: release.sealed_at, reverse=True)
    for release in releases[:MOST_OFFERED]:
        if release.withdrawn:
            continue
        if by == "_release":
            yield Offered(f"{release.period}/{release.number}", (release.period, release.number), release.rows)
        else:
            yield Offered(instant(release.sealed_at), release.sealed_at)


def index_of(city: City, dataset: Dataset, measure: GroupMeasure) -> PriceIndex | None:
    """The price index by which a measure can be told in the money of one year; None where it cannot.

    A stock is in the money of the date at which it stands, whatever else its row dates.
    """
    year, field = year_of(dataset), dataset.field(measure.field) if measure.field else None
    if year is None or field is None or not field.kind.is_money or measure.function not in ADDITIVE:
        return None
    at = date_field(dataset, field)
    if field.nature == "stock" and (at is None or at.name != year.field):
        return None
    return prices(city)


def spans_years(dataset: Dataset, filters: Sequence[Filter]) -> bool:
    """Whether rows that meet some conditions may be of several years: not where one of them names a time within one."""
    year = year_of(dataset)
    if year is None:
        return False
    about = (condition for condition in filters if condition.field == year.field and condition.op == "eq")
    return not any(_within_a_year(value) for condition in about for value in condition.values)


def _within_a_year(value: object) -> bool:
    """Whether a value names a year or part of one, and no longer time."""
    return not isinstance(value, Span) or bool(value.text[:4].isdecimal())


def divisors(city: City, dataset: Dataset, measure: GroupMeasure) -> list[Divisor]:
    """What a measure can be divided by: the numbers declared as quantities, and people where a dataset counts them."""
    if measure.function not in ("count", "sum"):
        return []
    out = []
    for field in dataset.published:
        is_other = field.shown == "public" and field.name != measure.field
        if field.role == "quantity" and field.unit is not None and is_other and TAKEN["sum"](field):
            unit, label = field.unit, field.label
            out.append(Divisor(field.name, PER_FIELD.format(unit=unit, label=label), field))
    if year_of(dataset) is not None:
        for each in city.registry.all():
            view = each.view(PeopleView)
            if view is not None and city.release_store.current(each.slug):
                return [Divisor(PERSON, PER_PERSON, None, each, view), *out]
    return out
