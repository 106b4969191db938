"""The drawings of a budget: a side over the years, nominal and at the prices of one year, what its entries are of the
whole, and their current and capital shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.limits import FEWEST_POINTS
from ayan.apps.civic.budget_tree import BudgetEntry, BudgetSums
from ayan.apps.civic.limits import FEWEST_AREAS, MOST_WHOLES
from ayan.core.values import money
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.treemap import Area, Treemap
from ayan.ui.charts.years import YearBar, YearBars

REAL: Final = Label("به قیمت ثابت {}", "at {} prices")
OTHER: Final = Label("نامعلوم", "Not stated")
LARGEST: Final = Label("{n} تای بزرگ‌تر از {m}.", "The {n} largest of {m}.")


def measure(unit: ShownUnit, lang: Lang) -> ChartMeasure:
    """Money in the reader's unit; a chart finds the large unit by itself."""
    code = SHOWN_UNITS["rial" if unit == "rial" else "toman"]
    return ChartMeasure(lang, money.unit_label(code, lang), MONEY_UNITS[code])


def over_years(
    name: str,
    years: Mapping[str, BudgetSums],
    prices: PriceIndex | None,
    unit: ShownUnit,
    lang: Lang,
    anchor: str,
    chosen: str = "",
    level: int = 3,
    addresses: Mapping[str, str] | None = None,
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
            address=(addresses or {}).get(year, ""),
        )
        for year in ordered
    ]
    base = value_html.period_label(prices.base, lang) if prices else ""
    label = value_html.period_label(chosen, lang) if chosen else ""
    chart = YearBars(periods, measure(unit, lang), name, REAL.of(lang).format(base) if prices else "", chosen=label)
    return Figure(titles.in_time(name, periods, chart.measure), chart, anchor, level=level)


def areas(
    name: str, entries: Sequence[BudgetEntry], unit: ShownUnit, lang: Lang, anchor: str, item: str
) -> Figure | None:
    """What each entry is of the whole; None where there are few of them, or one is no part of anything."""
    if len(entries) < FEWEST_AREAS or any((entry.sums.approved or 0) < 0 for entry in entries):
        return None
    parts = [(entry.label, entry.sums.approved or 0) for entry in entries]
    drawn = [Area(entry.label, entry.sums.approved or 0, address=entry.address) for entry in entries]
    title = titles.greatest_part(name, parts, lang)
    return Figure(title, Treemap(drawn, measure(unit, lang), name, item), anchor)


def shares(
    name: str,
    names: tuple[str, str],
    entries: Sequence[BudgetEntry],
    unit: ShownUnit,
    lang: Lang,
    anchor: str,
    item: str,
) -> Figure | None:
    """The current and the capital share of the largest entries; None where fewer than two state them."""
    stated = [entry for entry in entries if entry.sums.current is not None and entry.sums.capital is not None]
    known = stated[:MOST_WHOLES]
    if len(known) < FEWEST_POINTS:
        return None
    labelled_parts = [(entry, _parts(entry.sums)) for entry in known]
    if any(value < 0 for _, values in labelled_parts for value in values):
        return None
    rest = any(values[2] for _, values in labelled_parts)
    parts = [*names, *([OTHER.of(lang)] if rest else [])]
    wholes = [
        Whole(entry.label, values if rest else values[:2], address=entry.address) for entry, values in labelled_parts
    ]
    over_all = [(part, sum(values[n] for _, values in labelled_parts)) for n, part in enumerate(parts)]
    n, m = (value_html.plain_number(len(each), lang) for each in (known, stated))
    return Figure(
        titles.greatest_part(name, over_all, lang),
        StackedBars(parts, wholes, measure(unit, lang), name, item),
        anchor,
        note=LARGEST.of(lang).format(n=n, m=m) if len(stated) > len(known) else "",
    )


def _parts(sums: BudgetSums) -> list[int]:
    current, capital = sums.current or 0, sums.capital or 0
    return [current, capital, sums.approved - current - capital]
