"""What a day does not draw, another day or the long trial does: nothing is left out for good."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests import rotation, sampling
from tests.conftest import ROOT
from tests.file_order import FIRST, order
from tests.patience import PATIENCE
from tests.rotation import DAYS, SERVER_DAYS, Cost

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


def dear_cases() -> list[str]:
    return [f"{name}[{case}]" for name, cost in rotation.listed().items() for case in range(cost.cases)]


def turns_of_days(monkeypatch: pytest.MonkeyPatch, days: int) -> Iterator[tuple[set[str], set[str]]]:
    """What is passed on each of some days, over a turn of the year: by the whole run, and on PostgreSQL."""
    for day in range(days):
        monkeypatch.setenv(sampling.VARIABLE, (date(2026, 12, 28) + timedelta(day)).isoformat())
        cases = [*dear_cases(), "tests/of/test_a_file.py::test_that_is_cheap"]
        yield rotation.due(cases), rotation.due(cases, SERVER_DAYS)


def test_each_case_of_a_dear_test_has_its_day_and_what_is_cheap_has_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    days = list(turns_of_days(monkeypatch, SERVER_DAYS))
    assert all("tests/of/test_a_file.py::test_that_is_cheap" in passed for both in days for passed in both)
    dear = list(dear_cases())
    for first in range(SERVER_DAYS - DAYS + 1):
        passed = Counter(case for here, _ in days[first : first + DAYS] for case in here)
        assert {passed[case] for case in dear} == {1}
    passed_there = Counter(case for _, there in days for case in there)
    assert {passed_there[case] for case in dear} == {1}
    assert all(there <= here for here, there in days)


def test_each_day_takes_about_as_long_and_has_its_share_of_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = rotation.listed()
    of_file = Counter(case.partition("::")[0] for case in dear_cases())
    for here, _ in turns_of_days(monkeypatch, DAYS):
        dear = [case for case in here if rotation.name_of(case) in costs]
        seconds = sum(costs[rotation.name_of(case)].seconds / costs[rotation.name_of(case)].cases for case in dear)
        assert seconds == pytest.approx(sum(cost.seconds for cost in costs.values()) / DAYS, rel=0.1)
        today = Counter(case.partition("::")[0] for case in dear)
        assert [file for file, cases in of_file.items() if today[file] < cases // DAYS // 2] == []


def test_files_that_take_longest_today_come_first() -> None:
    costs = {name: cost for name, cost in rotation.listed().items() if cost.cases == 1}
    dearest, second = sorted(costs, key=lambda name: -costs[name].seconds)[:2]
    cases = ("tests/core/test_a.py::test_b", "tests/apps/test_a.py::test_b", second, f"{FIRST}::test_it", dearest)
    files = [name.partition("::")[0] for name in (dearest, second)]
    assert list(order(cases)) == [FIRST, *dict.fromkeys(files), "tests/apps/test_a.py", "tests/core/test_a.py"]
    assert (ROOT / FIRST).is_file()


def test_what_is_dear_is_a_test() -> None:
    gone = [name for name in rotation.listed() if not rotation.is_there(name)]
    assert gone == [], f"{rotation.DEAR.name}: call these as they are called now, or leave them out"
    assert [name for name in rotation.listed() if name.startswith(rotation.DAILY)] == [], "these have no turns"
    assert [place for place in rotation.DAILY if not (ROOT / place).exists()] == []
    assert rotation.written(rotation.listed()) == rotation.DEAR.read_text(encoding="utf-8")


def test_a_long_trial_has_all_that_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sampling.VARIABLE, sampling.WHOLE)
    assert rotation.due([*dear_cases(), "cheap"]) == {"cheap"}, "what has no day carries the mark `soak`"


LEANING = """
import pytest


@pytest.fixture(scope="module")
def shelf():
    return []


def test_puts(shelf):
    shelf.append("a book")


@pytest.mark.parametrize("often", [1, 2, 3])
def test_leans_on_the_one_before(shelf, often):
    assert shelf


def test_stands_alone(shelf):
    shelf.append("a book")
    assert len(shelf) == 1


def test_shares_nothing():
    raise AssertionError
"""


def test_a_test_that_leans_on_one_before_it_is_found(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.alone import add_option as pytest_addoption, register as pytest_configure\n", encoding="utf-8"
    )
    (tmp_path / "test_shelf.py").write_text(LEANING, encoding="utf-8")
    bare = f"-c /dev/null --rootdir {tmp_path} -p no:django -p no:schemathesis -p no:cacheprovider".split()
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *bare, "--alone", "-q", str(tmp_path)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert re.findall(r"^FAILED .*::(\w+)", run.stdout, re.MULTILINE) == ["test_leans_on_the_one_before"], run.stdout
    assert "1 failed, 2 passed, 3 deselected" in run.stdout
    soak = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nsoak:")[2].partition("\n\n")[0]
    assert "pytest --alone" in soak


def test_what_was_measured_is_written_anew_and_what_was_not_stays(tmp_path: Path) -> None:
    here = "tests/core/values/test_digits.py::test_"
    turned, dropped, kept, new = (
        f"{here}{name}" for name in ("shown", "refused", "only_finite_numbers_are_shown", "read")
    )
    before = {turned: Cost(8, 4), dropped: Cost(9, 1), kept: Cost(2, 1), f"{here}that_went": Cost(5, 1)}
    rows = (f"0.5\t2.0\t0.5\t9.0\t{turned}[b]", f"0.0\t0.1\t0.0\t9.0\t{dropped}", f"0.0\t1.0\t90.0\t2.0\t{new}")
    (tmp_path / "costs.tsv").write_text("\n".join(["setup\tcall\tteardown\twall\ttest", *rows, ""]), encoding="utf-8")
    now = rotation.measured(tmp_path / "costs.tsv")
    assert now[new].seconds == 4, "no test takes more than both processors for as long as it lasts"
    assert rotation.brought_up_to_date(before, now) == {turned: Cost(12, 4), kept: Cost(2, 1), new: Cost(4, 1)}
