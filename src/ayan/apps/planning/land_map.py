"""Land drawn on a sheet: each piece by its zone, the one in question marked, streets and districts by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ayan.apps.catalog.explorer.map_locator import ScaleBar
from ayan.apps.civic.roles import RoleDataset
from ayan.apps.planning.limits import MOST_NAMES
from ayan.apps.planning.map_sheet import MapSheet
from ayan.apps.planning.shapes import PlacedShape
from ayan.core.values.locale import Lang
from ayan.ui.charts.drawing import isolated

CLASSES = 8
"""Tints of zones; further zones begin again, and each piece with room has the code of its zone on it."""


@dataclass(frozen=True, slots=True)
class DrawnLot:
    """One piece of land: its path, the number of its tint, its words where it has room, and where these stand."""

    path: str
    tint: int
    words: str
    x: float
    y: float
    is_subject: bool = False
    address: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class PlaceName:
    """The name of a street or a district where it stands on the sheet."""

    words: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ZoneClass:
    """A class of the legend: its code, its words, its tint, and how many pieces of it are in view."""

    code: str
    words: str
    tint: int
    count: int
    address: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class PhoneCrop:
    """A part of a drawing from its upper to its lower edge: where it begins, how wide it is, and its scale."""

    left: int
    width: int
    bar: ScaleBar


@dataclass(frozen=True, slots=True)
class LandMap:
    """A drawing of land with its legend, its scale and its size in pixels."""

    lots: tuple[DrawnLot, ...]
    subject: DrawnLot | None
    names: tuple[PlaceName, ...]
    zones: tuple[ZoneClass, ...]
    bar: ScaleBar
    width: int
    height: int

    @property
    def phone(self) -> PhoneCrop:
        """What a phone shows of it: the middle."""
        wide = round(self.height * 0.95)
        return PhoneCrop((self.width - wide) // 2, wide, self.bar)


def tints(land: RoleDataset) -> dict[str, int]:
    """The tint of each zone, in the order of the declared list."""
    listed = land.field("zone").choices if land.has("zone") else None
    return {entry.code: 1 + at % CLASSES for at, entry in enumerate(listed.entries if listed else ())}


def zone_words(land: RoleDataset, lang: Lang) -> dict[str, str]:
    """What each zone is called."""
    listed = land.field("zone").choices if land.has("zone") else None
    return {entry.code: entry.label.of(lang) for entry in (listed.entries if listed else ())}


def land_map(
    sheet: MapSheet,
    land: RoleDataset,
    shapes: Sequence[PlacedShape],
    lang: Lang,
    *,
    subject: str = "",
    addresses: Mapping[str, str] | None = None,
    streets: Mapping[str, tuple[float, float, int]] | None = None,
    tint: Callable[[PlacedShape], int] | None = None,
) -> LandMap:
    """The drawing of some shapes; ``addresses`` by code make them links.

    ``streets`` say where the middle of a street's land lies, whether all of it is in view or not, so that its name
    stands between its two sides. Land has the tint and the code of its zone, or else the ``tint`` alone.
    """
    by_zone, links = tints(land), addresses or {}
    lots = [
        _lot(
            sheet,
            each,
            tint(each) if tint else by_zone.get(each.zone, 0),
            "" if tint else each.zone,
            each.code == subject,
            links.get(each.code, ""),
        )
        for each in shapes
    ]
    return LandMap(
        tuple(lot for lot in lots if not lot.is_subject),
        next((lot for lot in lots if lot.is_subject), None),
        tuple(_names(sheet, shapes, streets, lang)),
        tuple(zones_of(land, Counter(each.zone for each in shapes), lang)),
        sheet.bar(lang),
        sheet.width,
        sheet.height,
    )


def zones_of(land: RoleDataset, counts: Mapping[str, int], lang: Lang) -> list[ZoneClass]:
    """The zones that some land has, in the order of the declared list."""
    by_zone, words = tints(land), zone_words(land, lang)
    order = {code: at for at, code in enumerate(words)}
    return [
        ZoneClass(code, words.get(code, code), by_zone.get(code, 0), counts[code])
        for code in sorted(counts, key=lambda code: order.get(code, len(order)))
    ]


def _lot(sheet: MapSheet, shape: PlacedShape, tint: int, words: str, is_subject: bool, address: str) -> DrawnLot:
    wide, high = (side * sheet.pixels for side in sheet.side(shape.box))
    has_room = wide >= 26 and high >= 18
    x, y = shape.middle
    return DrawnLot(
        sheet.path(shape.rings),
        tint,
        words if has_room else "",
        sheet.x(x),
        sheet.y(y) + 4,
        is_subject,
        address,
        f"{shape.code} {words or shape.street}".strip(),
    )


def _names(
    sheet: MapSheet, shapes: Iterable[PlacedShape], streets: Mapping[str, tuple[float, float, int]] | None, lang: Lang
) -> list[PlaceName]:
    lots: dict[str, list[tuple[float, float]]] = {}
    for each in shapes:
        if each.street:
            lots.setdefault(each.street, []).append(each.middle)
    seen = {
        street: (sum(x for x, _ in middles) / len(middles), sum(y for _, y in middles) / len(middles), len(middles))
        for street, middles in lots.items()
    }
    # A long street whose middle lies beyond the sheet is named where its land is seen.
    window, known = sheet.window, streets or {}
    inside = {
        name: place
        for name, place in known.items()
        if window.west < place[0] < window.east and window.south < place[1] < window.north
    }
    return street_names(sheet, {name: (*inside.get(name, place)[:2], place[2]) for name, place in seen.items()}, lang)


def street_names(
    sheet: MapSheet, streets: Mapping[str, tuple[float, float, int]], lang: Lang, taken: Sequence[PlaceName] = ()
) -> list[PlaceName]:
    """The streets with most land, each name in the middle of its land, none over another or over what is ``taken``."""
    names: list[PlaceName] = []
    for street, (longitude, latitude, _) in sorted(streets.items(), key=lambda item: (-item[1][2], item[0])):
        x, y = sheet.x(longitude), sheet.y(latitude) + 4
        half = len(street) * 3.6
        if not (half < x < sheet.width - half and 14 < y < sheet.height - 40):
            continue
        others = (*taken, *names)
        free = all(abs(x - other.x) > half + len(other.words) * 3.6 or abs(y - other.y) > 18 for other in others)
        if free and len(names) < MOST_NAMES:
            names.append(PlaceName(isolated(street, lang), x, y))
    return names
