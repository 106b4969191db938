"""How values are written: for the eye, for the voice, and in both directions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ayan.core.schema.field import CodeEntry, CodeList, Field
from ayan.core.schema.kinds import KINDS
from ayan.core.values.label import Label
from ayan.ui import code_html, formula_html, sum_words, value_html

ALM = "\u061c"


def field(kind: str, **rest: object) -> Field:
    return Field(name="x", kind=KINDS[kind], label=Label("ستون", "Column"), **rest)  # type: ignore[arg-type]  # the rest differs


@pytest.mark.parametrize(
    ("value", "seen", "spoken"),
    [
        (12345, "۱۲٬۳۴۵", "۱۲۳۴۵"),
        (Decimal("1234.5"), "۱٬۲۳۴٫۵", "۱۲۳۴ ممیز ۵"),
    ],
)
def test_a_persian_number_is_written_twice_where_a_voice_would_stumble(
    value: int | Decimal, seen: str, spoken: str
) -> None:
    assert value_html.number(value, "fa") == f'<span aria-hidden="true">{seen}</span><span class="vh">{spoken}</span>'


def test_a_minus_sign_stands_to_the_left_of_its_number_in_both_directions() -> None:
    assert value_html.number(-1250, "fa") == (
        '<span aria-hidden="true" dir="ltr">−۱٬۲۵۰</span><span class="vh">منفی ۱۲۵۰</span>'
    )


def test_a_number_that_a_voice_reads_right_is_written_once() -> None:
    assert value_html.number(123, "fa") == "۱۲۳"
    assert value_html.number(12345, "en") == "12,345"


def test_a_percentage_keeps_its_sign_to_the_left_of_the_number() -> None:
    assert f'aria-hidden="true" dir="rtl">{ALM}۵۸٪<' in value_html.percent(Decimal("0.58"), "fa")
    assert "۵۸ درصد" in value_html.percent(Decimal("0.58"), "fa")
    assert value_html.percent(0.58, "en") == "58%"


@pytest.mark.parametrize(("lang", "seen"), [("fa", f">{ALM}۳۰۰٪<"), ("en", "300%")])
def test_a_sum_in_per_cent_keeps_its_sign(lang: str, seen: str) -> None:
    density = field("integer", unit=Label("٪", "%"))
    assert seen in sum_words.sum_html(density, 300, lang)


def test_money_carries_the_exact_rial() -> None:
    exact = '<data value="12345678" title="1,234,567.8 toman">1.2</data>'
    assert value_html.amount(12_345_678, "mtoman", "en") == exact
    assert value_html.money_text(120, "toman", "fa") == '<data value="120">۱۲</data> تومان'


def test_days() -> None:
    day = date(2024, 8, 2)
    assert '<time datetime="2024-08-02">' in value_html.short_day(day, "fa")
    assert "۱۴۰۳/۰۵/۱۲" in value_html.short_day(day, "fa")
    assert '<span class="vh">۱۲ مرداد ۱۴۰۳</span>' in value_html.short_day(day, "fa")
    assert value_html.long_day(day, "fa") == '<time datetime="2024-08-02">۱۲ مرداد ۱۴۰۳</time>'
    assert value_html.plain_day(day, "en") == "2 August 2024 (12 Mordad 1403)"
    assert value_html.plain_day(date(1700, 1, 1), "fa") == "۱ ژانویه ۱۷۰۰"
    assert value_html.plain_day(day, "fa", "gregorian") == "۲ اوت ۲۰۲۴ (۱۲ مرداد ۱۴۰۳)"
    assert value_html.plain_day(day, "en", "jalali") == "12 Mordad 1403 (2 August 2024)"
    assert "۲۰۲۴/۰۸/۰۲" in value_html.short_day(day, "fa", "gregorian")
    assert "1403-05-12" in value_html.short_day(day, "en", "jalali")


def test_an_instant_is_told_by_the_clock_in_tehran() -> None:
    late = datetime(2025, 3, 20, 20, 0, tzinfo=UTC)
    assert "پنجشنبه ۳۰ اسفند ۱۴۰۳، ساعت ۲۳:۳۰" in value_html.moment(late, "fa")
    assert "20 March 2025 (30 Esfand 1403), 23:30 Tehran time" in value_html.moment(late, "en")
    assert "۱ فروردین ۱۴۰۴" in value_html.long_day(datetime(2025, 3, 20, 21, 0, tzinfo=UTC), "fa")


@pytest.mark.parametrize("text", ["<b>", "\"'&", "</bdi><script>"])
@pytest.mark.parametrize("kind", ["text", "code", "company", "ref", "place", "link", "period"])
def test_text_of_every_kind_is_escaped(kind: str, text: str) -> None:
    shown = value_html.value_html(field(kind), text, "fa", "rial")
    assert "<b>" not in shown
    assert "<script" not in shown
    assert shown.count("</bdi>") == 1


def test_a_link_is_a_link_only_over_http() -> None:
    assert 'href="https://example.org/?a=1&amp;b=2"' in value_html.value_html(
        field("link"), "https://example.org/?a=1&b=2", "en", "rial"
    )
    for address in ("javascript:alert(1)", "data:text/html,x", "ftp://example.org", "//example.org"):
        assert "href" not in value_html.value_html(field("link"), address, "en", "rial")


def test_codes_read_from_the_left_and_are_not_translated() -> None:
    assert value_html.value_html(field("code"), "C-14", "fa", "rial") == (
        '<bdi dir="ltr" class="code nw" translate="no">C-14</bdi>'
    )


def test_a_code_of_a_list_is_shown_by_its_label() -> None:
    choices = CodeList("states", (CodeEntry("a", Label("جاری", "active")),))
    assert value_html.value_html(field("code", choices=choices), "a", "en", "rial") == "<bdi>active</bdi>"
    assert value_html.value_html(field("code", choices=choices), "b", "fa", "rial") == "<bdi>b</bdi>"


@pytest.mark.parametrize(
    ("value", "fa", "en"),
    [(True, "بله", "yes"), (False, "خیر", "no"), (0, "۰", "0"), (Decimal("-0.5"), "−۰٫۵", "−0.5")],
)
def test_small_values(value: object, fa: str, en: str) -> None:
    assert fa in value_html.value_html(field("decimal"), value, "fa", "rial")
    assert value_html.value_html(field("decimal"), value, "en", "rial") == en


def test_an_empty_value_is_a_dash_that_voices_skip() -> None:
    assert value_html.value_html(field("text"), None, "fa", "rial") == '<span class="muted" aria-hidden="true">—</span>'


def test_an_empty_value_is_called_what_its_field_calls_it() -> None:
    unknown = field("rial", empty=Label("اعلام نشده", "Not stated"))
    assert value_html.value_html(unknown, None, "fa", "rial") == '<span class="muted">اعلام نشده</span>'
    assert value_html.value_plain(unknown, None, "en", "rial") == "Not stated"
    assert value_html.value_plain(field("rial"), None, "en", "rial") == "empty"


@pytest.mark.parametrize(
    ("size", "fa", "en"),
    [(0, "۰ بایت", "0 bytes"), (1_700_000, "۱٫۷ مگابایت", "1.7 MB"), (214_300, "۲۱۴ کیلوبایت", "214 KB")],
)
def test_file_sizes(size: int, fa: str, en: str) -> None:
    assert value_html.file_size(size, "fa") == fa
    assert value_html.file_size(size, "en") == en


def test_titles_are_sorted_as_people_look_for_them() -> None:
    titles = ["یارانه", "پرداخت‌ها", "ورزش", "آب", "کتاب", "گزارش", "چاپ", "هزینه", "ژاله", "بودجه", "Zebra", "apple"]
    in_order = ["apple", "Zebra", "آب", "بودجه", "پرداخت‌ها", "چاپ", "ژاله", "کتاب", "گزارش", "ورزش", "هزینه", "یارانه"]
    assert sorted(titles, key=value_html.alphabetical) == in_order


def test_what_is_quoted_names_both_calendars() -> None:
    assert value_html.both_days(date(2024, 8, 2), "fa") == "۱۲ مرداد ۱۴۰۳ (۲ اوت ۲۰۲۴)"
    assert value_html.both_days(date(2024, 8, 2), "en") == "2 August 2024 (12 Mordad 1403)"


def test_a_sentence_of_ours_has_its_names_and_codes_as_elements() -> None:
    said = f"با شرط {code_html.from_the_left('1399-P0003')} و <b>، مثل 1403-05-12 یا 2024-08-02T10:00:00Z"
    assert code_html.in_elements(said) == (
        'با شرط <bdi dir="ltr" class="nw">1399-P0003</bdi> و &lt;b&gt;، مثل <bdi dir="ltr" class="nw">1403-05-12</bdi> '
        'یا <bdi dir="ltr" class="nw">2024-08-02T10:00:00Z</bdi>'
    )


@pytest.mark.parametrize(
    ("percents", "persian", "english"),
    [
        ("2.5", f"{ALM}\u2066+۲٫۵\u2069٪", "+2.5%"),
        ("-12", f"{ALM}\u2066−۱۲٫۰\u2069٪", "−12.0%"),
        ("0", f"{ALM}\u2066۰٫۰\u2069٪", "0.0%"),
    ],
)
def test_a_change_in_per_cent_has_its_signs_where_each_language_has_them(
    percents: str, persian: str, english: str
) -> None:
    change = Decimal(percents)
    assert (value_html.plain_change(change, "fa"), value_html.plain_change(change, "en")) == (persian, english)


def test_what_letters_stand_for_ends_with_its_mark_that_no_line_begins_with_it() -> None:
    written = formula_html.terms("P: ارزش معاملاتی؛ c: ضریب; بی نام", "؛ ")
    assert written.count("؛") == 2
    assert "؛</span> " in written
    assert "؛ <" not in written.replace("؛</span> <", "")
    assert formula_html.terms("", "؛ ") == ""
