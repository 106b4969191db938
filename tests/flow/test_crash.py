"""Whenever who publishes or erases dies, the public sees the old state whole or the new one whole; nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests import sampling
from tests.cli.city import make_town
from tests.conftest import ROOT
from tests.object_store import ObjectStore


def trials(
    tmp_path: Path, rows: int, kills: int, seconds: int, seed: int, victim: str = "publisher",
    server: ObjectStore | None = None,
) -> Counter[tuple[str, str]]:  # fmt: skip
    town = make_town(tmp_path)
    there = server.variables(server.place()) if server else {}
    done = subprocess.run(
        [sys.executable, "-m", f"tests.flow.{victim}", str(town.home), str(rows), str(kills), str(seed)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "AYAN_HOME": str(town.home), **there}, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    outcomes = Counter((line.split()[0], line.split()[1]) for line in done.stdout.splitlines())
    assert outcomes.total() == kills
    return outcomes


def test_killed_at_four_moments_of_the_day(tmp_path: Path) -> None:
    outcomes = trials(tmp_path, 3_000, 4, 600, sampling.seed("publisher"))
    # Most deaths come before the one step that publishes; on a busy machine the measured time may not fit so well.
    assert outcomes["killed", "old"] > 0, outcomes


def test_an_eraser_killed_at_four_moments_of_the_day(tmp_path: Path) -> None:
    outcomes = trials(tmp_path, 3_000, 4, 600, sampling.seed("eraser"), "eraser")
    assert outcomes["killed", "old"] > 0, outcomes


def test_a_publisher_into_a_bucket_killed_at_three_moments_of_the_day(
    tmp_path: Path, bucket_server: ObjectStore
) -> None:
    outcomes = trials(tmp_path, 300, 3, 600, sampling.seed("publisher"), server=bucket_server)
    assert outcomes.total() == 3


@pytest.mark.soak
def test_a_publisher_into_a_bucket_killed_at_fifty_moments(tmp_path: Path, bucket_server: ObjectStore) -> None:
    outcomes = trials(tmp_path, 3_000, 50, 3600, 1398, server=bucket_server)
    assert outcomes["killed", "old"] > 0, outcomes


@pytest.mark.soak
def test_an_eraser_killed_at_five_hundred_moments(tmp_path: Path) -> None:
    outcomes = trials(tmp_path, 25_000, 500, 7200, 1398, "eraser")
    assert outcomes["killed", "new"] > 0, "some deaths fall between erasing and tidying up"


@pytest.mark.soak
def test_killed_at_a_thousand_moments(tmp_path: Path) -> None:
    outcomes = trials(tmp_path, 50_000, 1000, 7200, 1398)
    assert outcomes["killed", "new"] > 0, "some deaths fall between publishing and tidying up"
