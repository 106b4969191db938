"""What subscribers are sent: the feed's very bytes, signed, as they are public at that moment, and not for ever."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as trial
from hypothesis import strategies as st
from tests.apps.small_city import SECRET, publish, sheet
from tests.apps.websub.subscriber import CHANGES, HUB, SITE, Subscriber, subscriber

from ayan.apps.websub import callbacks, distribution, feed_topics, intent_verification, tasks
from ayan.apps.websub.distribution import DELIVERY_PAUSES
from ayan.apps.websub.models import HubRequest, HubSubscription
from ayan.core.publish.sealing import withdraw
from ayan.core.values.clock import FixedClock
from ayan.ui.own_request import own_environ
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
WORKS = f"{SITE}/api/v1/datasets/works/releases.atom"


def after(town: City, step: timedelta) -> None:
    assert isinstance(town.clock, FixedClock)
    town.clock.move(step)


def round_of_worker() -> int:
    """What the worker does in a minute; how many were sent something."""
    tasks.look_after.func()
    return distribution.distribute_due()


def subscribed(reader: Subscriber, *topics_asked: str, **more: str) -> None:
    for topic in topics_asked:
        reader.ask(topic=topic, **more)
    assert intent_verification.verify_due() == len(topics_asked)


def test_subscribers_are_sent_the_very_bytes_that_anybody_is_answered(town: City, reader: Subscriber) -> None:
    subscribed(reader, CHANGES, f"{SITE}/en/changes.atom", WORKS, callback=reader.callback(query="?k=v"), secret="word")
    assert round_of_worker() == 0, "what stood before is nobody's news"
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    assert round_of_worker() == 3
    by_link = {each.headers["Link"]: each for each in reader.came}
    for topic in (CHANGES, f"{SITE}/en/changes.atom", WORKS):
        came = by_link[f'<{HUB}>; rel="hub", <{topic}>; rel="self"']
        answer = Client().get(topic.removeprefix(SITE))
        assert came.body == answer.content
        assert came.headers["Content-Type"] == answer["Content-Type"]
        assert came.target == "/feed?k=v"
        assert came.is_signed("word")
        assert not came.is_signed("another")
    assert round_of_worker() == 0, "once"


def test_without_a_secret_nothing_is_signed(town: City, reader: Subscriber) -> None:
    subscribed(reader, CHANGES)
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    assert round_of_worker() == 1
    assert "X-Hub-Signature" not in reader.came[0].headers


def test_what_was_taken_back_while_it_was_owed_is_never_sent(town: City, reader: Subscriber) -> None:
    subscribed(reader, CHANGES)
    release = publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    reader.status = 503
    assert round_of_worker() == 0
    [refused] = reader.came
    withdraw(town.publish_context, release, "personal-data", "ناظر ساختگی")
    reader.status, reader.came = 204, []
    # It is owed since the withdrawal anew, and the feed is told as it stands now.
    assert round_of_worker() == 1
    assert [each.body for each in reader.came] == [Client().get("/changes.atom").content] != [refused.body]
    assert not any(SECRET in each.body.decode() for each in (refused, *reader.came))


@pytest.mark.parametrize("status", [301, 400, 404, 500, 503])
def test_whoever_does_not_take_it_is_tried_again_and_then_with_the_next_change(
    town: City, reader: Subscriber, status: int
) -> None:
    subscribed(reader, CHANGES)
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    reader.status, reader.redirect = status, reader.callback("elsewhere")
    for pause in (*DELIVERY_PAUSES, 99_999):
        before = len(reader.came)
        assert round_of_worker() == 0
        assert len(reader.came) == before + 1
        assert round_of_worker() == 0
        assert len(reader.came) == before + 1, "not before the pause is over"
        if pause < 99_999:
            after(town, timedelta(minutes=pause))
    assert {each.target for each in reader.came} == {"/feed"}, "no redirect is followed"
    after(town, timedelta(days=2))
    assert round_of_worker() == 0
    assert len(reader.came) == len(DELIVERY_PAUSES) + 1, "given up"
    assert HubSubscription.objects.count() == 1, "until its lease ends"
    publish(town, sheet(4, year=1406), "1406", "works-1406.csv")
    reader.status = 200
    assert round_of_worker() == 1


def test_a_subscriber_that_has_gone_and_says_so_is_sent_nothing_more(town: City, reader: Subscriber) -> None:
    subscribed(reader, CHANGES)
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    reader.status = 410
    assert round_of_worker() == 0
    assert not HubSubscription.objects.exists()


def test_what_is_owed_anew_while_it_is_sent_stays_owed(
    town: City, reader: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(reader, CHANGES)
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    tasks.look_after.func()
    settle = distribution._settle

    def late(*arguments: Any) -> bool:
        monkeypatch.setattr(distribution, "_settle", settle)
        publish(town, sheet(4, year=1406), "1406", "works-1406.csv")
        after(town, timedelta(seconds=5))
        distribution.owe(CHANGES)
        return settle(*arguments)

    monkeypatch.setattr(distribution, "_settle", late)
    assert distribution.distribute_due() == 2
    assert [each.body for each in reader.came][-1] == Client().get("/changes.atom").content


def test_a_feed_that_is_gone_ends_its_subscriptions_and_says_so(
    town: City, reader: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(reader, WORKS)
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    tasks.look_after.func()
    monkeypatch.setattr(type(town.registry), "get", _no_dataset)
    assert distribution.distribute_due() == 0
    assert not HubSubscription.objects.exists()
    reader.asked.clear()
    intent_verification.verify_due()
    assert [(request["hub.mode"], request["hub.topic"]) for request in reader.asked] == [("denied", WORKS)]
    assert reader.came == []
    assert not HubRequest.objects.exists()


def _no_dataset(_registry: object, slug: str) -> Any:
    raise KeyError(slug)


def test_a_feed_that_cannot_be_told_is_owed_on(town: City, reader: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribed(reader, CHANGES)
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    environ = own_environ
    monkeypatch.setattr(feed_topics, "own_environ", lambda path: {**environ(path), "REQUEST_METHOD": "PUT"})
    assert round_of_worker() == 0
    monkeypatch.setattr(feed_topics, "own_environ", environ)
    after(town, timedelta(minutes=1))
    assert round_of_worker() == 1
    assert len(reader.came) == 1


def test_slow_and_dead_subscribers_keep_nobody_waiting(
    town: City, reader: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callbacks, "CALLBACK_SECONDS", 1.0)
    monkeypatch.setattr(callbacks, "BATCH_SECONDS", 2.0)
    monkeypatch.setattr(distribution, "ROUND_SECONDS", 4.0)
    with subscriber() as slow:
        for name in "abcdefgh":
            slow.ask(callback=slow.callback(name))
        assert intent_verification.verify_due() == 8
        subscribed(reader, CHANGES, callback=reader.callback(host="localhost"))
        slow.delay = 3.0
        publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
        begun = time.monotonic()
        assert round_of_worker() == 1
        assert len(reader.came) == 1, "though it subscribed last"
        assert time.monotonic() - begun < 12
    assert HubSubscription.objects.exclude(owed_at=None).count() == 8


@trial(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("wait"), st.integers(1, 40 * 24)),
            st.tuples(st.just("renew"), st.integers(1, 50 * 24)),
            st.tuples(st.just("end"), st.just(0)),
        ),
        max_size=12,
    )
)
def test_a_feed_is_sent_while_a_lease_lasts_and_at_no_other_time(
    town: City, reader: Subscriber, steps: list[tuple[str, int]]
) -> None:
    HubSubscription.objects.all().delete()
    until = None
    for kind, hours in steps:
        if kind == "wait":
            after(town, timedelta(hours=hours))
        elif kind == "renew":
            reader.ask(lease_seconds=str(hours * 3600))
            intent_verification.verify_due()
            until = town.clock.now() + timedelta(hours=min(hours, 30 * 24))
        else:
            reader.ask(mode="unsubscribe")
            intent_verification.verify_due()
            until = None
        reader.came.clear()
        HubSubscription.objects.update(taken="")
        distribution.owe(CHANGES)
        sent = distribution.distribute_due()
        lasting = until is not None and town.clock.now() < until
        assert (sent, len(reader.came)) == (int(lasting), int(lasting))
        tasks.look_after.func()
        assert HubSubscription.objects.count() == int(lasting)
