"""Who may subscribe, and to what: nothing comes of a request that its callback has not confirmed."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.websub.subscriber import CHANGES, FORM, HUB, SITE, Subscriber, ask

from ayan.apps.websub import intent_verification, limits, tasks
from ayan.apps.websub.intent_verification import VERIFICATION_PAUSES
from ayan.apps.websub.limits import LONGEST_LEASE, MOST_FROM_PLACE, SHORTEST_LEASE, USUAL_LEASE
from ayan.apps.websub.models import HubRequest, HubSubscription
from ayan.apps.websub.subscription_requests import HubLeaseUnfit, lease_of
from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


def after(town: City, step: timedelta) -> None:
    assert isinstance(town.clock, FixedClock)
    town.clock.move(step)


def test_a_request_is_taken_and_its_callback_asked_with_what_it_asked_for(town: City, reader: Subscriber) -> None:
    answer = reader.ask(callback=reader.callback(query="?a=1&a=%D8%A8"), lease_seconds="86400", unknown="x")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (202, b"", "no-store")
    assert not reader.asked, "the answer waits for nobody"
    assert intent_verification.verify_due() == 1
    [asked] = reader.asked
    challenge = asked.pop("hub.challenge")
    assert len(challenge) >= 32
    assert asked == {
        "a": "ب", "hub.mode": "subscribe", "hub.topic": CHANGES, "hub.lease_seconds": "86400",
    }  # fmt: skip
    assert reader.targets[0].startswith("/feed?a=1&a=%D8%A8&hub.mode=")
    subscription = HubSubscription.objects.get()
    assert subscription.lease_until == town.clock.now() + timedelta(days=1)
    assert not HubRequest.objects.exists()


@pytest.mark.parametrize(
    "answers", [{"echo": ""}, {"echo": "{challenge}\n"}, {"confirmed": 404}, {"confirmed": 302}, {"confirmed": 500}]
)
def test_whoever_does_not_echo_the_challenge_has_not_subscribed(
    town: City, reader: Subscriber, answers: dict[str, Any]
) -> None:
    for name, value in answers.items():
        setattr(reader, name, value)
    reader.redirect = reader.callback("elsewhere")
    assert reader.ask().status_code == 202
    assert intent_verification.verify_due() == 0
    assert len(reader.asked) == 1, "no redirect is followed"
    assert not HubSubscription.objects.exists()
    assert not HubRequest.objects.exists()


def test_a_stranger_can_subscribe_nobody_and_unsubscribe_nobody(town: City, reader: Subscriber) -> None:
    victim = reader.callback()
    assert ask(topic=CHANGES, mode="subscribe", callback=victim).status_code == 202
    assert intent_verification.verify_due() == 0
    reader.ask()
    assert intent_verification.verify_due() == 1
    assert ask(topic=CHANGES, mode="unsubscribe", callback=victim).status_code == 202
    assert intent_verification.verify_due() == 0
    assert HubSubscription.objects.count() == 1


def test_a_subscription_is_renewed_changed_and_ended(town: City, reader: Subscriber) -> None:
    reader.ask(secret="first")
    intent_verification.verify_due()
    kept = HubSubscription.objects.get()
    after(town, timedelta(days=2))
    reader.ask(secret="second", lease_seconds="7200")
    assert HubSubscription.objects.get() == kept, "as it was, until it is confirmed"
    assert intent_verification.verify_due() == 1
    renewed = HubSubscription.objects.get()
    assert (renewed.pk, renewed.lease_until) == (kept.pk, town.clock.now() + timedelta(hours=2))
    assert renewed.secret != kept.secret
    reader.ask(mode="unsubscribe")
    assert intent_verification.verify_due() == 1
    assert "hub.lease_seconds" not in reader.asked[-1]
    assert not HubSubscription.objects.exists()


def test_neither_callback_nor_secret_stands_readable_in_the_database(
    town: City, reader: Subscriber, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    reader.ask(callback=reader.callback("capability-url"), secret="a-secret-of-mine")
    rows: list[object] = [*HubRequest.objects.values()]
    intent_verification.verify_due()
    rows.extend(HubSubscription.objects.values())
    assert len(rows) == 2
    for hidden in ("capability-url", "a-secret-of-mine", "127.0.0.1"):
        assert hidden not in str(rows)
        assert hidden not in caplog.text


@given(asked=st.one_of(st.integers(min_value=1, max_value=10**18 - 1).map(str), st.none()))
def test_every_lease_ends_within_bounds_and_as_asked_where_it_may(asked: str | None) -> None:
    lease = lease_of(asked)
    assert SHORTEST_LEASE <= lease <= LONGEST_LEASE
    if asked is None:
        assert lease == USUAL_LEASE
    elif SHORTEST_LEASE <= int(asked) <= LONGEST_LEASE:
        assert lease == int(asked)


@given(st.text().filter(lambda text: not (text.isascii() and text.isdecimal() and len(text) < 19 and int(text))))
def test_what_is_no_positive_number_is_no_lease(asked: str) -> None:
    with pytest.raises(HubLeaseUnfit):
        lease_of(asked)


@pytest.mark.parametrize(
    ("fields", "code", "status"),
    [
        ({"mode": "publish"}, "hub-mode", 400),
        ({"mode": ""}, "hub-mode", 400),
        ({"topic": "https://other.example/changes.atom"}, "hub-topic", 404),
        ({"topic": f"{SITE}/"}, "hub-topic", 404),
        ({"topic": f"{SITE}:8443/changes.atom"}, "hub-topic", 404),
        ({"topic": f"{SITE}/changes.atom?_next=x"}, "hub-topic", 404),
        ({"topic": f"{SITE}/changes.atom#x"}, "hub-topic", 404),
        ({"topic": f"{SITE}/desk/"}, "hub-topic", 404),
        ({"topic": f"{SITE}/api/v1/datasets/nothing/releases.atom"}, "hub-topic", 404),
        ({"topic": f"{SITE}/api/v1/datasets/../../changes.atom"}, "hub-topic", 404),
        ({"topic": "https://me@shahr.example/changes.atom"}, "hub-topic", 404),
        ({"topic": "https://[/"}, "hub-topic", 404),
        ({"topic": "x" * 10_000}, "hub-topic", 404),
        ({"callback": ""}, "hub-callback", 400),
        ({"callback": "ftp://reader.example/"}, "hub-callback", 400),
        ({"callback": "https://me:word@reader.example/"}, "hub-callback", 400),
        ({"callback": "https://reader.example/#x"}, "hub-callback", 400),
        ({"callback": "https://reader.example:25/"}, "hub-callback", 400),
        ({"callback": "https://reader.example/\r\nX: y"}, "hub-callback", 400),
        ({"callback": "https://shahr.example/x"}, "hub-callback", 400),
        ({"callback": "https://SHAHR.example.:8443/x"}, "hub-callback", 400),
        ({"callback": f"https://reader.example/{'x' * 5_000}"}, "hub-callback", 400),
        ({"lease_seconds": "-1"}, "hub-lease", 400),
        ({"lease_seconds": "0"}, "hub-lease", 400),
        ({"lease_seconds": "9" * 400}, "hub-lease", 400),
        ({"secret": "ر" * 100}, "hub-secret", 400),
        ({"secret": "x" * 20_000}, "hub-large", 413),
        ({"secret": "\0"}, "hub-form", 400),
    ],
)
def test_what_is_not_as_it_must_be_is_refused_in_words(
    town: City, fields: dict[str, str], code: str, status: int
) -> None:
    whole = {"topic": CHANGES, "mode": "subscribe", "callback": "https://reader.example/feed", **fields}
    answer = ask(**whole)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (status, "text/plain")
    assert answer.content.decode().startswith(f"{code}: ")
    assert not HubRequest.objects.exists()
    # What was sent may be a secret; nothing of it is said again.
    assert not any(text and len(text) > 9 and text in answer.content.decode() for text in fields.values())


def test_what_is_no_form_is_refused(town: City, settings: Any) -> None:
    form = urlencode({"hub.topic": CHANGES, "hub.mode": "subscribe", "hub.callback": "https://reader.example/"})
    client = Client()
    for body, kind in (
        (form, "text/plain"),
        ("{}", "application/json"),
        (b"hub.mode=\xff", FORM),
        (f"{form}&{form}", FORM),
    ):
        assert client.post("/websub", body, kind).status_code == 400
    assert client.post("/websub", f"{form}{'&x=y' * 50}", FORM).status_code == 400
    answer = client.get("/websub")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert not HubRequest.objects.exists()
    for turned_off in ("", "https://hub.example/"):
        settings.WEBSUB_HUB = turned_off
        assert client.post("/websub", form, FORM).status_code == 404
    settings.WEBSUB_HUB, settings.ORIGIN = "own", ""
    assert client.post("/websub", form, FORM).status_code == 404


def test_every_feed_that_names_the_hub_is_a_topic_under_its_own_name(town: City, reader: Subscriber) -> None:
    feeds = [
        "/changes.atom", "/en/changes.atom", "/changes.json", "/en/changes.json", "/log/changes.atom", "/en/log/changes.atom",
        "/api/v1/datasets/works/releases.atom",
    ]  # fmt: skip
    for feed in feeds:
        answer = Client().get(feed)
        assert answer["Link"].startswith(f'<{HUB}>; rel="hub", <{SITE}{feed}>; rel="self"')
        assert reader.ask(topic=f"{SITE}{feed}").status_code == 202
    # An address may be written in other signs; it is given back as it was written.
    spelled = f"{SITE.upper().replace('HTTPS', 'https')}/{quote('changes')}%2Eatom"
    reader.ask(topic=spelled, callback=reader.callback("spelled"))
    assert intent_verification.verify_due() == len(feeds) + 1
    assert spelled in {asked["hub.topic"] for asked in reader.asked}
    assert set(HubSubscription.objects.values_list("path", flat=True)) == set(feeds)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_no_inner_address_is_asked_whatever_it_is_called(
    town: City, reader: Subscriber, settings: Any, host: str
) -> None:
    # Networks that pulls may enter are not opened to strangers.
    settings.WEBSUB_NETWORKS, settings.PULL_NETWORKS = [], ["127.0.0.0/8"]
    reader.ask(callback=reader.callback(host=host))
    assert intent_verification.verify_due() == 0
    assert reader.asked == []
    assert not HubRequest.objects.exists(), "and never again"


def test_a_name_that_means_something_else_a_moment_later_leads_nowhere(
    town: City, reader: Subscriber, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBSUB_NETWORKS = []
    meanings = iter([["203.0.113.9", "127.0.0.1"], ["127.0.0.1"], ["93.184.216.34", "127.0.0.1"]])
    resolved: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in next(meanings)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for _ in range(3):
        reader.ask(callback=reader.callback(host="rebinding.example"))
        assert intent_verification.verify_due() == 0
    assert resolved == ["rebinding.example"] * 3, "resolved once for each request"
    assert reader.asked == []


def test_a_callback_that_is_away_is_asked_again_a_few_times(town: City) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        ask(topic=CHANGES, mode="subscribe", callback=nobody)
        for minutes in VERIFICATION_PAUSES:
            intent_verification.verify_due()
            assert HubRequest.objects.count() == 1
            after(town, timedelta(minutes=minutes))
        intent_verification.verify_due()
    assert not HubRequest.objects.exists()


def test_who_asks_too_often_is_told_so(town: City, reader: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ayan.apps.websub.views.MOST_FOR_CALLBACK_HOST", 2)
    monkeypatch.setattr("ayan.apps.websub.views.MOST_FROM_PLACE", 4)
    answers = [ask(topic=CHANGES, mode="subscribe", callback=f"https://reader.example/{n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[-1]["Retry-After"] == "900"
    assert reader.ask().status_code == 202, "of another host"
    assert reader.ask().status_code == 429, "from one place"
    after(town, timedelta(minutes=16))
    assert reader.ask().status_code == 202
    monkeypatch.setattr("ayan.apps.websub.subscription_requests.MOST_PENDING", 4)
    assert reader.ask().status_code == 503
    assert MOST_FROM_PLACE < limits.MOST_IN_ALL


def test_a_full_hub_denies_new_ones_and_renews_what_it_has(
    town: City, reader: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.ask()
    intent_verification.verify_due()
    for limit in ("MOST_SUBSCRIPTIONS", "MOST_OF_CALLBACK_HOST"):
        monkeypatch.setattr(intent_verification, limit, 1)
        reader.asked.clear()
        reader.ask(callback=reader.callback("another"))
        assert intent_verification.verify_due() == 0
        [request] = reader.asked
        assert (request["hub.mode"], request["hub.topic"], request["hub.reason"]) == (
            "denied",
            CHANGES,
            intent_verification.FULL,
        )
        reader.ask()
        assert intent_verification.verify_due() == 1
        assert not HubRequest.objects.exists()
        monkeypatch.setattr(intent_verification, limit, 9)


def test_the_worker_asks_by_itself_and_forgets_what_is_over(town: City, reader: Subscriber, settings: Any) -> None:
    reader.ask(lease_seconds="3600")
    tasks.look_after.func()
    tasks.verify.func()
    assert HubSubscription.objects.count() == 1
    ask(topic=CHANGES, mode="subscribe", callback=reader.callback("x"))
    # Where the hub is turned off nobody is asked, and what was kept of readers still goes in its time.
    settings.WEBSUB_HUB = ""
    tasks.verify.func()
    assert len(reader.asked) == 1
    after(town, timedelta(minutes=61))
    tasks.look_after.func()
    assert not HubSubscription.objects.exists()
    after(town, timedelta(hours=6))
    tasks.look_after.func()
    assert not HubRequest.objects.exists()


def test_the_query_of_a_callback_stays_before_what_is_asked(town: City, reader: Subscriber) -> None:
    for query, expected in (("", "?hub.mode"), ("?", "?hub.mode"), ("?hub.mode=mine", "?hub.mode=mine&hub.mode=")):
        reader.targets.clear()
        reader.ask(callback=reader.callback(query=query))
        intent_verification.verify_due()
        assert expected in reader.targets[0]
        assert parse_qs(urlsplit(reader.targets[0]).query)["hub.mode"][-1] == "subscribe"
