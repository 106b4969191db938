"""The chart of a comparison: lines over time, a slope between two sides, or bars of the sides."""

from __future__ import annotations

from typing import Final

from ayan.apps.catalog import choosing
from ayan.apps.compare import offering, saying
from ayan.apps.compare.limits import MOST_PAIRS, MOST_POINTS
from ayan.apps.compare.working import Worked
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui.charts.bars import Bar, BarList
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.lines import Line, Lines
from ayan.ui.charts.measure import Measure
from ayan.ui.charts.slope import Pair, Slope

SIDE: Final = Label("سو", "Side")


def figure(worked: Worked, lang: Lang) -> Figure:
    """What the comparison shows at a glance; its title is what comes out."""
    asked = worked.asked
    measure = Measure(
        lang, saying.unit_words(worked, lang), MONEY_UNITS[SHOWN_UNITS["toman"]] if worked.is_money else 1
    )
    names = saying.side_labels(asked, lang)
    lines = [one for one in worked.lines if one.key is not None]
    chart: Lines | Slope | BarList
    if worked.timely and 2 <= len(lines) <= MOST_POINTS:
        assert asked.over is not None  # noqa: S101 - time is what it runs along
        labels = [saying.key_label(asked, one.key, lang) for one in lines]
        drawn = [Line(name, [one.values[place] for one in lines]) for place, name in enumerate(names)]
        chart = Lines(labels, drawn, measure, choosing.by_label(asked.dataset, asked.over, lang))
    elif asked.over is not None and len(names) == 2 and lines:
        pairs = [
            Pair(saying.key_label(asked, one.key, lang), one.values[0], one.values[1]) for one in lines[:MOST_PAIRS]
        ]
        chart = Slope(pairs, names[0], names[1], measure, choosing.by_label(asked.dataset, asked.over, lang))
    else:
        bars = [Bar(name, worked.total.values[place]) for place, name in enumerate(names)]
        chart = BarList(bars, measure, offering.measure_label(asked.dataset, asked.measure, lang), SIDE.of(lang))
    return Figure(" ".join(saying.finding(worked, lang)), chart, "compared", level=2)
