"""`ayan sources`: what is due is looked at, what is not well is told, in an exit code that a timer can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.apps.accounts.people import officer
from tests.apps.desk.deals import DEALS
from tests.apps.small_city import declare

from ayan.apps.accounts.roles import Role
from ayan.apps.sources import actions
from ayan.apps.sources.source_type import SourceForm
from ayan.cli.main import run
from ayan.config.diagnosis.database import examine_sources
from ayan.datasets.registry import Registry
from ayan.wiring.city import City, in_use
from ayan.wiring.city_parts import CityParts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[City]:
    parts = CityParts(registry=Registry((tmp_path / "datasets",)))
    town = City(tmp_path, tmp_path / "store", parts=parts)
    declare(tmp_path / "datasets", "deals", DEALS % 1)
    with in_use(town):
        yield town


def test_a_look_that_fails_is_told_and_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources"]) == 0
    wanted = SourceForm("پوشه (ساختگی)", "fin", "folder", "", ["deals"], where="fin", period="name", every=60)
    actions.add(officer("admin", Role.ADMINISTRATOR), wanted)
    assert run(["sources"]) == 1
    said = capsys.readouterr()
    assert "AYAN_ARRIVALS" in said.err
    # Not due again yet, unless it is asked for by name.
    assert run(["sources"]) == 0
    assert run(["sources", "--now", "fin"]) == 1
    assert run(["sources", "--now", "nothing"]) == 1
    assert run(["sources", "--list"]) == 1
    assert [finding.state for finding in examine_sources()] == ["warning", "ok"]
    assert "fin: " in capsys.readouterr().out
