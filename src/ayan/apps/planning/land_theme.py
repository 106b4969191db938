"""By what land is tinted: its zone, or a figure of its street or district; each class with its words and its tint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ayan.apps.civic.roles import RoleDataset
from ayan.apps.planning.district_map import NAMES, SHADES, parts
from ayan.apps.planning.land_map import ZoneClass, tints, zone_words
from ayan.apps.planning.land_table import LandTable
from ayan.apps.planning.shapes import PlacedShape
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts.measure import ChartMeasure

LandColumn = Literal["zone", "street", "district"]
RAMP: Final = 10
"""Added to a shade of the small maps: tints of a scale stand behind those of zones."""
_RANGE: Final = Label("{name}: {least} تا {most} {unit}", "{name}: {least} to {most} {unit}")
_SINGLE: Final = Label("{name}: {least} {unit}", "{name}: {least} {unit}")
OTHER: Final = "none"
"""The class of what no class is declared for."""


@dataclass(frozen=True, slots=True)
class LandTheme:
    """A way to tint land: by the name of each piece in a ``column`` of the table of land.

    ``classes`` stand in the order of the legend, without counts; ``class_of`` has the class of each name that is not
    its own class. ``is_coded`` tells whether codes of classes are words that people know, such as those of zones.
    """

    column: LandColumn
    classes: tuple[ZoneClass, ...]
    class_of: Mapping[str, str] | None = None
    is_coded: bool = True
    tint_of: Mapping[str, int] = field(default_factory=dict)

    def code(self, name: str) -> str:
        """The class of a name."""
        return name if self.class_of is None else self.class_of.get(name, OTHER)

    def tint(self, shape: PlacedShape) -> int:
        """The tint of one piece of land."""
        return self.tint_of.get(self.code(getattr(shape, self.column)), 0)

    def tints(self, table: LandTable, which: NDArray[np.intp]) -> NDArray[np.int64]:
        """The tints of some pieces of the table."""
        each = np.array([self.tint_of.get(self.code(name), 0) for name in table.names[self.column]], dtype=np.int64)
        chosen: NDArray[np.int64] = each[table.named[self.column][which]]
        return chosen

    def counted(self, counts: Mapping[str, int]) -> list[ZoneClass]:
        """The classes that some land has, by how many pieces each name has."""
        summed: dict[str, int] = {}
        for name, count in counts.items():
            summed[self.code(name)] = summed.get(self.code(name), 0) + count
        known = [replace(each, count=summed[each.code]) for each in self.classes if summed.get(each.code)]
        listed = {each.code for each in self.classes}
        return [*known, *(ZoneClass(code, code, 0, summed[code]) for code in sorted(summed.keys() - listed))]

    def of_class(self, names: Iterable[str], code: str) -> list[str]:
        """Which of some names are of a class."""
        return [name for name in names if self.code(name) == code]


def themed(
    column: LandColumn,
    classes: Iterable[ZoneClass],
    class_of: Mapping[str, str] | None = None,
) -> LandTheme:
    """The theme of some classes."""
    kept = tuple(classes)
    return LandTheme(column, kept, class_of, class_of is None, {each.code: each.tint for each in kept})


def zone_theme(land: RoleDataset, lang: Lang) -> LandTheme:
    """Land by its zone, in the order of the declared list."""
    by_zone, words = tints(land), zone_words(land, lang)
    return themed("zone", (ZoneClass(code, words[code], tint, 0) for code, tint in by_zone.items()))


def figure_classes(
    values: Mapping[str, ExactNumber], measure: ChartMeasure, lang: Lang
) -> tuple[list[ZoneClass], dict[str, str]]:
    """Classes of about as many places each, from the least to the greatest, and the class of each place.

    Equal figures are always of one class.
    """
    if not values:
        return [], {}
    scale = measure.scale(values.values())
    parted = parts(list(values.values()))
    classes: list[ZoneClass] = []
    code_of: dict[ExactNumber, str] = {}
    for at, (part, shade, name) in enumerate(zip(parted, SHADES[len(parted)], NAMES[len(parted)], strict=True), 1):
        label = _SINGLE if part[0] == part[-1] else _RANGE
        # The mark of a share stands behind each figure already.
        unit = "" if scale.percent else scale.words
        words = label.of(lang).format(
            name=name.of(lang), least=scale.write(part[0]), most=scale.write(part[-1]), unit=unit
        )
        classes.append(ZoneClass(f"v{at}", words.strip(), RAMP + shade, 0))
        code_of |= dict.fromkeys(part, f"v{at}")
    return classes, {name: code_of[value] for name, value in values.items()}
