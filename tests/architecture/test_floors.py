"""The floors hold: no room imports a higher one, and no room stands on no floor."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def test_every_import_goes_down() -> None:
    report = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.returncode == 0, report.stdout + report.stderr
    assert "6 kept, 0 broken" in report.stdout
