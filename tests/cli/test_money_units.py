"""Units of money on the command line: what a file contradicts is refused, and --unit says what it is in."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
from tests.cli.city import GOOD, HEADER, Town
from tests.sampling import sampled

TOMANS = GOOD.replace("هزینه", "هزینه (تومان)", 1)
PARKS = 'aliases = ["هزینه (تومان)"]\nrole = "amount"'


@pytest.fixture
def asking(town: Town) -> Town:
    """The town, its cost known by a header that names another unit."""
    declared = town.home / "datasets/trees/dataset.toml"
    declared.write_text(declared.read_text(encoding="utf-8").replace('role = "amount"', PARKS, 1), encoding="utf-8")
    return town


def test_a_header_in_toman_is_not_published_as_rial(asking: Town) -> None:
    file = asking.file(TOMANS)
    said = asking.ayan("check", file, "--dataset", "trees", "--period", "1403-05")
    assert said.code == 1
    assert "سرستون: تومان" in said.out
    assert "the header: toman" in said.out
    assert "--unit cost=…" in said.out
    assert asking.publish(file).code == 1
    assert asking.publish(file, "--partial", "بی آن‌ها").code == 1
    assert not asking.city.release_store.releases("trees")
    done = asking.publish(file, "--unit", "cost=toman")
    assert done.code == 0, done.words
    (release,) = asking.city.release_store.releases("trees")
    (part,) = release.parts()
    assert pq.read_table(part)["cost"].to_pylist() == [10_000, 20_000, None]
    facts = release.manifest["ayan"]
    assert facts["source"]["units"] == {"cost": {"unit": "toman", "rial": 10}}
    assert facts["corrections"]["units"] == {"cost": {"declared": "rial", "said": "toman"}}


REFUSED = [
    ("price=toman", "No field price is declared."),
    ("species=toman", "“Species” is no amount of money."),
    ("cost=dollar", "There is no unit dollar."),
    ("cost", "There is no unit ."),
]


@pytest.mark.parametrize(("unit", "words"), sampled("refused units", REFUSED, 1))
def test_a_unit_that_cannot_be_is_refused_with_a_sentence(town: Town, unit: str, words: str) -> None:
    said = town.ayan("check", town.file(GOOD), "--dataset", "trees", "--period", "1403-05", "--unit", unit)
    assert said.code == 2
    assert words in said.err


@pytest.mark.soak
def test_two_units_of_one_field_are_refused(town: Town) -> None:
    units = ("--unit", "cost=toman", "--unit", "cost=rial")
    said = town.ayan("check", town.file(GOOD), "--dataset", "trees", "--period", "1403-05", *units)
    assert said.code == 2
    assert "Two units are said of cost." in said.err


def test_a_period_a_thousand_times_above_the_one_before_is_asked_about(town: Town) -> None:
    costs = range(11, 20)
    lines = [f"{n},1403/05/01,چنار,{n * 1000}," for n in costs]
    assert town.publish(town.file("\n".join([HEADER, *lines]) + "\n")).code == 0
    more = [f"{n},1403/06/01,چنار,{n * 1_000_000}," for n in costs]
    file = town.file("\n".join([HEADER, *more]) + "\n", "june.csv")
    said = town.ayan("check", file, "--dataset", "trees", "--period", "1403-06")
    assert said.code == 1
    assert "۱٬۰۰۰ برابر بزرگ‌تر" in said.out
    assert "about 1,000 times larger than the period Mordad 1403" in said.out
    said = town.ayan("check", file, "--dataset", "trees", "--period", "1403-06", "--unit", "cost=rial")
    assert said.code == 0, said.words
    assert "1,000 times larger" in said.out
    # What is said to be right is right for that file alone.
    assert town.ayan("check", file, "--dataset", "trees", "--period", "1403-06").code == 1


def test_a_correction_that_is_tenfold_to_the_rial_is_asked_about(town: Town) -> None:
    assert town.publish(town.file(f"{HEADER}\n1,1403/05/01,چنار,1000,\n2,1403/05/02,سرو,2000,\n")).code == 0
    tenfold = town.file(f"{HEADER}\n1,1403/05/01,چنار,10000,\n2,1403/05/02,سرو,20000,\n", "again.csv")
    said = town.ayan("check", tenfold, "--dataset", "trees", "--period", "1403-05")
    assert said.code == 1
    assert "10 times larger than the earlier release of this period" in said.out
