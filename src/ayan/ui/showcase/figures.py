"""Invented figures of every kind of chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ayan.core.values import locale
from ayan.core.values.locale import Lang
from ayan.ui.charts.bars import Bar, BarList, StackedBars, Whole
from ayan.ui.charts.figure import Chart, Figure
from ayan.ui.charts.lines import ChartLine, Lines
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.slope import Slope, SlopePair
from ayan.ui.charts.strip import Dot, DotStrip
from ayan.ui.charts.tiles import TileCount, TileGroup, TileState
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
        """One of each kind."""
        kinds: tuple[Callable[[], Figure], ...] = (
            self.years, self.bars, self.stacked, self.lines, self.slope, self.strip, self.tiles, self.treemap,
        )  # fmt: skip
        return [kind() for kind in kinds]

    def framed(self, anchor: str, fa: str, en: str, chart: Chart, **more: Any) -> Figure:
        source = self.say("معاونت مالی", "Department of finance")
        return Figure(
            self.say(fa, en),
            chart,
            anchor,
            source=source,
            source_address="#figures",
            as_of=date(2025, 10, 27),
            csv="#figures",
            png=f"components/{anchor}.png",
            **more,
        )

    def year_bars(self) -> YearBars:
        periods = [
            YearBar(
                self.year(FIRST_YEAR + offset), int(value * 1000) * BILLION_TOMAN, int(worth * 1000) * BILLION_TOMAN
            )
            for offset, (value, worth) in enumerate(zip(SUMS, WORTH, strict=True))
        ]
        real = self.say("به قیمت ثابت ۱۴۰۴", "at 1404 prices")
        return YearBars(periods, self.money, self.say("جمع هر سال", "Sum of each year"), real)

    def years(self) -> Figure:
        return self.framed(
            "fig-years",
            "هزینه شش برابر شده، ولی نصف ۱۳۹۶ می‌ارزد",
            "Spending grew sixfold, and is worth half of 1396",
            self.year_bars(),
        )

    def mini(self) -> Figure:
        return Figure(self.say("جمع هر سال", "Sum of each year"), self.year_bars(), "fig-mini", size="mini")

    def bars(self) -> Figure:
        chart = BarList(
            [Bar(label, spent, of) for label, of, spent in self.missions],
            self.money,
            self.say("هزینه‌شده تا پایان مهر", "Spent by the end of Mehr"),
            self.say("مأموریت", "Mission"),
            self.say("مصوب", "Approved"),
        )
        return self.framed(
            "fig-bars", "یک‌سوم پول شهر به عمران می‌رود", "A third of the money goes to public works", chart
        )

    def stacked(self) -> Figure:
        wholes = [
            Whole(
                self.year(1400 + offset),
                [part * BILLION_TOMAN for part in (4100 + 900 * offset, 3200 + 500 * offset, 700)],
            )
            for offset in range(5)
        ]
        parts = [self.say("جاری", "Current"), self.say("عمرانی", "Capital"), self.say("بازپرداخت بدهی", "Debt")]
        chart = StackedBars(parts, wholes, self.money, self.say("بودجه", "Budget"), self.say("سال", "Year"))
        return self.framed("fig-stacked", "هزینهٔ جاری از عمرانی پیش افتاد", "Current spending overtook capital", chart)

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
            "عمران از ۱۴۰۳ تندتر رشد کرده است",
            "Works have grown faster since 1403",
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
        return self.framed("fig-slope", "تنها بودجهٔ نوسازی کم شد", "Only renewal was cut", chart)

    def strip(self) -> Figure:
        # A fixed, uneven spread: many small sums and a few large ones.
        values = [20 + (number * number * 7919) % 611 + (number**3 // 900) for number in range(150)]
        name = self.say("شرکت", "Company")
        dots = [Dot(f"{name} {self.year(number + 1)}", value * BILLION_TOMAN) for number, value in enumerate(values)]
        dots.append(Dot(self.say("سازه‌گستر نمونه", "Sample Builders"), 1240 * BILLION_TOMAN, chosen=True))
        chart = DotStrip(dots, self.money, self.say("جمع قرارداد هر شرکت", "Won by each company"), name)
        return self.framed(
            "fig-strip", "یک شرکت چند برابر دیگران گرفته است", "One company got several times the rest", chart
        )

    def tiles(self) -> Figure:
        states = [
            TileState(self.say("منتشر و به‌روز", "published and up to date"), "full"),
            TileState(self.say("منتشر، ولی دیرتر از موعد", "published, but late"), "late"),
            TileState(self.say("هنوز منتشر نشده", "not published yet"), "open"),
            TileState(self.say("معاف به حکم قانون", "exempt by law"), "struck"),
        ]
        rows = ((28, 6, 7, 3), (26, 4, 6, 1), (24, 3, 5, 5), (21, 7, 8, 1), (20, 9, 7, 2))
        groups = [TileGroup(label, row) for (label, _, _), row in zip(self.missions, rows, strict=False)]
        chart = TileCount(states, groups, self.lang, self.say("فعالیت‌ها", "Activities"), self.say("واحد", "Unit"))
        return self.framed("fig-tiles", "۱۱۹ فعالیت از ۱۹۳ تا به‌روز است", "119 of 193 activities are up to date", chart)

    def treemap(self) -> Figure:
        areas = [Area(label, of, index) for index, (label, of, _) in enumerate(self.missions)]
        chart = Treemap(areas, self.money, self.say("مصوب", "Approved"), self.say("مأموریت", "Mission"))
        return self.framed("fig-treemap", "بودجهٔ ۱۴۰۴ به یک نگاه", "The budget of 1404 at a glance", chart)

    def shares(self) -> list[Share]:
        return [Share(label, of, spent, "#shares") for label, of, spent in self.missions]

    def shares_total(self) -> Share:
        return Share(
            self.say("همهٔ شهر", "The whole city"),
            sum(mission[1] for mission in self.missions),
            sum(mission[2] for mission in self.missions),
        )
