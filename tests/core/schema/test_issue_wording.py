"""What an issue says: each language in its own digits, and what a file says never taken for a blank."""

from __future__ import annotations

from decimal import Decimal

from ayan.core.schema.issue import Issue
from ayan.core.values.label import Label


def test_numbers_are_written_as_each_language_writes_them() -> None:
    issue = Issue(code="too-large", params={"label": Label("مبلغ", "Amount"), "limit": Decimal("1250000.5")})
    assert issue.message("fa") == "«مبلغ» از بیشینهٔ ۱٬۲۵۰٬۰۰۰٫۵ بیشتر است."
    assert issue.message("en") == "“Amount” is above the maximum 1,250,000.5."


def test_the_number_of_a_row_is_not_grouped() -> None:
    issue = Issue(code="header-found", params={"row": 12345})
    assert issue.message("fa") == "سرستون در ردیف ۱۲۳۴۵ پیدا شد."
    assert issue.message("en") == "The header was found in row 12345."


def test_a_header_that_looks_like_a_blank_stays_as_it_is() -> None:
    issue = Issue(code="column-shared", params={"label": Label("{other}", "{other}"), "other": "x"})
    assert "«{other}»" in issue.message("fa")
    assert "“{other}”" in issue.message("en")
