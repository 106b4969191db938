"""A comparison in words: what is compared, what comes out, how it was computed and what it cannot say."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any, Final

from ayan.apps.catalog import conditions, group_table, result_options
from ayan.apps.catalog.explorer_state import ExplorerState
from ayan.apps.compare import comparison_options
from ayan.apps.compare.comparison_question import ComparisonQuestion, ComparisonSide
from ayan.apps.compare.computation import ComparisonResult, Number
from ayan.core.query.grouping import GroupKey
from ayan.core.values import locale, money
from ayan.core.values.asked_value import Span
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui import value_html

Shown = tuple[Number, str]

ALL_ROWS: Final = Label("همهٔ ردیف‌ها", "all rows")
KNOWN: Final = Label("آنچه تا {} دانسته بود", "as known on {}")
RELEASE: Final = Label("انتشار {}، شمارهٔ {}", "release {}, number {}")
OF: Final = Label("{measure} در «{dataset}»: {sides}", "{measure} in “{dataset}”: {sides}")
AGAINST: Final = Label("{first} در برابر {second}", "{first} against {second}")
ALONG: Final = Label("به تفکیک {what}", "by {what}")
WHERE: Final = Label("تنها {conditions}", "only {conditions}")
REAL: Final = Label("به پول سال {year}", "in the money of {year}")
ASKED: Final = Label("آن‌گونه که تا {moment} دانسته بود", "as known on {moment}")
MORE: Final = Label("{other} {change} درصد بیش از {first} است.", "{other} is {change}% above {first}.")
LESS: Final = Label("{other} {change} درصد کمتر از {first} است.", "{other} is {change}% below {first}.")
EQUAL: Final = Label("{other} با {first} برابر است.", "{other} equals {first}.")
UNKNOWN: Final = Label("از {} چیزی برای سنجش نیست.", "There is nothing of {} to compare.")
NOUGHT: Final = Label("{first} صفر است و درصدی ندارد.", "{first} is nought, of which nothing is a per cent.")
TOGETHER: Final = Label("همه با هم", "All together")
SHARED: Final = Label("سال‌های مشترک", "The years of all")


def title(comparison: ComparisonQuestion, lang: Lang) -> str:
    """What is compared, in one sentence without its stop."""
    dataset, language = comparison.dataset, locale.of(lang)
    sides = [language.quoted(each) for each in side_labels(comparison, lang)]
    parts = [
        OF.of(lang).format(
            measure=comparison_options.measure_label(dataset, comparison.measure, lang),
            dataset=dataset.title.of(lang),
            sides=reduce(lambda first, second: AGAINST.of(lang).format(first=first, second=second), sides)
            if sides
            else "",
        )
    ]
    if comparison.over is not None:
        parts.append(ALONG.of(lang).format(what=result_options.by_label(dataset, comparison.over, lang)))
    if comparison.scope.filters or comparison.scope.search:
        parts.append(WHERE.of(lang).format(conditions=language.comma.join(scope_words(comparison, lang))))
    if comparison.scope.as_of:
        parts.append(ASKED.of(lang).format(moment=value_html.plain_moment(comparison.scope.as_of, lang)))
    if comparison.real:
        parts.append(REAL.of(lang).format(year=value_html.period_label(comparison.base, lang)))
    return language.comma.join(parts)


def scope_words(comparison: ComparisonQuestion, lang: Lang) -> list[str]:
    """The conditions that hold for every side."""
    ask = ExplorerState.bare(comparison.dataset, "", lang)
    words = [conditions.in_words(ask, condition) for condition in comparison.scope.filters]
    return [*words, *([locale.of(lang).quoted(comparison.scope.search)] if comparison.scope.search else [])]


def side_labels(comparison: ComparisonQuestion, lang: Lang) -> list[str]:
    """The sides by name, in their order."""
    return [side_label(comparison, side, lang) for side in comparison.sides]


def side_label(comparison: ComparisonQuestion, side: ComparisonSide, lang: Lang) -> str:
    """One side by name: a value, a moment, or its conditions in words."""
    if comparison.by == "_as_of":
        return moment_label(side.scope.as_of, lang) if side.scope.as_of else ""
    if comparison.by == "_release":
        return release_label(*(side.scope.release or ("", 0)), lang)
    if side.name is not None:
        return side.name.of(lang)
    if not isinstance(comparison.by, GroupKey):
        ask = ExplorerState.bare(comparison.dataset, "", lang)
        return locale.of(lang).comma.join(
            conditions.in_words(ask, condition) for condition in side.conditions
        ) or ALL_ROWS.of(lang)
    return group_table.label(comparison.dataset, comparison.by, _value(side), lang)


def _value(side: ComparisonSide) -> Any:
    """The value of a side as a group of rows would hold it."""
    value = side.conditions[0].values[0]
    if isinstance(value, Span):
        day = isinstance(value.first, date) and value.first == value.last
        return value.first if day else value.text
    return value


def moment_label(moment: date | datetime, lang: Lang) -> str:
    """A side that is a moment."""
    return KNOWN.of(lang).format(value_html.plain_moment(moment, lang))


def release_label(period: str, number: int, lang: Lang) -> str:
    """A side that is a release."""
    return RELEASE.of(lang).format(value_html.period_label(period, lang), value_html.plain_number(number, lang))


def key_label(comparison: ComparisonQuestion, key: Any, lang: Lang) -> str:
    """One value of what a comparison runs along."""
    assert comparison.over is not None  # noqa: S101 - without it there are no keys
    return group_table.label(comparison.dataset, comparison.over, key, lang)


def total_label(worked: ComparisonResult) -> Label:
    """What the line over all lines is called."""
    return SHARED if worked.uneven else TOGETHER


def finding(worked: ComparisonResult, lang: Lang) -> list[str]:
    """What comes out over all lines: every other side against the first, in per cent."""
    names, total = side_labels(worked.question, lang), worked.total
    out = []
    for position, name in enumerate(names[1:], 1):
        change, pair = total.change(position), (total.values[0], total.values[position])
        if None in pair:
            missing = names[0] if pair[0] is None else name
            out.append(UNKNOWN.of(lang).format(_quoted(missing, lang)))
            continue
        words = NOUGHT if change is None else EQUAL if not change else MORE if change > 0 else LESS
        said = "" if change is None else plain(abs(change), lang)
        out.append(words.of(lang).format(other=_quoted(name, lang), first=_quoted(names[0], lang), change=said))
    return out


def _quoted(name: str, lang: Lang) -> str:
    return locale.of(lang).quoted(name)


def plain(value: Number, lang: Lang) -> str:
    """A number with the decimals it has."""
    return locale.of(lang).number(value)


def unit_words(worked: ComparisonResult, lang: Lang) -> str:
    """What one of the numbers is: toman, or toman for each person; nothing for plain counts."""
    unit = money.unit_label(SHOWN_UNITS["toman"], lang) if worked.is_money else _own_unit(worked, lang)
    per = worked.divisor.label.of(lang) if worked.divisor else ""
    return f"{unit} {per}".strip()


def _own_unit(worked: ComparisonResult, lang: Lang) -> str:
    measure = worked.question.measure
    if measure.function in ("count", "distinct"):
        return ""
    unit = worked.question.dataset.field(measure.field).unit
    return unit.of(lang) if unit else ""


def in_page_unit(worked: ComparisonResult, value: Number | None) -> Number | None:
    """A number in the unit of the page: money in toman."""
    if value is None or not worked.is_money:
        return value
    amount = Decimal(value) / MONEY_UNITS[SHOWN_UNITS["toman"]]
    return int(amount) if amount == amount.to_integral_value() else amount.normalize()
