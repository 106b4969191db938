"""Invented figures of every kind of chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ayan.core.values import locale
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.counted_tiles import TileCount, TileGroup, TileState
from ayan.ui.charts.figure import Chart, Figure
from ayan.ui.charts.heat import HeatRow, HeatTable
from ayan.ui.charts.line_charts import ChartLine, Lines
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.slope import Slope, SlopePair
from ayan.ui.charts.steps import Stair, Steps
from ayan.ui.charts.strip import Dot, DotStrip
from ayan.ui.charts.tile_columns import TileColumn, TileColumns, TilePanel
from ayan.ui.charts.treemap import Area, Treemap
from ayan.ui.charts.years import YearBar, YearBars
from ayan.ui.component_parts import Share

BILLION_TOMAN = 10**10

MISSIONS = (
    ("عمران و زیرساخت", "Works and infrastructure", 7900, 4582),
    ("حمل‌ونقل و ترافیک", "Transport and traffic", 5600, 3528),
    ("خدمات شهری و محیط زیست", "City services and environment", 4800, 3408),
    ("اجتماعی و فرهنگی", "Society and culture", 2200, 1078),
    ("ادارهٔ شهر", "Running the city", 1900, 1254),
    ("نوسازی بافت فرسوده", "Renewal of old quarters", 1300, 416),
    ("ایمنی و مدیریت بحران", "Safety and emergencies", 1100, 605),
)
"""Name in Persian and English, approved and spent in billion toman."""

SUMS = (3.1, 4.0, 5.2, 6.9, 8.8, 11.9, 14.1, 17.0, 18.4)
WORTH = (35.0, 35.2, 33.8, 35.9, 32.6, 30.1, 25.4, 23.3, 18.4)
FIRST_YEAR = 1396


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures in one language."""

    lang: Lang

    def say(self, fa: str, en: str) -> str:
        return locale.pick(self.lang, fa, en)

    def year(self, year: int) -> str:
        return locale.of(self.lang).numerals(str(year))

    @property
    def money(self) -> ChartMeasure:
        return ChartMeasure(self.lang, self.say("تومان", "toman"), 10)

    @property
    def missions(self) -> list[tuple[str, int, int]]:
        return [(self.say(fa, en), of * BILLION_TOMAN, spent * BILLION_TOMAN) for fa, en, of, spent in MISSIONS]

    def all(self) -> list[Figure]:
        """One of each kind, of columns and bars two."""
        kinds: tuple[Callable[[], Figure], ...] = (
            self.years, self.months, self.bars, self.stacked, self.lines, self.slope, self.strip, self.tiles,
            self.columns, self.heat, self.treemap, self.steps,
        )  # fmt: skip
        return [kind() for kind in kinds]

    def framed(self, anchor: str, title: str, chart: Chart, **more: Any) -> Figure:
        source = self.say("معاونت مالی", "Department of finance")
        return Figure(
            title,
            chart,
            anchor,
            source=source,
            source_address="#figures",
            as_of=date(2025, 10, 27),
            csv="#figures",
            rows=1_204,
            **more,
        )

    def year_bars(self) -> YearBars:
        periods = [
            YearBar(
                self.year(FIRST_YEAR + offset),
                int(value * 1000) * BILLION_TOMAN,
                int(worth * 1000) * BILLION_TOMAN,
                address="#figures",
            )
            for offset, (value, worth) in enumerate(zip(SUMS, WORTH, strict=True))
        ]
        part = YearBar(self.year(1405), 11_200 * BILLION_TOMAN, None, self.say("۸ ماه", "8 months"), "#figures")
        real = self.say("به قیمت ثابت ۱۴۰۴", "at 1404 prices")
        return YearBars([*periods, part], self.money, self.say("هزینهٔ هر سال", "spending of each year"), real)

    def years(self) -> Figure:
        chart = self.year_bars()
        note = self.say("۱۴۰۵ تنها ۸ ماه داده دارد.", "1405 has data of 8 months only.")
        return self.framed("fig-years", titles.in_time(chart.name, chart.periods, self.money), chart, note=note)

    def mini(self) -> Figure:
        chart = self.year_bars()
        return Figure(titles.in_time(chart.name, chart.periods, self.money), chart, "fig-mini", size="mini")

    def months(self) -> Figure:
        count = 60
        pay = [None if 30 < n < 35 else (170 + 6 * n) * 10**6 for n in range(count)]
        worth = [None if value is None else 610 * 10**6 - 5 * n * 10**6 for n, value in enumerate(pay)]
        labels = [value_html.period_label(f"{1400 + n // 12}-{n % 12 + 1:02}", self.lang) for n in range(count)]
        name = self.say("حقوق هر ماه", "pay of each month")
        lines = [
            ChartLine(self.say("مبلغ روز", "nominal"), pay),
            ChartLine(self.say("به قیمت ثابت ۱۴۰۴", "at 1404 prices"), worth),
        ]
        marks = [(n, self.year(1400 + n // 12)) for n in range(0, count, 12)]
        bars = [YearBar(*point) for point in zip(labels, pay, worth, strict=True)]
        chart = Lines(labels, lines, self.money, self.say("ماه", "Month"), marks)
        return self.framed("fig-months", titles.in_time(name, bars, self.money), chart)

    def bars(self) -> Figure:
        name, item = self.say("هزینه تا پایان مهر", "spending to the end of Mehr"), self.say("مأموریت", "Mission")
        wholes = [Whole(label, [spent], address="#figures") for label, _, spent in self.missions]
        known = [(label, spent) for label, _, spent in self.missions]
        title = titles.largest(name, known, whole=True, lang=self.lang)
        return self.framed("fig-bars", title, StackedBars.of(name, wholes, self.money, item))

    def stacked(self) -> Figure:
        wholes = [
            Whole(
                self.year(1400 + offset),
                [part * BILLION_TOMAN for part in (4100 + 900 * offset, 3200 + 500 * offset, 700)],
                address="#figures",
            )
            for offset in range(5)
        ]
        parts = [self.say("جاری", "Current"), self.say("عمرانی", "Capital"), self.say("بازپرداخت بدهی", "Debt")]
        name = self.say("بودجه", "Budget")
        chart = StackedBars(parts, wholes, self.money, name, self.say("سال", "Year"))
        divided = [(whole.label, [value or 0 for value in whole.values]) for whole in wholes]
        return self.framed("fig-stacked", titles.parts_in_time(parts, divided, name, self.lang), chart)

    def lines(self) -> Figure:
        labels = [self.year(FIRST_YEAR + offset) for offset in range(9)]
        rows: tuple[tuple[str, str, tuple[int | None, ...]], ...] = (
            ("عمران", "Works", (900, 1200, 1500, 2100, 2600, 3500, 4300, 5600, 7900)),
            ("ترافیک", "Traffic", (1100, 1300, 1600, None, 2300, 2900, 3700, 4800, 5600)),
            ("فرهنگ", "Culture", (300, 400, 500, 700, 900, 1200, 1500, 1900, 2200)),
        )
        lines = [
            ChartLine(self.say(fa, en), [None if value is None else value * BILLION_TOMAN for value in values])
            for fa, en, values in rows
        ]
        chart = Lines(labels, lines, self.money, self.say("سال", "Year"))
        return self.framed(
            "fig-lines",
            self.say("عمران از ۱۴۰۳ تندتر رشد کرده است", "Works have grown faster since 1403"),
            chart,
            note=self.say("رقم ترافیک در ۱۳۹۹ منتشر نشده است.", "The figure of traffic for 1399 was not published."),
        )

    def slope(self) -> Figure:
        before = (5600, 4800, 4300, 1900, 1750, 1500, 700)
        pairs = [
            SlopePair(label, was * BILLION_TOMAN, of, chosen=index == 5)
            for index, ((label, of, _), was) in enumerate(zip(self.missions, before, strict=True))
        ]
        chart = Slope(pairs, self.year(1403), self.year(1404), self.money, self.say("مأموریت", "Mission"))
        return self.framed("fig-slope", self.say("تنها بودجهٔ نوسازی کم شد", "Only renewal was cut"), chart)

    def strip(self) -> Figure:
        # A fixed, uneven spread: many small sums and a few large ones.
        values = [20 + (number * number * 7919) % 611 + (number**3 // 900) for number in range(150)]
        item, name = self.say("شرکت", "Company"), self.say("جمع قرارداد هر شرکت", "contract sum of each company")
        dots = [Dot(f"{item} {self.year(number + 1)}", value * BILLION_TOMAN) for number, value in enumerate(values)]
        dots.append(Dot(self.say("سازه‌گستر نمونه", "Sample Builders"), 6240 * BILLION_TOMAN, chosen=True))
        title = titles.above_median(name, [(dot.label, dot.value) for dot in dots], self.lang)
        return self.framed("fig-strip", title, DotStrip(dots, self.money, name, item))

    def steps(self) -> Figure:
        paid = ((2024, 8, 85), (2025, 1, 147), (2025, 4, 218), (2025, 7, 277), (2025, 12, 341), (2026, 9, 384))
        whole = ((2024, 6, 426), (2025, 2, 470), (2025, 7, 511))
        so_far, amount = (
            Stair(name, [(date(year, month, 7), value * BILLION_TOMAN // 10) for year, month, value in steps])
            for name, steps in (
                (self.say("پرداخت‌ها تا آن روز", "paid to that day"), paid),
                (self.say("مبلغ با الحاقیه‌ها", "amount with its amendments"), whole),
            )
        )
        limit = self.say("سقف قانونی", "legal limit"), 533 * BILLION_TOMAN // 10
        title = self.say("۷۵ درصد مبلغ امروز پرداخت شده است", "75% of today’s amount has been paid")
        return self.framed("fig-steps", title, Steps(so_far, amount, self.money, limit))

    def tiles(self) -> Figure:
        states = [
            TileState(self.say("منتشر و به‌روز", "published and up to date"), "full"),
            TileState(self.say("منتشر، ولی دیرتر از موعد", "published, but late"), "late"),
            TileState(self.say("هنوز منتشر نشده", "not published yet"), "open"),
            TileState(self.say("معاف به حکم قانون", "exempt by law"), "struck"),
        ]
        rows = ((28, 6, 7, 3), (26, 4, 6, 1), (24, 3, 5, 5), (21, 7, 8, 1), (20, 9, 7, 2))
        groups = [TileGroup(label, row, "#figures") for (label, _, _), row in zip(self.missions, rows, strict=False)]
        chart = TileCount(states, groups, self.lang, self.say("فعالیت‌ها", "Activities"), self.say("واحد", "Unit"))
        title = self.say("۱۱۹ فعالیت از ۱۹۳ تا به‌روز است", "119 of 193 activities are up to date")
        return self.framed("fig-tiles", title, chart)

    def columns(self) -> Figure:
        counts = ((1399, (11, 14, 17, 20, 19, 15, 22)), (1404, (31, 34, 26, 19, 13, 8, 8)))
        heads = [*(self.year(number) for number in range(1, 7)), self.say("۷ و بیشتر", "7 or more")]
        panels = [
            TilePanel(
                self.year(year),
                self.say("{n} مناقصه", "{n} calls").format(n=self.year(sum(whole))),
                [
                    TileColumn(head, count, "#figures", marked=not at)
                    for at, (head, count) in enumerate(zip(heads, whole, strict=True))
                ],
            )
            for year, whole in counts
        ]
        title = self.say("مناقصهٔ بی‌رقیب نزدیک به سه برابر شد", "Calls with a single offer nearly tripled")
        names = self.say("تعداد پیشنهاد", "Number of offers"), self.say("یک پیشنهاد", "a single offer")
        chart = TileColumns(panels, self.lang, title, *names, self.say("دیگر مناقصه‌ها", "the others"))
        return self.framed("fig-columns", title, chart)

    def heat(self) -> Figure:
        years = [self.year(1400 + offset) for offset in range(6)]
        rows = [
            HeatRow(label, [(of // BILLION_TOMAN // 97 + 7 * n + place * n) % 61 for n in range(6)], "#figures")
            for place, (label, of, _) in enumerate(self.missions)
        ]
        notes = ["", "", "", "", "", self.say("۸ ماه", "8 months")]
        name = self.say("تعداد مناقصهٔ تک‌پیشنهادی", "calls with a single offer")
        sums = [sum(row.values[n] or 0 for row in rows) for n in range(6)]
        whole = HeatRow(self.say("همهٔ شهر", "The whole city"), sums, "#figures")
        chart = HeatTable(years, rows, ChartMeasure(self.lang), name, self.say("مأموریت", "Mission"), notes, whole)
        cells = [
            (row.label, years[n], value) for row in rows for n, value in enumerate(row.values) if value is not None
        ]
        return self.framed("fig-heat", titles.hottest(name, cells, chart.scale), chart)

    def treemap(self) -> Figure:
        areas = [Area(label, of, address="#figures") for label, of, _ in self.missions]
        name = self.say("بودجهٔ مصوب ۱۴۰۴", "the approved budget of 1404")
        title = titles.greatest_part(name, [(label, of) for label, of, _ in self.missions], self.lang)
        return self.framed("fig-treemap", title, Treemap(areas, self.money, name, self.say("مأموریت", "Mission")))

    def shares(self) -> list[Share]:
        return [Share(label, of, spent, "#shares") for label, of, spent in self.missions]

    def shares_total(self) -> Share:
        return Share(
            self.say("همهٔ شهر", "The whole city"),
            sum(mission[1] for mission in self.missions),
            sum(mission[2] for mission in self.missions),
        )
