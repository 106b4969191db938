"""The trial of many cities in short: readers of four of them while all four publish."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from benchmarks import cities


@pytest.mark.soak
def test_readers_of_four_cities_are_answered_while_they_publish(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cities.main(["trial", "--cities", "4", "--processes", "2", "--seconds", "8", "--folder", str(tmp_path)])
    said = capsys.readouterr().out
    statuses = re.findall(r"answers, .*(\{.*\})", said)
    assert len(statuses) == 3
    assert all(re.fullmatch(r"\{200: \d+\}", each) for each in statuses), said
    assert "published to 4 cities" in said
    assert "what was published is there: {200: 8}" in said
    assert cities.host_of(cities.code_of(3)) in (tmp_path / "installation-home" / "cities.toml").read_text()
