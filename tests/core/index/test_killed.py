"""What stands of an index after its builder was killed: whole segments, and never anything in between."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT


def killed(root: Path, count: int, seed: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.index.victim", str(root), str(count), str(seed)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("killed")]


def test_killed_while_building(tmp_path: Path) -> None:
    assert len(killed(tmp_path, 5, 1403)) == 5


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
def test_killed_fifty_times_while_building(tmp_path: Path, seed: int) -> None:
    assert len(killed(tmp_path, 50, seed)) == 50
