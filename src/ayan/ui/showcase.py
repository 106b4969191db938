"""The page that shows every component with invented contents: what pages are built of, to be seen and tested."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ayan.core.values.digits import to_persian
from ayan.core.values.money import Lang
from ayan.ui import language, parts, writing
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import Measure
from ayan.ui.charts.years import Period, YearBars

AT = datetime(2025, 11, 3, 2, 30, tzinfo=UTC)
DIGEST = "sha256:9f2c81d04be07a35c6d1e2f8a9b7c3d45e6f708192a3b4c5d6e7f8091a2b41ae"
BILLION_TOMAN = 10**10


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """All components in the language of the address."""
    shown = Shown(language.of(request))
    context = {"section": "developers", "shown": shown}
    response = render(request, "showcase/components.html", context)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


class Shown:
    """The invented contents, in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def say(self, fa: str, en: str) -> str:
        return fa if self.lang == "fa" else en

    def year(self, year: int) -> str:
        return to_persian(str(year)) if self.lang == "fa" else str(year)

    @property
    def money(self) -> Measure:
        return Measure(self.lang, self.say("تومان", "toman"), 10)

    def statuses(self) -> list[parts.Status]:
        return [
            parts.Status("ok", self.say("به‌روز", "Up to date")),
            parts.Status("late", self.say("۱۲ روز دیرکرد", "12 days late")),
            parts.Status("bad", self.say("پس گرفته شده", "Withdrawn")),
            parts.Status("off", self.say("منتشر نمی‌شود", "Not published")),
            parts.Status("info", self.say("در دست بررسی", "Being examined")),
        ]

    def facts(self) -> list[parts.Fact]:
        amount = writing.money_text(18_600_000_000_000, "mtoman", self.lang)
        return [
            parts.Fact(self.say("شماره", "Number"), writing.code("C-1404-2207")),
            parts.Fact(
                self.say("طرف قرارداد", "Contractor"), self.say("سازه‌گستر نمونه", "Sample Builders"), address="#facts"
            ),
            parts.Fact(
                self.say("مبلغ", "Amount"), amount, note=self.say("مبلغ نخستین، پیش از متمم", "Before amendments")
            ),
            parts.Fact(self.say("تاریخ", "Date"), writing.long_day(date(2025, 10, 11), self.lang)),
        ]

    def events(self) -> list[parts.Event]:
        return [
            parts.Event(
                date(2025, 11, 2),
                self.say("متمم سوم", "Third amendment"),
                detail=self.say("به امضای معاون فنی و عمرانی", "Signed by the deputy for works"),
                status=parts.Status("late", self.say("افزایش مبلغ", "Amount raised")),
                before=self.say("۱٬۸۶۰٬۰۰۰ میلیون تومان", "1,860,000 million toman"),
                after=self.say("۲٬۳۰۶٬۴۰۰ میلیون تومان", "2,306,400 million toman"),
                address="#timeline",
            ),
            parts.Event(date(2025, 6, 14), self.say("آغاز کار", "Work begun")),
            parts.Event(AT.replace(month=4), self.say("ابلاغ قرارداد", "Contract served")),
        ]

    def downloads(self) -> list[parts.Download]:
        return [
            parts.Download(
                self.say("همین نتیجه", "This result"),
                1284,
                [
                    parts.File("CSV", "#downloads", 214_000),
                    parts.File("Excel", "#downloads"),
                    parts.File("JSON", "#downloads"),
                ],
            ),
            parts.Download(
                self.say("همهٔ داده", "All data"),
                9812,
                [parts.File("CSV", "#downloads", 1_700_000), parts.File("Parquet", "#downloads")],
            ),
        ]

    def years(self) -> Figure:
        nominal = (3.1, 4.0, 5.2, 6.9, 8.8, 11.9, 14.1, 17.0, 18.4)
        real = (35.0, 35.2, 33.8, 35.9, 32.6, 30.1, 25.4, 23.3, 18.4)
        periods = [
            Period(self.year(1396 + place), int(value * 1000) * BILLION_TOMAN, int(worth * 1000) * BILLION_TOMAN)
            for place, (value, worth) in enumerate(zip(nominal, real, strict=True))
        ]
        chart = YearBars(
            periods,
            self.money,
            self.say("جمع هر سال", "Sum of each year"),
            self.say("به قیمت ثابت ۱۴۰۴", "at 1404 prices"),
        )
        return Figure(
            self.say("هزینه چند برابر شده، ولی نصف گذشته می‌خرد", "Spending grew, and buys half as much"),
            chart,
            "fig-years",
            **self.source(),
        )

    def source(self) -> dict[str, Any]:
        return {
            "source": self.say("معاونت مالی", "Department of finance"),
            "source_address": "#figures",
            "as_of": date(2025, 10, 27),
            "csv": "#figures",
        }

    @property
    def at(self) -> datetime:
        return AT

    @property
    def digest(self) -> str:
        return DIGEST
