"""A section through what may be built on a parcel: storeys one over the other, over their share of the land."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ayan.apps.planning.limits import MOST_STOREYS
from ayan.apps.planning.parcel_rule import ParcelRule
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang, of
from ayan.ui import value_html
from ayan.ui.charts.drawing import isolated

WIDTH: Final = 358
"""As wide as the text of a phone, so that letters keep their size there."""
LAND: Final = 318
"""The whole width of the land."""
TOP: Final = 12
FOOT: Final = 52
"""Below the ground: what is built on, and what is open."""
TALLEST, LOWEST = 46, 15
STOREYS_TOGETHER: Final = 230
"""Of all storeys together where there are many."""
SPOKEN: Final = 20
"""The least height of a storey that has its name in it."""
WORDY: Final = 170
"""The least width of a storey that has its area in it too."""
_STOREY: Final = Label("طبقهٔ {n}", "Storey {n}")
_AREA: Final = Label("طبقهٔ {n}، {area} متر مربع", "Storey {n}, {area} m²")
_BUILT: Final = Label("ساختمان \u061c{share}٪", "Building {share}%")
_OPEN: Final = Label("باز \u061c{share}٪", "Open {share}%")
_WORDS: Final = Label(
    "{n} طبقه روی هم، هر یک {area} متر مربع، روی {share} درصد زمین؛ {open} درصد زمین باز است",
    "{n} storeys one over the other, each of {area} m², on {share} percent of the land; {open} percent of it is open",
)


@dataclass(frozen=True, slots=True)
class Storey:
    """One storey: its upper edge, its height, its words, and where these stand."""

    y: int
    height: int
    words: str
    foot: int
    is_highest: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A part of the width of the land below the ground, with its words."""

    left: int
    right: int
    words: str

    @property
    def middle(self) -> int:
        """Between its ends."""
        return (self.left + self.right) // 2


@dataclass(frozen=True, slots=True)
class ParcelSection:
    """The drawing: storeys from the ground up, what is measured below, and what it says in a sentence.

    ``is_even`` where no coverage is published: then the floor area is shared out evenly between the storeys.
    """

    storeys: tuple[Storey, ...]
    measures: tuple[Measure, ...]
    left: int
    wide: int
    ground: int
    height: int
    words: str
    is_even: bool
    area: int


def section_of(rule: ParcelRule, lang: Lang) -> ParcelSection | None:
    """The section of a parcel; None where its row does not say enough, or says what cannot stand on its land."""
    land, storeys = rule.land.value("area", rule.row.values), rule.land.value("storeys", rule.row.values)
    covered = rule.land.value("coverage", rule.row.values)
    if not land or not isinstance(storeys, int) or not 0 < storeys <= MOST_STOREYS:
        return None
    if covered is not None:
        area = int(Decimal(str(covered)) * Decimal(str(land)) / 100)
    elif rule.floor:
        area = rule.floor // storeys
    else:
        return None
    share = round(100 * area / float(str(land)))
    if not 0 < share <= 100:
        return None
    return _drawn(storeys, area, share, lang, is_even=covered is None)


def _drawn(storeys: int, area: int, share: int, lang: Lang, *, is_even: bool) -> ParcelSection:
    each = max(LOWEST, min(TALLEST, STOREYS_TOGETHER // storeys))
    ground, wide = TOP + each * storeys, max(4, LAND * share // 100)
    edge = (WIDTH - LAND) // 2
    # The street is where reading begins.
    is_from_right = of(lang).direction == "rtl"
    left = WIDTH - edge - wide if is_from_right else edge

    def said(label: Label, **numbers: int) -> str:
        return label.of(lang).format(**{name: value_html.plain_number(value, lang) for name, value in numbers.items()})

    drawn = []
    for n in range(1, storeys + 1):
        y = ground - each * n
        words = said(_AREA if wide >= WORDY else _STOREY, n=n, area=area) if each >= SPOKEN and wide >= 60 else ""
        drawn.append(Storey(y, each - 2, isolated(words, lang), y + each // 2 + 4, n == storeys))
    rest = (edge, left) if is_from_right else (left + wide, WIDTH - edge)
    measures = [Measure(left, left + wide, isolated(said(_BUILT, share=share), lang))]
    if share < 100:
        measures.append(Measure(*rest, isolated(said(_OPEN, share=100 - share), lang)))
    words = said(_WORDS, n=storeys, area=area, share=share, open=100 - share)
    return ParcelSection(tuple(drawn), tuple(measures), left, wide, ground, ground + FOOT, words, is_even, area)
