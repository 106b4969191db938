"""Many cases come at once while the mail server is away and a worker is killed: all are kept, and all are told."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection, connections
from tests.apps.outbox.mail_server import Kept, serving
from tests.faults.running_site import until
from tests.ports import free_port

from ayan.apps.counter import filing
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.outbox import delivery
from ayan.apps.outbox.models import MessageState, OutboxMessage
from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City

HANDS = 8


class Stalling(Kept):
    """A mail server that takes so many letters and then answers no more, until it is told to."""

    def __init__(self, takes: int) -> None:
        super().__init__()
        self.takes, self.stalled = takes, False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as Kept
        if len(self.letters) >= self.takes:
            self.stalled = True
            await asyncio.sleep(600)
        return await super().handle_DATA(server, session, envelope)


def bring(forms: list[filing.Filing]) -> Counter[str]:
    """Every form twice, by several hands at once: how often each number was given."""

    def hand(form: filing.Filing) -> str:
        try:
            return filing.file(form).case.number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as hands:
        return Counter(hands.map(hand, [*forms, *forms]))


def forms_of(count: int) -> list[filing.Filing]:
    return [
        filing.Filing(
            kind="access",
            said={"summary": f"سند شمارهٔ {number} (ساختگی)", "mail": f"person-{number}@shahr.example"},
            key=filing.new_key(),
        )
        for number in range(count)
    ]


def none_lost(forms: list[filing.Filing], given: Counter[str]) -> None:
    """Each form is one case, each number was given once, to the two who sent the same form."""
    assert set(given.values()) == {2}
    assert len(given) == len(forms) == Case.objects.count() == CaseEntry.objects.filter(step="filed").count()
    assert sorted(int(number.rpartition("-")[2]) for number in given) == list(range(1, len(forms) + 1))
    assert OutboxMessage.objects.filter(kind="counter.person").count() == len(forms)


def all_told(kept: Kept, forms: list[filing.Filing]) -> None:
    assert not OutboxMessage.objects.exclude(state=MessageState.SENT).exists()
    assert {to for to, _ in kept.letters} == {form.said["mail"] for form in forms}


@pytest.mark.django_db(transaction=True)
def test_cases_at_once_are_numbered_once_and_told_when_the_server_is_back(town: City, settings: Any) -> None:
    forms, kept = forms_of(16), Kept()
    given = bring(forms)
    none_lost(forms, given)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert delivery.deliver_due() == 0
    assert isinstance(town.clock, FixedClock)
    town.clock.move(timedelta(minutes=2))
    with serving(settings, kept):
        assert delivery.deliver_due() == len(forms)
    all_told(kept, forms)


WORKER = """
import sys
from datetime import datetime
import django
from django.conf import settings
database, port, now = sys.argv[1:]
settings.DATABASES["default"]["NAME"] = database
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
django.setup()
from ayan.apps.outbox import delivery
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
object.__setattr__(city.current(), "clock", FixedClock(datetime.fromisoformat(now)))
delivery.deliver_due()
"""


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_two_hundred_cases_outlive_a_killed_worker(town: City, settings: Any) -> None:
    assert isinstance(town.clock, FixedClock)
    forms, kept = forms_of(200), Stalling(60)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    given = bring(forms)
    none_lost(forms, given)
    assert delivery.deliver_due() == 0
    town.clock.move(timedelta(minutes=2))
    with serving(settings, kept):
        # A file of SQLite, or the database of this run on the server that DATABASE_URL names: the worker meets the same.
        database, port = str(connection.settings_dict["NAME"]), str(settings.EMAIL_PORT)
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, database, port, town.clock.now().isoformat()],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
                "AYAN_HOME": str(town.home),
            },
        )
        try:
            until(lambda: kept.stalled, "the server stalls")
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait(10)
        kept.takes = 10_000
        assert OutboxMessage.objects.filter(state=MessageState.SENDING).count() == 1
        town.clock.move(timedelta(minutes=delivery.PAUSES[1]))
        delivery.deliver_due()
    all_told(kept, forms)
