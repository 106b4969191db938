"""A town for every test of the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.city import Town, make_town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)
