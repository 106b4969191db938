"""What a text says of the unit of money, in every way that offices write it, and what is no unit."""

from __future__ import annotations

import pytest

from ayan.core.refine.header_matching import header_key
from ayan.core.values.money import MONEY_UNITS
from ayan.core.values.money_unit_names import (
    Currency,
    NamedUnit,
    heads_money,
    name_sides,
    unit_of_cell,
    units_named,
    without_unit,
)

NAMED = {
    "مبلغ (تومان)": ["10^0 toman"],
    "مبلغ (ميليون ريال)": ["10^6 rial"],
    "میلیون‌ریال": ["10^6 rial"],
    "ارقام به هزارریال": ["10^3 rial"],
    "م. ریال": ["10^6 rial"],
    "م ریال": ["10^6 rial"],
    "مبلغ (۱٬۰۰۰ ریال)": ["10^3 rial"],
    "۱۰۰۰۰۰۰ ریال": ["10^6 rial"],
    "﷼": ["10^0 rial"],
    "ریال (میلیون)": ["10^6 rial"],
    "rials in thousands": ["10^3 rial"],
    "Amount (IRR)": ["10^0 rial"],
    "M Toman": ["10^6 toman"],
    "هزار میلیارد تومان": ["10^12 toman"],
    "هزار میلیارد ریال": ["10^12 rial"],
    "به همت": ["10^12 toman"],
    "مبلغ ریالی": ["? rial"],
    "ارقام به میلیون": ["10^6 ?"],
    "in thousands": ["10^3 ?"],
    "مبلغ به دلار": ["10^0 other"],
    "ریال و میلیون تومان": ["10^0 rial", "10^6 toman"],
    "مبلغ": [],
    "شماره سریال": [],
    "Serial": [],
    "material": [],
    "جمعیت (هزار نفر)": [],
    "بالای ۵۰ میلیون ریال": [],
    "پنج میلیون ریال": [],
    "۱۲۰ میلیارد تومانی": [],
    "سقف ۱۰۰ ریال": [],
    "طرح یک میلیون درخت": [],
}


@pytest.mark.parametrize("text", NAMED)
def test_what_is_named(text: str) -> None:
    assert [named.code for named in units_named(text)] == NAMED[text]


def test_a_bare_multiple_is_a_unit_of_a_heading_alone() -> None:
    assert [named.code for named in units_named("میلیون", heading=True)] == ["10^6 ?"]
    assert units_named("میلیون") == ()


@pytest.mark.parametrize("unit", MONEY_UNITS)
def test_every_unit_agrees_with_its_own_name_and_with_no_other(unit: str) -> None:
    named = NamedUnit(*_parts(unit))
    assert named.unit == unit
    assert [other for other in MONEY_UNITS if named.fits(other)] == [unit]
    assert units_named(named.label.fa) == units_named(named.label.en) == (named,)


def test_half_of_a_name_agrees_with_what_it_leaves_open() -> None:
    assert [unit for unit in MONEY_UNITS if NamedUnit(10**6, None).fits(unit)] == ["million_rial", "million_toman"]
    assert all(unit.endswith("rial") == NamedUnit(None, "rial").fits(unit) for unit in MONEY_UNITS)
    assert not any(NamedUnit(1, "other").fits(unit) for unit in MONEY_UNITS)
    # Shown divided by a million and called a million: what is kept is one.
    assert NamedUnit(10**6, "rial").fits("rial", thousands=2)


def _parts(unit: str) -> tuple[int, Currency]:
    rials = MONEY_UNITS[unit]
    return (rials // 10, "toman") if unit == "hemat" or "toman" in unit else (rials, "rial")


@pytest.mark.parametrize("path", ["$.releases.date", "$.@numberMatched"])
def test_the_path_to_a_member_of_a_document_names_no_dollars(path: str) -> None:
    assert units_named(path, heading=True) == ()
    assert [named.currency for named in units_named("Price ($)", heading=True)] == ["other"]


def test_a_title_is_known_without_its_unit_and_a_cell_that_is_one() -> None:
    titles = ["مبلغ (هزار تومان)", "مبلغ به ريال", "Amount (000s)", "Amount in thousands"]
    assert [header_key(without_unit(title)) for title in titles] == ["مبلغ", "مبلغ", "amount", "amount"]
    assert all(map(heads_money, (*titles, "پرداختی", "Total cost")))
    assert not any(map(heads_money, ("شرح", "تعداد (دستگاه)", "Title")))
    assert unit_of_cell("هزار ریال") == NamedUnit(1000, "rial")
    assert [unit_of_cell(text) for text in ("آب", "یک ریال", "میلیون", "ریال ایران")] == [None] * 4


def test_words_for_debit_and_credit_say_so_where_both_are_there() -> None:
    assert name_sides(["بد", "بس"])
    assert name_sides(["Debit", "CR."])
    assert not name_sides(["بدهکار"])
    assert not name_sides(["بدهکار", "بستانکار", "آب"])
