"""Tables write the addresses of records as every other link of a page does."""

from __future__ import annotations

import pytest
from django.urls import resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values import locale
from ayan.ui.record_address import record_addresses

# A key escapes what joins its parts, and so holds no end of a line.
KEYS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20)


@given(key=KEYS | st.sampled_from(["1404%2F268", "1404,268", "C-1/2", "a&b;c'd", "؟‌ی", "..", "~x:@"]))
@pytest.mark.parametrize("lang", locale.BUILT_IN)
def test_the_address_of_a_record_is_the_one_that_reverse_says(lang: str, key: str) -> None:
    assert record_addresses(lang, "payments")(key) == reverse(f"{lang}:record", args=("payments", key))


def test_the_address_leads_back_to_the_key() -> None:
    match = resolve(record_addresses("fa", "payments")("1404%2F268"))
    assert match.kwargs == {"slug": "payments", "key": "1404%2F268"}
