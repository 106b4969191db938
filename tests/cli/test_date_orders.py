"""Days with their year behind on the command line: a column tells their order, or --date-order says it."""

from __future__ import annotations

from datetime import date

import pyarrow.parquet as pq
import pytest
from tests.cli.city import GOOD, Town
from tests.sampling import sampled

OPEN = GOOD.replace("1403/05/01", "02/05/1403").replace("1403/05/02", "04.05.1403").replace("1403/05/03", "05-05-1403")


def days(town: Town) -> list[date]:
    (release,) = town.city.release_store.releases("trees")
    (part,) = release.parts()
    return [day for day in pq.read_table(part)["planted"].to_pylist() if day]


def test_days_that_could_be_read_both_ways_are_asked_about(town: Town) -> None:
    file = town.file(OPEN)
    said = town.ayan("check", file, "--dataset", "trees", "--period", "1403-05")
    assert said.code == 1
    assert "it is not clear whether the day comes before the month" in said.out
    assert not town.city.release_store.releases("trees")
    done = town.publish(file, "--date-order", "planted=dmy")
    assert done.code == 0, done.words
    assert days(town)[0] == date(2024, 7, 23)


def test_a_column_tells_the_order_of_its_days_and_it_is_remarked(town: Town) -> None:
    file = town.file(OPEN.replace("05-05-1403", "31/05/1403"))
    said = town.ayan("check", file, "--dataset", "trees", "--period", "1403-05")
    assert said.code == 0, said.words
    assert "first the day, then the month" in said.out
    assert town.publish(file).code == 0
    assert days(town)[0] == date(2024, 7, 23)


REFUSED = [
    ("price=dmy", "No field price is declared."),
    ("species=dmy", "“Species” is no date."),
    ("planted=ymd", "There is no order ymd."),
]


@pytest.mark.parametrize(("order", "words"), sampled("refused orders", REFUSED, 1))
def test_an_order_that_cannot_be_is_refused_with_a_sentence(town: Town, order: str, words: str) -> None:
    said = town.ayan("check", town.file(GOOD), "--dataset", "trees", "--period", "1403-05", "--date-order", order)
    assert said.code == 2
    assert words in said.err
