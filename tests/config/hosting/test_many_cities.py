"""The trial of many cities in short: readers of four of them, and of one by itself, while two publish."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from benchmarks import cities
from tests.ports import free_port


@pytest.mark.soak
def test_readers_of_four_cities_are_answered_while_two_publish(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = iter([free_port() for _ in range(cities.SERVERS + 1)])
    monkeypatch.setattr(cities, "ports_from", lambda first: [next(ports) for _ in range(cities.SERVERS + 1)])
    cities.main(["trial", "--cities", "4", "--processes", "2", "--seconds", "8", "--folder", str(tmp_path)])
    said = capsys.readouterr().out
    statuses = re.findall(r"answers, .*(\{.*\})", said)
    assert len(statuses) == 3
    assert all(re.fullmatch(r"\{200: \d+\}", each) for each in statuses), said
    assert "published to 2 cities" in said
    assert "0 of 4 never" in said
    assert "what was published is there: {200: 4}; at cities that did not publish: {404: 4}" in said
    assert cities.host_of(cities.code_of(3)) in (tmp_path / "installation-home" / "cities.toml").read_text()
