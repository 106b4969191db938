"""What the city declares and keeps of each day, at the command: entered, held against the log, refused at a difference."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.city import GOOD, Town

from ayan.core.transparency.log_rules import replay
from ayan.core.values.clock import today
from ayan.wiring import ledger

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("database")]
DECLARED = "datasets/trees/dataset.toml"


def test_what_is_declared_is_entered_and_a_rewritten_day_stops_the_daily_round(town: Town) -> None:
    assert town.publish(town.file(GOOD)).code == 0
    yesterday = (today(town.city.clock) - timedelta(days=1)).isoformat()
    kept: Path = town.home / "missing" / f"{yesterday}.json"
    kept.parent.mkdir()
    kept.write_text('{"figures":{},"late":[["trees","1403-04","2024-07-25"]]}', "utf-8")
    said = town.ayan("daily")
    assert said.code == 0, said.words
    assert "new declarations" in said.out
    assert "اعلام تازه" in said.out
    log = ledger.reading(town.home)
    assert log is not None
    history = replay(log.leaves(0, log.size))
    # Those that come with Ayan are in force too.
    assert {"ayan.toml", DECLARED, "datasets/benches/dataset.toml", "datasets/payments/dataset.toml"} <= {
        *history.declarations
    }
    file = town.home / DECLARED
    file.write_text(file.read_text("utf-8").replace("approvals = 2", "approvals = 1"), "utf-8")
    assert town.publish(town.file(GOOD.replace("2000", "2000.0"))).code == 0
    first, second = (json.loads(leaf) for leaf in log.leaves(log.size - 2, log.size))
    assert (first["kind"], first["path"]) == ("declaration", DECLARED), "a release comes after what it is read by"
    assert (second["act"], second["number"]) == ("sealed", 2)
    sealed = town.home / "ledger" / "diary" / yesterday / "missing"
    assert sealed.read_bytes() == kept.read_bytes()
    kept.write_text('{"figures":{},"late":[]}', "utf-8")
    said = town.ayan("daily")
    assert said.code == 1
    assert "is not what was sealed" in said.err
    assert "مهر شد" in said.err
    assert f"ledger/diary/{yesterday}/missing" in said.err, "it says what to do"
