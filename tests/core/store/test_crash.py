"""What a reader finds after the sealer was killed: whole releases, proper tombstones, and never anything in between."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, unmeasured
from tests.patience import PATIENCE


def victim(*arguments: str) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.store.victim", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


@unmeasured
def test_killed_at_every_file_operation(tmp_path: Path) -> None:
    trials = {name: (int(steps), int(first)) for name, steps, first in victim("steps", str(tmp_path / "store"))}
    for name, (steps, first) in trials.items():
        # Before the step that commits nothing has happened; some steps follow it, and they change nothing more.
        assert 5 < first <= steps, name
    assert set(trials) == {"sealing", "withdrawing", "erasing"}


@unmeasured
def test_killed_at_random_moments(tmp_path: Path) -> None:
    trials = victim("random", str(tmp_path / "store"), "15", "1403")
    assert len(trials) >= 15
    assert int(trials[-1][1]) > 0
