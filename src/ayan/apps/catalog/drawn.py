"""The charts of a result: its amounts by year, nominal and at the prices of one year, and by groups."""

from __future__ import annotations

from typing import Final

from ayan.apps.catalog import grouped
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.prices import Prices
from ayan.core.query.grouping import Function, GroupQuestion
from ayan.core.query.grouping import Measure as Asked
from ayan.core.query.statistics import Amount, Statistics, amounts_of
from ayan.core.schema.definition import Label
from ayan.core.values import money
from ayan.core.values.digits import to_persian
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit
from ayan.ui import writing
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import Measure
from ayan.ui.charts.years import Period, YearBars
from ayan.ui.language import Lang

NAMED: Final = Label("{} در هر سال", "{} of each year")
REAL: Final = Label("به قیمت ثابت {}", "at {} prices")
ROWS: Final = Label("شمار ردیف‌ها", "Number of rows")
FROM_TO: Final = Label("{}: از {} در {} تا {} در {}", "{}: from {} in {} to {} in {}")
FEWEST: Final = 2
MEASURES: Final[tuple[Function, ...]] = ("sum", "median")


def by_year(
    ask: Ask, found: Statistics, index: int, prices: Prices | None, anchor: str, *, mini: bool = False
) -> Figure | None:
    """One amount of a result by year; the count of rows where it has no amount. None with fewer than two years."""
    if len(found.years) < FEWEST:
        return None
    lang = ask.lang
    amount = found.amounts[index] if index < len(found.amounts) else None
    values = [(one.year, one.totals[index] if amount else one.rows) for one in found.years]
    real = {year: prices.real(value, year) for year, value in values} if prices and amount else {}
    periods = [Period(_year(year, lang), value, real.get(year)) for year, value in values]
    name = amount.field.label.of(lang) if amount else ROWS.of(lang)
    chart = YearBars(
        periods,
        _measure(ask.question.unit, lang) if amount else Measure(lang),
        NAMED.of(lang).format(name),
        REAL.of(lang).format(_year(prices.base, lang)) if prices else "",
    )
    return Figure(_finding(name, values, amount, lang), chart, anchor, size="mini" if mini else "full")


def exact_api(ask: Ask) -> str:
    """Where a program asks for the sums and medians of a result; empty where it has no amount."""
    amounts = amounts_of(ask.dataset)
    if not amounts:
        return ""
    measures = (Asked("count"), *(Asked(what, one.name) for one in amounts for what in MEASURES))
    return grouped.api_address(ask.dataset, GroupQuestion(scope=ask.scope, measures=measures))


def _finding(name: str, values: list[tuple[str, int | None]], amount: Amount | None, lang: Lang) -> str:
    known = [(year, value) for year, value in values if value is not None]
    if len(known) < FEWEST:
        return name
    (first, low), (last, high) = known[0], known[-1]
    said = [money.headline(one, lang) if amount else _count(one, lang) for one in (low, high)]
    return FROM_TO.of(lang).format(name, said[0], _year(first, lang), said[1], _year(last, lang))


def _count(value: int, lang: Lang) -> str:
    return writing.plain_number(value, lang)


def _measure(unit: ShownUnit, lang: Lang) -> Measure:
    """Money in the reader's unit; millions of toman are toman for a chart, which finds its own large unit."""
    plain: ShownUnit = "rial" if unit == "rial" else "toman"
    code = SHOWN_UNITS[plain]
    return Measure(lang, money.unit_label(code, lang), MONEY_UNITS[code])


def _year(year: str, lang: Lang) -> str:
    return to_persian(year) if lang == "fa" else year
