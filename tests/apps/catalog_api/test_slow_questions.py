"""A slow question is written down by its shape: which dataset, which fields and operators, what it cost; no value."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
from django.test import Client

from ayan.config import logs
from ayan.core.query.engines.slow_questions import WatchedEngine
from ayan.wiring import city as wiring
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

ASKED = "0013542419"


def asked(
    city: City, slow: float, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> list[dict[str, object]]:
    """What was written down of some questions, where so many processor seconds are slow."""
    watched = replace(city, parts=CityParts(query_engine=WatchedEngine(city.query_engine, slow)))
    monkeypatch.setattr(wiring, "current", lambda: watched)
    with caplog.at_level(logging.WARNING, "ayan.slow"):
        for question in (
            f"rows?state__in=open&subject__contains={ASKED}&_sort_desc=amount&_count=1",
            f"rows?_search={ASKED}+{ASKED}x",
            f"groups?by=state&sum=amount&subject__startswith={ASKED}",
            "rows.csv?amount__gte=13542419",
        ):
            answer = Client().get(f"/api/v1/datasets/works/{question}")
            assert answer.status_code == 200, answer.content
            b"".join(answer)
    lines = [logs.JsonLine().format(record) for record in caplog.records if record.name == "ayan.slow"]
    assert "13542419" not in "".join(lines)
    return [json.loads(line) for line in lines]


def test_the_shape_is_written_and_no_value(
    small_city: City, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = [line for line in asked(small_city, 1e-9, caplog, monkeypatch) if line["way"] != "prepare"]
    page = next(line for line in written if line["filters"] == ["state:in", "subject:contains"])
    assert (page["dataset"], page["plan"], page["sorted"], page["counted"]) == ("works", "Rows", True, True)
    assert isinstance(page["processor_ms"], int)
    assert page["rows"] == 0
    assert [line["words"] for line in written if line["words"]] == [2]
    groups = next(line for line in written if line["plan"] == "Groups")
    assert (groups["by"], groups["measures"], groups["filters"]) == (["state"], ["sum:amount"], ["subject:startswith"])
    assert [line["way"] for line in written if line["plan"] == "RowFile"] == ["stream"]


def test_quick_questions_are_nobodys_business(
    small_city: City, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(small_city, 60.0, caplog, monkeypatch) == []
    assert asked(small_city, 0, caplog, monkeypatch) == []
