"""What the streets of a city are valued at in one year, and the classes by which the map tints their land."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ayan.apps.catalog.explorer.result_charts import chart_measure
from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.apps.planning.land_map import ZoneClass
from ayan.apps.planning.land_theme import OTHER, LandTheme, figure_classes, themed
from ayan.apps.planning.limits import MOST_LAND_VALUES, MOST_LISTED
from ayan.apps.planning.place_addresses import street_address
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.schema.field import Field
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

PART: Final = "land-values"
"""The part that a dataset of the values of streets plays."""
SEVERAL: Final = "several"
SEVERAL_TINT: Final = 16
_SEVERAL: Final = Label("چند ارزش در یک سال", "Several values in one year")
_NONE: Final = Label("ارزشی منتشر نشده است", "No value is published")


@dataclass(frozen=True, slots=True)
class LandValues:
    """The values of one year: by street every pair of value (rial) and coefficient that is published of it."""

    valued: RoleDataset
    year: str
    pairs: Mapping[str, frozenset[tuple[int, object]]]

    @property
    def value_field(self) -> Field:
        """The field of the value."""
        return self.valued.field("value")

    @property
    def coefficient_field(self) -> Field | None:
        """The field of the coefficient; None where none is declared."""
        return self.valued.field("coefficient") if self.valued.has("coefficient") else None

    def value(self, street: str) -> int | None:
        """The value of a street in rial; None where none is published, or more than one."""
        worth = {value for value, _ in self.pairs.get(street, ())}
        return worth.pop() if len(worth) == 1 else None

    def coefficient(self, street: str) -> object:
        """The coefficient of a street; None where none is published, or more than one."""
        factors = {factor for _, factor in self.pairs.get(street, ())}
        return factors.pop() if len(factors) == 1 else None

    def has_several(self, street: str) -> bool:
        """Whether several values are published of a street: its stretches are valued apart, and no map has them."""
        return len({value for value, _ in self.pairs.get(street, ())}) > 1


def valued_streets(city: City, land: RoleDataset | None) -> RoleDataset | None:
    """Who plays the part of values, where something of it is published and land says its street."""
    if land is None or not land.has("street"):
        return None
    valued = player(city, PART)
    return valued if valued is not None and releases(city, valued) else None


def land_values(city: City, valued: RoleDataset, as_of: date | None = None, streets: Sequence[str] = ()) -> LandValues:
    """The values of the newest published year, now or on a day; of some streets or of all. Raises Unanswered."""
    dataset = valued.dataset
    snapshot = city.query_service.snapshot(dataset, Question(slug=dataset.slug, as_of=as_of))
    year = valued.names["year"]
    newest = Question(slug=dataset.slug, sort=Sort(year, descending=True), size=1)
    rows = city.query_service.rows(dataset, newest, snapshot).rows
    text = str(rows[0].values.get(year) or "") if rows else ""
    pairs: dict[str, set[tuple[int, object]]] = {}
    if text:
        fields = tuple(valued.names[place] for place in ("street", "value", "coefficient") if valued.has(place))
        named = (Filter(valued.names["street"], "in", tuple(sorted(streets)), exact=True),) if streets else ()
        filters = (valued.is_("year", text), *named)
        question = Question(slug=dataset.slug, filters=filters, fields=fields, size=MOST_LAND_VALUES)
        for batch in city.query_service.stream(dataset, question, snapshot):
            for row in batch.to_pylist():
                street, value = valued.value("street", row), valued.value("value", row)
                if street and value is not None:
                    pairs.setdefault(str(street), set()).add((int(str(value)), valued.value("coefficient", row)))
    return LandValues(valued, text, {street: frozenset(each) for street, each in pairs.items()})


def value_theme(values: LandValues, streets: Iterable[str], lang: Lang) -> LandTheme:
    """Land by what its street is valued at: classes of about as many streets each, from the least to the greatest.

    ``streets`` are those that some land has. Equal values are always of one class. A street with several values has
    its own class, for where one stretch ends is published nowhere.
    """
    class_of: dict[str, str] = {}
    worth: dict[str, int] = {}
    for street in streets:
        if (value := values.value(street)) is not None:
            worth[street] = value
        elif values.has_several(street):
            class_of[street] = SEVERAL
    measure = chart_measure(values.valued.field("value"), "toman", lang)
    classes, valued = figure_classes(worth, measure, lang)
    class_of |= valued
    classes += [ZoneClass(SEVERAL, _SEVERAL.of(lang), SEVERAL_TINT, 0), ZoneClass(OTHER, _NONE.of(lang), 0, 0)]
    return themed("street", classes, class_of)


@dataclass(frozen=True, slots=True)
class ValuedStreet:
    """A street beside the map: its page, and its value in rial and its coefficient where one of each is published."""

    name: str
    address: str
    value: int | None
    coefficient: object
    has_several: bool


@dataclass(frozen=True, slots=True)
class ValuedStreets:
    """The streets in view, those of the greatest value first: how many, and the first of them."""

    count: int
    first: tuple[ValuedStreet, ...]


def valued_list(values: LandValues, streets: Iterable[str], lang: Lang) -> ValuedStreets:
    """What is listed beside a map by the values of some streets; land without a street is on none."""
    named = sorted((name for name in streets if name), key=lambda name: (-(values.value(name) or -1), name))
    return ValuedStreets(
        len(named),
        tuple(
            ValuedStreet(
                name,
                street_address(name, lang),
                values.value(name),
                values.coefficient(name),
                values.has_several(name),
            )
            for name in named[:MOST_LISTED]
        ),
    )


@dataclass(frozen=True, slots=True)
class StreetsAround:
    """What the streets around a piece of land are valued at in one year, the greatest first."""

    values: LandValues
    lines: tuple[ValuedStreet, ...]


def streets_around(city: City, land: RoleDataset, names: Sequence[str], lang: Lang) -> StreetsAround | None:
    """The values of some streets; None where there are no others to compare with, or none is valued."""
    valued = valued_streets(city, land)
    if valued is None or len(names) < 2:
        return None
    try:
        values = land_values(city, valued, streets=names)
    except Unanswered:
        return None
    return StreetsAround(values, valued_list(values, names, lang).first) if values.pairs else None
