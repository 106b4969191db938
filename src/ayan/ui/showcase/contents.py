"""The invented contents of the components, in one language."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import parts, writing
from ayan.ui.charts.spark import spark

AT = datetime(2025, 11, 3, 2, 30, tzinfo=UTC)
DIGEST = "sha256:9f2c81d04be07a35c6d1e2f8a9b7c3d45e6f708192a3b4c5d6e7f8091a2b41ae"


ROWS = (
    (("روکش آسفالت معابر اصلی منطقه ۵", "Resurfacing of the main roads of district 5"), "C-1404-2311",
     date(2025, 10, 20), ("راهسازان البرز نمونه", "Sample Alborz Roads"), 4_125_000_000_000, 12),
    (("متمم تقاطع غیرهم‌سطح (BRT)", "Amendment of the interchange (BRT)"), "C-1404-2207",
     date(2025, 10, 11), ("سازه‌گستر کاوه", "Kaveh Builders"), 23_064_000_000_000, 61),
    (("لایروبی مسیل فرحزاد", "Dredging of the Farahzad channel"), "C-1404-2129",
     date(2025, 9, 21), ("آب‌راه زاگرس", "Zagros Waterways"), -589_000_000_000, 100),
)  # fmt: skip


class Shown:
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

    def statuses(self) -> list[parts.Status]:
        return [
            parts.Status("ok", self.say("به‌روز", "Up to date")),
            parts.Status("late", self.say("۱۲ روز دیرکرد", "12 days late")),
            parts.Status("bad", self.say("برداشته شد", "Withdrawn")),
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

    @property
    def at(self) -> datetime:
        return AT

    @property
    def digest(self) -> str:
        return DIGEST

    def citation(self) -> parts.Citation:
        words = Label(
            "شهرداری نمونه، «کارها»، نسخهٔ ۱۲ آبان ۱۴۰۴، پالایش: سال ۱۴۰۴. مهر 9f2c…41ae.",
            "Sample Municipality, “Works”, version of 3 November 2025, filter: year 1404. Seal 9f2c…41ae.",
        )
        return parts.Citation.of(
            self.lang,
            words.of,
            "@misc{works-1404,\n  author = {Sample Municipality},\n  title = {Works},\n  year = {2025}\n}",
            "https://ayan.example/c/7Hq2",
        )

    def problems(self) -> list[parts.Problem]:
        return [
            parts.Problem(self.say("تاریخ را مثل ۱۴۰۳/۰۵/۱۲ بنویسید", "Write the date like 1403-05-12"), "day"),
            parts.Problem(self.say("بنویسید چه می‌خواهید بدانید", "Write what you want to know"), "subject"),
        ]

    def boxes(self) -> list[parts.Box]:
        day, subject = self.problems()
        return [
            parts.Box(
                "day",
                self.say("تاریخ سند", "Date of the document"),
                value="1403/15/12",
                hint=self.say("اگر نمی‌دانید خالی بگذارید", "Leave it empty if you do not know"),
                problem=day.words,
                code=True,
            ),
            parts.Box("subject", self.say("پرسش شما", "Your question"), problem=subject.words, required=True, lines=4),
            parts.Box("amount", self.say("مبلغ به تومان", "Amount in toman"), value="۱۲۵۰۰۰", numeric=True),
        ]

    def tasks(self) -> list[parts.Task]:
        done, now, later = (
            parts.Status("ok", self.say("انجام شد", "Done")),
            parts.Status("late", self.say("۳۱ خطا مانده", "31 errors left")),
            parts.Status("off", self.say("هنوز نمی‌شود", "Cannot start yet")),
        )
        return [
            parts.Task(
                self.say("پرونده", "File"),
                done,
                "#tasks",
                format_html(self.say("{}، ۱٬۲۸۴ ردیف", "{}, 1,284 rows"), writing.code("works.xlsx")),
            ),
            parts.Task(self.say("ستون‌ها", "Columns"), done, "#tasks"),
            parts.Task(self.say("درست کردن", "Put right"), now, "#tasks"),
            parts.Task(self.say("دیدن تفاوت", "See the difference"), later),
        ]

    def pages(self) -> list[parts.Page]:
        numbers = [parts.Page(writing.plain_number(one, self.lang), "#pager", one == 2) for one in (1, 2, 3)]
        numbers[1] = parts.Page(numbers[1].words, here=True)
        last = parts.Page(writing.plain_number(161, self.lang), "#pager")
        return [*numbers, parts.Page("…"), last, parts.Page(self.say("بعدی", "Next"), "#pager")]

    def table(self) -> parts.Table:
        heads = [
            parts.Head(self.say("موضوع", "Subject")),
            parts.Head(self.say("طرف قرارداد", "Contractor"), wide=True),
            parts.Head(self.say("تاریخ", "Date"), sort="#table", sorted="descending"),
            parts.Head(
                self.say("مبلغ", "Amount"), self.say("میلیون تومان", "million toman"), numeric=True, sort="#table"
            ),
            parts.Head(self.say("پرداخت‌شده", "Paid"), self.say("درصد", "per cent"), numeric=True),
            parts.Head(self.say("روند", "Course")),
        ]
        rows = [self._row(*one) for one in ROWS]
        total = sum(one[4] for one in ROWS)
        foot = parts.Row(
            (self.say("جمع این صفحه", "Sum of this page"), "", "", writing.amount(total, "mtoman", self.lang), "", "")
        )
        return parts.Table(self.say("نمونهٔ جدول", "A sample table"), heads, rows, foot)

    def _row(
        self, subject: tuple[str, str], code: str, day: date, firm: tuple[str, str], rial: int, paid: int
    ) -> parts.Row:
        course = [rial * step // 12 * (1 + step % 3) for step in range(8)]
        cells = (
            self.say(*subject),
            writing.words(self.say(*firm)),
            writing.short_day(day, self.lang),
            writing.amount(rial, "mtoman", self.lang),
            writing.number(paid, self.lang),
            SafeString(spark(course, self.lang).svg("", "spark")),
        )
        note = self.say("سه متمم در هشت ماه", "three amendments in eight months") if paid > 60 else ""
        return parts.Row(cells, "#table", writing.code(code), note)
