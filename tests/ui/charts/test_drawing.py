"""What holds for every chart whatever it is given: true lengths, nothing off the sheet, no text over text, no foreign code."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from ayan.core.values.locale import Lang
from ayan.ui.charts.bars import BarLine, StackedBars, Whole
from ayan.ui.charts.counted_tiles import TileCount, TileGroup, TileState, TileStyle
from ayan.ui.charts.drawing import CHOSEN, CONTEXT, SERIES, Drawing
from ayan.ui.charts.events import ChartEvent
from ayan.ui.charts.figure import MINI, NARROW, WIDE, Chart, FigureColumn, FigureTable
from ayan.ui.charts.heat import HeatRow, HeatTable
from ayan.ui.charts.line_charts import ChartLine, Lines, spark
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.slope import Slope, SlopePair
from ayan.ui.charts.steps import Stair, Steps
from ayan.ui.charts.strip import Dot, DotStrip
from ayan.ui.charts.tile_columns import TileColumn, TileColumns, TilePanel
from ayan.ui.charts.treemap import Area, Treemap
from ayan.ui.charts.years import ColumnMark, YearBar, YearBars
from ayan.ui.limits import MOST_TILES, SMALLEST_TARGET
from ayan.ui.showcase.figures import Figures

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = frozenset(
    {
        "class", "viewBox", "width", "height", "role", "direction", "font-family", "font-size", "font-weight", "x", "y",
        "x1", "x2", "y1", "y2", "cx", "cy", "r", "d", "points", "fill", "fill-opacity", "stroke", "stroke-width",
        "stroke-linejoin", "stroke-linecap", "stroke-dasharray", "text-anchor", "aria-hidden", "aria-label", "focusable",
        "href", "pointer-events",
    }
)  # fmt: skip
SHAPES = frozenset({"svg", "title", "text", "rect", "line", "polyline", "circle", "path", "g", "a"})
POLYLINES = re.compile(r'<polyline points="([^"]+)"')
OVERRIDES = re.compile("[\u202a-\u202e]")

languages = st.sampled_from(["fa", "en"])
widths = st.sampled_from([WIDE, MINI, NARROW])
addresses = st.sampled_from(["", "/data/parts?unit=%D9%81&x=1", '"><script>'])
whole = st.integers(-(10**24), 10**24)
numbers = whole | st.decimals(-(10**9), 10**9, places=3, allow_nan=False) | st.integers(-9, 9)
positive = st.integers(0, 10**24) | st.integers(0, 9)
labels = st.text(max_size=80) | st.sampled_from(
    [
        "عمران",
        "۱۴۰۴",
        "BRT (خط ۳)",
        "<script>alert(1)</script>",
        "\u202eabc\u202c",
        "a\u2069b\u2066",
        "\"&'",
        "",
        "نام " * 30,
    ]
)
measures = st.builds(ChartMeasure, languages, st.sampled_from(["تومان", "", "<b>"]), st.sampled_from([1, 10]))


FEWER = settings(max_examples=30)


def few(strategy: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=most)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def line_charts(draw: st.DrawFn) -> Lines:
    count = draw(st.integers(0, 10) | st.just(60))
    values = st.lists(maybe(numbers), min_size=count, max_size=count)
    axis = draw(st.lists(labels, min_size=count, max_size=count))
    marks = [(index, draw(labels)) for index in range(0, count, 12)]
    lines = draw(few(st.builds(ChartLine, labels, values), 6 if count < 60 else 2))
    return Lines(axis, lines, draw(measures), draw(labels), marks if draw(st.booleans()) else ())


@st.composite
def stacked_bars(draw: st.DrawFn) -> StackedBars:
    names = draw(st.lists(labels, min_size=1, max_size=6))
    parts = st.lists(positive, min_size=len(names), max_size=len(names))
    wholes = draw(few(st.builds(Whole, labels, parts)))
    return StackedBars(names, wholes, draw(measures), draw(labels), draw(labels), draw(st.booleans()))


plain_bars = st.builds(
    StackedBars.of,
    labels,
    few(st.builds(Whole, labels, st.tuples(maybe(numbers)), st.booleans(), addresses)),
    measures,
    labels,
    maybe(st.builds(BarLine, numbers, labels)),
)


under_words = st.sampled_from(["", "۸ از ۱۵۲", "8 of 152", "12,345 of 678,901"])


@st.composite
def heat_tables(draw: st.DrawFn) -> HeatTable:
    count = draw(st.integers(0, 8))
    values = st.lists(maybe(numbers), min_size=count, max_size=count)
    columns, notes = (draw(st.lists(labels, min_size=count, max_size=count)) for _ in range(2))
    unders = st.lists(under_words, min_size=count, max_size=count)
    lines = st.builds(HeatRow, labels, values, addresses, under=unders)
    rows, whole = draw(few(lines, 6)), draw(maybe(lines))
    return HeatTable(
        columns, rows, draw(measures), draw(labels), draw(labels), notes if draw(st.booleans()) else (), whole
    )


@st.composite
def tile_counts(draw: st.DrawFn) -> TileCount:
    every: list[TileStyle] = ["full", "late", "open", "struck", "marked"]
    looks = draw(st.permutations(every))[: draw(st.integers(1, 4))]
    counts = st.lists(st.integers(0, 60) | st.integers(0, 10**7), min_size=len(looks), max_size=len(looks))
    states = [TileState(draw(labels), look) for look in looks]
    return TileCount(
        states, draw(few(st.builds(TileGroup, labels, counts, addresses))), draw(languages), draw(labels), draw(labels)
    )


notes = st.sampled_from(["", "", "۸ ماه", "not published"])
year_bars = st.builds(
    YearBars, few(st.builds(YearBar, labels, maybe(numbers), maybe(numbers), notes, addresses, under_words), 30), measures, labels,
    labels, marks=few(st.builds(ColumnMark, numbers, labels), 3), events=few(st.builds(ChartEvent, labels, st.integers(1, 6), labels), 4),
)  # fmt: skip
slopes = st.builds(
    Slope, few(st.builds(SlopePair, labels, maybe(numbers), maybe(numbers), st.booleans(), addresses)),
    st.sampled_from(["۱۴۰۳", "1403"]), st.sampled_from(["۱۴۰۴", "1404"]), measures, labels,
)  # fmt: skip


@st.composite
def tile_columns(draw: st.DrawFn) -> TileColumns:
    heads = draw(st.lists(labels, min_size=draw(st.integers(0, 1)), max_size=7))
    counts = st.integers(0, 40) | st.integers(0, 10**7)
    panels = [
        TilePanel(
            draw(labels),
            draw(labels),
            [TileColumn(head, draw(counts), draw(addresses), draw(st.booleans())) for head in heads],
        )
        for _ in range(draw(st.integers(1, 2)))
    ]
    return TileColumns(panels, draw(languages), draw(labels), draw(labels), draw(labels), draw(labels))


strips = st.builds(DotStrip, few(st.builds(Dot, labels, numbers, st.booleans()), 60), measures, labels, labels)
treemaps = st.builds(
    Treemap, few(st.builds(Area, labels, positive, st.integers(0, 9), addresses), 30), measures, labels, labels,
    few(labels, 3),
)  # fmt: skip
stairs = st.builds(
    Stair, labels, st.dictionaries(st.dates(date(1950, 1, 1), date(2050, 1, 1)), numbers, max_size=30)
    .map(lambda steps: sorted(steps.items())),
)  # fmt: skip
step_charts = st.builds(Steps, stairs, stairs, measures, maybe(st.tuples(labels, numbers)))
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "years": year_bars, "bars": plain_bars, "stacked": stacked_bars(), "lines": line_charts(), "slope": slopes,
    "strip": strips, "treemap": treemaps, "tiles": tile_counts(), "columns": tile_columns(), "heat": heat_tables(),
    "steps": step_charts,
}  # fmt: skip
charts = st.one_of(*KINDS.values())


def test_every_chart_of_the_showcase_is_tried() -> None:
    # The first that comes: the smallest of them is of the same kind.
    first = settings(FEWER, phases=[Phase.generate])
    tried = {type(find(strategy, lambda _: True, settings=first)) for strategy in KINDS.values()}
    assert {type(figure.chart) for figure in Figures("fa").all()} == tried


@pytest.mark.parametrize("kind", KINDS)
@FEWER
@given(data=st.data(), width=widths)
def test_nothing_stands_off_the_sheet_and_no_text_on_another(kind: str, data: st.DataObject, width: int) -> None:
    chart = data.draw(KINDS[kind])
    sheet = chart.draw(width)
    for box in [*sheet.texts, *sheet.shapes, *(link.box for link in sheet.links)]:
        assert box.left >= -1.1
        assert box.top >= -1.1
        assert box.right <= sheet.width + 1.1
        assert box.bottom <= sheet.height + 1.1
    for index, text_box in enumerate(sheet.texts):
        for other in sheet.texts[index + 1 :]:
            overlap_x = min(text_box.right, other.right) - max(text_box.left, other.left)
            overlap_y = min(text_box.bottom, other.bottom) - max(text_box.top, other.top)
            assert overlap_x < 0.6 or overlap_y < 0.6, (text_box, other)


@FEWER
@given(charts, widths)
def test_it_is_plain_svg_that_no_label_can_break_out_of(chart: Chart, width: int) -> None:
    sentence = chart.sentence()
    sheet = chart.draw(width)
    written = sheet.svg(sentence)
    root = ElementTree.fromstring(written)
    assert root.find(f"{SVG}title") is not None or root.get("aria-label")
    assert root.get("direction") == "ltr"
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in SHAPES
        assert set(element.attrib) <= ALLOWED
    # Links stand beside the drawing, which is no picture then, and each says where it leads; a file has none.
    assert len(root.findall(f"{SVG}a")) == len(sheet.links) == len(list(root.iter(f"{SVG}a")))
    assert all(link.get("aria-label") for link in root.iter(f"{SVG}a"))
    assert (root.get("role") == "group") == bool(sheet.links)
    assert "<a " not in sheet.svg(sentence, linked=False)
    assert not OVERRIDES.search(written)
    for text in root.iter(f"{SVG}text"):
        shown = "".join(text.itertext())
        opened = len(re.findall("[\u2066-\u2068]", shown))
        assert opened == shown.count("\u2069")


@FEWER
@given(charts)
def test_the_table_holds_every_value_and_a_cell_for_every_column(chart: Chart) -> None:
    table = chart.table()
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(table.lines) == len(table.rows)
    assert isinstance(chart.keys(), tuple)


def rects(sheet: Drawing, fill: str) -> list[tuple[float, float, float, float]]:
    rectangles = re.findall(
        r'<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)" fill="([^"]+)"', "".join(sheet.parts)
    )
    return [(float(x), float(y), float(w), float(h)) for x, y, w, h, colour in rectangles if colour == fill]


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=12), languages, widths)
def test_the_length_of_a_bar_is_its_value(values: list[int], lang: Lang, width: int) -> None:
    sheet = StackedBars.of("n", [Whole("x", [value]) for value in values], ChartMeasure(lang), "i").draw(width)
    longest = max(abs(value) for value in values)
    drawn = [long for _, _, long, _ in rects(sheet, CHOSEN)]
    assert len(drawn) == len(values)
    most = max(drawn)
    for value, long in zip(values, drawn, strict=True):
        assert long == pytest.approx(abs(value) / longest * most if longest else 0, abs=0.2)


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=12), languages, widths)
def test_the_height_of_a_year_is_its_value(values: list[int], lang: Lang, width: int) -> None:
    chart = YearBars(
        [YearBar(str(index), value) for index, value in enumerate(values)], ChartMeasure(lang), "n", chosen="none"
    )
    drawn = [tall for _, _, _, tall in rects(chart.draw(width), CONTEXT)]
    longest, most = max(abs(value) for value in values), max(drawn)
    for value, tall in zip(values, drawn, strict=True):
        assert tall == pytest.approx(abs(value) / longest * most if longest else 0, abs=0.2)


@FEWER
@given(st.lists(st.lists(st.integers(0, 10**12), min_size=3, max_size=3), min_size=1, max_size=8), languages)
def test_the_parts_of_a_bar_make_its_whole(rows: list[list[int]], lang: Lang) -> None:
    sheet = StackedBars(["a", "b", "c"], [Whole("w", row) for row in rows], ChartMeasure(lang), "n", "i").draw(WIDE)
    lengths: dict[float, float] = {}
    for colour in SERIES[:3]:
        for _, y, long, _ in rects(sheet, colour):
            lengths[y] = lengths.get(y, 0) + long
    sums = [sum(row) for row in rows if sum(row)]
    most = max(lengths.values(), default=0)
    assert len(lengths) <= len(sums)
    for total, long in zip(
        sorted(sums), sorted([0.0] * (len(sums) - len(lengths)) + list(lengths.values())), strict=True
    ):
        assert long == pytest.approx(total / max(sums) * most, abs=0.4)


@FEWER
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30))
def test_the_areas_of_a_treemap_are_its_values_and_fill_it(values: list[int]) -> None:
    sheet = Treemap([Area("a", value) for value in values], ChartMeasure("en"), "n", "i").draw(WIDE)
    areas = [(box.right - box.left) * (box.bottom - box.top) for box in sheet.shapes]
    assert sum(areas) == pytest.approx(sheet.width * sheet.height)
    for value, area in zip(sorted(values), sorted(areas), strict=True):
        assert area == pytest.approx(value / sum(values) * sheet.width * sheet.height)


@given(st.lists(st.integers(0, 70), min_size=2, max_size=2), languages, widths)
def test_there_are_as_many_tiles_as_things(counts: list[int], lang: Lang, width: int) -> None:
    chart = TileCount([TileState("a", "full"), TileState("b", "open")], [TileGroup("g", counts)], lang, "n", "i")
    assert chart.each == 1
    assert len(chart.draw(width).shapes) == sum(counts)


@given(st.integers(0, 10**9))
def test_many_things_share_a_tile_and_it_is_said(count: int) -> None:
    chart = TileCount([TileState("a", "full")], [TileGroup("g", [count])], "en", "n", "i")
    tiles = len(chart.draw(WIDE).shapes)
    assert tiles <= MOST_TILES
    assert (chart.each > 1) == ("Each tile stands for" in chart.unit())
    assert not count or tiles >= 1


@given(st.lists(st.integers(1, 999), min_size=2, max_size=7), languages)
def test_every_column_carries_its_number_where_there_is_room(values: list[int], lang: Lang) -> None:
    chart = YearBars([YearBar(str(1400 + n), value) for n, value in enumerate(values)], ChartMeasure(lang), "n")
    for width in (WIDE, NARROW):
        written = chart.draw(width).svg("s")
        shown = re.findall(r'<text[^>]*font-weight="600"[^>]*>([^<]+)</text>', written)
        assert sorted(shown) == sorted(chart.scale.write(value) for value in values)


@given(st.lists(st.integers(1, 10**12), min_size=2, max_size=12), st.integers(0, 11), languages, widths)
def test_the_real_line_ends_on_the_column_of_its_base_year(
    values: list[int], gone: int, lang: Lang, width: int
) -> None:
    real = [value * (len(values) - n) for n, value in enumerate(values)]
    periods = [YearBar(str(n), value, worth) for n, (value, worth) in enumerate(zip(values, real, strict=True))]
    assert periods[-1].real == periods[-1].value
    sheet = YearBars(periods, ChartMeasure(lang), "n", "r").draw(width)
    line = re.findall(r'<polyline points="([^"]+)"', "".join(sheet.parts))[-1].split()
    end_x, end_y = map(float, line[-1].split(","))
    left, top, wide, _ = rects(sheet, CHOSEN)[-1]
    assert end_x == pytest.approx(left + wide / 2, abs=0.2)
    assert end_y == pytest.approx(top, abs=0.2)


def test_a_year_that_is_not_whole_is_an_outline_with_its_months_and_no_subject() -> None:
    chart = YearBars([YearBar("1404", 9), YearBar("1405", 20, note="8 months")], ChartMeasure("en"), "n")
    sheet = chart.draw(NARROW)
    assert len(rects(sheet, CHOSEN)) == 1
    assert len(rects(sheet, "#d9e5e3")) == 1
    assert ">8 months<" in "".join(sheet.parts)
    assert [mark.shape for mark in chart.keys()] == ["bar", "outline"]  # noqa: SIM118 - a method of the chart


def test_a_stretch_without_data_is_a_band_and_no_line_crosses_it() -> None:
    chart = Lines(
        [str(n) for n in range(9)], [ChartLine("a", [1, 2, None, None, None, 3, 4, 5, 6])], ChartMeasure("en"), "i"
    )
    sheet = chart.draw(WIDE)
    ((left, _, wide, _),) = rects(sheet, "#e6ecea")
    runs = [[float(point.split(",")[0]) for point in line.split()] for line in POLYLINES.findall("".join(sheet.parts))]
    assert len(runs) == 2
    assert runs[0][-1] == pytest.approx(left, abs=0.2)
    assert runs[1][0] == pytest.approx(left + wide, abs=0.2)


@FEWER
@given(charts, widths)
def test_what_leads_somewhere_is_large_enough_for_a_finger(chart: Chart, width: int) -> None:
    for link in chart.draw(width).links:
        assert link.box.right - link.box.left >= SMALLEST_TARGET
        assert link.box.bottom - link.box.top >= SMALLEST_TARGET


def test_bars_grow_the_way_the_page_is_read_and_time_from_the_left() -> None:
    for lang in ("fa", "en"):
        sheet = StackedBars.of("n", [Whole("x", [5]), Whole("x", [10])], ChartMeasure(lang), "i").draw(WIDE)
        half, full = rects(sheet, CHOSEN)
        if lang == "fa":
            assert half[0] + half[2] == pytest.approx(full[0] + full[2], abs=0.1)
        else:
            assert half[0] == full[0]
    for lang in ("fa", "en"):
        chart = YearBars([YearBar("a", 1), YearBar("b", 1)], ChartMeasure(lang), "n", chosen="none")
        first, second = rects(chart.draw(WIDE), CONTEXT)
        assert first[0] < second[0]


@pytest.mark.parametrize(
    ("chart", "words"),
    [
        (YearBars([], ChartMeasure("fa"), "جمع"), "جمع: برای این نمودار داده‌ای نیست."),
        (
            YearBars([YearBar("۱۴۰۴", 5 * 10**12)], ChartMeasure("fa", "تومان", 10), "جمع"),
            "جمع: ۵۰۰ میلیارد تومان در ۱۴۰۴.",
        ),
        (
            YearBars([YearBar("1403", 31), YearBar("1404", -5, -5)], ChartMeasure("en", "rows"), "Sum", "Real"),
            "Sum: from 31 rows in 1403 to −5 rows in 1404. Real: −5 rows in 1404.",
        ),
        (
            StackedBars.of("Spent", [Whole("a", [3]), Whole("b", [9]), Whole("c", [None])], ChartMeasure("en"), "Unit"),
            "Spent: b 9, a 3.",
        ),
        (
            YearBars([YearBar("1404", 9), YearBar("1405", 5, note="8 months")], ChartMeasure("en"), "Sum"),
            "Sum: from 9 in 1404 to 5 in 1405 (8 months).",
        ),
    ],
)
def test_the_sentence_says_what_is_drawn(chart: Chart, words: str) -> None:
    assert chart.sentence() == words


def test_a_long_label_is_cut_and_stands_whole_in_its_title() -> None:
    long = "نام بسیار بلند یک واحد سازمانی " * 6
    text = StackedBars.of("n", [Whole(long, [1])], ChartMeasure("fa"), "i").draw(NARROW).svg("s")
    assert "…" in text
    assert long.strip() in text


def test_a_label_cannot_turn_the_text_round_it() -> None:
    bar = Whole("\u202egnp.exe\u202c \u2069x\u2066", [1])
    text = StackedBars.of("n", [bar], ChartMeasure("fa"), "i").draw(WIDE).svg("s")
    assert "gnp.exe x" in text
    assert not OVERRIDES.search(text)


@given(st.lists(maybe(numbers), max_size=20), languages)
def test_a_sparkline_keeps_within_its_little_sheet(values: list[Any], lang: Lang) -> None:
    sheet = spark(values, lang)
    assert all(
        box.left >= 0 and box.right <= sheet.width and box.top >= 0 and box.bottom <= sheet.height
        for box in sheet.shapes
    )
    assert 'aria-hidden="true"' in sheet.svg("")


@pytest.mark.parametrize(
    "make",
    [
        lambda: StackedBars(["a", "b"], [Whole("w", [-1, 2])], ChartMeasure("fa"), "n", "i"),
        lambda: StackedBars(["a", "b"], [Whole("w", [None, 2])], ChartMeasure("fa"), "n", "i"),
        lambda: HeatTable(["1"], [HeatRow("w", [1, 2])], ChartMeasure("fa"), "n", "i"),
        lambda: StackedBars(["a"], [Whole("w", [1, 2])], ChartMeasure("fa"), "n", "i"),
        lambda: Treemap([Area("a", -1)], ChartMeasure("fa"), "n", "i"),
        lambda: TileCount([TileState("a", "full")], [TileGroup("g", [-1])], "fa", "n", "i"),
        lambda: Lines(["1"], [ChartLine("a", [1, 2])], ChartMeasure("fa"), "i"),
        lambda: Lines([], [ChartLine("a", [])] * 7, ChartMeasure("fa"), "i"),
    ],
)
def test_a_chart_that_would_lie_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()


@given(whole.filter(bool), languages)
def test_no_value_is_written_as_nothing_that_is_something(value: int, lang: Lang) -> None:
    scale = ChartMeasure(lang, "t", 10).scale([10**25, value])
    assert scale.write(value) not in ("0", "۰", "−0", "−۰")


@pytest.mark.parametrize(
    ("value", "fa", "en"),
    [
        (184 * 10**12, "۱۸٫۴ هزار میلیارد تومان", "18.4 trillion toman"),
        (35 * 10**13, "۳۵ هزار میلیارد تومان", "35 trillion toman"),
        (15 * 10**12, "۱٬۵۰۰ میلیارد تومان", "1,500 billion toman"),
        (-5 * 10**10, "\u2066−۵\u2069 میلیارد تومان", "−5 billion toman"),
        (12_345, "۱٬۲۳۵ تومان", "1,235 toman"),
        (Decimal("0.4"), "۰٫۰۴ تومان", "0.04 toman"),
    ],
)
def test_sums_are_written_in_one_large_unit(value: Any, fa: str, en: str) -> None:
    for lang, words in (("fa", fa), ("en", en)):
        measure = ChartMeasure(lang, {"fa": "تومان", "en": "toman"}[lang], 10)
        assert measure.scale([value]).say(value) == words


def test_a_percentage_has_its_sign_on_the_side_that_the_language_wants() -> None:
    persian, english = (ChartMeasure(lang, percent=True).scale([58]) for lang in ("fa", "en"))
    assert (persian.write(58), persian.say(58)) == ("\u061c۵۸٪", "۵۸ درصد")
    assert (english.write(58), english.say(58)) == ("58%", "58%")


@pytest.mark.parametrize("words", ["−۲۵٪", "سقف \u061c−۲۵٪", "تا −۳٫۵ درصد"])
def test_a_minus_sign_stands_left_of_its_number_in_persian(words: str) -> None:
    sheet = Drawing(200, 50, "fa")
    sheet.text(100, 20, words)
    assert re.search("\u2066−[۰-۹٫]+\u2069", sheet.svg("نمودار"))


def test_shades_tell_apart_what_stands_far_below_a_few() -> None:
    values = [0, 0, 3, 5, 8, 9, 12, 100]
    heat = HeatTable(
        ["1"], [HeatRow(str(at), [value]) for at, value in enumerate(values)], ChartMeasure("en"), "n", "i"
    )
    assert heat.bounds == [5, 10, 25, 50]
    even = HeatTable(["1"], [HeatRow(str(at), [at * 10]) for at in range(11)], ChartMeasure("en"), "n", "i")
    assert even.bounds == [20, 40, 60, 80]


def test_a_table_that_a_phone_has_room_for_keeps_its_columns_there() -> None:
    heads = (FigureColumn("Year", numeric=False), FigureColumn("All cases"), FigureColumn("Share"))
    assert FigureTable(heads, (("1404", 152, "5%"),)).is_slim
    assert not FigureTable(heads, (("1404", 123_456_789_012_345, "a share of some twenty letters"),)).is_slim
