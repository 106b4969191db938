"""Tariffs for tests: those that ship, and small ones written by a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from ayan.core.schema.problem import DeclarationError
from ayan.core.tariff.outcome import TariffOutcome, outcome, read_input
from ayan.core.tariff.tariff import Tariff
from ayan.core.tariff.tariff_file import load_tariff, load_tariffs
from ayan.datasets.registry import BUILTIN

SHIPPED = {tariff.code: tariff for tariff in load_tariffs(BUILTIN / "tariffs").sound}

HEAD = """
item = "test-fee"
city = { fa = "آزمون", en = "Test" }
title = { fa = "آزمون", en = "Test" }
says = { fa = "آزمون", en = "Test" }
source = { says = { fa = "آزمون", en = "Test" } }
"""
AREA = """
[[input]]
name = "area"
kind = "area"
title = { fa = "مساحت", en = "Area" }
minimum = 0
maximum = 1000
"""
STEP = """
[[step]]
name = "fee"
title = { fa = "عوارض", en = "Fee" }
sql = "SQL"
"""
RESULT = """
[result]
step = "fee"
"""


def case(tariff: Tariff, **stated: object) -> TariffOutcome:
    """What a tariff comes to for a case that is stated as people type it."""
    return outcome(tariff, {each.name: read_input(each, str(stated[each.name])) for each in tariff.inputs})


def declare(folder: Path, *parts: str) -> Tariff:
    """A tariff of these parts."""
    path = folder / "test-fee.toml"
    path.write_text("".join(parts), "utf-8")
    return load_tariff(path)


def refusals(folder: Path, *parts: str) -> list[tuple[str, str, str, str]]:
    """Why a tariff of these parts is refused: file, key, and what is said in Persian and in English."""
    with pytest.raises(DeclarationError) as refused:
        declare(folder, *parts)
    return [(each.file, each.key, each.message.fa, each.message.en) for each in refused.value.problems]


def formula(sql: str) -> str:
    """One step called ``fee`` that computes this."""
    return STEP.replace("SQL", sql)
