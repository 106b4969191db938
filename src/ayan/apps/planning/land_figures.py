"""Land tinted by a figure of its district or its street: classes with their limits told, and a list that says all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from django.urls import reverse

from ayan.apps.planning.city_land import CityLand
from ayan.apps.planning.district_measures import DistrictMeasure, district_measures, measured_districts
from ayan.apps.planning.land_map import ZoneClass
from ayan.apps.planning.land_theme import OTHER, LandTheme, figure_classes, themed
from ayan.apps.planning.limits import MOST_LISTED
from ayan.apps.planning.map_question import MapQuestion
from ayan.apps.planning.place_addresses import street_address
from ayan.core.schema.definition import Dataset
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts.measure import ChartMeasure, Scale
from ayan.ui.value_html import plain_day
from ayan.wiring.city import City

DISTRICTS: Final = "by.district"
STREETS: Final = "by.street-requests"
"""The layers by their names in addresses, which no dataset can have."""
TITLES: Final = {
    DISTRICTS: Label("رقم‌های منطقه‌ها", "Figures of the districts"),
    STREETS: Label("درخواست‌های معبرها", "Requests by street"),
}
_NO_FIGURE: Final = Label("رقمی منتشر نشده است", "No figure is published")
_FEW: Final = Label("کمتر از {n} درخواست، یا هیچ", "Fewer than {n} requests, or none")
_SINCE: Final = Label("درخواست‌ها از {first} تا {last}", "Requests from {first} to {last}")


@dataclass(frozen=True, slots=True)
class PlaceFigureLine:
    """A district or a street in the list beside the map: its page, its figure as written, the code of its class."""

    words: str
    address: str
    said: str
    code: str


@dataclass(frozen=True, slots=True)
class MeasureChoice:
    """A measure that can be chosen, its address, and whether it is in view."""

    title: str
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LandFigures:
    """What a map by figures shows: its name, its classes, its list, and what else can be chosen.

    ``places`` are all districts or streets. ``each`` is the address with or without the figure for each person, empty
    where there is none to choose. ``dataset`` is the one whose rows the figures are of, None of requests.
    """

    name: str
    theme: LandTheme
    lines: tuple[PlaceFigureLine, ...]
    places: tuple[str, ...]
    source: str
    choices: tuple[MeasureChoice, ...] = ()
    each: str = ""
    why: Label | None = None
    dataset: Dataset | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many districts or streets each class has, whether they are all listed or not."""
        return dict(Counter(self.theme.code(name) for name in self.places))

    def listed(self, chosen: str) -> tuple[PlaceFigureLine, ...]:
        """The lines of a class, or all; the greatest first."""
        known = {each.code for each in self.lines}
        return tuple(each for each in self.lines if chosen not in known or each.code == chosen)


def figure_layers(city: City, whole: CityLand) -> list[str]:
    """The layers by figures that can be shown."""
    layers = []
    if whole.land is not None and whole.land.has("district") and whole.land.field("district").choices is not None:
        layers.append(DISTRICTS)
    if whole.land is not None and whole.land.has("street") and city.place_figures.now().streets:
        layers.append(STREETS)
    return layers


def is_figured(layer: str) -> bool:
    """Whether a layer is one by figures."""
    return layer in TITLES


def land_figures(city: City, whole: CityLand, asked: MapQuestion) -> LandFigures | None:
    """The figures that a layer asks for; None where it is no such layer, or nothing is known. Raises Unanswered."""
    if whole.table is None:
        return None  # of more land than is held nobody knows which districts and streets it has
    if asked.layer == STREETS:
        return _by_street(city, whole, asked.lang)
    return _by_district(city, whole, asked) if asked.layer == DISTRICTS else None


def _by_street(city: City, whole: CityLand, lang: Lang) -> LandFigures | None:
    """How many requests named each street, of those that enough named."""
    figures = city.place_figures.now()
    names = whole.names("street")
    values = {name: figures.streets[name].received for name in names if name in figures.streets}
    if figures.first is None or figures.last is None or not values:
        return None
    measure = ChartMeasure(lang)
    other = _FEW.of(lang).format(n=measure.scale(()).write(figures.fewest))
    theme, scale = _theme("street", values, measure, other, lang), measure.scale(values.values())
    lines = _lines(values, theme, scale, {name: (name, street_address(name, lang)) for name in values})
    first, last = (plain_day(day, lang) for day in (figures.first, figures.last))
    name = _SINCE.of(lang).format(first=first, last=last)
    return LandFigures(name, theme, lines, tuple(names), reverse(f"{lang}:counter"))


def _by_district(city: City, whole: CityLand, asked: MapQuestion) -> LandFigures | None:
    listed = whole.land.field("district").choices if whole.land is not None and whole.land.has("district") else None
    lang = asked.lang
    measures = district_measures(city, listed, lang, asked.as_of) if listed is not None else []
    chosen = next((each for each in measures if asked.of in ("", each.code)), None)
    if listed is None or chosen is None or (asked.each and not chosen.is_counted):
        return None
    measured = measured_districts(city, listed, chosen, lang, each=asked.each, as_of=asked.as_of)
    bare = replace(asked, chosen="")
    choices = tuple(_choice(bare, each, chosen) for each in measures)
    codes = whole.names("district")
    values = {code: value for code, value in measured.values.items() if code in codes} if measured else {}
    measure = measured.measure if measured else ChartMeasure(lang)
    theme = _theme("district", values, measure, _NO_FIGURE.of(lang), lang)
    scale = measure.scale(values.values())
    named = {
        code: (listed.label(code, lang), reverse(f"{lang}:map_district", args=(code,)))
        for code in codes
        if code in {entry.code for entry in listed.entries}
    }
    lines = _lines(values, theme, scale, named, _NO_FIGURE.of(lang))
    each = replace(bare, of=chosen.code, each=not asked.each).address if chosen.is_counted else ""
    return LandFigures(
        measured.name if measured else chosen.title,
        theme,
        lines,
        tuple(codes),
        measured.source if measured else "",
        choices,
        each,
        measured.why if measured else None,
        measured.dataset if measured else None,
    )


def _choice(asked: MapQuestion, measure: DistrictMeasure, chosen: DistrictMeasure) -> MeasureChoice:
    address = replace(asked, of=measure.code, each=asked.each and measure.is_counted).address
    return MeasureChoice(measure.title, address, measure.code == chosen.code)


def _theme(
    column: Literal["street", "district"],
    values: Mapping[str, ExactNumber],
    measure: ChartMeasure,
    other: str,
    lang: Lang,
) -> LandTheme:
    classes, class_of = figure_classes(values, measure, lang)
    return themed(column, [*classes, ZoneClass(OTHER, other, 0, 0)], class_of)


def _lines(
    values: Mapping[str, ExactNumber],
    theme: LandTheme,
    scale: Scale,
    named: Mapping[str, tuple[str, str]],
    unknown: str = "",
) -> tuple[PlaceFigureLine, ...]:
    """The places with their figures, the greatest first, then those without one."""
    known = sorted((code for code in named if code in values), key=lambda code: (-values[code], named[code][0]))
    without = [code for code in named if code not in values]
    lines = [
        PlaceFigureLine(*named[code], scale.say(values[code]), theme.code(code)) for code in known[: 5 * MOST_LISTED]
    ]
    return (*lines, *(PlaceFigureLine(*named[code], unknown, OTHER) for code in without))
