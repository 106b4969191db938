"""Real budgets of the state: three parts against their total, row by row, through our own reading and balances."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.corpus.outcomes import Case, Outcome, cases, outcome

from ayan.core.audit.balance import Balance
from ayan.core.audit.load import load_balance
from ayan.core.audit.weigh import weigh

SLUG = "iran-budget-lines"
PARTS = """
title = { fa = "سه جزء = مبلغ", en = "Three parts = the amount" }
says = { fa = "جاری و سرمایه‌ای و مالی روی هم مبلغ ردیف است.", en = "Current, capital and financial make the amount." }
parts = [{ fa = "ردیف پرونده", en = "Row of the file" }]
left = [{ of = "iran-budget-lines", value = "sum(current + capital + financial)", by = ["_row"] }]
right = [{ of = "iran-budget-lines", value = "sum(amount)", by = ["_row"] }]
"""


@pytest.fixture(scope="module")
def budgets(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Both files, published, by year."""
    real = [one for one in cases() if one.slug == SLUG and not one.refused]
    return {_year(one): outcome(one, shared / "data", tmp_path_factory.mktemp("city")) for one in real}


def _year(case: Case) -> str:
    assert case.period is not None
    return case.period


def balance(folder: Path, made: Outcome, tolerance: str) -> Balance:
    """The balance of the parts, with the largest difference that still passes."""
    file = folder / SLUG / "audits" / "parts.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"tolerance = {tolerance}\n{PARTS}", encoding="utf-8")
    return load_balance(file, {SLUG: made.dataset})


@pytest.mark.parametrize(
    ("year", "tolerance", "failed"),
    [("1396", "0", 56), ("1402", "0", 82), ("1396", "0.001", 3), ("1402", "0.001", 0)],
)
def test_parts_against_totals(
    budgets: dict[str, Outcome], tmp_path: Path, year: str, tolerance: str, failed: int
) -> None:
    made = budgets[year]
    found = weigh(
        balance(tmp_path, made, tolerance),
        {SLUG: made.dataset},
        {SLUG: [made.parquet]},
        releases={made.parquet: f"{year}~1"},
    )
    assert made.counts is not None
    assert (found.groups, found.failed, found.unknown) == (made.counts.good, failed, 0)
    if failed == 3:
        assert {one.key for one in found.shown} == {("1396~1~7",), ("1396~1~124",), ("1396~1~1082",)}
    if tolerance == "0":
        # All but those three differ by the last digit alone.
        large = [one for one in found.shown if abs(one.difference) > Decimal("0.001")]
        assert len(large) == (3 if year == "1396" else 0)


def test_rows_of_two_files_are_not_taken_for_one_another(budgets: dict[str, Outcome], tmp_path: Path) -> None:
    files = {made.parquet: f"{year}~1" for year, made in budgets.items()}
    made = budgets["1396"]
    found = weigh(balance(tmp_path, made, "0.001"), {SLUG: made.dataset}, {SLUG: list(files)}, releases=files)
    assert {one.key[0] for one in found.shown} == {"1396~1~7", "1396~1~124", "1396~1~1082"}
    assert found.groups == sum(one.counts.good for one in budgets.values() if one.counts)
