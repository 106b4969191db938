"""The drawings of a budget: a side over the years, nominal and at the prices of one year, and its current and capital
shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from ayan.apps.catalog.limits import FEWEST_POINTS
from ayan.apps.catalog.prices import Prices
from ayan.apps.civic.budget_sums import Sums
from ayan.apps.civic.budget_tree import Entry
from ayan.apps.civic.limits import MOST_WHOLES
from ayan.core.query.question import Unit
from ayan.core.values import money
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui import writing
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import Measure
from ayan.ui.charts.stacked import StackedBars, Whole
from ayan.ui.charts.years import Period, YearBars

REAL: Final = Label("به قیمت ثابت {}", "at {} prices")
GREW: Final = Label("{} از {} در {} به {} در {} رسید", "{} went from {} in {} to {} in {}")
GREW_REAL: Final = Label("{}؛ به قیمت ثابت {}، {} درصد {}", "{}; at {} prices, {}% {}")
HIGHER: Final = Label("بیشتر", "more")
LOWER: Final = Label("کمتر", "less")
SHARES: Final = Label("{}: {} و {}", "{}: {} and {}")
OTHER: Final = Label("نامعلوم", "Not stated")


def measure(unit: Unit, lang: Lang) -> Measure:
    """Money in the reader's unit; a chart finds the large unit by itself."""
    code = SHOWN_UNITS["rial" if unit == "rial" else "toman"]
    return Measure(lang, money.unit_label(code, lang), MONEY_UNITS[code])


def over_years(
    name: str,
    years: Mapping[str, Sums],
    prices: Prices | None,
    unit: Unit,
    lang: Lang,
    anchor: str,
    chosen: str = "",
    level: int = 3,
) -> Figure | None:
    """What was approved year by year, and the same at constant prices; None with fewer than two years."""
    if len(years) < FEWEST_POINTS:
        return None
    ordered = sorted(years)
    periods = [
        Period(
            writing.period_label(year, lang),
            years[year].approved,
            prices.real(years[year].approved, year) if prices else None,
        )
        for year in ordered
    ]
    base = writing.period_label(prices.base, lang) if prices else ""
    label = writing.period_label(chosen, lang) if chosen else ""
    chart = YearBars(periods, measure(unit, lang), name, REAL.of(lang).format(base) if prices else "", chosen=label)
    return Figure(_finding(name, periods, base, lang), chart, anchor, level=level)


def _finding(name: str, periods: Sequence[Period], base: str, lang: Lang) -> str:
    first, last = periods[0], periods[-1]
    said = [money.headline(int(one.value or 0), lang) for one in (first, last)]
    grew = GREW.of(lang).format(name, said[0], first.label, said[1], last.label)
    if not first.real or last.real is None:
        return grew
    change = (Decimal(last.real) - Decimal(first.real)) * 100 / abs(Decimal(first.real))
    whole = change.quantize(Decimal(1))
    turned = (LOWER if whole < 0 else HIGHER).of(lang)
    return GREW_REAL.of(lang).format(grew, base, writing.plain_number(abs(whole), lang), turned)


def shares(
    name: str, names: tuple[str, str], entries: Sequence[Entry], unit: Unit, lang: Lang, anchor: str, item: str
) -> Figure | None:
    """The current and the capital share of the largest entries; None where fewer than two state them."""
    known = [one for one in entries if one.sums.current is not None and one.sums.capital is not None][:MOST_WHOLES]
    if len(known) < FEWEST_POINTS:
        return None
    made = [(one.label, _parts(one.sums)) for one in known]
    if any(value < 0 for _, values in made for value in values):
        return None
    rest = any(values[2] for _, values in made)
    parts = [*names, *([OTHER.of(lang)] if rest else [])]
    wholes = [Whole(label, values if rest else values[:2]) for label, values in made]
    chart = StackedBars(parts, wholes, measure(unit, lang), name, item)
    return Figure(SHARES.of(lang).format(name, *names), chart, anchor)


def _parts(sums: Sums) -> list[int]:
    current, capital = sums.current or 0, sums.capital or 0
    return [current, capital, sums.approved - current - capital]
