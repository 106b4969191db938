"""Titles of charts: every number in one is worked out again here, by fractions, from the values that were drawn."""

from __future__ import annotations

import re
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayan.core.values import locale
from ayan.core.values.locale import Lang
from ayan.ui.charts import titles
from ayan.ui.charts.figure import Figure, in_one_unit
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.years import YearBar, YearBars
from ayan.ui.showcase.figures import Figures

ALM = "\u061c"
FEWER = settings(max_examples=30)
languages = st.sampled_from(["fa", "en"])
amounts = st.integers(1, 10**15)
# What the Persian percent sign stands behind: the mark that keeps it at the left of its number, and the digits.
PERCENT = re.compile(f"{ALM}[۰-۹٬٫]+٪")


def rounded(value: Fraction, places: int = 0) -> Fraction:
    """Halves away from nought."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def written(value: Fraction, lang: Lang) -> str:
    """A number of a title: one decimal below a hundred, without a nought at its end."""
    shown = rounded(value, 0 if value >= 100 else 1)
    text = f"{float(shown):,.1f}".removesuffix(".0")
    return text if lang == "en" else locale.of(lang).numerals(text).replace(",", "٬").replace(".", "٫")


def per_cent(value: Fraction, lang: Lang) -> str:
    text = f"{int(rounded(value)):,}"
    return f"{text}%" if lang == "en" else f"{ALM}{locale.of(lang).numerals(text).replace(',', '٬')}٪"


@FEWER
@given(st.lists(st.tuples(amounts, amounts), min_size=2, max_size=8), languages)
def test_direction_factor_and_real_change_are_those_of_the_whole_years(rows: list[tuple[int, int]], lang: Lang) -> None:
    bars = [YearBar(str(1390 + n), value, real) for n, (value, real) in enumerate(rows)]
    # A year that is not whole is drawn and never compared.
    part = YearBar("1399", 1, None, note="۸ ماه")
    title = titles.in_time("N", [*bars, part], ChartMeasure(lang))
    (low, real_low), (high, real_high) = rows[0], rows[-1]
    assert f"{bars[0].label}" in title
    assert f"{bars[-1].label}" in title
    assert "1399" not in title
    if high >= 2 * low:
        assert f"{written(Fraction(high, low), lang)}{'-fold' if lang == 'en' else ' برابر شد'}" in title
    elif change := rounded(Fraction(high - low, low) * 100):
        direction = {True: {"en": "rose", "fa": "بیشتر شد"}, False: {"en": "fell", "fa": "کمتر شد"}}[change > 0][lang]
        assert per_cent(abs(Fraction(high - low, low)) * 100, lang) in title
        assert direction in title
    worth = rounded(Fraction(real_high - real_low, real_low) * 100)
    nominal = rounded(Fraction(high - low, low) * 100)
    against = {"en": "yet", "fa": "اما"}[lang]
    assert (against in title) == (nominal * worth < 0 or (not nominal) != (not worth))
    if worth < 0:
        assert per_cent(Fraction(real_low - real_high, real_low) * 100, lang) in title
    elif real_high >= 2 * real_low:
        assert written(Fraction(real_high, real_low), lang) in title


@FEWER
@given(st.lists(amounts, min_size=2, max_size=12), languages)
def test_the_largest_is_named_with_its_share_or_how_far_it_stands_out(values: list[int], lang: Lang) -> None:
    items = [(f"x{n}", value) for n, value in enumerate(values)]
    title = titles.largest("N", items, whole=True, lang=lang)
    first, second = sorted(values, reverse=True)[:2]
    assert f"\u2068x{values.index(first)}\u2069" in title
    if first >= 3 * second:
        assert written(Fraction(first, second), lang) in title
    else:
        assert per_cent(Fraction(first * 100, sum(values)), lang) in title
    # Of some of the groups alone nobody knows what a share is of.
    assert not re.search("[%٪]", titles.largest("N", items, whole=False, lang=lang))


@FEWER
@given(st.lists(amounts, min_size=3, max_size=30), languages)
def test_what_stands_above_the_middle_does_so_by_the_middle_of_all(values: list[int], lang: Lang) -> None:
    title = titles.above_median("N", [(f"x{n}", value) for n, value in enumerate(values)], lang)
    assert written(Fraction(max(values)) / median(map(Fraction, values)), lang) in title


@FEWER
@given(st.lists(st.tuples(amounts, amounts, amounts), min_size=2, max_size=6), languages)
def test_the_part_that_moved_most_is_told_with_both_shares(rows: list[tuple[int, int, int]], lang: Lang) -> None:
    wholes = [(f"y{n}", list(row)) for n, row in enumerate(rows)]
    title = titles.parts_in_time(["a1", "b1", "c1"], wholes, "N", lang)
    before, after = ([Fraction(value * 100, sum(row)) for value in row] for row in (rows[0], rows[-1]))
    moved = [abs(late - early) for early, late in zip(before, after, strict=True)]
    (part,) = [n for n, name in enumerate(("a1", "b1", "c1")) if name in title]
    assert moved[part] == max(moved)
    assert per_cent(after[part], lang) in title


def test_what_has_no_growth_is_told_as_it_is() -> None:
    measure = ChartMeasure("en", "toman", 10)
    for values in ([0, 50], [-50, 50], [50, -50]):
        title = titles.in_time("N", [YearBar(str(n), value) for n, value in enumerate(values)], measure)
        assert title.startswith("N: from")
    assert titles.in_time("N", [YearBar("1", None), YearBar("2", 30)], measure) == "N: 3 toman in 2"
    assert titles.in_time("N", [YearBar("1", None)], measure) == "N"


def test_no_percent_sign_of_a_persian_title_leaves_its_number() -> None:
    titles = [figure.title for figure in Figures("fa").all()]
    signs = sum(title.count("٪") for title in titles)
    assert signs >= 5
    assert sum(len(PERCENT.findall(title)) for title in titles) == signs
    assert not any(ALM in figure.title for figure in Figures("en").all())


@pytest.mark.parametrize(
    ("greatest", "written_as"),
    [
        ([3_982 * 10**10, 6 * 10**10], ["3,982 billion toman", "6 billion toman"]),
        ([5_900 * 10**10, 1_065 * 10**10], ["5,900 billion toman", "1,065 billion toman"]),
        ([5_900 * 10**10, 4_100 * 10**10], ["5.9 trillion toman", "4.1 trillion toman"]),
        # What would hardly show keeps its own unit, and says it.
        ([2 * 10**16, 5 * 10**7], ["2,000 trillion toman", "5 million toman"]),
    ],
)
def test_the_figures_of_one_view_share_a_unit_that_each_can_be_read_in(
    greatest: list[int], written_as: list[str]
) -> None:
    measure = ChartMeasure("en", "toman", 10)
    charts = [YearBars([YearBar("1", 1), YearBar("2", most)], measure, "n") for most in greatest]
    figures = in_one_unit([Figure("t", chart, f"f{n}") for n, chart in enumerate(charts)])
    for figure, most, words in zip(figures, greatest, written_as, strict=True):
        assert isinstance(figure.chart, YearBars)
        assert figure.chart.scale.say(most) == words
        assert figure.chart.unit() == f"n, {words.partition(' ')[2]}"


def test_a_name_that_ends_in_a_digit_is_no_part_of_the_number_behind_it() -> None:
    districts = [("منطقهٔ ۱", 60), ("منطقهٔ ۲", 40)]
    assert "«\u2068منطقهٔ ۱\u2069» " in titles.largest("هزینه", districts, whole=True, lang="fa")
    assert "“\u2068District 1\u2069” " in titles.largest("cost", [("District 1", 6), ("b", 4)], whole=True, lang="en")
    assert "«" not in titles.largest("هزینه", [("بازار", 60), ("منطقهٔ ۲", 40)], whole=True, lang="fa")
