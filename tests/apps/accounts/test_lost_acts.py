"""A database that came back older than the log: the city goes on by a word that everybody sees, and hides nothing else."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.apps.small_city import build
from tests.audit_triggers import triggers_lifted
from tests.clocks import let_pass

from ayan.apps.accounts import audit, lost_acts
from ayan.apps.accounts.models import Act, TrailHead
from ayan.cli.log import log_arguments, run_log
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city whose trail has a sealed day of two acts, one of three, and one of four."""
    built = build(tmp_path)
    object.__setattr__(built, "clock", FixedClock(built.clock.now()))
    monkeypatch.setattr(city, "current", lambda: built)
    for acts in (2, 2, 3):
        act(acts)
        a_day_passes(built)
        audit.seal_days()
    assert [day.last for day in built.log_replay.now().trail] == [2, 5, 9]
    return built


def act(count: int = 1) -> None:
    for _ in range(count):
        audit.record(None, "session.begin", "city")


def a_day_passes(sample_city: City) -> None:
    let_pass(sample_city, timedelta(days=1))


def restored(last: int) -> None:
    """The database as a backup of an earlier moment brings it back."""
    with triggers_lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_act WHERE number > %s", [last])
    newest = Act.objects.order_by("-number").first()
    TrailHead.objects.update(number=last, digest=newest.digest if newest else audit.START)


def notices(sample_city: City) -> list[dict[str, str | int]]:
    of_operator = sample_city.log_replay.now().operator.notices.values()
    return [dict(said.facts) for said in of_operator if said.code == "acts-lost"]


@pytest.mark.parametrize(("since", "more"), [(0, 0), (2, 20), (5, 1)])
def test_the_trail_goes_on_behind_what_is_lost(own_city: City, since: int, more: int) -> None:
    restored(since)
    act(more)
    a_day_passes(own_city)
    with pytest.raises(audit.TrailBroken):
        audit.seal_days()
    missing = lost_acts.lost(own_city)
    assert missing is not None
    assert (missing.since, missing.last) == (since, 9)
    lost_acts.give_up(own_city, 0)
    assert notices(own_city) == [{"findings": 0, "last": 9, "since": since}]
    assert (audit.check(), audit.sealed_otherwise(), lost_acts.lost(own_city)) == (None, None, None)
    act()
    a_day_passes(own_city)
    sealed = audit.seal_days()
    history = own_city.log_replay.now()
    assert sealed[-1] == history.trail[-1]
    last = Act.objects.exclude(verb=audit.SEALED).order_by("number").last()
    assert last is not None
    assert sealed[-1].last == last.number
    assert history.violations == []
    with pytest.raises(lost_acts.TrailStands):
        lost_acts.give_up(own_city, 0)


def test_what_broke_off_goes_on_with_the_same_word(own_city: City) -> None:
    restored(5)
    with transaction.atomic():
        lost_acts.give_up(own_city, 0)
        transaction.set_rollback(True)
    assert lost_acts.lost(own_city) is not None, "a word in the log alone gives nothing up"
    lost_acts.give_up(own_city, 0)
    assert len(notices(own_city)) == 1
    assert audit.sealed_otherwise() is None


def test_an_older_backup_still_takes_another_word(own_city: City) -> None:
    restored(5)
    lost_acts.give_up(own_city, 0)
    a_day_passes(own_city)
    audit.seal_days()
    restored(2)
    lost_acts.give_up(own_city, 0)
    assert [facts["since"] for facts in notices(own_city)] == [5, 2]
    a_day_passes(own_city)
    assert audit.seal_days()
    assert (audit.check(), audit.sealed_otherwise()) == (None, None)


def test_the_word_covers_nothing_before_and_nothing_after_it(own_city: City) -> None:
    restored(5)
    lost_acts.give_up(own_city, 0)
    act(3)
    a_day_passes(own_city)
    audit.seal_days()
    days = own_city.log_replay.now().trail
    for number in (2, days[-1].last - 1):
        with transaction.atomic():
            rewrite(number)
            assert audit.check() is None, "the chain holds by itself"
            otherwise = audit.sealed_otherwise()
            assert otherwise is not None
            assert otherwise.last >= number
            transaction.set_rollback(True)


def test_a_trail_that_calls_acts_lost_of_which_the_log_says_nothing_does_not_hold(own_city: City) -> None:
    restored(5)
    TrailHead.objects.update(number=9)
    audit.record(None, audit.RESUMED, "day:2026-01-01", since=5, last=9, findings=0)
    assert audit.check() is None
    assert audit.sealed_otherwise() is not None
    with pytest.raises(audit.TrailBroken):
        audit.seal_days()


def test_numbers_that_are_skipped_otherwise_are_missing(own_city: City) -> None:
    TrailHead.objects.update(number=20)
    act()
    broken = audit.check()
    assert broken is not None
    assert broken.why == "missing"
    with pytest.raises(audit.TrailBroken):
        lost_acts.give_up(own_city, 0)
    assert not notices(own_city)


def test_the_command_shows_first_and_gives_up_only_by_a_word(
    own_city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ayan("trail") == 0
    restored(2)
    assert ayan("trail") == 3
    shown = capsys.readouterr()
    assert "up to number 9" in shown.err or "شمارهٔ ۹" in shown.err or "شمارهٔ 9" in shown.err
    assert "--acts-are-lost" in shown.err
    assert not notices(own_city)
    assert ayan("trail", "--acts-are-lost") == 0
    assert len(notices(own_city)) == 1
    assert ayan("trail") == ayan("trail", "--acts-are-lost") == 0
    assert len(notices(own_city)) == 1
    for address, words in (("/log/", "پشتیبانی کهنه‌تر از ثبت عمومی"), ("/en/log/", "a backup older than the log")):
        assert words in Client().get(address).content.decode()


def ayan(*words: str) -> int:
    parser = ArgumentParser()
    log_arguments(parser)
    return run_log(parser.parse_args(words))


def rewrite(number: int) -> None:
    """Change an act and compute the whole chain anew."""
    with triggers_lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_act SET verb = 'session.end' WHERE number = %s", [number])
        previous = audit.START
        for each in Act.objects.order_by("number"):
            each.previous, before = previous, previous
            previous = audit.digest_of(each)
            cursor.execute(
                "UPDATE accounts_act SET previous = %s, digest = %s WHERE number = %s", [before, previous, each.number]
            )
    TrailHead.objects.update(digest=previous)
