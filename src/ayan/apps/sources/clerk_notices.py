"""Clerks are told of what came by itself and waits for them: at once, and every week that it waits."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import reverse

from ayan.apps.accounts import messages, policy
from ayan.apps.accounts.models import Duty, User
from ayan.apps.desk.access import subject
from ayan.apps.desk.models import EDITABLE, Submission
from ayan.apps.sources.labels import OUTCOMES
from ayan.apps.sources.models import WAITING, Arrival
from ayan.core.values.label import Label
from ayan.wiring import city

WEEK: Final = 7


def tell(arrival: Arrival) -> None:
    """Send the reminder that is due of one arrival, if any; each once, however often it is asked for."""
    if arrival.code not in WAITING or arrival.settled_at is None or arrival.submission is None:
        return
    submission = Submission.objects.filter(pk=arrival.submission, state__in=EDITABLE).first()
    if submission is None:
        return
    days = (city.current().clock.now() - arrival.settled_at).days
    # One reminder for each file and week: «waits-0» at once.
    stage = f"waits-{days // WEEK}"
    for to in _people(submission):
        messages.send_reminder(
            messages.DueNotice(
                f"arrival/{arrival.pk}", stage, to, _title(submission).fa, _reminder_text(arrival, submission)
            )
        )


def remind() -> None:
    """Send whatever reminders are due of files that wait for a clerk."""
    waiting = Submission.objects.filter(state__in=EDITABLE).values("pk")
    for arrival in Arrival.objects.filter(code__in=WAITING, submission__in=waiting):
        tell(arrival)


def _people(submission: Submission) -> list[User]:
    """Who sees to the dataset; where nobody is named, every clerk who could."""
    able = policy.holders("submission.edit", subject(submission))
    duty = Duty.objects.select_related("owner", "deputy").filter(dataset=submission.dataset).first()
    named = [who for who in (duty.owner, duty.deputy) if who is not None and who in able] if duty else []
    return named or able


def _title(submission: Submission) -> Label:
    try:
        return city.current().registry.get(submission.dataset).title
    except KeyError:
        return Label(submission.dataset, submission.dataset)


def _reminder_text(arrival: Arrival, submission: Submission) -> str:
    """What the reminder says: the dataset and what to do; nothing of the file's contents."""
    page = settings.ORIGIN + reverse("fa:desk_overview", args=(submission.pk,))
    return f"پروندهٔ خودکار «{_title(submission).fa}» منتظر شماست. {OUTCOMES[arrival.code].fa} {page}"
