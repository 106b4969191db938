"""The page of components: what it shows, its address, and its small filter whose answer is put in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import code_html, component_parts, language, value_html
from ayan.ui.charts.line_charts import spark
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.responses import keep
from ayan.ui.showcase.figures import Figures

AT = datetime(2025, 11, 3, 2, 30, tzinfo=UTC)
DIGEST = "sha256:9f2c81d04be07a35c6d1e2f8a9b7c3d45e6f708192a3b4c5d6e7f8091a2b41ae"


ROWS = (
    (("روکش آسفالت معابر اصلی منطقهٔ ۵", "Resurfacing of the main roads of district 5"), "C-1404-2311",
     date(2025, 10, 20), ("راهسازان البرز نمونه", "Sample Alborz Roads"), 4_125_000_000_000, 12),
    (("متمم تقاطع غیرهم‌سطح (BRT)", "Amendment of the interchange (BRT)"), "C-1404-2207",
     date(2025, 10, 11), ("سازه‌گستر کاوه", "Kaveh Builders"), 23_064_000_000_000, 61),
    (("لایروبی مسیل فرحزاد", "Dredging of the Farahzad channel"), "C-1404-2129",
     date(2025, 9, 21), ("آب‌راه زاگرس", "Zagros Waterways"), -589_000_000_000, 100),
)  # fmt: skip


class ShowcaseContents:
    """The invented contents, in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def say(self, fa: str, en: str) -> str:
        return locale.pick(self.lang, fa, en)

    @property
    def banner_title(self) -> str:
        return self.say("برای سازندگان.", "For builders.")

    @property
    def banner_words(self) -> str:
        return self.say("هر جزء در پروندهٔ خودش می‌گوید چه می‌گیرد.", "Each component says in its own file what it takes.")

    @property
    def mission(self) -> str:
        return self.say("مأموریت", "Mission")

    @property
    def pages_said(self) -> str:
        return self.say("ردیف ۹ تا ۱۶ از ۱٬۲۸۴", "Rows 9 to 16 of 1,284")

    def statuses(self) -> list[component_parts.Status]:
        return [
            component_parts.Status("ok", self.say("به‌روز", "Up to date")),
            component_parts.Status("late", self.say("۱۲ روز دیرکرد", "12 days late")),
            component_parts.Status("bad", self.say("برداشته شد", "Withdrawn")),
            component_parts.Status("off", self.say("منتشر نمی‌شود", "Not published")),
            component_parts.Status("info", self.say("در دست بررسی", "Being examined")),
        ]

    def facts(self) -> list[component_parts.Fact]:
        amount = value_html.money_text(18_600_000_000_000, "mtoman", self.lang)
        return [
            component_parts.Fact(self.say("شماره", "Number"), code_html.code("C-1404-2207")),
            component_parts.Fact(
                self.say("طرف قرارداد", "Contractor"), self.say("سازه‌گستر نمونه", "Sample Builders"), address="#facts"
            ),
            component_parts.Fact(
                self.say("مبلغ", "Amount"), amount, note=self.say("مبلغ نخستین، پیش از متمم", "Before amendments")
            ),
            component_parts.Fact(self.say("تاریخ", "Date"), value_html.long_day(date(2025, 10, 11), self.lang)),
        ]

    def events(self) -> list[component_parts.PartEvent]:
        return [
            component_parts.PartEvent(
                date(2025, 11, 2),
                self.say("متمم سوم", "Third amendment"),
                detail=self.say("به امضای معاون فنی و عمرانی", "Signed by the deputy for works"),
                status=component_parts.Status("late", self.say("افزایش مبلغ", "Amount raised")),
                before=self.say("۱٬۸۶۰٬۰۰۰ میلیون تومان", "1,860,000 million toman"),
                after=self.say("۲٬۳۰۶٬۴۰۰ میلیون تومان", "2,306,400 million toman"),
                address="#timeline",
            ),
            component_parts.PartEvent(date(2025, 6, 14), self.say("آغاز کار", "Work begun")),
            component_parts.PartEvent(AT.replace(month=4), self.say("ابلاغ قرارداد", "Contract served")),
        ]

    def downloads(self) -> list[component_parts.Download]:
        return [
            component_parts.Download(
                self.say("همین نتیجه", "This result"),
                1284,
                [
                    component_parts.File("CSV", "#downloads", 214_000),
                    component_parts.File("Excel", "#downloads"),
                    component_parts.File("JSON", "#downloads"),
                ],
            ),
            component_parts.Download(
                self.say("همهٔ داده", "All data"),
                9812,
                [component_parts.File("CSV", "#downloads", 1_700_000), component_parts.File("Parquet", "#downloads")],
            ),
        ]

    @property
    def at(self) -> datetime:
        return AT

    @property
    def digest(self) -> str:
        return DIGEST

    def citation(self) -> component_parts.Citation:
        words = Label(
            "شهرداری نمونه، «کارها»، نسخهٔ ۱۲ آبان ۱۴۰۴، پالایش: سال ۱۴۰۴. مهر 9f2c…41ae.",
            "Sample Municipality, “Works”, version of 3 November 2025, filter: year 1404. Seal 9f2c…41ae.",
        )
        return component_parts.Citation.of(
            self.lang,
            words.of,
            "@misc{works-1404,\n  author = {Sample Municipality},\n  title = {Works},\n  year = {2025}\n}",
            "https://ayan.example/c/4t1v9k2mzq07hrc6wd5n8xjy3bep",
            "https://ayan.example/c/7hq2m4xk90rw",
        )

    def problems(self) -> list[component_parts.FormProblem]:
        return [
            component_parts.FormProblem(
                self.say("تاریخ را مثل ۱۴۰۳/۰۵/۱۲ بنویسید", "Write the date like 1403-05-12"), "day"
            ),
            component_parts.FormProblem(
                self.say("بنویسید چه می‌خواهید بدانید", "Write what you want to know"), "subject"
            ),
        ]

    def boxes(self) -> list[component_parts.FormBox]:
        day, subject = self.problems()
        return [
            component_parts.FormBox(
                "day",
                self.say("تاریخ سند", "Date of the document"),
                value="1403/15/12",
                hint=self.say("اگر نمی‌دانید خالی بگذارید", "Leave it empty if you do not know"),
                problem=day.words,
                code=True,
            ),
            component_parts.FormBox(
                "subject", self.say("پرسش شما", "Your question"), problem=subject.words, required=True, lines=4
            ),
            component_parts.FormBox(
                "amount", self.say("مبلغ به تومان", "Amount in toman"), value="۱۲۵۰۰۰", numeric=True
            ),
        ]

    def tasks(self) -> list[component_parts.Task]:
        done, now, later = (
            component_parts.Status("ok", self.say("انجام شد", "Done")),
            component_parts.Status("late", self.say("۳۱ خطا مانده", "31 errors left")),
            component_parts.Status("off", self.say("هنوز نمی‌شود", "Cannot start yet")),
        )
        return [
            component_parts.Task(
                self.say("پرونده", "File"),
                done,
                "#tasks",
                format_html(self.say("{}، ۱٬۲۸۴ ردیف", "{}, 1,284 rows"), code_html.code("works.xlsx")),
            ),
            component_parts.Task(self.say("ستون‌ها", "Columns"), done, "#tasks"),
            component_parts.Task(self.say("درست کردن", "Put right"), now, "#tasks"),
            component_parts.Task(self.say("دیدن تفاوت", "See the difference"), later),
        ]

    def pages(self) -> list[component_parts.Pagination]:
        numbers = [
            component_parts.Pagination(value_html.plain_number(number, self.lang), "#pager", number == 2)
            for number in (1, 2, 3)
        ]
        numbers[1] = component_parts.Pagination(numbers[1].words, current=True)
        last = component_parts.Pagination(value_html.plain_number(161, self.lang), "#pager")
        return [
            *numbers,
            component_parts.Pagination("…"),
            last,
            component_parts.Pagination(self.say("بعدی", "Next"), "#pager"),
        ]

    def table(self) -> component_parts.TablePart:
        heads = [
            component_parts.TableHead(self.say("موضوع", "Subject")),
            component_parts.TableHead(self.say("طرف قرارداد", "Contractor"), wide=True),
            component_parts.TableHead(self.say("تاریخ", "Date"), sort="#table", sorted="descending"),
            component_parts.TableHead(
                self.say("مبلغ", "Amount"), self.say("میلیون تومان", "million toman"), numeric=True, sort="#table"
            ),
            component_parts.TableHead(self.say("پرداخت‌شده", "Paid"), self.say("درصد", "per cent"), numeric=True),
            component_parts.TableHead(self.say("روند", "Course")),
        ]
        rows = [self._row(*row) for row in ROWS]
        total = sum(row[4] for row in ROWS)
        foot = component_parts.TableRow(
            (
                self.say("جمع این صفحه", "Sum of this page"),
                "",
                "",
                value_html.amount(total, "mtoman", self.lang),
                "",
                "",
            )
        )
        return component_parts.TablePart(self.say("نمونهٔ جدول", "A sample table"), heads, rows, foot)

    def _row(
        self, subject: tuple[str, str], code: str, day: date, firm: tuple[str, str], rial: int, paid: int
    ) -> component_parts.TableRow:
        course = [rial * step // 12 * (1 + step % 3) for step in range(8)]
        cells = (
            self.say(*subject),
            code_html.words(self.say(*firm)),
            value_html.short_day(day, self.lang),
            value_html.amount(rial, "mtoman", self.lang),
            value_html.number(paid, self.lang),
            SafeString(spark(course, self.lang).svg("", "spark")),
        )
        note = self.say("سه متمم در هشت ماه", "three amendments in eight months") if paid > 60 else ""
        return component_parts.TableRow(cells, "#table", code_html.code(code), note)


TREES: Final = (
    ("چنار", "Plane", "wide"), ("سرو", "Cypress", "evergreen"), ("کاج", "Pine", "evergreen"),
    ("نارون", "Elm", "wide"), ("زبان‌گنجشک", "Ash", "wide"),
    ("توت", "Mulberry", "fruit"), ("انار", "Pomegranate", "fruit"),
)  # fmt: skip
KINDS: Final = (("wide", "پهن‌برگ", "Broad-leaved"), ("evergreen", "همیشه‌سبز", "Evergreen"), ("fruit", "میوه", "Fruit"))


@dataclass(frozen=True, slots=True)
class ShowcaseChoice:
    """One box of the filter."""

    code: str
    words: str
    checked: bool
    count: int


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component and every chart in the language of the address."""
    lang = language.of(request)
    figures = Figures(lang)
    context = {
        "section": "developers",
        "shown": ShowcaseContents(lang),
        "figures": figures,
        "scale": ChartMeasure(lang, figures.say("تومان", "toman"), 10).scale(
            [share.approved for share in figures.shares()]
        ),
        "path": request.path,
        **filtered(request, lang),
    }
    response = render(request, "showcase/components.html", context)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return keep(response)


def filtered(request: HttpRequest, lang: Lang) -> dict[str, object]:
    """The trees asked for, the boxes and the chips."""
    asked = [code for code, _, _ in KINDS if code in request.GET.getlist("kind")]
    word = request.GET.get("word", "").strip()
    trees = [
        locale.pick(lang, fa, en)
        for fa, en, kind in TREES
        if (not asked or kind in asked) and (word in fa or word.lower() in en.lower())
    ]
    number = value_html.plain_number(len(trees), lang)
    words = {code: locale.pick(lang, fa, en) for code, fa, en in KINDS}

    def without(code: str) -> str:
        kept = "&".join(f"kind={kind}" for kind in asked if kind != code)
        return f"{request.path}?{kept}" if kept else request.path

    return {
        "trees": trees,
        "word": word,
        "count_words": Label("{n} درخت", "{n} trees").of(lang).format(n=number),
        "choices": [
            ShowcaseChoice(code, words[code], code in asked, sum(kind == code for _, _, kind in TREES))
            for code in words
        ],
        "chips": [component_parts.Chip(words[code], without(code)) for code in asked],
    }
