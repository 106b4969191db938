"""What a day does not draw, another day or the long trial does: nothing is left out for good."""

from __future__ import annotations

import re

import pytest
from tests import sampling
from tests.conftest import ROOT

CASES = [(kind, number) for kind in ("a", "b") for number in range(7)]


def drawn(few: int = 2) -> list[tuple[object, ...]]:
    parameters = sampling.sampled("a walk", CASES, few, by=lambda case: case[0])
    assert not any(parameter.marks for parameter in parameters)
    return [tuple(parameter.values) for parameter in parameters]


def test_a_day_draws_a_few_of_each_kind_and_other_days_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    met = set[tuple[object, ...]]()
    for day in range(1, 29):
        monkeypatch.setenv(sampling.VARIABLE, f"2026-02-{day:02}")
        today = drawn()
        assert today == drawn(), "every process of a run draws the same"
        assert [kind for kind, _ in today] == ["a", "a", "b", "b"]
        met.update(today)
    assert met == set(CASES)
    assert len(drawn(few=100)) == len(CASES)


def test_the_long_trial_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sampling.VARIABLE, sampling.WHOLE)
    parameters = sampling.sampled("a walk", CASES, 2, by=lambda case: case[0])
    assert [tuple(parameter.values) for parameter in parameters] == CASES
    assert all([mark.name for mark in parameter.marks] == ["soak"] for parameter in parameters)
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nsoak:")[2].partition("\n\n")[0]
    assert re.search(rf'\b{sampling.VARIABLE}={sampling.WHOLE}\b.* pytest -m "\$\(LONG\)"', recipe)
