"""Columns of tiles, the whole under a table of shares, and events over the columns of a chart."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values.locale import Lang
from ayan.ui.charts.events import ChartEvent
from ayan.ui.charts.figure import NARROW, WIDE
from ayan.ui.charts.heat import HeatRow, HeatTable
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.tile_columns import TileColumn, TileColumns, TilePanel
from ayan.ui.charts.years import YearBar, YearBars

languages: st.SearchStrategy[Lang] = st.sampled_from(["fa", "en"])
widths = st.sampled_from([WIDE, NARROW])


@given(st.lists(st.integers(0, 40), min_size=2, max_size=7), languages, widths)
def test_a_column_has_a_tile_for_each_thing_and_its_number(counts: list[int], lang: Lang, width: int) -> None:
    columns = [TileColumn(str(at), count, marked=not at) for at, count in enumerate(counts)]
    chart = TileColumns([TilePanel("1399", "", columns), TilePanel("1404", "", columns)], lang, "n", "i", "m", "r")
    assert chart.each == 1
    written = "".join(chart.draw(width).parts)
    paths = re.findall(r'<path d="([^"]+)"', written)
    assert sum(path.count("M") for path in paths) == 2 * sum(counts)
    table = chart.table()
    assert [row[1:] for row in table.rows] == [(count, count) for count in counts]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=7))
def test_high_columns_stay_in_sight_and_say_what_a_tile_is(counts: list[int]) -> None:
    chart = TileColumns([TilePanel("x", "", [TileColumn("1", count) for count in counts])], "en", "n", "i", "m", "r")
    assert chart.draw(WIDE).height < 400
    assert (chart.each > 1) == ("Each tile stands for" in chart.unit())


def test_the_whole_stands_under_a_table_of_shares_and_in_its_values() -> None:
    rows = [HeatRow("a", [1, None]), HeatRow("b", [3, 4])]
    chart = HeatTable(["1", "2"], rows, ChartMeasure("en"), "n", "i", whole=HeatRow("all", [2, 4], "/all"))
    assert chart.table().lines[-1] == ("/all", ("all", 2, 4))
    drawn = replace(chart, whole=None).draw(WIDE), chart.draw(WIDE)
    assert drawn[1].height > drawn[0].height
    assert "all" not in chart.sentence()


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_few_events_stand_over_their_columns_and_many_in_a_list(lang: Lang) -> None:
    years = [YearBar(str(year), 5) for year in range(1400, 1405)]
    apart = [ChartEvent("1400", 1, "1400: one"), ChartEvent("1403", 2, "1403: two")]
    chart = YearBars(years, ChartMeasure(lang), "n", events=apart)
    sheet = chart.draw(WIDE)
    places = {
        words: float(x) for x, words in re.findall(r'<text x="([^"]+)"[^>]*>(140[0-9]: \w+)<', "".join(sheet.parts))
    }
    assert set(places) == {"1400: one", "1403: two"}
    assert places["1400: one"] < WIDE / 2 < places["1403: two"]
    together = [ChartEvent("1400", 1, "1400: one"), ChartEvent("1400", 2, "1400: two")]
    listed = "".join(replace(chart, events=together).draw(WIDE).parts)
    assert len(set(re.findall(r'<text x="[^"]+" y="([^"]+)"[^>]*>1400: ', listed))) == 2


@given(languages, widths)
def test_what_happened_stands_over_its_column_and_in_the_sentence(lang: Lang, width: int) -> None:
    years = [YearBar(str(year), year) for year in range(1400, 1405)]
    chart = YearBars(years, ChartMeasure(lang), "n", events=[ChartEvent("1402", 7, "the law changed " * 8)])
    plain, sheet = replace(chart, events=()).draw(width), chart.draw(width)
    assert sheet.height > plain.height
    assert sheet.width == plain.width
    assert "the law changed" in chart.sentence()
    assert "the law changed" not in replace(chart, events=()).sentence()
