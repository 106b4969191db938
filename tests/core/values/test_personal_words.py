"""Personal data in what people write: found wherever it stands and however it is written, and taken out whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.system.duckdb import confined
from ayan.core.values.digits import to_persian
from ayan.core.values.identity import NATIONAL_ID_WEIGHTS, SHEBA_COUNTRY
from ayan.core.values.personal_notations import TRACES
from ayan.core.values.personal_words import KINDS, PersonalWord, _passes, personal_words

FILLER = st.text(alphabet="بپتطو،\n abc", max_size=40)


@st.composite
def national_ids(draw: st.DrawFn) -> str:
    digits = draw(st.text("0123456789", min_size=9, max_size=9).filter(lambda each: len(set(each)) > 1))
    rest = sum(int(digit) * weight for digit, weight in zip(digits, NATIONAL_ID_WEIGHTS, strict=True)) % 11
    return digits + str(rest if rest < 2 else 11 - rest)


@st.composite
def cards(draw: st.DrawFn) -> str:
    digits = "603799" + draw(st.text("0123456789", min_size=9, max_size=9))
    total = sum(
        (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[int(digit)] if at % 2 == 0 else int(digit) for at, digit in enumerate(digits)
    )
    return digits + str(-total % 10)


@st.composite
def accounts(draw: st.DrawFn) -> str:
    digits = draw(st.text("0123456789", min_size=22, max_size=22))
    return f"IR{98 - int(digits + SHEBA_COUNTRY + '00') % 97:02}{digits}"


def mobiles() -> st.SearchStrategy[str]:
    return st.builds(
        "".join, st.tuples(st.sampled_from(["0912", "0935", "+98901"]), st.text("0123456789", min_size=7, max_size=7))
    )


def apart(number: str, sign: str) -> str:
    return sign.join(number)


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda number: number,
    "in Persian digits": to_persian,
    "with half-spaces": lambda number: apart(number, "\u200c"),
    "with signs of direction": lambda number: apart(number, "\u200e"),
    "set apart": lambda number: apart(number, " "),
    "set apart by dots": lambda number: apart(to_persian(number), "."),
}


GAP = "[…]"


def without(text: str, words: Iterable[PersonalWord]) -> str:
    """The text with a gap in the place of each of these words."""
    for word in sorted(words, reverse=True):
        text = f"{text[: word.start]}{GAP}{text[word.end :]}"
    return text


@pytest.mark.parametrize("way", WAYS)
@hypothesis.settings(max_examples=40)
@given(data=st.data())
def test_a_number_of_a_person_is_found_and_taken_out_however_it_is_written(way: str, data: st.DataObject) -> None:
    _, numbers = data.draw(
        st.sampled_from(
            [("national-id", national_ids()), ("card", cards()), ("bank-account", accounts()), ("mobile", mobiles())]
        )
    )
    number = data.draw(numbers)
    written = WAYS[way](number)
    text = f"{data.draw(FILLER)} {written} {data.draw(FILLER)}"
    words = personal_words(text)
    assert any(text[word.start : word.end].strip("+").endswith(written.lstrip("+")[-6:]) for word in words), (
        text,
        words,
    )
    assert all(word.kind in KINDS for word in words)
    left = without(text, words)
    assert GAP in left
    assert written.lstrip("+") not in left


@hypothesis.settings(max_examples=60)
@given(st.text(max_size=300))
def test_whatever_is_written_the_pieces_stand_in_order_and_within_it(text: str) -> None:
    words = personal_words(text)
    ends = [0, *(word.end for word in words)]
    assert all(before <= word.start < word.end <= len(text) for before, word in zip(ends, words, strict=False))
    assert personal_words(without(text, words)) == () or words


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("رایانامهٔ من ali@example.org است", ["email"]),
        ("کدپستی: ۳۸۱۳۹۸۷۶۵۴", ["postcode"]),
        ("نام پدر: حسن", ["relatives"]),
        ("نشانی منزل: خیابان ملک، کوچهٔ یاس", ["home"]),
        ("خیابان ملک پلاک ۱۲ واحد ۳", ["home"]),
        ("اینجانب رضا ساختگی درخواست دارم", ["name"]),
        ("پلاک خودرو ۱۲ب۳۴۵ ایران ۴۷ بود", ["plate"]),
        ("متولد ۱۳۵۸/۰۴/۱۲", ["birth-date"]),
        ("تلفن ۰۸۶۳۲۲۲۳۳۴۴", ["landline"]),
    ],
)
def test_each_kind_is_told_by_its_name(text: str, kinds: list[str]) -> None:
    assert [word.kind for word in personal_words(text)] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "قراردادهای نورپردازی سال ۱۴۰۳ با مبلغ ۱۲٬۵۰۰٬۰۰۰٬۰۰۰ ریال",
        "شمارهٔ قرارداد ۱۴۰۳-۱۲۳۴۵۶۷۸۹۱ و تاریخ ۱۴۰۳/۰۵/۱۲",
        "شناسهٔ ملی شرکت ۱۴۰۰۳۲۸۷۴۲۱",
        "چالهٔ خیابان ملک روبه‌روی پلاک ۱۲",
        "هزینهٔ ۲۰ متر آسفالت در ۱۲ کوچه چقدر شد؟",
    ],
)
def test_what_people_ask_about_is_no_personal_data(text: str) -> None:
    assert personal_words(text) == ()


def test_checks_here_are_those_by_which_files_are_checked() -> None:
    samples = ["0012345679", "1111111111", "0084575948", "6037991234567893", "6037990000000006", "09121234567", "9821234567",
               "4111111111111111", "062960000000100324200001", "111122223333444455556666", "1398765432"]  # fmt: skip
    with confined() as con:
        for trace in TRACES:
            if trace.test == "TRUE":
                continue
            for k in samples:
                if len(k) not in (trace.lengths or (10,)):
                    continue
                verdict = con.execute(f"SELECT {trace.test} FROM (SELECT ? AS k)", [k]).fetchone()
                assert verdict is not None
                # Cards of other banks and of ours are two notations there and one check here.
                if trace.code != "card":
                    assert bool(verdict[0]) == _passes(trace, k), (trace.code, trace.test, k)


def test_a_long_text_without_an_end_is_read_once() -> None:
    assert personal_words("a" * 50_000 + "@") == ()


def test_everything_that_is_looked_for_has_a_name() -> None:
    assert {trace.code for trace in TRACES} <= KINDS.keys()
    assert {word.kind for word in personal_words("جایش 34.450123, 54.441298 است")} == {"coordinates"}
