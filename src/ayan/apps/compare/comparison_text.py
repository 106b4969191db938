"""A comparison in words: what is compared, what comes out, how it was computed and what it cannot say."""

# ruff: noqa: E501 - sentences in both languages, to be read downwards

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from typing import Any, Final

from ayan.apps.catalog.explorer import conditions, group_table, result_options
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.compare import comparison_options
from ayan.apps.compare.comparison_question import ComparisonQuestion, ComparisonSide
from ayan.apps.compare.computation import ComparisonLine, ComparisonResult
from ayan.core.query.grouping import GroupKey
from ayan.core.values import locale, money
from ayan.core.values.asked_value import Span
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui import code_html, value_html
from ayan.ui.limits import WHOLE_FROM

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
IN_PERIOD: Final = Label("{period}: {said}", "{period}: {said}")
ALL_REAL: Final = Label("همهٔ سال‌ها با حذف تورم: {said}", "All years in real terms: {said}")
OTHERWISE_NOMINAL: Final = Label(
    "با مبلغ روز وارونه دیده می‌شود: {said}", "In nominal amounts it looks the other way round: {said}"
)
OTHERWISE_REAL: Final = Label("با حذف تورم وارونه است: {said}", "In real terms it is the other way round: {said}")
TOGETHER: Final = Label("همه با هم", "All together")
SHARED: Final = Label("سال‌های مشترک", "The years of all")
LATEST: Final = Label("در تازه‌ترین تاریخ", "At the latest date")


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
    searched = comparison.scope.search
    return [*words, *([locale.of(lang).quoted(code_html.isolated(searched))] if searched else [])]


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
    return LATEST if worked.total.key is not None else SHARED if worked.uneven else TOGETHER


def finding(worked: ComparisonResult, lang: Lang) -> list[str]:
    """What comes out over all lines: every other side against the first, in per cent.

    Money of several years is not added as if it were the same: of such lines the newest is told, and all of them in the
    money of one year. Where both ways of telling disagree about who has more, it is said.
    """
    names, otherwise = side_labels(worked.question, lang), worked.otherwise
    if worked.adds_nominal_years:
        newest = next((line for line in reversed(worked.lines) if None not in line.values), worked.lines[-1])
        label = key_label(worked.question, newest.key, lang)
        out = [IN_PERIOD.of(lang).format(period=label, said=said) for said in _against_first(names, newest, lang)]
        real = [] if otherwise is None else _against_first(names, otherwise, lang)
        return [*out, *(ALL_REAL.of(lang).format(said=said) for said in real)]
    out = _against_first(names, worked.total, lang)
    if otherwise is not None:
        words = OTHERWISE_NOMINAL if worked.question.real else OTHERWISE_REAL
        others = _against_first(names, otherwise, lang)
        out += [words.of(lang).format(said=others[n - 1]) for n in disagreements(worked)]
    return out


def disagreements(worked: ComparisonResult) -> list[int]:
    """The sides that have more than the first in one money and less in the other."""
    other = worked.otherwise
    return [
        position
        for position in range(1, len(worked.sides))
        if other and (worked.total.difference(position) or 0) * (other.difference(position) or 0) < 0
    ]


def _against_first(names: Sequence[str], line: ComparisonLine, lang: Lang) -> list[str]:
    out = []
    for position, name in enumerate(names[1:], 1):
        change, pair = line.change(position), (line.values[0], line.values[position])
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


def plain(value: ExactNumber, lang: Lang) -> str:
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


def in_page_unit(worked: ComparisonResult, value: ExactNumber | None) -> ExactNumber | None:
    """A number in the unit of the page: money in toman, whole where parts of one are nothing beside it."""
    if value is None or not worked.is_money:
        return value
    amount = Decimal(value) / MONEY_UNITS[SHOWN_UNITS["toman"]]
    if abs(amount) >= WHOLE_FROM:
        amount = amount.to_integral_value(ROUND_HALF_UP)
    return int(amount) if amount == amount.to_integral_value() else amount.normalize()


# --- how it was computed, and what it cannot say --------------------------------------------------------------------

METHOD: Final = {
    "count": Label("ردیف‌ها شمرده شده است.", "Rows were counted."),
    "sum": Label(
        "جمع یعنی جمع همان ستون در همهٔ ردیف‌های هر طرف، به ریال و بی گرد کردن؛ ردیف بی‌مقدار در آن نیست.",
        "A sum adds that column over all rows of a side, in rial and without rounding; rows without a value are not in it.",
    ),
    "avg": Label(
        "میانگین، جمع تقسیم بر تعداد ردیف‌هایی است که مقدار دارند؛ یک بار در پایان گرد شده است.",
        "A mean is the sum divided by the rows that have a value, rounded once at the end.",
    ),
    "median": Label(
        "میانه مقداری است که نیمی از ردیف‌ها کمتر و نیمی بیشتر از آن است.",
        "The median is the value that half of the rows are below and half above.",
    ),
    "distinct": Label("هر مقدار یک بار شمرده شده است.", "Every value was counted once."),
}
BY_INDEX: Final = Label(
    "جمع هر سال در شاخص سال {base} ضرب و بر شاخص همان سال بخش شده است، با «{index}»؛ شاخص سالانه است و فراز و فرود درون سال را نمی‌گوید.",
    "The sum of each year was multiplied by the index of {base} and divided by that of the year, by “{index}”; the index is yearly and tells nothing of ups and downs within a year.",
)
BY_FIELD: Final = Label(
    "جمع بر جمع «{}» در همان ردیف‌ها بخش شده است؛ ردیف‌هایی که یکی از این دو را ندارند کنار رفته‌اند.",
    "The sum was divided by the sum of “{}” over the same rows; rows that lack either were left out.",
)
BY_PLACE: Final = Label(
    "جمع هر سال بر تعداد مردم همان سال و همان جا بخش شده است، با «{}»؛ هر جا که جایی برگزیده نشده، همهٔ شهر.",
    "The sum of each year was divided by the people of that year and place, by “{}”; of the whole city where no place was chosen.",
)
BY_CITY: Final = Label(
    "جمع هر سال بر تعداد مردم شهر در همان سال بخش شده است، با «{}».",
    "The sum of each year was divided by the people of the city in that year, by “{}”.",
)
NO_INDEX: Final = Label(
    "برای {} شاخصی نیست؛ آن ردیف‌ها کنار رفته‌اند.", "There is no index for {}; those rows were left out."
)
NO_PEOPLE: Final = Label(
    "برای {} تعداد مردم نیست؛ آن ردیف‌ها کنار رفته‌اند.", "People were not counted for {}; those rows were left out."
)
NOT_COUNTED: Final = Label("تعداد مردم {} در دست نیست.", "The people of {} are not known here.")
ELSEWHERE: Final = Label(
    "عددهای {city} از آنِ شهری دیگر است: از {address} در {moment} برداشته شد و جزو هیچ جمعی از این شهر نیست.",
    "The figures of {city} are those of another city: fetched from {address} on {moment}, and part of no sum of this city.",
)
ALIKE: Final = Label(
    "دو شهر ستون به ستون با نامی که در اعلان داده است سنجیده شده‌اند؛ منطقه، واحد یا رده‌ای هم‌نام در دو شهر یک چیز نیست، و هر شهر ممکن است بخش دیگری از کار خود را در این داده بنویسد.",
    "The cities are compared column by column, by the names in the dataset’s declaration; a district, unit or class of the same name is not the same thing in two cities, and each may report another part of its work here.",
)
OTHERWISE: Final = Label(
    "{} این داده را با اعلان دیگری منتشر کرده است.", "{} publishes this dataset by another declaration."
)
UNEVEN: Final = Label(
    "{} را همهٔ شهرها منتشر نکرده‌اند؛ در جمع‌ها نیست.", "Not every city has published {}; it is in no sum."
)
AS_PUBLISHED: Final = Label(
    "هر شهر با همهٔ سال‌هایی است که منتشر کرده است، و شاید سال‌هایشان یکی نباشد.",
    "Each city is taken with all the years that it has published, which may not be the same.",
)
OWN_INDEX: Final = Label(
    "شاخص قیمت برای همهٔ شهرها همان است که این شهر منتشر کرده است.",
    "The price index is the one that this city publishes, for all cities.",
)
NO_YEAR: Final = Label("ردیف‌های بی‌سال", "rows without a year")
LEFT_OUT: Final = Label(
    "{} ردیف در این عددها نیست، چون مقدار لازم را ندارد.",
    "{} rows are not in these numbers, for they lack what is needed.",
)
IN_TIME: Final = Label(
    "هر طرف همان ردیف‌هایی است که آن زمان منتشر بود؛ اصلاح‌های بعدی در آن نیست.",
    "Each side is the rows that were published then; later corrections are not in it.",
)


def method(worked: ComparisonResult, lang: Lang) -> Iterator[str]:
    """How the numbers were reckoned and what they cannot say, one sentence after another."""
    comparison = worked.question
    yield METHOD[comparison.measure.function].of(lang)
    if worked.prices is not None:
        yield BY_INDEX.of(lang).format(
            index=worked.prices.dataset.title.of(lang), base=value_html.period_label(comparison.base, lang)
        )
    if worked.divisor is not None and worked.divisor.field is not None:
        yield BY_FIELD.of(lang).format(worked.divisor.field.label.of(lang))
    if worked.people is not None:
        wording = BY_PLACE if worked.people.field else BY_CITY
        yield wording.of(lang).format(worked.people.dataset.title.of(lang))
    for years, words in ((worked.no_index, NO_INDEX), (worked.no_people, NO_PEOPLE)):
        if years:
            yield words.of(lang).format(_years(years, lang))
    yield from _of_cities(worked, lang)
    left_out = sum(worked_side.left_out for worked_side in worked.sides)
    if left_out:
        yield LEFT_OUT.of(lang).format(value_html.plain_number(left_out, lang))
    if comparison.by in comparison_options.MOMENTS:
        yield IN_TIME.of(lang)


def _years(years: Sequence[str], lang: Lang) -> str:
    """Years in words; "" stands for the rows without one."""
    return locale.of(lang).comma.join(
        value_html.period_label(year, lang) if year else NO_YEAR.of(lang) for year in years
    )


def _of_cities(worked: ComparisonResult, lang: Lang) -> Iterator[str]:
    """Whose the figures of other cities are, and how far such a comparison carries."""
    away = [(worked_side.side, worked_side.away) for worked_side in worked.sides if worked_side.away is not None]
    for side, other in away:
        name = other.title.of(lang)
        city = locale.of(lang).quoted(name)
        moment = other.fetched.fetched_at if other.fetched else other.about.harvested_at
        moment_text = value_html.plain_moment(moment, lang)
        yield ELSEWHERE.of(lang).format(city=city, address=other.about.address, moment=moment_text)
        if any(each.origin is not None and not each.origin.same_declaration for each in other.sources):
            yield OTHERWISE.of(lang).format(city)
        if worked.people is not None and side.city not in worked.people.standings:
            yield NOT_COUNTED.of(lang).format(city)
    if worked.uneven:
        yield UNEVEN.of(lang).format(_years(worked.uneven, lang))
    if away:
        if (
            worked.question.measure.function not in comparison_options.ADDITIVE
            or comparison_options.year_of(worked.question.dataset) is None
        ):
            yield AS_PUBLISHED.of(lang)
        yield ALIKE.of(lang)
        if worked.prices is not None:
            yield OWN_INDEX.of(lang)
