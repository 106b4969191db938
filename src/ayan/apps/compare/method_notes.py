"""How the numbers of a comparison were reckoned, and what they cannot say, in both languages."""

# ruff: noqa: E501 - sentences in both languages, to be read downwards

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ayan.apps.compare import comparison_options
from ayan.apps.compare.computation import ComparisonResult
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html

METHOD: Final = {
    "count": Label("ردیف‌ها شمرده شده است.", "Rows were counted."),
    "sum": Label(
        "جمع یعنی جمع همان ستون در همهٔ ردیف‌های هر سو، به ریال و بی گرد کردن؛ ردیف بی‌مقدار در آن نیست.",
        "A sum adds that column over all rows of a side, in rial and without rounding; rows without a value are not in it.",
    ),
    "avg": Label(
        "میانگین، جمع بخش بر شمار ردیف‌هایی است که مقدار دارند؛ یک بار در پایان گرد شده است.",
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
    "جمع هر سال بر شمار مردم همان سال و همان جا بخش شده است، با «{}»؛ هر جا که جایی برگزیده نشده، همهٔ شهر.",
    "The sum of each year was divided by the people of that year and place, by “{}”; of the whole city where no place was chosen.",
)
BY_CITY: Final = Label(
    "جمع هر سال بر شمار مردم شهر در همان سال بخش شده است، با «{}».",
    "The sum of each year was divided by the people of the city in that year, by “{}”.",
)
NO_INDEX: Final = Label(
    "برای {} شاخصی نیست؛ آن ردیف‌ها کنار رفته‌اند.", "There is no index for {}; those rows were left out."
)
NO_PEOPLE: Final = Label(
    "برای {} شمار مردم نیست؛ آن ردیف‌ها کنار رفته‌اند.", "People were not counted for {}; those rows were left out."
)
NOT_COUNTED: Final = Label("شمار مردم {} در دست نیست.", "The people of {} are not known here.")
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
    "هر سو همان ردیف‌هایی است که آن زمان منتشر بود؛ اصلاح‌های بعدی در آن نیست.",
    "Each side is the rows that were published then; later corrections are not in it.",
)


def method(worked: ComparisonResult, lang: Lang) -> Iterator[str]:
    """How the numbers were reckoned and what they cannot say, one sentence after another."""
    asked = worked.question
    yield METHOD[asked.measure.function].of(lang)
    if worked.prices is not None:
        yield BY_INDEX.of(lang).format(
            index=worked.prices.dataset.title.of(lang), base=value_html.period_label(asked.base, lang)
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
    if asked.by in comparison_options.MOMENTS:
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
