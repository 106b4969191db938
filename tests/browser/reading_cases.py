"""A hundred and twenty texts that mix directions, each with what the eye must meet from the left of the screen.

They are written by our own tags and components: by themselves, within sentences, brackets and tables, as titles, as
formulas, and in drawings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from django.template import engines
from django.template.loader import render_to_string

from ayan.apps.catalog.explorer.map_locator import KILOMETRES
from ayan.core.schema.field import CodeEntry, CodeList, Field
from ayan.core.schema.kinds import KINDS
from ayan.core.values.label import Label
from ayan.ui import code_html, component_parts, value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.drawing import Drawing, isolated
from ayan.ui.charts.measure import ChartMeasure

# A bracket in a run from the right is stored as one and drawn as the other: its place counts, not its side.
BRACKETS = re.compile("[()]")
UNSEEN = re.compile("[\u200c\u200e\u200f\u061c\u202e\u2066-\u2069]")
LETTERS = re.compile("[\u0620-\u064a\u066e-\u06d3\u200c]+")


def right_to_left(*runs: str) -> str:
    """What stands on the screen, from its left, of runs that are read from the right; letters run from the right too."""
    return "".join(LETTERS.sub(lambda word: word[0][::-1].replace("\u200c", ""), run) for run in reversed(runs))


def drawn(template: str, lang: str = "fa", **context: Any) -> str:
    context |= {"lang": lang, "dir": "rtl" if lang == "fa" else "ltr"}
    return engines["django"].from_string(template).render(context)


def field(kind: str, **rest: Any) -> Field:
    return Field(name="x", kind=KINDS[kind], label=Label("مبلغ", "Amount"), **rest)


DAY, LATER = date(2024, 8, 2), date(2025, 3, 20)
CHART = (
    StackedBars.of("n", [Whole("۱۲ پروژه (BRT)", [5]), Whole("کار", [-3])], ChartMeasure("fa"), "i").draw(720).svg("")
)
CHART_TEXTS = re.findall(r"<text[^>]*>(?:<title>.*?</title>)?(.*?)</text>", CHART)
R = right_to_left

PERSIAN: list[tuple[str, str]] = [
    # numbers
    (drawn("{% num 12345 %}"), "۱۲٬۳۴۵"),
    (drawn("{% num n %} ردیف", n=1284), R("۱٬۲۸۴", " ", "ردیف")),
    (drawn("{% num n %}", n=-1250), "−۱٬۲۵۰"),
    (drawn("تغییر {% num n %} واحد", n=-1250), R("تغییر", " ", "−۱٬۲۵۰", " ", "واحد")),
    (drawn("دمای {% num n %} درجه", n=Decimal("-2.5")), R("دمای", " ", "−۲٫۵", " ", "درجه")),
    (drawn("تغییر {% plain n %} واحد", n=-12), R("تغییر", " ", "−۱۲", " ", "واحد")),
    # percentages: the sign to the left of the number whatever stands before it
    (drawn("{% share s %}", s=Decimal("0.58")), "٪۵۸"),
    (drawn("رشد {% share s %} بود", s=Decimal("0.58")), R("رشد", " ", "٪۵۸", " ", "بود")),
    (drawn("(CPI) {% share s %}", s=Decimal("0.58")), R("(CPI)", " ", "٪۵۸")),
    (drawn("{% share s %} کاهش", s=Decimal("0.12")), R("٪۱۲", " ", "کاهش")),
    (drawn("{% share s %}", s=Decimal("-0.12")), "٪−۱۲"),
    (drawn("۱۲ {% share s %}", s=Decimal("0.58")), R("۱۲", " ", "٪۵۸")),
    # money
    (drawn("{% exact n %}", n=1250000), R("۱٬۲۵۰٬۰۰۰", " ", "ریال")),
    (drawn("{% exact n %}", n=-1250000), R("−۱٬۲۵۰٬۰۰۰", " ", "ریال")),
    (drawn("{% large_sum n %}", n=184 * 10**12), R("۱۸٫۴", " ", "هزار", " ", "میلیارد", " ", "تومان")),
    (drawn("{% large_sum n %}", n=-184 * 10**12), R("−۱۸٫۴", " ", "هزار", " ", "میلیارد", " ", "تومان")),
    (value_html.value_plain(field("rial"), -50, "fa", "toman"), R("−۵", " ", "تومان")),
    # days and ranges
    (drawn("{% day d %}", d=DAY), R("۱۲", " ", "مرداد", " ", "۱۴۰۳")),
    (str(value_html.short_day(DAY, "fa")), "۱۴۰۳/۰۵/۱۲"),
    (f"از {value_html.short_day(DAY, 'fa')} تا {value_html.short_day(LATER, 'fa')}",
     R("از", " ", "۱۴۰۳/۰۵/۱۲", " ", "تا", " ", "۱۴۰۳/۱۲/۳۰")),
    ("سال ۱۴۰۰ تا ۱۴۰۳", R("سال", " ", "۱۴۰۰", " ", "تا", " ", "۱۴۰۳")),
    (drawn("{% moment d %}", d=datetime(2025, 3, 20, 20, 0, tzinfo=UTC)),
     R("پنجشنبه", " ", "۳۰", " ", "اسفند", " ", "۱۴۰۳", "،", " ", "ساعت", " ", "۲۳:۳۰")),
    (drawn("{% period p %}، شماره ۲", p="1403-05"), R("مرداد", " ", "۱۴۰۳", "،", " ", "شماره", " ", "۲")),
    # codes keep their own order beside Persian numbers
    (drawn("قرارداد {% code c %}، ۱۲ ردیف", c="C-1404-2207"), R("قرارداد", " ", "C-1404-2207", "،", " ", "۱۲", " ", "ردیف")),
    (drawn("۱۴۰۴ {% code c %}", c="1404-2207"), R("۱۴۰۴", " ", "1404-2207")),
    (drawn("{% digest c %} مهر", c="sha256:9f2c81d04be07a35c6d1e2f8a9b7c3d4"), R("9f2c81d0…c3d4", " ", "مهر")),
    (drawn("تلفن {% code c %}", c="+98 21 8888 0000"), R("تلفن", " ", "+98 21 8888 0000")),
    (drawn("تلفن {% code c %}", c="۰۲۱-۸۸۸۸۰۰۰۰"), R("تلفن", " ", "۰۲۱-۸۸۸۸۰۰۰۰")),
    (drawn("شبا {% code c %}", c="IR06 0120 0000"), R("شبا", " ", "IR06 0120 0000")),
    (drawn("نشانی {% code c %}.", c="https://ayan.example/c/7Hq2?a=1"), R("نشانی", " ", "https://ayan.example/c/7Hq2?a=1", ".")),
    (drawn("پیام به {% code c %}!", c="a.b@ayan.example"), R("پیام", " ", "به", " ", "a.b@ayan.example", "!")),
    (drawn("پلاک {% code c %}", c="12-345-67"), R("پلاک", " ", "12-345-67")),
    (str(value_html.value_html(field("link"), "https://ayan.example/x", "fa", "rial")), "ayan.example"),
    # a format beside a size
    (drawn('<bdi>CSV</bdi>، {% bytes n %}', n=214000), R("CSV", "،", " ", "۲۱۴", " ", "کیلوبایت")),
    # words of strangers stay where they stand
    (drawn("نام: {{ w }}، ۱۲", w=code_html.words("Asphalt Ltd. (2)")), R("نام", ":", " ", "Asphalt Ltd. (2)", "،", " ", "۱۲")),
    (drawn("نام: {{ w }}، ۱۲", w=code_html.words("\u202eabc")), R("نام", ":", " ", "cba", "،", " ", "۱۲")),
    ("واژه: " + code_html.isolated("BRT-2") + "، ۳", R("واژه", ":", " ", "BRT-2", "،", " ", "۳")),
    (str(value_html.value_html(field("code", choices=CodeList("l", (CodeEntry("a", Label("باز (۲)", "open")),))), "a", "fa", "rial")),
     R("باز", " ", "(۲)")),
    # a status, a chip, the label of a bar
    (render_to_string("components/status.html", {"status": component_parts.Status("late", "۱۲ روز دیرکرد"), "lang": "fa"}),
     R("۱۲", " ", "روز", " ", "دیرکرد")),
    (f'<svg direction="ltr" width="400" height="30"><text x="200" y="20">{CHART_TEXTS[0]}</text></svg>',
     R("۱۲", " ", "پروژه", " ", "(BRT)")),
    (f'<svg direction="ltr" width="400" height="30"><text x="200" y="20">{CHART_TEXTS[3]}</text></svg>', "−۳"),
]  # fmt: skip

ENGLISH: list[tuple[str, str]] = [
    (drawn("{% num n %} rows", "en", n=-1250), "−1,250 rows"),
    (drawn("{% share s %}, up", "en", s=Decimal("0.58")), "58%, up"),
    (drawn("Name: {{ w }}, 12", "en", w=code_html.words("سازه ۲")), "Name: ۲ هزاس, 12"),
    (drawn("{% exact n %} (1403)", "en", n=1250000), "1,250,000 rial (1403)"),
    (f"from {value_html.short_day(DAY, 'en')} to {value_html.short_day(LATER, 'en')}", "from 2024-08-02 to 2025-03-20"),
    ("Word: " + code_html.isolated("متمم (۳)") + ", 3", "Word: (۳) ممتم, 3"),
]

# --- each value in each place ------------------------------------------------------------------------------------------

Runs = tuple[str, ...]


def percent(lang: str, value: object = Decimal(100)) -> str:
    """A share of progress with its unit, as a record has it."""
    return drawn("{% fact f v %}", lang, f=field("decimal", unit=Label("٪", "%")), v=value)


VALUES: Final[list[tuple[str, Runs]]] = [
    (drawn("{% num 12345 %}"), ("۱۲٬۳۴۵",)),
    (drawn("{% num n %}", n=-1250), ("−۱٬۲۵۰",)),
    (drawn("{% share s %}", s=Decimal("0.58")), ("٪۵۸",)),
    (percent("fa"), ("٪۱۰۰",)),
    (percent("fa", Decimal("97.5")), ("٪۹۷٫۵",)),
    (drawn("{% code c %}", c="1403-00187"), ("1403-00187",)),
    (drawn("{% code c %}", c="T-01"), ("T-01",)),
    (str(value_html.short_day(DAY, "fa")), ("۱۴۰۳/۰۵/۱۲",)),
    (drawn("{% exact n %}", n=1250000), ("۱٬۲۵۰٬۰۰۰", " ", "ریال")),
    (str(code_html.words("BRT-2 (3)")), ("BRT-2 (3)",)),
    (str(value_html.value_html(field("code", role="ordinal"), "255", "fa", "rial")), ("۲۵۵",)),
    (value_html.value_plain(field("code", role="ordinal"), "م/1", "fa", "rial"), ("م/1",)),
]


def in_places() -> Iterator[tuple[str, str]]:
    """Every value in a sentence, in brackets, behind a number, and in a cell beside a word."""
    for written, runs in VALUES:
        if runs == ("م/1",):
            continue
        yield f"مقدار {written} است", R("مقدار", " ", *runs, " ", "است")
        yield f"کار ({written})", R("کار", " ", "(", *runs, ")")
        yield f"۱۲ و {written}", R("۱۲", " ", "و", " ", *runs)
        yield f"<table><tr><td>کد</td><td>{written}</td></tr></table>", R("کد", *runs)


ENGLISH_VALUES: Final = [
    (drawn("{% num n %}", "en", n=-1250), "−1,250"),
    (drawn("{% share s %}", "en", s=Decimal("0.58")), "58%"),
    (percent("en"), "100%"),
    (drawn("{% code c %}", "en", c="1403-00187"), "1403-00187"),
    (str(value_html.short_day(DAY, "en")), "2024-08-02"),
    (drawn("{% exact n %}", "en", n=1250000), "1,250,000 rial"),
    (str(code_html.words("سازه ۲")), "۲ هزاس"),
]


def in_english_places() -> Iterator[tuple[str, str]]:
    """The same in English."""
    for written, seen in ENGLISH_VALUES:
        yield f"Value {written} is", f"Value {seen} is"
        yield f"Work ({written})", f"Work ({seen})"
        yield f"<table><tr><td>Code</td><td>{written}</td></tr></table>", f"Code{seen}"


# --- formulas: from the left in both languages, whatever the names in them ------------------------------------------------

FORMULAS: Final[list[tuple[str, Runs]]] = [
    ("P × (زیربنا − ۲۰ × پارکینگ) × c", ("P × (", "زیربنا", " − ", "۲۰", " × ", "پارکینگ", ") × c")),
    ("5 × P × m × (1 + (L−3)/10)", ("5 × P × m × (1 + (L−3)/10)",)),
    ("5 × P × زیربنا", ("5 × P × ", "زیربنا")),
    ("نرخ × (ارزش × زیربنا + P × زمین)", ("نرخ", " × (", "ارزش", " × ", "زیربنا", " + P × ", "زمین", ")")),
    ("P × طول × c", ("P × ", "طول", " × c")),
    ("خانوار × نرخ", ("خانوار", " × ", "نرخ")),
    ("عوارض = M × P", ("عوارض", " = M × P")),
]


def from_the_left(runs: Runs) -> str:
    """What stands on the screen of runs that are read from the left; letters of each still run from the right."""
    return "".join(LETTERS.sub(lambda word: word[0][::-1].replace("\u200c", ""), run) for run in runs)


def formulas(lang: str) -> Iterator[tuple[str, str]]:
    """Each formula by itself and behind words of the page, as markup and as bare text."""
    a_formula = field("text", role="formula")
    for text, runs in FORMULAS:
        seen = from_the_left(runs)
        yield str(value_html.value_html(a_formula, text, lang, "rial")), seen
        plain = value_html.value_plain(a_formula, text, lang, "rial")
        yield (f"بها {plain}", seen + " " + R("بها")) if lang == "fa" else (f"Fee {plain}", f"Fee {seen}")


TERMS: Final = [
    (str(value_html.value_html(field("text", role="terms"), "P: ارزش؛ c: ضریب", "fa", "rial")),
     R("P", ":", " ", "ارزش", "؛", " ", "c", ":", " ", "ضریب")),
    (str(value_html.value_html(field("text", role="terms"), "نرخ: مصوب", "fa", "rial")), R("نرخ", ":", " ", "مصوب")),
]  # fmt: skip

# --- drawings ---------------------------------------------------------------------------------------------------------------


def in_svg(words: str) -> str:
    """A line of a drawing, as maps and charts put it."""
    return f'<svg direction="ltr" width="400" height="30"><text x="200" y="20">{isolated(words, "fa")}</text></svg>'


DRAWINGS: Final = [
    (in_svg(KILOMETRES.of("fa").format(number="۱")), R("۱", " ", "کیلومتر")),
    (in_svg(KILOMETRES.of("fa").format(number="۲۰")), R("۲۰", " ", "کیلومتر")),
    (in_svg("۱۸٫۴ میلیارد"), R("۱۸٫۴", " ", "میلیارد")),
    (in_svg("سال ۱۴۰۳"), R("سال", " ", "۱۴۰۳")),
    (in_svg("۱۴۰۳"), "۱۴۰۳"),
    (in_svg("منطقه ۲ (BRT)"), R("منطقه", " ", "۲", " ", "(BRT)")),
]

# --- what a chart finds: a sentence of ours with names in isolates, on the page and in a picture -----------------------------


def found_in_svg(words: str, lang: str = "fa") -> str:
    """A sentence of ours as a drawing writes it."""
    sheet = Drawing(760, 30, lang)
    sheet.text(380, 20, words, marked=True)
    return f'<svg direction="ltr" width="760" height="30">{"".join(sheet.parts)}</svg>'


MOVED = titles.parts_in_time(["جاری", "عمرانی"], [("۱۴۰۰", [51, 49]), ("۱۴۰۴", [57, 43])], "بودجه", "fa")
MOVED_RUNS: Final = ("سهم", "جاری", "از", "٪۵۱", "در", "۱۴۰۰", "به", "٪۵۷", "در", "۱۴۰۴", "رسید")
MOVED_SEEN = R(*(run for word in MOVED_RUNS for run in (" ", word))).rstrip()
NAMED = titles.largest("هزینه", [("BRT (3)", 60), ("ب", 40)], whole=True, lang="fa")
NAMED_SEEN = R("BRT (3)", " ", "٪۶۰", " ", "از", " ", "هزینه", " ", "را", " ", "دارد")
ENGLISH_NAMED = titles.largest("cost", [("سازه ۲", 60), ("b", 40)], whole=True, lang="en")

FELL_BELOW = f"تا {ChartMeasure('fa', 'تومان', 10).scale([-4_700_000_000]).say(-4_700_000_000)}"
FINDINGS: Final = [
    (MOVED, MOVED_SEEN),
    (found_in_svg(MOVED), MOVED_SEEN),
    (NAMED, NAMED_SEEN),
    (found_in_svg(NAMED), NAMED_SEEN),
    (found_in_svg(ChartMeasure("fa", percent=True).scale([58]).write(58)), "٪۵۸"),
    (FELL_BELOW, R("تا", " ", "−۴۷۰", " ", "میلیون", " ", "تومان")),
    (code_html.in_elements("نه تاریخ؛ مثل 1403-05-12 یا 1403"), R("نه", " ", "تاریخ", "؛", " ", "مثل", " ", "1403-05-12", " ", "یا", " ", "1403")),
]  # fmt: skip
ENGLISH_FINDINGS: Final = [
    (ENGLISH_NAMED, "“۲ هزاس” has 60% of cost"),
    (found_in_svg(ENGLISH_NAMED, "en"), "“۲ هزاس” has 60% of cost"),
]

PERSIAN += [*in_places(), *formulas("fa"), *TERMS, *DRAWINGS, *FINDINGS]
ENGLISH += [*in_english_places(), *formulas("en"), *ENGLISH_FINDINGS]
