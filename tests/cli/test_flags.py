"""`ayan flags`: declared flags are computed over what is published, in counts that name nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.apps.small_city import FLAG, build

from ayan.cli.main import run
from ayan.wiring.city import City, in_use

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sample_city(tmp_path: Path) -> Iterator[City]:
    town = build(tmp_path)
    with in_use(town):
        yield town


def test_what_each_flag_came_to_is_told_without_names(sample_city: City, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flags", "--format", "json"]) == 0
    said = capsys.readouterr().out
    (outcome,) = json.loads(said)
    assert (outcome["flag"], outcome["judged"], outcome["fired"], outcome["waiting"]) == (FLAG, 60, 5, 5)
    assert "C-060" not in said
    assert run(["flags", FLAG]) == 0
    assert "60 / 5" in capsys.readouterr().out
    assert sample_city.flag_register.now().findings == ()


def test_an_unknown_flag_and_a_broken_declaration_end_otherwise(
    sample_city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["flags", "works/nothing"]) == 1
    (sample_city.home / "datasets" / "works" / "flags" / "broken.toml").write_text("title = 3", encoding="utf-8")
    assert run(["flags"]) == 2
    assert "works/flags/broken.toml" in capsys.readouterr().err


def test_a_calendar_that_cannot_be_read_is_told_with_its_place(tmp_path: Path) -> None:
    from ayan.wiring.profile import Profile

    file = tmp_path / "ayan.toml"
    for text, said in (
        ('[calendar]\nweekend = ["someday"]', "weekend"),
        ("[calendar]\nworked = [2025-01-01]", "quotes"),
        ("[flags]\nreply_days = 0", "reply_days"),
        ("[flags]\nreply_hours = 3", "reply_days"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            Profile.read(file)
    file.write_text(
        '[calendar]\nweekend = ["friday"]\n[calendar.off]\n"1404-02-10" = "روز شهر"\n[flags]\nreply_days = 5'
    )
    read = Profile.read(file)
    assert (read.workdays.weekend, read.reply_days) == (frozenset({5}), 5)
    assert list(read.workdays.own.values()) == ["روز شهر"]
