"""What is put into the outbox leaves by a real mail server or the file gateway, once, however often it takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from tests.apps.accounts.people import officer, person, signed_in
from tests.apps.outbox.mail_server import Kept, body, serving
from tests.clocks import let_pass
from tests.other_process import by_another
from tests.ports import free_port

from ayan.apps.accounts.models import Act, User
from ayan.apps.accounts.verbs import Role
from ayan.apps.outbox import delivery, digest, outbox
from ayan.apps.outbox.delivery import PAUSES
from ayan.apps.outbox.message_content import MessageContent
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.models import MessageState, MessageWishes, OutboxMessage
from ayan.apps.outbox.sms_gateway import NotSent
from ayan.core.values.clock import FixedClock
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

TOLD = MessageKind(
    code="test.told",
    when=Label("آزمون", "A trial"),
    to=Label("همه", "Everybody"),
    subject=Label("کار «{title}»", "Work “{title}”"),
    words=Label("کار «{title}» منتظر شماست.", "“{title}” waits for you."),
)
BOTH = MessageKind(
    code="test.both", when=TOLD.when, to=TOLD.to, subject=TOLD.subject, words=TOLD.words, urgent=True, every_way=True
)
FIRST_PAUSE = timedelta(minutes=PAUSES[0])
TITLE = Label("پیاده‌رو", "Pavement")


@pytest.fixture(autouse=True)
def clock(small_city: City) -> Iterator[FixedClock]:
    """The city's clock, to be moved."""
    own, fixed = small_city.clock, FixedClock(small_city.clock.now())
    object.__setattr__(small_city, "clock", fixed)
    yield fixed
    object.__setattr__(small_city, "clock", own)


@pytest.fixture
def sara() -> User:
    return person("sara", email="sara@city.example", phone="09121234567")


def put(*people: User, kind: MessageKind = TOLD, about: str = "work/1", stage: str = "") -> int:
    return outbox.put(kind, people, about, stage=stage, title=TITLE)


def only() -> OutboxMessage:
    return OutboxMessage.objects.get()


def test_a_message_leaves_by_smtp_in_the_language_of_its_receiver_and_keeps_nothing_behind(
    sara: User, settings: Any
) -> None:
    kept = Kept()
    james = person("james", email="james@city.example")
    MessageWishes.objects.create(user=james, lang="en")
    settings.ORIGIN = "https://city.example"
    assert put(sara, james) == 2
    rows = json.dumps(list(OutboxMessage.objects.values()), default=str, ensure_ascii=False)
    assert "sara@city.example" not in rows
    assert "پیاده‌رو" not in rows, "what waits is encrypted"
    with serving(settings, kept):
        assert delivery.deliver_due() == 2
        assert delivery.deliver_due() == 0
    (persian,), (english,) = kept.to("sara@city.example"), kept.to("james@city.example")
    assert "کار «پیاده‌رو» منتظر شماست." in body(persian)
    assert "https://city.example/desk/" in body(persian)
    assert "“Pavement” waits for you." in body(english)
    assert "https://city.example/en/desk/" in body(english)
    assert persian["Auto-Submitted"] == "auto-generated"
    assert persian["Message-ID"] != english["Message-ID"]
    assert not OutboxMessage.objects.exclude(content="", address="", state=MessageState.SENT).exists()
    acts = Act.objects.filter(verb="message.send").order_by("number")
    assert [act.subject for act in acts] == [f"person:{sara.pk}", f"person:{james.pk}"]


def test_it_stands_or_falls_with_the_act_that_it_tells_of(sara: User) -> None:
    with transaction.atomic():
        assert put(sara) == 1
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
    assert put(sara) == 1


def test_the_same_is_told_once_and_another_stage_of_it_again(sara: User) -> None:
    assert [put(sara), put(sara), put(sara, stage="later"), put(sara, sara, about="work/2")] == [1, 0, 1, 1]
    assert OutboxMessage.objects.count() == 3


def test_a_server_that_is_away_is_asked_again_later_and_later_and_then_it_is_told(
    sara: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    put(sara, person("mina", email="mina@city.example"))
    for pause in PAUSES:
        assert delivery.deliver_due() == 0
        let_pass(city.current(), timedelta(minutes=pause))
    assert sorted(OutboxMessage.objects.values_list("state", flat=True)) == ["queued", "queued"]
    for _ in range(3 * len(PAUSES)):
        delivery.deliver_due()
        let_pass(city.current(), timedelta(days=1))
    assert set(OutboxMessage.objects.values_list("state", "reason")) == {("failed", "unreachable")}
    assert Act.objects.filter(verb="message.fail").count() == 2
    assert "city.example" not in caplog.text
    # The administrator sees it, says so once, and it leaves.
    chief = signed_in(officer("chief", Role.ADMINISTRATOR))
    first = chief.get("/en/desk/").content.decode()
    assert "messages did not reach their receiver" in first
    page = chief.get("/en/desk/messages").content.decode()
    assert "نام sara" in page
    assert "Look at AYAN_SMTP" in page
    assert "sara@city.example" not in page
    assert chief.post("/en/desk/messages", {"message": "all"}).status_code == 302
    kept = Kept()
    with serving(settings, kept):
        assert delivery.deliver_due() == 2
    assert Act.objects.filter(verb="message.manage").count() == 2
    assert signed_in(officer("clerk", Role.CLERK)).get("/desk/messages").status_code == 403


def test_what_is_due_again_wakes_the_worker_for_mail_and_nothing_else_does(sara: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    put(sara)
    delivery.deliver_due()
    awake = DBTaskResult.objects.filter(task_path=delivery.deliver.module_path, queue_name="mail")
    awake.delete()
    delivery.look_after.call()
    assert not awake.exists()
    let_pass(city.current(), timedelta(minutes=1))
    delivery.look_after.call()
    assert awake.count() == 1


def test_a_closed_way_is_tried_once_in_a_round_and_keeps_the_other_open(sara: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    put(*(person(f"p{n}", email=f"p{n}@city.example") for n in range(4)))
    put(sara, kind=BOTH)
    assert delivery.deliver_due() == 1
    mails = OutboxMessage.objects.filter(channel="mail").order_by("pk")
    assert list(mails.values_list("attempts", flat=True)) == [1, 0, 0, 0, 0]
    lines = (city.current().home / "outbox" / "sms.jsonl").read_text(encoding="utf-8").splitlines()
    sent = json.loads(lines[-1])
    assert sent["to"] == "09121234567"
    assert "کار «پیاده‌رو» منتظر شماست." in sent["text"]


def test_an_address_that_is_refused_for_good_is_given_up_at_once_and_one_for_now_is_not(
    sara: User, settings: Any
) -> None:
    kept = Kept()
    busy = person("busy", email="busy@city.example")
    kept.answers = {"sara@city.example": "550 No such user", "busy@city.example": "451 Come again"}
    put(sara, busy, person("fine", email="fine@city.example"))
    with serving(settings, kept):
        assert delivery.deliver_due() == 1
        assert {each.user_id: (each.state, each.reason) for each in OutboxMessage.objects.exclude(state="sent")} == {
            sara.pk: ("failed", "address-refused"),
            busy.pk: ("queued", "address-refused"),
        }
        kept.answers.clear()
        let_pass(city.current(), timedelta(minutes=1))
        assert delivery.deliver_due() == 1
    assert len(kept.to("busy@city.example")) == 1


def test_one_whose_sender_was_stopped_half_way_is_known_by_its_number(sara: User, settings: Any) -> None:
    kept = Kept()
    put(sara)
    with serving(settings, kept):
        assert delivery.deliver_due() == 1
        # As if the machine had stopped before that was written down.
        content = MessageContent("x", "y").locked()
        now = city.current().clock.now()
        OutboxMessage.objects.update(state=MessageState.SENDING, content=content, next_at=now + FIRST_PAUSE)
        assert delivery.deliver_due() == 0
        let_pass(city.current(), FIRST_PAUSE)
        with by_another("outbox"):
            # It may be sending that very message.
            assert delivery.deliver_due() == 0
        assert delivery.deliver_due() == 1
    first, second = kept.to("sara@city.example")
    assert first["Message-ID"] == second["Message-ID"]


def test_whoever_can_be_reached_by_no_way_is_shown_and_not_left_out(sara: User) -> None:
    nobody = person("nobody")
    put(nobody)
    assert delivery.deliver_due() == 0
    assert (only().state, only().reason) == ("failed", "no-address")
    User.objects.filter(pk=nobody.pk).update(phone="09350000000")
    # Sent again it goes by the way that there is now.
    assert delivery.send_again(OutboxMessage.objects.select_related("user").get())
    assert delivery.deliver_due() == 1
    assert only().channel == "sms"


def test_nothing_is_sent_to_whoever_has_left(sara: User, settings: Any) -> None:
    put(sara)
    User.objects.filter(pk=sara.pk).update(is_active=False)
    assert delivery.deliver_due() == 0
    assert (only().state, only().reason) == ("failed", "left")


def test_a_digest_collects_a_day_and_leaves_out_what_cannot_wait(sara: User, settings: Any, clock: FixedClock) -> None:
    kept = Kept()
    browser = signed_in(sara)
    assert browser.post("/desk/account/messages", {"how": "digest", "lang": "en"}).status_code == 302
    assert "checked" in browser.get("/en/desk/account/messages").content.decode()
    put(sara)
    put(sara, about="work/2")
    put(sara, about="work/3", kind=BOTH)
    with serving(settings, kept):
        assert delivery.deliver_due() == 1, "urgent, and no SMS is wished"
        assert digest.collect_due() == 0
        let_pass(city.current(), outbox.next_digest(clock.now()) - clock.now())
        assert [digest.collect_due(), digest.collect_due()] == [1, 0]
        assert delivery.deliver_due() == 1
    letter = kept.to("sara@city.example")[-1]
    assert "2 messages" in str(letter["Subject"])
    assert body(letter).count("waits for you") == 2
    assert OutboxMessage.objects.filter(state=MessageState.COLLECTED, content="").count() == 2


class Refusing:
    """A gateway that says no."""

    def send(self, number: str, words: str) -> None:
        raise NotSent(f"{number} {words}")


class Broken:
    """A gateway with a fault of its own."""

    def send(self, number: str, words: str) -> None:
        raise KeyError(number)


class Telling:
    """A gateway that tells what arrived."""

    arrived: bool | None = None

    def send(self, number: str, words: str) -> str:
        return "ref-1"

    def delivered(self, reference: str) -> bool | None:
        assert reference == "ref-1"
        return self.arrived


@pytest.mark.parametrize(("gateway", "reason"), [("Refusing", "gateway-refused"), ("Broken", "gateway-fault")])
def test_a_gateway_that_refuses_is_asked_again_and_nothing_of_it_is_written_down(
    gateway: str, reason: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_GATEWAY = f"{__name__}.{gateway}"
    put(person("reza", phone="09121234567"))
    assert delivery.deliver_due() == 0
    assert (only().state, only().reason, only().attempts) == ("queued", reason, 1)
    assert "0912" not in caplog.text


def test_a_gateway_that_tells_says_what_reached_the_telephone(settings: Any) -> None:
    settings.SMS_GATEWAY = f"{__name__}.Telling"
    put(person("reza", phone="09121234567"))
    assert delivery.deliver_due() == 1
    delivery.ask_gateway.call()
    assert only().state == MessageState.SENT
    Telling.arrived = True
    delivery.ask_gateway.call()
    assert only().state == MessageState.DELIVERED
