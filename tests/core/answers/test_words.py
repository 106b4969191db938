"""Numbers, amounts, periods and misspelt words as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.concepts.names import shape_of_code, written_like
from ayan.core.answers.concepts.rewordings import reworded
from ayan.core.answers.words.morphology import canonical, tokens
from ayan.core.answers.words.named_periods import period_at
from ayan.core.answers.words.quantities import amount_at, number_at
from ayan.core.answers.words.spelling import Spelling, distance, nearest, other_keyboard

TODAY = date(2026, 11, 28)  # 7 Azar 1405


@pytest.mark.parametrize(
    ("text", "rial"),
    [
        ("ده میلیارد تومان", 10**11),
        ("۵۰۰ میلیون", 5 * 10**9),
        ("۵۰۰ میلیون ریال", 5 * 10**8),
        ("۱/۵ میلیارد", 15 * 10**9),
        ("دو و نیم میلیارد", 25 * 10**9),
        ("دو میلیارد و نیم", 25 * 10**9),
        ("نیم میلیارد", 5 * 10**9),
        ("هزار میلیارد ریال", 10**12),
        ("یک میلیارد و دویست", 12 * 10**9),
        ("۲ هزار و ۵۰۰ میلیارد", 25 * 10**12),
        ("پنج میلیارد و سیصد میلیون تومان", 53 * 10**9),
        ("۱٫۵ همت", 15 * 10**12),
        ("200k toman", 2 * 10**6),
        ("10 billion toman", 10**11),
        ("2.5bn rial", 25 * 10**8),
    ],
)
def test_an_amount_is_read_in_rials(text: str, rial: int) -> None:
    amount = amount_at(tokens(text), 0)
    assert amount is not None
    assert (amount.rial, amount.other) == (rial, None)


def test_digits_without_a_unit_may_be_either() -> None:
    amount = amount_at(tokens("۱۲۵۰۰۰۰۰۰۰"), 0)
    assert amount is None  # ten digits may be a person
    amount = amount_at(tokens("۱۲۵۰۰۰۰۰۰"), 0)
    assert amount is not None
    assert (amount.rial, amount.other) == (125_000_000, 1_250_000_000)


@pytest.mark.parametrize("text", ["صد میلیون دلار", "قرارداد", "دویست", "0012345678"])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert amount_at(tokens(text), 0) is None


def test_a_number_in_words_is_a_year_too() -> None:
    number = number_at(tokens("هزار و چهارصد و سه"), 0)
    assert number is not None
    assert number.value == 1403


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("سال ۹۸", [("eq", "1398")]),
        ("سال نود و هشت", [("eq", "1398")]),
        ("سال ۴۰۳", [("eq", "1403")]),
        ("پارسال", [("eq", "1404")]),
        ("this year", [("eq", "1405")]),
        ("از اول سال تا الان", [("eq", "1405")]),
        ("last quarter of 1403", [("gte", "1403-10"), ("lte", "1403-12")]),
        ("مرداد ۱۴۰۳", [("eq", "1403-05")]),
        ("ماه گذشته", [("eq", "1405-08")]),
        ("۱۲/۵/۱۴۰۳", [("eq", "1403-05-12")]),
        ("از ۱۴۰۰ تا ۱۴۰۲", [("gte", "1400"), ("lte", "1402")]),
        ("between 1402 and 1400", [("gte", "1400"), ("lte", "1402")]),
        ("since 1400", [("gte", "1400")]),
        ("۱۴۰۰ به بعد", [("gte", "1400")]),
        ("پیش از ۱۴۰۰", [("lt", "1400")]),
        ("سه‌ماههٔ دوم ۱۴۰۳", [("gte", "1403-04"), ("lte", "1403-06")]),
        ("زمستان ۱۴۰۲", [("gte", "1402-10"), ("lte", "1402-12")]),
        ("دههٔ نود", [("gte", "1390"), ("lte", "1399")]),
        ("سه سال پیش", [("eq", "1402")]),
        ("March 2025", [("eq", "2025-03")]),
        ("مارس ۲۰۲۵", [("eq", "2025-03")]),
        ("2025-03", [("eq", "2025-03")]),
    ],
)
def test_a_period_becomes_conditions(text: str, conditions: list[tuple[str, str]]) -> None:
    period = period_at(tokens(text), 0, TODAY)
    assert period is not None
    assert list(period.conditions) == conditions


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("هفته گذشته", "1405-08-30", "1405-09-06"),
        ("این هفته", "1405-09-07", "1405-09-07"),
        ("last week", "1405-08-30", "1405-09-06"),
        ("ده روز گذشته", "1405-08-27", "1405-09-07"),
        ("سه ماه گذشته", "1405-06", "1405-08"),
        ("last 3 months", "1405-06", "1405-08"),
        ("دی و بهمن ۱۴۰۴", "1404-10", "1404-11"),
        ("مهر تا آذر ۱۴۰۳", "1403-07", "1403-09"),
        ("زمستان", "1404-10", "1404-12"),
        ("last quarter", "1405-04", "1405-06"),
        ("فصل گذشته", "1405-04", "1405-06"),
        ("this quarter", "1405-07", "1405-09"),
    ],
)
def test_a_stretch_of_time_up_to_now_has_two_ends(text: str, first: str, last: str) -> None:
    period = period_at(tokens(text), 0, TODAY)
    assert period is not None
    assert period.end == len(tokens(text))
    assert period.conditions == (("gte", first), ("lte", last))


@pytest.mark.parametrize("text", ["آذر نمونه‌ای", "۱۴۰۴/۲۶۸", "مهر", "۵ قرارداد"])
def test_names_and_codes_are_no_periods(text: str) -> None:
    assert period_at(tokens(text), 0, TODAY) is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("پروژه‌های منطقه3", ["پروژه", "منطقه", "3"]),
        ("بزرگ ترین", ["بزرگترین"]),
        ("می‌گیرند", ["میگیرد"]),
        ("organisation", ["organization"]),
        ("CI-01 و ۱۴۰۳/۰۰۱", ["ci-01", "و", "1403/001"]),
    ],
)
def test_a_text_is_parted_into_words(written: str, words: list[str]) -> None:
    assert [word.text for word in tokens(written)] == words


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("قراردادهای", "قرارداد"),
        ("مناقصات", "مناقصه"),
        ("مدیران", "مدیر"),
        ("شهرداری", "شهرداری"),
        ("contracts", "contract"),
    ],
)
def test_endings_are_cut_where_a_known_word_is_left(word: str, stem: str) -> None:
    assert canonical(word, {"قرارداد", "مناقصه", "مدیر", "شهردار", "contract"}) == stem


def test_a_misspelt_word_is_the_nearest_alone() -> None:
    spelling = Spelling(["بودجه", "آسفالت", "قرارداد", "contracts", "مزایده", "مزایا"])
    assert nearest("بودچه", (spelling,)) == ("بودجه",)
    assert nearest("آسفالط", (spelling,)) == ("آسفالت",)
    assert nearest("قرادراد", (spelling,)) == ("قرارداد",)
    assert nearest("contrats", (spelling,)) == ("contracts",)
    assert nearest("زرافه", (spelling,)) == ()
    assert distance("بودجه", "بودجه") == 0
    assert other_keyboard("pr,r") == "حقوق"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("پروژه ۱۴۰۳-P0298", ["پروژه", "1403-p0298"]),
        ("شروع نشدن", ["شروع", "نشده"]),
        ("برنده نداشتن", ["برنده", "نداشتن"]),
        ("کی طلب داره", ["کی", "طلب", "دارد"]),
        ("غرفه‌ای که قرارداد نداره", ["غرفه", "که", "قرارداد", "ندارد"]),
        ("جواب داده نشده", ["جواب", "نشده"]),
        ("دیرتر از همه", ["دیرترین"]),
        ("بیشتر از همه", ["بیشتر", "از", "همه"]),
    ],
)
def test_codes_are_whole_and_verbs_stand_in_one_person(text: str, words: list[str]) -> None:
    assert [word.text for word in tokens(text)] == words


@pytest.mark.parametrize(
    ("code", "example", "written"),
    [
        ("1399-236", "1399-0016", "1399-0236"),
        ("99-146", "00/101", "99/146"),
        ("1403-p298", "1399-P0006", "1403-P0298"),
        ("k-2", "K-002", "K-002"),
    ],
)
def test_the_number_of_a_record_is_written_as_others_of_its_sort(code: str, example: str, written: str) -> None:
    assert shape_of_code(code) == shape_of_code(example)
    assert written_like(code, example) == written


def test_a_season_is_read_in_every_spelling() -> None:
    for text in ("پاییز ۱۴۰۴", "پائیز ۱۴۰۴"):
        period = period_at(tokens(text), 0, TODAY)
        assert period is not None
        assert list(period.conditions) == [("gte", "1404-07"), ("lte", "1404-09")]


def test_a_form_is_said_by_words_for_the_same_unless_these_mean_something_else() -> None:
    forms = [("مهلت پاسخ", Meaning("dataset", slug="a")), ("جواب", Meaning("dataset", slug="b"))]
    parts = {form: tokens(form) for form, _ in forms}
    said = {form: meaning.slug for form, meaning in reworded(forms, parts, [("پاسخ", "جواب")])}
    assert said == {"مهلت جواب": "a", "پاسخ": "b"}
