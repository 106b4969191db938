"""The drawings of a budget: a side over the years, nominal and at the prices of one year, and its current and capital
shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.limits import FEWEST_POINTS
from ayan.apps.civic.budget_tree import BudgetEntry, BudgetSums
from ayan.apps.civic.limits import MOST_WHOLES
from ayan.core.query.question import Unit
from ayan.core.values import money
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui import value_html
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.years import YearBar, YearBars

REAL: Final = Label("به قیمت ثابت {}", "at {} prices")
GREW: Final = Label("{} از {} در {} به {} در {} رسید", "{} went from {} in {} to {} in {}")
GREW_REAL: Final = Label("{}؛ به قیمت ثابت {}، {} درصد {}", "{}; at {} prices, {}% {}")
HIGHER: Final = Label("بیشتر", "more")
LOWER: Final = Label("کمتر", "less")
SHARES: Final = Label("{}: {} و {}", "{}: {} and {}")
OTHER: Final = Label("نامعلوم", "Not stated")


def measure(unit: Unit, lang: Lang) -> ChartMeasure:
    """Money in the reader's unit; a chart finds the large unit by itself."""
    code = SHOWN_UNITS["rial" if unit == "rial" else "toman"]
    return ChartMeasure(lang, money.unit_label(code, lang), MONEY_UNITS[code])


def over_years(
    name: str,
    years: Mapping[str, BudgetSums],
    prices: PriceIndex | None,
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
        YearBar(
            value_html.period_label(year, lang),
            years[year].approved,
            prices.real(years[year].approved, year) if prices else None,
        )
        for year in ordered
    ]
    base = value_html.period_label(prices.base, lang) if prices else ""
    label = value_html.period_label(chosen, lang) if chosen else ""
    chart = YearBars(periods, measure(unit, lang), name, REAL.of(lang).format(base) if prices else "", chosen=label)
    return Figure(_finding(name, periods, base, lang), chart, anchor, level=level)


def _finding(name: str, periods: Sequence[YearBar], base: str, lang: Lang) -> str:
    first, last = periods[0], periods[-1]
    said = [money.headline(int(bar.value or 0), lang) for bar in (first, last)]
    grew = GREW.of(lang).format(name, said[0], first.label, said[1], last.label)
    if not first.real or last.real is None:
        return grew
    change = (Decimal(last.real) - Decimal(first.real)) * 100 / abs(Decimal(first.real))
    whole = change.quantize(Decimal(1))
    turned = (LOWER if whole < 0 else HIGHER).of(lang)
    return GREW_REAL.of(lang).format(grew, base, value_html.plain_number(abs(whole), lang), turned)


def shares(
    name: str, names: tuple[str, str], entries: Sequence[BudgetEntry], unit: Unit, lang: Lang, anchor: str, item: str
) -> Figure | None:
    """The current and the capital share of the largest entries; None where fewer than two state them."""
    known = [entry for entry in entries if entry.sums.current is not None and entry.sums.capital is not None][
        :MOST_WHOLES
    ]
    if len(known) < FEWEST_POINTS:
        return None
    labelled_parts = [(entry.label, _parts(entry.sums)) for entry in known]
    if any(value < 0 for _, values in labelled_parts for value in values):
        return None
    rest = any(values[2] for _, values in labelled_parts)
    parts = [*names, *([OTHER.of(lang)] if rest else [])]
    wholes = [Whole(label, values if rest else values[:2]) for label, values in labelled_parts]
    chart = StackedBars(parts, wholes, measure(unit, lang), name, item)
    return Figure(SHARES.of(lang).format(name, *names), chart, anchor)


def _parts(sums: BudgetSums) -> list[int]:
    current, capital = sums.current or 0, sums.capital or 0
    return [current, capital, sums.approved - current - capital]
