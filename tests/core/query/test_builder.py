"""Whenever who builds an index dies, every answer is right, and the next who needs the index builds it whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests import sampling
from tests.conftest import ROOT, unmeasured
from tests.patience import PATIENCE


def trials(*arguments: object, seconds: float = 2 * PATIENCE) -> Counter[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.query.builder", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return Counter(done.stdout.split())


@unmeasured
def test_killed_at_an_eighth_of_its_own_steps(tmp_path: Path) -> None:
    outcomes = trials("steps", tmp_path, 20, 8, sampling.seed("builder"))
    assert outcomes["missing"] > 1, outcomes


def test_killed_at_two_moments_of_the_day(tmp_path: Path) -> None:
    outcomes = trials("random", tmp_path, 3000, 2, sampling.seed("builder"))
    assert outcomes.total() == 2


@pytest.mark.soak
def test_killed_at_every_step_of_its_own(tmp_path: Path) -> None:
    outcomes = trials("steps", tmp_path, 20, 1, 1404)
    # The index file is put in place last, after what stands beside it.
    assert outcomes["missing"] > 10, outcomes
    assert outcomes["built"] >= 1, outcomes


@pytest.mark.soak
def test_killed_at_four_hundred_moments(tmp_path: Path) -> None:
    outcomes = trials("random", tmp_path, 30_000, 400, 1405, seconds=7200)
    assert outcomes.total() == 400
    assert outcomes["missing"] > 2, outcomes
