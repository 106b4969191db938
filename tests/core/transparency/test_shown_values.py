"""What pages write for a value is among what a verifier expects, and what it takes out of a page is what stands there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import escape

import pytest

from ayan.core.schema.field import CodeEntry, CodeList, Field, FieldRole
from ayan.core.schema.kinds import KINDS
from ayan.core.transparency import page_text
from ayan.core.transparency.shown_values import (
    SealedField,
    bare,
    headers,
    headline_readings,
    key_text,
    readings,
)
from ayan.core.values.label import Label
from ayan.core.values.money import ShownUnit, headline
from ayan.ui import value_html

CODES = CodeList("states", (CodeEntry("open", Label("جاری", "open")), CodeEntry("done", Label("پایان‌یافته", "done"))))
VALUES: list[tuple[str, object]] = [
    ("rial", 12_345_678_901), ("rial", -7), ("rial", 0), ("integer", -1_234), ("integer", 5), ("decimal", Decimal("1234.50")),
    ("decimal", Decimal("-0.05")), ("date", date(2024, 8, 2)), ("date", date(1700, 1, 1)), ("boolean", True),
    ("boolean", False), ("text", "خیابان <b>۱۲</b>، پلاک 1,234"), ("code", "1404-0079"), ("period", "1403-05"),
    ("link", "https://example.org/a?b=1&c=2"), ("text", "1,234 and ۱٬۲۳۴"),
]  # fmt: skip


def declared(kind: str, choices: CodeList | None = None) -> tuple[Field, SealedField]:
    field = Field(name="x", kind=KINDS[kind], label=Label("ستون", "Column"), choices=choices)
    labels = {entry.code: {"fa": entry.label.fa, "en": entry.label.en} for entry in choices.entries} if choices else {}
    return field, SealedField("x", KINDS[kind], {"fa": "ستون", "en": "Column"}, {}, labels)


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("terms", "P: ارزش معاملاتی هر متر؛ c: ضریب مساحت"),
        ("terms", "M = ضریب;  بن :محیط تنه\nنرخ گونه؛"),
        ("terms", "M: a = b"),
        ("formula", "P × (1 − ضریب مساحت)"),
        ("ordinal", "12"),
    ],
)
def test_what_pages_write_in_a_way_of_its_role_is_expected(role: FieldRole, text: str, lang: str) -> None:
    field, sealed = replace(declared("text")[0], role=role), replace(declared("text")[1], role=role)
    written = [
        value_html.value_html(field, text, lang, "rial"),
        escape(value_html.value_plain(field, text, lang, "rial")),
    ]
    for html in written:
        shown = page_text.shown(page_text.read_html(html))
        assert {bare(shown.seen), bare(shown.heard)} <= readings(sealed, text, lang)


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_what_pages_write_is_expected(kind: str, value: object, lang: str) -> None:
    field, sealed = declared(kind)
    units: list[ShownUnit] = ["rial", "toman", "mtoman"] if kind == "rial" else ["rial"]
    for unit in units:
        shown = page_text.shown(page_text.read_html(value_html.value_html(field, value, lang, unit)))
        wanted = readings(sealed, value, lang, unit if kind == "rial" else None)
        assert {bare(shown.seen), bare(shown.heard)} <= wanted
        if kind == "rial" and isinstance(value, int):
            written = page_text.shown(page_text.read_html(value_html.money_text(value, unit, lang)))
            assert {bare(written.seen), bare(written.heard)} <= readings(sealed, value, lang)
            assert bare(headline(value, lang)) in headline_readings(value, lang)
    if isinstance(value, date):
        for long in (value_html.long_day(value, lang), value_html.own_day(value, lang)):
            assert bare(page_text.read_html(long).text()) in readings(sealed, value, lang)


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_a_code_reads_as_its_sealed_label_alone(lang: str) -> None:
    field, sealed = declared("text", CODES)
    written = page_text.read_html(value_html.value_html(field, "done", lang, "rial")).text()
    assert readings(sealed, "done", lang) == {bare(written)}
    assert readings(sealed, "unheard-of", lang) == {"unheard-of"}


def test_an_amount_in_another_unit_than_its_header_is_another_amount() -> None:
    _, sealed = declared("rial")
    below = dict(headers(sealed, "en"))
    assert below == {
        "Column": None,
        "Column (rial)": "rial",
        "Column (toman)": "toman",
        "Column (million toman)": "mtoman",
    }
    assert readings(sealed, 1_000, "en", "toman") == {"100"}
    assert "1000" not in readings(sealed, 1_000, "en"), "without its unit a number says nothing"


def test_what_only_guides_the_eye_says_nothing_and_all_else_does() -> None:
    assert bare("\u2066−۱٬۲۳۴٫۵۰\u2069 تومان") == bare("-1,234.50  تومان") == "-1234.50 تومان"
    assert bare("1,2345") == "1,2345"
    assert len({bare(text) for text in ("12", "1 2", "1.2", "-12", "۱۲۰")}) == 5


def test_keys_are_spelled_as_addresses_spell_them() -> None:
    assert (
        key_text(["a/b~c%", None, date(2024, 8, 2), Decimal("1.50"), True, 7]) == "a%2Fb%7Ec%25~~2024-08-02~1.50~true~7"
    )
    assert page_text.record_key("/data/works/r/a%252Fb") == "a%2Fb"
    assert page_text.record_key("../r/a%2525252Fb/index.html") == "a%252Fb"
    assert page_text.record_key("https://[bad") == ""
    assert page_text.record_key("../../not-in-this-copy.html") == ""


def test_a_page_whose_markup_is_broken_is_read_as_far_as_it_goes() -> None:
    page = '<dl class="pairs facts-list"><div><dt>A</dt><dd><div>1<b>2</dd></div><div><dt>B<dd>3</dl>'
    assert [(name, shown.seen) for name, shown in page_text.facts(page)] == [
        ("A", "12"),
        ("B3", "3"),
    ] or page_text.facts(page)
    assert list(
        page_text.table_rows('<table class="tbl"><tbody><tr><th><a href="/data/x/r/k">n<td data-h="x">1</table>')
    )
    # A table of so many columns that phones leave some out is a table like any other.
    assert list(
        page_text.table_rows('<table class="tbl brief"><tbody><tr><th><a href="/data/x/r/k">n<td data-h="x">1</table>')
    )
    assert page_text.facts("<p>nothing") == []
