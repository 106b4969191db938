"""Counts, lines of the record and the log of a city among many bear its name, and no stranger's word."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.config.hosting.test_national_pages import build
from tests.config.hosting.test_shared_process import Asked, process
from tests.ports import free_port
from tests.run_folder import made_once

from ayan.config.metrics import OTHERS, CityLabels


@pytest.fixture
def counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """A process of an installation that counts."""
    root = tmp_path / "cities"
    shutil.copytree(made_once("national-cities", build), root, symlinks=True)
    monkeypatch.setenv("TRIAL_METRICS", str(free_port()))
    with process(root) as asked:
        yield asked


def test_each_city_has_counts_lines_and_a_log_of_its_own_name(counting: Asked, tmp_path: Path) -> None:
    for code, address in (("tooba", "/en/"), ("tooba", "/en/"), ("tooba", "/nothing"), ("saveh", "/api/v1/datasets")):
        counting.get(code, address)
    counting(host="tooba.example.stranger-0013542419", address="/en/")
    counts = counting(act="counted", code="empty")
    requests = {name: value for name, value in counts.items() if name.startswith("ayan_city_requests_total")}
    assert requests == {
        "ayan_city_requests_total tooba page 2xx": 1,
        "ayan_city_requests_total tooba kept 2xx": 1,
        "ayan_city_requests_total tooba page 4xx": 1,
        "ayan_city_requests_total saveh api 2xx": 1,
    }
    assert counts["ayan_city_tasks_waiting empty"] == 3
    assert counts["ayan_city_able empty"] == 1
    assert counts["ayan_city_request_seconds_total tooba"] > 0
    assert not [name for name in counts if "stranger" in name]
    assert list((tmp_path / "cities" / "work" / "metrics").glob("*.db")), "wherever the process was started"
    lines = counting(act="broken", code="saveh")
    assert " city=saveh" in lines["of_city"]
    assert "city=" not in lines["of_none"]


def test_a_log_that_is_begun_in_a_process_of_many_is_named_after_its_own_host(counting: Asked, tmp_path: Path) -> None:
    profile = tmp_path / "cities" / "empty" / "ayan.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("demo = true", "demo = false"), encoding="utf-8")
    assert counting(act="log_name", code="empty") == {"name": "empty.example"}


def test_so_many_cities_have_labels_and_the_rest_have_one() -> None:
    labels = CityLabels(2)
    assert [labels.of(code) for code in ("a", "b", "a", "c", "d", "b")] == ["a", "b", "a", OTHERS, OTHERS, "b"]
