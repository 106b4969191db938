"""Delivery: what is in the outbox is handed to the mail server or the gateway, again and again until it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django_tasks import task

from ayan.apps.outbox.courier import Courier, Undelivered
from ayan.apps.outbox.limits import LONGEST_UNREPORTED, LONGEST_UNSENT, REMEMBERED
from ayan.apps.outbox.models import Channel, MessageState, OutboxMessage
from ayan.apps.outbox.sms_gateway import ReportingGateway, gateway
from ayan.ui import exclusive_lock
from ayan.ui.contract import MAIL_QUEUE, announce
from ayan.wiring import city

PAUSES: Final = (1, 5, 30, 120, 360, 720, 1440, 1440, 1440)
"""Minutes to the next attempt, after each that failed: a server that begins anew is found again at once, one that is
away over a holiday within four days; after the last it is given up. One whose sender was killed waits as long."""
MESSAGE_SENT: Final = "message sent"
"""A message, whose number is the subject, was taken by a server or a gateway."""
MESSAGE_FAILED: Final = "message failed"
"""A message, whose number is the subject, was given up, or its way is closed for now."""


@task(queue_name=MAIL_QUEUE)
def deliver() -> None:
    """Send whatever is to be sent by now."""
    deliver_due()


@task()
def look_after() -> None:
    """Have that sent whose time has come again; let go of what was sent long ago."""
    now = city.current().clock.now()
    if _due(now).exists():
        deliver.enqueue()
    OutboxMessage.objects.filter(created_at__lt=now - REMEMBERED).delete()
    old = OutboxMessage.objects.filter(state=MessageState.FAILED, created_at__lt=now - LONGEST_UNSENT)
    old.exclude(content="").update(content="", address="")


@task()
def look_for_reports() -> None:
    """Have the gateway asked, where it may know more of what it took."""
    if _unreported().exists():
        ask_gateway.enqueue()


@task(queue_name=MAIL_QUEUE)
def ask_gateway() -> None:
    """Ask the gateway, if it tells, which short messages reached their telephone."""
    reporting = gateway()
    if not isinstance(reporting, ReportingGateway):
        return
    for message in _unreported():
        arrived = reporting.delivered(message.reference)
        if arrived is not None:
            state, reason = (MessageState.DELIVERED, "") if arrived else (MessageState.FAILED, "undelivered")
            OutboxMessage.objects.filter(pk=message.pk, state=MessageState.SENT).update(state=state, reason=reason)


def _unreported() -> QuerySet[OutboxMessage]:
    since = city.current().clock.now() - LONGEST_UNREPORTED
    return OutboxMessage.objects.filter(state=MessageState.SENT, sent_at__gt=since).exclude(reference="")


def deliver_due() -> int:
    """Send what is due, the oldest first; how many were taken. A way that is closed is not tried twice in one round.

    One process sends at a time; where another does, nothing is sent here.
    """
    closed: set[str] = set()
    with exclusive_lock.exclusively("outbox", city.current().home) as alone:
        if not alone:
            return 0
        with Courier() as courier:
            return sum(_deliver(courier, message, closed) for message in _taken(closed))


def _due(now: datetime) -> QuerySet[OutboxMessage]:
    # One whose sender was killed half-way is taken up again: it may come twice, and is never missed.
    return OutboxMessage.objects.filter(
        Q(state=MessageState.QUEUED) | Q(state=MessageState.SENDING), next_at__lte=now
    ).order_by("next_at", "pk")


def _taken(closed: set[str]) -> Iterator[OutboxMessage]:
    """Messages that are due, each marked as under way and put off for the case that this process is killed."""
    now = city.current().clock.now()
    for key, attempts in list(_due(now).values_list("pk", "attempts")):
        still = _due(now).filter(pk=key).exclude(channel__in=closed)
        again = now + timedelta(minutes=PAUSES[min(attempts, len(PAUSES) - 1)])
        if still.update(state=MessageState.SENDING, next_at=again, attempts=F("attempts") + 1):
            yield OutboxMessage.objects.select_related("user").get(pk=key)


def _deliver(courier: Courier, message: OutboxMessage, closed: set[str]) -> bool:
    try:
        reference = courier.carry(message)
    except Undelivered as fault:
        if fault.way:
            closed.add(message.channel)
        put_off(message, fault)
        return False
    with transaction.atomic():
        now = city.current().clock.now()
        message.state, message.reason, message.reference, message.sent_at = MessageState.SENT, "", reference, now
        message.content = message.address = ""
        message.save()
        announce(MESSAGE_SENT, str(message.pk))
    return True


def put_off(message: OutboxMessage, fault: Undelivered) -> None:
    """Try it again later, or give it up and say so."""
    now = city.current().clock.now()
    over = fault.final or message.attempts > len(PAUSES)
    with transaction.atomic():
        message.reason = fault.reason
        message.state = MessageState.FAILED if over else MessageState.QUEUED
        message.next_at = now if over else now + timedelta(minutes=PAUSES[message.attempts - 1])
        message.save()
        if over:
            announce(MESSAGE_FAILED, str(message.pk))


def send_again(message: OutboxMessage) -> bool:
    """Put a message that was given up into the queue once more; False where its words are no longer kept.

    One to an officer who had no address of its way goes by the other, where there is one by now.
    """
    again = OutboxMessage.objects.filter(pk=message.pk, state=MessageState.FAILED).exclude(content="")
    facts: dict[str, object] = {
        "state": MessageState.QUEUED,
        "attempts": 0,
        "reason": "",
        "next_at": city.current().clock.now(),
    }
    person = message.user
    if person is not None and not message.address:
        if message.channel == Channel.MAIL and not person.email and person.phone:
            facts["channel"] = Channel.SMS
        elif message.channel == Channel.SMS and not person.phone and person.email:
            facts["channel"] = Channel.MAIL
    if not again.update(**facts):
        return False
    deliver.enqueue()
    return True
