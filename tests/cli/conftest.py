"""A town for every test of the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import template_database
from tests.cli.city import Town, make_town


@pytest.fixture
def database(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of people for the town's commands, in which no migration is left to do."""
    for name, value in template_database.copy_for(town.home).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)
