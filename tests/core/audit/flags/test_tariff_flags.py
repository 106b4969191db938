"""What was charged held against the tariff of its day, row by row."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.core.audit.flags.world import DATASETS, day, outcome_of, subjects

from ayan.core.audit.flags.flag import Flag
from ayan.datasets.registry import BUILTIN, Registry

TARIFF = """
item = "permit-fee"
city = { fa = "آزمون", en = "Test" }
title = { fa = "پروانه", en = "Permit" }
says = { fa = "آزمون", en = "Test" }
source = { says = { fa = "آزمون", en = "Test" } }

[valid]
since = "YEAR-01-01"
until = "YEAR-12-29"

[[input]]
name = "use"
kind = "choice"
title = { fa = "کاربری", en = "Use" }
choices = [{ code = "homes", fa = "مسکونی", en = "Homes" }, { code = "trade", fa = "تجاری", en = "Trade" }]

[[input]]
name = "area"
kind = "area"
title = { fa = "زیربنا", en = "Area" }
minimum = 0
maximum = 5000

[[table]]
name = "price"
title = { fa = "بها", en = "Price" }
by = ["use"]
rows = [{ use = "homes", value = PRICE }, { use = "trade", gap = { fa = "گفته نشده", en = "not said" } }]

[[step]]
name = "fee"
title = { fa = "عوارض", en = "Fee" }
sql = "price * area"

[result]
step = "fee"

[audit]
dataset = "building-permits"
date = "issued_on"
charged = "fee"
where = "kind <> 'wall'"

[audit.inputs]
area = "floor_area"
use = { field = "use", codes = { residential = "homes", commercial = "trade" } }
"""


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    own = tmp_path / "tariffs"
    own.mkdir()
    for year, price in ((1402, 1_000), (1403, 1_500)):
        text = TARIFF.replace("YEAR", str(year)).replace("PRICE", str(price))
        (own / f"permit-{year}.toml").write_text(text, "utf-8")
    return Registry((BUILTIN,), own)


@pytest.fixture
def flag(registry: Registry) -> Flag:
    assert registry.flags().problems == ()
    made = registry.flags().named("building-permits/tariff-permit-fee")
    assert made is not None
    return made


def permit(number: str, issued: str, fee: int | None, **other: Any) -> dict[str, Any]:
    row = {"use": "residential", "kind": "new", "floor_area": Decimal("120.50"), "district": "1"}
    return {"file_number": number, "issued_on": day(issued), "fee": fee, **row, **other}


def test_each_is_held_against_the_tariff_of_its_own_day(tmp_path: Path, flag: Flag) -> None:
    rows = [
        # 120.5 × 1,000 in 1402, × 1,500 in 1403, of which 1 Farvardin is 20 March 2024
        permit("1402-1", "2023-06-01", 120_500),
        permit("1403-1", "2024-03-20", 180_750),
        permit("1403-2", "2024-03-20", 120_500),
        permit("1403-3", "2024-08-01", 180_751),
        permit("1403-4", "2024-08-01", 5, kind="wall"),
    ]
    outcome = outcome_of(tmp_path, flag, {"building-permits": rows})
    assert subjects(outcome) == {"1403-2": 120_500, "1403-3": 180_751}
    assert {finding.threshold for finding in outcome.findings} == {"180750"}
    assert outcome.judged == 4


def test_what_the_tariff_does_not_say_is_counted_and_never_a_finding(tmp_path: Path, flag: Flag) -> None:
    rows = [
        permit("1", "2023-06-01", 7, use="commercial"),
        permit("2", "2023-06-01", 7, use="garden"),
        permit("3", "2023-06-01", 7, floor_area=Decimal("9000.00")),
        permit("4", "2023-06-01", None),
        permit("5", "2021-06-01", 7),
    ]
    outcome = outcome_of(tmp_path, flag, {"building-permits": rows})
    assert outcome.fired == 0
    assert outcome.unknown == {"price": 1, "_input": 2, "no-charge": 1, "no-tariff": 1}
    assert set(outcome.unknown) <= {cause.code for cause in flag.causes}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('charged = "fee"', 'charged = "owner_name"', "audit.charged"),
        ('dataset = "building-permits"', 'dataset = "street-values"', "audit.dataset"),
        ('dataset = "building-permits"', 'dataset = "nowhere"', "audit.dataset"),
        ("kind <> 'wall'", "owner_mobile IS NULL", "audit.where"),
        ("kind <> 'wall'", "length(read_text('/etc/passwd')) > 0", "audit.where"),
    ],
)
def test_no_tariff_reads_what_is_not_public(tmp_path: Path, old: str, new: str, key: str) -> None:
    (tmp_path / "permit.toml").write_text(
        TARIFF.replace("YEAR", "1402").replace("PRICE", "5").replace(old, new), "utf-8"
    )
    registry = Registry((BUILTIN,), tmp_path)
    assert key in {problem.key for problem in registry.flags().problems}
    assert registry.flags().named("building-permits/tariff-permit-fee") is None
    assert "owner_name" in {field.name for field in DATASETS["building-permits"].fields}
