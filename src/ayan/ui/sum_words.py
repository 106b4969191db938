"""How a sum is called on a page: what was added up, which money it is, and of a stock the date at which it stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.safestring import SafeString

from ayan.core.query.additivity import SumPart, side_label
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import jalali
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html

SUM: Final = Label("جمع {label}", "{label}, sum")
MEDIAN: Final = Label("میانهٔ {label}", "{label}, median")
STANDING: Final = Label("{label} {when}", "{label} {when}")
OF_SIDE: Final = Label("{label} ({side})", "{label} ({side})")
AT_END: Final = Label("در پایان {year}", "at the end of {year}")
AT: Final = Label("در {when}", "on {when}")
IN: Final = Label("در {when}", "in {when}")
COUNTED: Final = Label("تعداد «{title}»", "Number of “{title}”")


def sided(dataset: Dataset, part: SumPart, lang: Lang) -> str:
    """The field and the side: «مانده (بدهی)»."""
    label, side = part.field.label.of(lang), side_label(dataset, part.side, lang)
    return OF_SIDE.of(lang).format(label=label, side=side) if side else label


def measure_name(dataset: Dataset, part: SumPart, lang: Lang) -> str:
    """The same with the date of a stock, without a word that it is a sum: «مانده (بدهی) در پایان ۱۴۰۴»."""
    name, when = sided(dataset, part, lang), standing_at(part.at, lang)
    return STANDING.of(lang).format(label=name, when=when) if when else name


def sum_name(dataset: Dataset, part: SumPart, lang: Lang) -> str:
    """What a sum is called; that of a stock says its date, and needs no word that it was added."""
    name = measure_name(dataset, part, lang)
    return name if part.at is not None else SUM.of(lang).format(label=name)


def median_name(dataset: Dataset, part: SumPart, lang: Lang) -> str:
    """What the median of the same rows is called."""
    return MEDIAN.of(lang).format(label=measure_name(dataset, part, lang))


def counted(dataset: Dataset, lang: Lang) -> str:
    """What the rows of a dataset are counted as: «تعداد «درخواست‌های شهروندان»»."""
    return COUNTED.of(lang).format(title=dataset.title.of(lang))


def standing_at(at: date | str | None, lang: Lang) -> str:
    """A date or a period as the time at which a stock stands; empty of none."""
    if at is None:
        return ""
    if isinstance(at, str):
        return IN.of(lang).format(when=value_html.period_label(at, lang))
    try:
        day = jalali.from_gregorian(at)
    except jalali.NotADate:
        return AT.of(lang).format(when=value_html.plain_day(at, lang))
    if (day.month, day.day) == (12, jalali.days_in_month(day.year, 12)):
        return AT_END.of(lang).format(year=value_html.period_label(str(day.year), lang))
    return AT.of(lang).format(when=value_html.plain_day(at, lang))


def sum_html(field: Field, value: int | Decimal, lang: Lang) -> SafeString:
    """A sum by itself: money in the largest unit that fits, any other number with its unit."""
    if field.kind.is_money:
        return value_html.large_sum(int(value), lang)
    return value_html.with_unit(field, value, value_html.number(value, lang), lang)
