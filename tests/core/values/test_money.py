"""Money in whole rial."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values.digits import parse_number
from ayan.core.values.money import MONEY_UNITS, UNIT_LABELS, NotMoney, amount, headline, show, to_rial, unit_label


@pytest.mark.parametrize(
    ("written", "unit", "rial"),
    [
        ("1250000", "rial", 1_250_000),
        ("-5", "toman", -50),
        ("0.1", "toman", 1),
        ("12.345678", "million_rial", 12_345_678),
        ("1200", "billion_toman", 12 * 10**12),
        ("1.2", "hemat", 12 * 10**12),
        ("1234567890123456789012345.123456", "million_rial", 1234567890123456789012345123456),
    ],
)
def test_every_unit_becomes_whole_rial(written: str, unit: str, rial: int) -> None:
    assert to_rial(Decimal(written), unit) == rial


@pytest.mark.parametrize(
    ("written", "unit", "reason"),
    [
        ("0.5", "rial", "fraction-of-rial"),
        ("0.05", "toman", "fraction-of-rial"),
        ("1.2345678", "million_rial", "fraction-of-rial"),
        ("1E-999999", "hemat", "fraction-of-rial"),
        ("1E+999999", "rial", "too-large"),
        ("1E+30", "hemat", "too-large"),
        ("NaN", "rial", "not-finite"),
        ("1", "dollar", "unit"),
    ],
)
def test_what_is_not_whole_rial_is_refused(written: str, unit: str, reason: str) -> None:
    with pytest.raises(NotMoney) as refused:
        to_rial(Decimal(written), unit)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("rial", "unit", "fa", "en"),
    [
        (1_250_000, "rial", "۱٬۲۵۰٬۰۰۰ ریال", "1,250,000 rial"),
        (1_250_000, "toman", "۱۲۵٬۰۰۰ تومان", "125,000 toman"),
        (-1_250_005, "toman", "−۱۲۵٬۰۰۰٫۵ تومان", "−125,000.5 toman"),
        (1_250_000, "mtoman", "۰٫۱۲۵ میلیون تومان", "0.125 million toman"),
        (12_345_678_900, "mtoman", "۱٬۲۳۴٫۵۶۸ میلیون تومان", "1,234.568 million toman"),
        (10**20, "mtoman", "۱۰٬۰۰۰٬۰۰۰٬۰۰۰٬۰۰۰ میلیون تومان", "10,000,000,000,000 million toman"),
        (4, "mtoman", "۰٫۰۰۰۰۰۰۴ میلیون تومان", "0.0000004 million toman"),
        (0, "mtoman", "۰ میلیون تومان", "0 million toman"),
    ],
)
def test_shown(rial: int, unit: str, fa: str, en: str) -> None:
    assert show(rial, unit, "fa") == fa  # type: ignore[arg-type]  # units come as plain text here
    assert show(rial, unit, "en") == en  # type: ignore[arg-type]  # units come as plain text here


@given(st.integers(-(10**30), 10**30))
def test_rial_and_toman_are_shown_exactly(rial: int) -> None:
    assert parse_number(amount(rial, "rial", "fa")) == rial
    assert to_rial(parse_number(amount(rial, "toman", "fa")), "toman") == rial


@given(st.integers(-(10**30), 10**30))
def test_million_toman_is_near_and_never_a_false_zero(rial: int) -> None:
    shown = Decimal(parse_number(amount(rial, "mtoman", "en")))
    assert abs(shown * 10**7 - rial) <= 5000
    assert (shown == 0) == (rial == 0)


def test_headlines() -> None:
    assert headline(12 * 10**12, "fa") == "۱٫۲ هزار میلیارد تومان"
    assert headline(15 * 10**12, "en") == "1.5 trillion toman"
    assert headline(25 * 10**9, "fa") == "۲٫۵ میلیارد تومان"
    assert headline(-(10**7), "fa") == "−۱ میلیون تومان"
    assert headline(50_000, "fa") == "۵٬۰۰۰ تومان"


def test_every_unit_has_its_words() -> None:
    assert UNIT_LABELS.keys() == MONEY_UNITS.keys()
    assert unit_label("million_rial", "fa") == "میلیون ریال"
    with pytest.raises(NotMoney, match="unit"):
        unit_label("dollar", "en")
