"""The guides of tariffs and services are so: their examples load, and give what the guides worked out by hand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.core.tariff.tariffs import SHIPPED, case

from ayan.core.services.service_file import read_services
from ayan.core.tariff.tariff_file import load_tariff, load_tariffs
from ayan.core.values.jalali import parse_jalali, to_gregorian

GUIDES = ROOT / "docs" / "guides"
TARIFFS = [GUIDES / name for name in ("tariffs.md", "tariffs.fa.md")]
WORKED = re.compile(r"^\| `area = ([0-9.]+)` \| .* \| ([^|]+?) \|$", re.MULTILINE)
UNKNOWN = {"not established", "اعلام نشده"}
FILE = re.compile(r"^`([\w-]+\.toml)`:\n\n```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def example(guide: Path) -> str:
    """The declaration that a guide shows."""
    return guide.read_text("utf-8").split("```toml\n")[1].split("```")[0]


@pytest.mark.parametrize("guide", TARIFFS, ids=lambda path: path.name)
def test_the_example_comes_to_what_the_guide_worked_out_by_hand(guide: Path, tmp_path: Path) -> None:
    path = tmp_path / "permit-fee.toml"
    path.write_text(example(guide), "utf-8")
    tariff = load_tariff(path)
    assert tariff.audit is not None
    rows = WORKED.findall(guide.read_text("utf-8"))
    assert len(rows) == 6
    for area, amount in rows:
        assert case(tariff, area=area).amounts == (() if amount in UNKNOWN else (int(amount),)), area


@pytest.mark.parametrize("guide", TARIFFS, ids=lambda path: path.name)
def test_a_table_with_a_hole_that_is_not_declared_is_refused_as_the_guide_says(guide: Path, tmp_path: Path) -> None:
    text = example(guide)
    (gap,) = re.findall(r"^  \{ above = 500, below = 600.*\n", text, re.MULTILINE)
    (tmp_path / "permit-fee.toml").write_text(text.replace(gap, ""), "utf-8")
    loaded = load_tariffs(tmp_path / "none", tmp_path)
    assert not loaded.sound
    assert any("500.01 … 599.99" in problem.message.en for problem in loaded.problems)


def test_the_tariff_of_the_next_year_stands_beside_the_old_one(tmp_path: Path) -> None:
    text = example(TARIFFS[0])
    (tmp_path / "permit-fee.toml").write_text(text, "utf-8")
    later = text.replace('since = "1404-01-01"\nuntil = "1404-12-29"', 'since = "1405-01-01"').replace(
        "120000", "150000"
    )
    assert later != text
    (tmp_path / "permit-fee-1405.toml").write_text(later, "utf-8")
    both = load_tariffs(tmp_path / "none", tmp_path)
    assert not both.problems

    def of(day: str) -> str:
        tariff = both.of_item("permit-fee", gregorian(day))
        assert tariff is not None
        return tariff.code

    assert [of(day) for day in ("1404-06-01", "1404-12-29", "1405-01-01")] == [
        "permit-fee", "permit-fee", "permit-fee-1405",
    ]  # fmt: skip


def gregorian(day: str) -> date:
    return to_gregorian(parse_jalali(day))


def test_the_service_of_the_guide_is_a_service(tmp_path: Path) -> None:
    files = dict(FILE.findall((GUIDES / "services.fa.md").read_text("utf-8")))
    assert set(files) == {"terms.toml", "S-20.toml"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    catalogue = read_services(tmp_path)
    assert not catalogue.problems
    service = catalogue.services["S-20"]
    assert (service.days, service.fee, service.needs_visit, len(service.steps)) == (5, "free", False, 2)


def test_every_shipped_tariff_computes_its_own_samples() -> None:
    """What a reader tries first: the sample numbers of each tariff come to an amount."""
    for tariff in SHIPPED.values():
        outcome = case(tariff, **{each.name: each.sample for each in tariff.inputs})
        assert outcome.amounts, tariff.code
        assert all(amount > 0 for amount in outcome.amounts), tariff.code
