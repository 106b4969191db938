"""ayan propose: a declaration from a file, confirmed by one act, by which the file is read and may be published."""

from __future__ import annotations

import json
import tomllib

from tests.cli.city import Town

LAMPS = "شماره سند,تاریخ پرداخت,دریافت کننده,مبلغ\n" + "".join(
    f'L-{100 + n},1403/05/{n:02},شرکت {n} (ساختگی),"{n},250"\n' for n in range(1, 15)
)


def test_a_proposal_is_asked_about_confirmed_and_reads_its_file(town: Town) -> None:
    file = town.file(LAMPS, "lamps-1403-05.csv")
    said = town.ayan("propose", file)
    assert said.code == 1
    assert tomllib.loads(said.out.partition("dataset.toml\n")[2])["slug"] == "lamps"
    assert "واحد پول" in said.err
    assert "--answer 'unit=toman'" in said.err
    assert "rows read 14 · good 14" in said.err
    refused = town.ayan("propose", file, "--confirm")
    assert refused.code == 2
    assert "Not answered yet: unit" in refused.err
    assert not (town.home / "datasets/lamps").exists()

    done = town.ayan("propose", file, "--answer", "unit=toman", "--confirm")
    assert done.code == 0, done.words
    assert [path.name for path in (town.home / "datasets").iterdir() if path.name.startswith(".")] == []
    checked = town.ayan("check", file, "--dataset", "lamps", "--period", "1403-05", "--format", "json")
    assert checked.code == 0, checked.words
    report = json.loads(checked.out)
    assert (report["rows_read"], report["rows_good"]) == (14, 14)
    again = town.ayan("propose", file, "--answer", "unit=toman", "--confirm")
    assert again.code == 2
    assert "There is a dataset lamps already" in again.err


def test_a_proposal_is_written_where_it_is_wanted_and_over_nothing(town: Town) -> None:
    file, place = town.file(LAMPS, "lamps-1403-05.csv"), town.home.parent / "drafts"
    place.mkdir()
    said = town.ayan("propose", file, "--to", place, "--format", "json")
    document = json.loads(said.out)
    assert [question["key"] for question in document["questions"]] == ["unit"]
    assert (place / "lamps/dataset.toml").read_text("utf-8") == document["texts"]["dataset.toml"]
    assert town.ayan("propose", file, "--to", place).code == 2


def test_what_cannot_be_answered_or_read_is_refused(town: Town) -> None:
    file = town.file(LAMPS, "lamps-1403-05.csv")
    for answer in ("unit", "colour=red", "amount.kind=money"):
        assert town.ayan("propose", file, "--answer", answer).code == 2
    assert town.ayan("propose", town.file("", "empty.csv")).code == 2
