"""The invented city goes on up to the day on which it is built: whenever that is, little is owed, nothing told early."""

from __future__ import annotations

import argparse
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from tests.flow.hamlet import HAMLET

from ayan.cli import demo
from ayan.core.schedule.deadlines import DAYS, is_by_period
from ayan.core.schedule.freshness import freshness
from ayan.core.transparency.entries.entry import UnknownEntry, read_entry
from ayan.core.values.clock import TEHRAN, FixedClock
from ayan.core.values.period import parse
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan_demo.build import build
from ayan_demo.invented_words import price_change
from ayan_demo.scale import SCALES
from ayan_demo.submissions import SEED, plan, submissions
from ayan_demo.timeline import day
from ayan_demo.world import World

OWED = {"transaction-ceilings", "foreign-trips"}
"""What the city owes on purpose: nobody tells of ceilings after 1401, and of trips only in spring."""
REGISTRY = Registry()
CLOSED = day(1405, 2, 21)
"""The first day on which the last closed year of the scales is closed."""
LATER = CLOSED + timedelta(days=620)


@pytest.fixture(autouse=True)
def _with_a_hamlet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCALES, "hamlet", HAMLET)


def owed(today: date) -> set[str]:
    """What is late on a day, by what is meant to be sent until then."""
    sent: dict[str, dict[str | None, date]] = defaultdict(dict)
    for sending in plan(HAMLET.until(today)):
        if not sending.refused:
            sent[sending.layout.partition("/")[0]][sending.period] = sending.on
    late = set()
    for slug, periods in sent.items():
        dataset = REGISTRY.get(slug)
        grace = timedelta(days=dataset.grace_days)
        if is_by_period(dataset):
            known = {parse(name) for name in periods if name}
            wanted = min(known)
            while wanted.end + grace < today:
                if wanted not in known:
                    late.add(slug)
                wanted = wanted.following()
        else:
            newest = max((parse(name) for name in periods if name), default=None)
            reached = periods[None] if newest is None else min(periods[str(newest)], newest.end)
            if reached + timedelta(days=DAYS[dataset.cadence]) + grace < today:
                late.add(slug)
    return late


def test_whenever_it_is_built_little_is_owed_and_in_its_order() -> None:
    days = [CLOSED + timedelta(days=step) for step in range(0, 1100, 17)]
    for today in days:
        assert owed(today) <= OWED, today
        listed = plan(HAMLET.until(today))
        assert all(earlier.on <= later.on < today for earlier, later in pairwise(listed))
        assert max(sending.on for sending in listed) > today - timedelta(days=38), today
    assert {slug for today in days for slug in owed(today)} == OWED
    with pytest.raises(ValueError, match="1404"):
        HAMLET.until(CLOSED - timedelta(days=1))


def test_nothing_is_known_of_what_comes_later(tmp_path: Path) -> None:
    """Of a year that runs there is what happened up to the last month told, and of prices nothing at all."""
    scale = HAMLET.until(LATER)
    assert scale.reported is not None
    assert (scale.closed, scale.running, scale.reported) == (1405, (1406,), (1406, 9))
    world = World(scale, SEED, tmp_path / "world")
    last = parse("{:04}-{:02}".format(*scale.reported))
    columns = (
        ("contracts", "signed_on"), ("tenders", "published_on"), ("bids", "opened_on"), ("statements", "issued_on"),
        ("votes", "voted_on"), ("amendments", "signed_on"), ("advertising", "ordered_on"),
    )  # fmt: skip
    for table, column in columns:
        newest = world.con.execute(f"SELECT max({column}) FROM {table}").fetchall()[0][0]
        assert newest <= last.end, table
        # The hamlet's council meets in spring alone.
        assert table == "votes" or newest > last.end - timedelta(days=140), table
    assert world.con.execute("SELECT min(year), max(year) FROM price_index").fetchall() == [(1397, 1405)]
    assert {price_change(year) for year in range(1398, 1420)} <= set(range(20, 40))
    # A month that runs on pays what is left of its year by and by, not all of it.
    paid = "SELECT sum(amount) FILTER (month <= '1406-09') * 1.0 / sum(amount) FROM payments WHERE month LIKE '1406-%'"
    assert 0.4 < float(str(world.value(paid))) < 0.95
    world.close()


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again = (next(submissions("hamlet", SEED, tmp_path / name, LATER)) for name in ("first", "again"))
    assert first.file.read_bytes() == again.file.read_bytes()
    assert first.at == again.at


@pytest.mark.parametrize("until", [CLOSED - timedelta(days=1), date(9000, 1, 1)])
def test_a_day_on_which_it_cannot_be_is_refused(tmp_path: Path, until: date) -> None:
    asked = argparse.Namespace(
        home=tmp_path / "home", scale="small", until=until, no_serve=True, port=0, officers=False
    )
    assert demo.run_demo(asked) == 1
    assert not (tmp_path / "home").exists()


@pytest.mark.soak
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=430)], ids=["today", "in fourteen months"])
def test_a_city_of_today_and_one_of_later_stand_in_order(tmp_path: Path, later: timedelta) -> None:
    today = datetime.now(UTC).date() + later
    built = build(tmp_path / "home", "hamlet", until=today)
    city = City(tmp_path / "home", tmp_path / "home" / "store", FixedClock(built.until + timedelta(days=1)))
    assert built.until.astimezone(TEHRAN).date() < today
    states = {dataset.slug: freshness(dataset, city.release_store, today) for dataset in city.registry.all()}
    assert {slug for slug, each in states.items() if each.state == "late"} <= OWED
    assert city.log is not None
    entries = [read_entry(leaf) for leaf in city.log.leaves(0, city.log.size)]
    moments = [datetime.fromisoformat(entry.at) for entry in entries if not isinstance(entry, UnknownEntry)]
    assert moments == sorted(moments)
    assert not city.log_replay.now().violations
    outcomes = list(city.auditor.outcomes(city.registry.balances().sound))
    assert {outcome.balance.name for outcome in outcomes if not outcome.holds} == {"payments/budget-actual"}
    parts = [str(part) for release in city.release_store.snapshot("contracts").releases for part in release.parts()]
    (newest,) = duckdb.execute(f"SELECT max(signed_on) FROM read_parquet({parts}, union_by_name = true)").fetchall()[0]
    assert today - timedelta(days=130) < newest < today
