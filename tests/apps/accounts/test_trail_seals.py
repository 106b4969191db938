"""The daily seal: one leaf a day in the public log, once, and plain words about it wherever the log is read."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from tests.apps.accounts.people import person
from tests.apps.small_city import build
from tests.audit_triggers import triggers_lifted
from tests.clocks import let_pass

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import Act, TrailHead
from ayan.cli.verify import _proof
from ayan.config.diagnosis.database import examine_people
from ayan.core.ledger.trust_policy import Policy
from ayan.core.transparency.entries.entry import parse_entry
from ayan.core.transparency.entries.parsing import BadStatement
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.log_rules import replay
from ayan.core.values.clock import FixedClock, today
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city that the test may change, with a clock to be moved."""
    built = build(tmp_path)
    object.__setattr__(built, "clock", FixedClock(built.clock.now()))
    monkeypatch.setattr(city, "current", lambda: built)
    return built


def a_day_passes(sample_city: City) -> None:
    let_pass(sample_city, timedelta(days=1))


def test_a_day_is_sealed_once_after_it_is_over(own_city: City) -> None:
    audit.record(person("clerk"), "session.begin", "city")
    assert own_city.log is not None
    before = own_city.log.size
    assert audit.seal_days() == [], "the day is not over"
    a_day_passes(own_city)
    sealed = audit.seal_days()
    assert [day.acts for day in sealed] == [1]
    assert audit.seal_days() == []
    assert own_city.log.size == before + 1
    entry = parse_entry(own_city.log.leaf(before))
    assert entry == sealed[0]
    assert entry.head == Act.objects.get(number=1).digest
    assert json.loads(entry.leaf).keys() == {"kind", "day", "at", "acts", "last", "head"}


def test_days_on_which_nothing_ran_are_caught_up_and_a_stop_half_way_enters_nothing_twice(own_city: City) -> None:
    for _ in range(3):
        audit.record(None, "session.begin", "city")
        a_day_passes(own_city)
    log = own_city.transparency_log.log
    before = log.size
    # Stopped after the leaf and before the line in the trail.
    first = audit.day_of(audit._next_day() or pytest.fail("a day is waiting"))
    assert first is not None
    own_city.transparency_log.seal_day(first)
    assert len(audit.seal_days()) == 3
    assert log.size == before + 3


def test_acts_of_a_clock_that_was_ahead_stand_in_a_day_like_all_others(own_city: City) -> None:
    clock = own_city.clock
    assert isinstance(clock, FixedClock)
    log = own_city.transparency_log.log
    began = log.size
    audit.record(None, "session.begin", "city")
    clock.move(timedelta(days=2))
    audit.record(None, "session.begin", "city")
    clock.move(timedelta(days=-2))
    audit.record(None, "session.begin", "city")
    for _ in range(4):
        a_day_passes(own_city)
        audit.seal_days()
    days = own_city.log_replay.now().trail
    acts = Act.objects.exclude(verb="audit.seal")
    assert {act.number for act in acts} <= set(range(1, days[-1].last + 1))
    assert [day.day for day in days] == sorted({day.day for day in days})
    assert audit.sealed_otherwise() is None
    assert log.size == began + len(days)


def test_a_trail_that_was_tampered_with_is_not_sealed(own_city: City) -> None:
    audit.record(None, "session.begin", "city")
    audit.record(None, "session.begin", "city")
    a_day_passes(own_city)
    with triggers_lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_act SET verb = 'session.end' WHERE number = 1")
    with pytest.raises(audit.TrailBroken):
        audit.seal_days()


def test_pages_and_proofs_say_what_such_a_leaf_is(own_city: City) -> None:
    audit.record(person("clerk", name="کسی"), "session.begin", "city")
    a_day_passes(own_city)
    audit.seal_days()
    log = own_city.log
    assert log is not None
    index = log.size - 1
    for address in ("/log/", "/en/log/", f"/log/{index}", f"/en/log/{index}", "/verify?q=" + "0" * 64):
        page = Client().get(address)
        assert page.status_code == 200
        assert "کسی" not in page.content.decode()
    assert "رد کارهای یک روزِ میز کار مهر شد" in Client().get("/log/").content.decode()
    assert "No name stands in it" in Client().get(f"/en/log/{index}").content.decode()
    proof = Client().get(f"/log/proof/{index}").content
    key = log.verifier
    assert key is not None
    report = _proof(proof, Policy.of(key))
    assert report.holds
    assert "audit trail" in report.findings[0].what.en


def test_what_the_log_says_of_releases_stays_the_same(own_city: City) -> None:
    log = own_city.transparency_log.log
    statements = replay(log.leaves(0, log.size)).standing()
    audit.record(None, "session.begin", "city")
    a_day_passes(own_city)
    audit.seal_days()
    assert replay(log.leaves(0, log.size)).standing() == statements


@pytest.mark.parametrize("leaf", [b'{"kind":"trail"}', b'{"kind":"trail","x":1}', b"[]", b'"kind":"trail"'])
def test_an_entry_that_only_looks_like_a_day_is_refused(leaf: bytes) -> None:
    with pytest.raises(BadStatement):
        parse_entry(leaf)
    assert TrailDay(day="2026-01-01", at="", acts=1, last=1, head="x").leaf != leaf


def chain_anew() -> None:
    """What somebody who holds the database does after changing an act: every digest computed again, the head too."""
    previous = audit.START
    with triggers_lifted(connection), connection.cursor() as cursor:
        for act in Act.objects.order_by("number"):
            act.previous, before = previous, previous
            previous = audit.digest_of(act)
            cursor.execute(
                "UPDATE accounts_act SET previous = %s, digest = %s WHERE number = %s", [before, previous, act.number]
            )
    TrailHead.objects.update(digest=previous)


def test_an_act_rewritten_after_its_day_was_sealed_is_named_by_its_leaf(own_city: City) -> None:
    days = []
    for _ in range(3):
        audit.record(None, "session.begin", "city")
        days.append(today(own_city.clock).isoformat())
        a_day_passes(own_city)
    audit.seal_days()
    assert audit.sealed_otherwise() is None
    with triggers_lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_act SET verb = 'session.end' WHERE number = 2")
    chain_anew()
    assert audit.check() is None, "the chain holds by itself"
    otherwise = audit.sealed_otherwise()
    assert otherwise is not None
    assert (otherwise.day, otherwise.last) == (days[1], 2)
    audit.record(None, "session.begin", "city")
    a_day_passes(own_city)
    size = own_city.transparency_log.log.size
    with pytest.raises(audit.TrailBroken, match=days[1]) as refused:
        audit.seal_days()
    assert days[1] in refused.value.label.fa
    assert own_city.transparency_log.log.size == size, "nothing is sealed"
    findings = [finding for finding in examine_people() if finding.code == "audit-sealed"]
    assert [(finding.state, days[1] in finding.words.fa, days[1] in finding.words.en) for finding in findings] == [
        ("error", True, True)
    ]
