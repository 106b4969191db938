"""What the languages in use write in their own way, and where a sentence of a third one comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ayan.core.schema.issue import Issue
from ayan.core.values import locale, money, period
from ayan.core.values.digits import en_number, to_persian
from ayan.core.values.label import Label, day_label, digits_label, in_each, joined, label_of, number_label, quoted
from ayan.core.values.messages import MessageCatalogue
from ayan.core.values.refusal import Refusal

WORDS = MessageCatalogue(
    {"Rows": ("Sətirlər",), "{n} of {what}": ("{what}: {n}",), "Mordad": ("Mordad ayı",), "toman": ("tümən",)}
)


@pytest.fixture
def azeri() -> Iterator[None]:
    locale.use([locale.describe("az", WORDS, calendar="jalali")])
    yield
    locale.use(())


@pytest.mark.parametrize("value", [0, -1, 1_250_000, Decimal("-69.51"), Decimal("0.125")])
def test_the_two_built_in_languages_write_numbers_as_ever(value: int | Decimal) -> None:
    assert locale.of("fa").number(value) == to_persian(en_number(value)).translate({ord(","): "٬", ord("."): "٫"})
    assert locale.of("en").number(value) == en_number(value)


def test_a_third_language_is_described_by_the_cldr(azeri: None) -> None:
    az = locale.of("az")
    assert (az.direction, az.comma, az.number(Decimal("-1234.5")), az.categories) == (
        "ltr", ", ", "−1.234,5", ("one", "other")
    )  # fmt: skip
    assert [az.form(n) for n in (0, 1, 2)] == [1, 0, 1]
    assert locale.describe("ar").categories == ("zero", "one", "two", "few", "many", "other")
    assert locale.of("fa").categories == ("other",)


def test_words_are_looked_up_by_their_english_and_fall_back(azeri: None) -> None:
    assert Label("ردیف‌ها", "Rows").of("az") == "Sətirlər"
    assert Label("ستون‌ها", "Columns").of("az") == "Columns"
    assert Label("ستون‌ها", "Columns", (("az", "Sütunlar"),)).of("az") == "Sütunlar"
    assert Label("ردیف‌ها", "Rows", (("az", "Öz"),)).of("az") == "Öz"
    assert locale.pick_with_language("az", "ستون‌ها", "Columns") == ("Columns", "en")


def test_a_refusal_is_filled_in_every_language_and_hands_its_words_on(azeri: None) -> None:
    refusal = Refusal("{n} از {what}", "{n} of {what}").format(n=3, what=Label("ردیف‌ها", "Rows"))
    assert [refusal.of(lang) for lang in ("fa", "en", "az")] == ["3 از ردیف‌ها", "3 of Rows", "Sətirlər: 3"]
    assert str(refusal) == "3 of Rows"
    assert Refusal("نه", "No").worded(refusal).of("az") == "Sətirlər: 3"
    assert label_of({"code": "x", **refusal.label.words()}) == refusal.label


def test_a_label_with_blanks_is_filled_in_every_language(azeri: None) -> None:
    label = Label("{n} از {what}", "{n} of {what}").format(n=3, what=Label("ردیف‌ها", "Rows"))
    assert [label.of(lang) for lang in ("fa", "en", "az")] == ["3 از ردیف‌ها", "3 of Rows", "Sətirlər: 3"]
    assert label.words() == {"fa": "3 از ردیف‌ها", "en": "3 of Rows", "az": "Sətirlər: 3"}
    listed = joined([Label("ردیف‌ها", "Rows"), Label("ستون‌ها", "Columns")])
    assert [listed.of(lang) for lang in ("fa", "en", "az")] == ["ردیف‌ها، ستون‌ها", "Rows, Columns", "Sətirlər, Columns"]


def test_lists_numbers_days_and_names_are_written_in_each_language(azeri: None) -> None:
    langs = ("fa", "en", "az")
    label = Label("{names} است", "There are {names}").format(names=["a", Label("ب", "b")])
    assert [label.of(lang) for lang in langs] == ["a، ب است", "There are a, b", "There are a, b"]
    issue = Issue(code="x", params={"names": ["a", "b"]}, wording=Label("{names}", "{names}"))
    assert [issue.message(lang) for lang in langs] == ["a، b", "a, b", "a, b"]
    assert [joined(["a", "b"], " ").of(lang) for lang in langs] == ["a b", "a b", "a b"]
    assert [number_label(-1250).of(lang) for lang in langs] == ["−۱٬۲۵۰", "−1,250", "−1.250"]
    assert [digits_label(1403).of(lang) for lang in langs] == ["۱۴۰۳", "1403", "1403"]
    assert [day_label(date(2024, 8, 2)).of(lang) for lang in langs] == ["۱۴۰۳/۰۵/۱۲", "2024-08-02", "1403/05/12"]
    assert [quoted("x").of(lang) for lang in langs] == ["«x»", "“x”", "“x”"]
    assert in_each(lambda lang: lang).words() == {"fa": "fa", "en": "en", "az": "az"}


def test_money_and_periods_are_said_in_the_language(azeri: None) -> None:
    assert money.show(12_500_000, "toman", "az") == "1.250.000 tümən"
    assert period.parse("1403-05").label("az") == "Mordad ayı 1403"
    assert period.parse("2024-08-02").label("az").startswith("2 avqust 2024")
    assert [period.parse("1403-Q2").label(lang) for lang in ("fa", "en")] == ["سه‌ماهه دوم ۱۴۰۳", "Q2 1403"]
    assert period.Period.of(date(2024, 8, 2), "year").label("fa") == "۱۴۰۳"


def test_an_issue_counts_in_the_digits_of_the_language(azeri: None) -> None:
    issue = Issue(code="x", params={"n": 1250, "row": 1250}, wording=Label("{n} در {row}", "{n} at {row}"))
    assert [issue.message(lang) for lang in ("fa", "en", "az")] == ["۱٬۲۵۰ در ۱۲۵۰", "1,250 at 1250", "1.250 at 1250"]


@pytest.mark.parametrize(
    ("code", "own"), [("fa", {}), ("zz", {}), ("AZ", {}), ("az", {"digits": "x"}), ("az", {"quotes": "«"})]
)
def test_what_is_no_language_is_refused(code: str, own: dict[str, Any]) -> None:
    with pytest.raises(locale.UnknownLanguage):
        locale.describe(code, **own)
