"""Numbers that name persons, companies, accounts and parcels; every number here is invented or a published vector."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values import identity
from ayan.core.values.identity import NotAnIdentity


def _accepted(kind: str, text: str) -> bool:
    try:
        getattr(identity, kind)(text)
    except NotAnIdentity:
        return False
    return True


@pytest.mark.parametrize("kind", ["national_id", "legal_id", "sheba", "card_number"])
def test_published_vectors(kind: str, shared: Path) -> None:
    vectors = json.loads((shared / "vectors" / "identifiers.json").read_text(encoding="utf-8"))[kind]
    assert vectors["valid"]
    assert vectors["invalid"]
    assert [text for text in vectors["valid"] if not _accepted(kind, text)] == []
    assert [text for text in vectors["invalid"] if _accepted(kind, text)] == []


def _national(nine: str) -> str:
    r = sum(int(digit) * (10 - index) for index, digit in enumerate(nine)) % 11
    return nine + str(r if r < 2 else 11 - r)


nine_digits = st.text("0123456789", min_size=9, max_size=9).filter(lambda nine: len(set(nine)) > 1)


@given(nine_digits, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(nine: str, index: int, shift: int) -> None:
    right = _national(nine)
    assert identity.national_id(right) == right
    wrong = right[:index] + str((int(right[index]) + shift) % 10) + right[index + 1 :]
    # Modulo 11 tells all single errors apart but for r = 1 and r = 10, which share the check digit 1.
    r = sum(int(digit) * (10 - at) for at, digit in enumerate(right[:9])) % 11
    s = sum(int(digit) * (10 - at) for at, digit in enumerate(wrong[:9])) % 11
    if {r, s} != {1, 10}:
        assert not _accepted("national_id", wrong)


@given(nine_digits)
def test_zeros_taken_away_by_a_spreadsheet_come_back(nine: str) -> None:
    right = _national("00" + nine[:7])
    if len(set(right)) > 1:
        assert identity.national_id(right[2:]) == right
        assert identity.national_id(right[1:]) == right


@pytest.mark.parametrize("text", ["۰۰۱۳۵۴۲۴۱۹", "001-354241-9", " 0013542419\u200f", "13542419", "001 354 2419"])
def test_one_spelling(text: str) -> None:
    assert identity.national_id(text) == "0013542419"


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        ("legal_id", "۱۰۳۸۰۲۸۴۷۹۰", "10380284790"),
        ("sheba", "ir55 0570 0220 8001 3447 3701 01", "IR550570022080013447370101"),
        ("sheba", "IR۵۵۰۵۷۰۰۲۲۰۸۰۰۱۳۴۴۷۳۷۰۱۰۱", "IR550570022080013447370101"),
        ("card_number", "6037-7016-8909-5443", "6037701689095443"),
        ("mobile", "۰۹۱۲ ۰۰۰ ۰۰۰۰", "09120000000"),
        ("mobile", "+98 912 000 0000", "09120000000"),
        ("mobile", "00989120000000", "09120000000"),
        ("mobile", "9120000000", "09120000000"),
    ],
)
def test_canonical(kind: str, text: str, canonical: str) -> None:
    assert getattr(identity, kind)(text) == canonical
    assert getattr(identity, kind)(canonical) == canonical


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("national_id", "", "empty"),
        ("national_id", "-", "shape"),
        ("national_id", "-0013542419", "shape"),
        ("national_id", "1354241", "shape"),
        ("national_id", "0013542418", "check"),
        ("national_id", "1111111111", "repeated"),
        ("national_id", "1.3542419E7", "shape"),
        ("legal_id", "10380284791", "check"),
        ("sheba", "550570022080013447370101", "shape"),
        ("sheba", "IR550570022080013447370102", "check"),
        ("card_number", "0000000000000000", "repeated"),
        ("mobile", "0812000000", "shape"),
        ("mobile", "091200000000", "shape"),
    ],
)
def test_refused_without_repeating_the_number(kind: str, text: str, reason: str) -> None:
    with pytest.raises(NotAnIdentity) as refused:
        getattr(identity, kind)(text)
    assert refused.value.reason == reason
    assert len(text) < 2 or text not in repr(refused.value) + str(refused.value)


def test_a_refusal_travels_between_processes() -> None:
    refusal = pickle.loads(pickle.dumps(NotAnIdentity("check")))
    assert (refusal.reason, str(refusal)) == ("check", "NotAnIdentity: check")


@given(st.text(max_size=40))
def test_any_text_is_accepted_or_refused(text: str) -> None:
    for kind in (
        "national_id",
        "legal_id",
        "sheba",
        "card_number",
        "mobile",
    ):
        _accepted(kind, text)
