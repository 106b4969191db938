"""What stands of an open table after its publisher was killed: never a name of what is gone, and soon the whole truth."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT, unmeasured


@unmeasured
@pytest.mark.parametrize("stride", [13, pytest.param(1, marks=pytest.mark.soak)])
def test_killed_at_file_operations(tmp_path: Path, stride: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.open_table.victim", str(tmp_path), str(stride)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    deaths = dict(line.split() for line in done.stdout.splitlines())
    assert set(deaths) == {"sealing", "withdrawing", "erasing"}
    assert all(int(count) * stride > 30 for count in deaths.values()), deaths
