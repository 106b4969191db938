"""Forty texts that mix directions, written by our own tags and components, read in a real browser as the eye meets them.

The order is taken from where Chromium puts each character: left to right on the screen, hidden voices left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string

from ayan.core.schema.field import CodeEntry, CodeList, Field
from ayan.core.schema.kinds import KINDS
from ayan.core.values.label import Label
from ayan.ui import component_parts, value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.drawing import Drawing
from ayan.ui.charts.measure import ChartMeasure

SEEN = """() => [...document.querySelectorAll('[data-case]')].map(box => {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const met = [];
  for (let node; (node = walker.nextNode()); ) {
    if (node.parentElement.closest('.vh, title')) continue;
    const range = document.createRange();
    for (let place = 0; place < node.data.length; place++) {
      range.setStart(node, place);
      range.setEnd(node, place + 1);
      const found = [...range.getClientRects()].filter(one => one.width > 0);
      if (found.length) met.push([found[0].left, met.length, node.data[place]]);
    }
  }
  return met.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(one => one[2]).join('');
})"""

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


R = right_to_left
DAY, LATER = date(2024, 8, 2), date(2025, 3, 20)
CHART = (
    StackedBars.of("n", [Whole("۱۲ پروژه (BRT)", [5]), Whole("کار", [-3])], ChartMeasure("fa"), "i").draw(720).svg("")
)


def in_svg(words: str, lang: str = "fa") -> str:
    """A sentence of ours as a drawing writes it."""
    sheet = Drawing(760, 30, lang)
    sheet.text(380, 20, words, marked=True)
    return f'<svg direction="ltr" width="760" height="30">{"".join(sheet.parts)}</svg>'


MOVED = titles.parts_in_time(["جاری", "عمرانی"], [("۱۴۰۰", [51, 49]), ("۱۴۰۴", [57, 43])], "بودجه", "fa")
MOVED_SEEN = R(
    "سهم",
    " ",
    "جاری",
    " ",
    "از",
    " ",
    "٪۵۱",
    " ",
    "در",
    " ",
    "۱۴۰۰",
    " ",
    "به",
    " ",
    "٪۵۷",
    " ",
    "در",
    " ",
    "۱۴۰۴",
    " ",
    "رسید",
)
NAMED = titles.largest("هزینه", [("BRT (3)", 60), ("ب", 40)], whole=True, lang="fa")
NAMED_SEEN = R("BRT (3)", " ", "٪۶۰", " ", "از", " ", "هزینه", " ", "را", " ", "دارد")
ENGLISH_NAMED = titles.largest("cost", [("سازه ۲", 60), ("b", 40)], whole=True, lang="en")
CHART_TEXTS = re.findall(r"<text[^>]*>(?:<title>.*?</title>)?(.*?)</text>", CHART)
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
    (drawn("نام: {{ w }}، ۱۲", w=value_html.words("Asphalt Ltd. (2)")), R("نام", ":", " ", "Asphalt Ltd. (2)", "،", " ", "۱۲")),
    (drawn("نام: {{ w }}، ۱۲", w=value_html.words("\u202eabc")), R("نام", ":", " ", "cba", "،", " ", "۱۲")),
    ("واژه: " + value_html.isolated("BRT-2") + "، ۳", R("واژه", ":", " ", "BRT-2", "،", " ", "۳")),
    (str(value_html.value_html(field("code", choices=CodeList("l", (CodeEntry("a", Label("باز (۲)", "open")),))), "a", "fa", "rial")),
     R("باز", " ", "(۲)")),
    # a status, a chip, the label of a bar
    (render_to_string("components/status.html", {"status": component_parts.Status("late", "۱۲ روز دیرکرد"), "lang": "fa"}),
     R("۱۲", " ", "روز", " ", "دیرکرد")),
    (f'<svg direction="ltr" width="400" height="30"><text x="200" y="20">{CHART_TEXTS[0]}</text></svg>',
     R("۱۲", " ", "پروژه", " ", "(BRT)")),
    (f'<svg direction="ltr" width="400" height="30"><text x="200" y="20">{CHART_TEXTS[3]}</text></svg>', "−۳"),
    # a chart's finding, on the page and in a picture, and a per cent at a mark
    (MOVED, MOVED_SEEN),
    (in_svg(MOVED), MOVED_SEEN),
    (NAMED, NAMED_SEEN),
    (in_svg(NAMED), NAMED_SEEN),
    (in_svg(ChartMeasure("fa", percent=True).scale([58]).write(58)), "٪۵۸"),
]  # fmt: skip

ENGLISH: list[tuple[str, str]] = [
    (drawn("{% num n %} rows", "en", n=-1250), "−1,250 rows"),
    (drawn("{% share s %}, up", "en", s=Decimal("0.58")), "58%, up"),
    (drawn("Name: {{ w }}, 12", "en", w=value_html.words("سازه ۲")), "Name: ۲ هزاس, 12"),
    (drawn("{% exact n %} (1403)", "en", n=1250000), "1,250,000 rial (1403)"),
    (f"from {value_html.short_day(DAY, 'en')} to {value_html.short_day(LATER, 'en')}", "from 2024-08-02 to 2025-03-20"),
    (ENGLISH_NAMED, "۲ هزاس has 60% of cost"),
    (in_svg(ENGLISH_NAMED, "en"), "۲ هزاس has 60% of cost"),
    ("Word: " + value_html.isolated("متمم (۳)") + ", 3", "Word: (۳) ممتم, 3"),
]


@pytest.mark.parametrize(("direction", "cases"), [("rtl", PERSIAN), ("ltr", ENGLISH)], ids=["Persian", "English"])
def test_every_text_is_met_by_the_eye_in_its_right_order(
    open_page: Callable[..., Any], direction: str, cases: list[tuple[str, str]]
) -> None:
    page = open_page("/about" if direction == "rtl" else "/en/about")
    boxes = "".join(f'<p dir="{direction}"><span data-case>{written}</span></p>' for written, _ in cases)
    page.evaluate("html => { document.querySelector('main').innerHTML = html; }", boxes)
    page.evaluate("document.fonts.ready")
    seen = [BRACKETS.sub("|", UNSEEN.sub("", text)).strip() for text in page.evaluate(SEEN)]
    wrong = [
        (written, expected, got)
        for (written, expected), got in zip(cases, seen, strict=True)
        if got != BRACKETS.sub("|", expected)
    ]
    assert wrong == []


def test_there_are_at_least_forty() -> None:
    assert len(PERSIAN) + len(ENGLISH) >= 40
