"""A town with something to back up, built once a run; every test has a copy of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.backup.commands import Desk, build
from tests.cli.city import Town
from tests.run_folder import made_once


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    shutil.copytree(made_once("backup-town", build) / "city", tmp_path / "city", symlinks=True)
    for name in ("DATABASE_URL", "AYAN_STORE", "AYAN_ORIGIN", "AYAN_LOG_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AYAN_ALLOW_CLI_APPROVAL", "1")
    return Desk(Town(tmp_path / "city"), monkeypatch, capsys)
