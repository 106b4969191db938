"""Random rows of the invented dataset and random questions about them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from tests.core.query.town import DATASET

from ayan.core.query.operators import OPERATORS, comparable, operators_of
from ayan.core.values.text import publish

LETTERS = "ابپکگیيكآهۀةئمت ء۰۱۲٣4aAbZ\u200c\u064b\u0640'\"%_\\()[].*^$|½㎡,;-"

words = st.text(LETTERS, max_size=12).map(publish)
full_words = words.filter(lambda text: bool(text.strip()))
codes = st.text("0123456789-AaBb'", min_size=1, max_size=5)
days = st.dates(date(2023, 12, 1), date(2025, 6, 1))
months = st.builds(lambda y, m: f"{y}-{m:02}", st.integers(1402, 1404), st.integers(1, 12))
amounts = st.integers(-50, 50) | st.integers(-(2**62), 2**62)
shares = st.integers(-500, 500).map(lambda n: Decimal(n) / 100)

row = st.fixed_dictionaries(
    {
        "number": st.none() | codes,
        "title": st.none() | full_words,
        "state": st.none() | st.sampled_from(["active", "ended"]),
        "amount": st.none() | amounts,
        "share": st.none() | shares,
        "count": st.none() | st.integers(-3, 3),
        "day": st.none() | days,
        "month": st.none() | months,
        "open": st.none() | st.booleans(),
    }
)
rows = st.lists(row, max_size=12)

_texts = {
    "number": codes,
    "title": full_words,
    "state": st.sampled_from(["active", "جاری", "فعال", "پایان یافته", "ENDED"]),
    "amount": amounts.map(str),
    "share": shares.map(str),
    "count": st.integers(-3, 3).map(str),
    "day": days.map(str) | months | st.sampled_from(["1402", "1403", "۱۴۰۴", "2024", "2024-03"]),
    "month": months | st.sampled_from(["1402", "1403"]),
    "open": st.sampled_from(["true", "false", "بله", "خیر"]),
}


@st.composite
def conditions(draw: st.DrawFn) -> tuple[str, str]:
    """One filter as a parameter; its value may lie in one of the rows, or nowhere."""
    field = draw(st.sampled_from([candidate for candidate in DATASET.published if candidate.name in _texts]))
    op = draw(st.sampled_from(operators_of(DATASET, field)))
    text = draw(_texts[field.name])
    if op == "isnull":
        text = draw(st.sampled_from("01"))
    if OPERATORS[op].takes == "column":
        text = draw(st.sampled_from(comparable(DATASET, field))).name
    if op == "in":
        text = ",".join([text.replace(",", ""), draw(_texts[field.name]).replace(",", "")])
    return (field.name if op == "eq" else f"{field.name}__{op}"), text


searches = st.lists(st.text("ابمیکهتآجرن۱٣4aA\u200c-½", min_size=1, max_size=3), min_size=1, max_size=2).map(" ".join)
search = st.just(()) | st.tuples(st.tuples(st.just("_search"), searches))
parameters = st.builds(
    lambda filters, search: [*filters, *search],
    st.lists(conditions(), max_size=3, unique_by=lambda pair: pair[0]),
    search,
)
