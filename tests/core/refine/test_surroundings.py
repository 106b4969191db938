"""What stands beside a column of numbers: names of people make them personal, documents make them none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tests.core.refine import refined_cells
from tests.core.refine.test_privacy_guard import checked_or_none, of, random_mobiles

from ayan.core.values.label import Label


def beside(header: str, numbers: Sequence[str], other: str, texts: Sequence[str]) -> dict[str, int]:
    """What is told of a column of codes beside one of words."""
    code = refined_cells.field("code", name="code", label=Label(header, "Number"))
    words = refined_cells.field("text", name="words", label=Label(other, "Words"))
    with refined_cells.refined([words, code], {other: texts, header: numbers}) as result:
        return {code: count for code, count in result.by_code().items() if code.startswith("personal-")}


PEOPLE: Final = [f"{first} نمونه‌ای" for first in ("علی", "زهرا", "رضا", "مریم", "حسین", "سارا", "مهدی", "لیلا")] * 5


def test_beside_names_fewer_national_ids_are_too_many_for_chance() -> None:
    numbers = [of(14_031_000 + 7 * step) if step % 4 == 0 else str(4_140_310_000 + 7 * step) for step in range(40)]
    passing = sum(checked_or_none(number) is not None for number in numbers)
    assert 10 <= passing <= 16
    for header in ("متقاضی", "ستون دوم"):
        assert "personal-national-id" in beside("شماره پرونده", numbers, header, PEOPLE)
    works = [f"تعمیر جدول {step}" for step in range(40)]
    assert set(beside("شماره پرونده", numbers, "شرح", works)) <= {"personal-chance"}


def test_a_number_that_runs_on_is_a_document_where_those_beside_it_say_so_and_no_person_is_near() -> None:
    numbers = [str(9_123_450_000 + 7 * step) for step in range(40)]
    days = ["1403/05/12"] * 40
    # Where three of forty pass the check digit of an ID, a remark is made of it as ever.
    assert set(beside("شماره", numbers, "تاریخ فاکتور", days)) == {"personal-running", "personal-chance"}
    assert "personal-mobile" in beside("شماره", numbers, "تاریخ", days)
    assert "personal-mobile" in beside("شماره", numbers, "نام و نام خانوادگی", PEOPLE)
    assert "personal-mobile" in beside("شماره تماس", numbers, "تاریخ فاکتور", days)
    assert "personal-mobile" in beside("شماره", random_mobiles(40, 7), "تاریخ فاکتور", days)


def test_one_national_id_is_held_whatever_its_header_and_those_beside_it_say() -> None:
    numbers = [of(14_031_000), "4140310001"]
    for header in ("شماره فاکتور", "شماره"):
        assert "personal-national-id" in beside(header, numbers, "شرح", ["آسفالت", "نهال"])
        assert "personal-national-id" in beside(header, numbers, "نام متقاضی", PEOPLE[:2])
