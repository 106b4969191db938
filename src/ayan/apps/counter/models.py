"""What the counter keeps: the letters by which a finding may be opened, and the cases that people brought."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models

from ayan.core.values.label import Label


class CaseState(models.TextChoices):
    """Where a case stands."""

    RECEIVED = "received", "رسیده"
    CONFIRMED = "confirmed", "تأییدشده"
    RETURNED = "returned", "برگشته"


FINDING: Final = "finding"
KINDS: Final = {FINDING: Label("پاسخ به یافتهٔ هشدار", "Reply to a finding of a flag")}


class FindingNotice(models.Model):
    """A letter that shows findings to whoever they name. No personal data: ``digest`` is keyed, the code is not kept.

    A later letter about one of its findings ends this one (``ended_on``).
    """

    id: int
    digest = models.CharField(max_length=64, unique=True)
    created_on = models.DateField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"letter {self.pk}"


class Mention(models.Model):
    """One finding that a letter shows, by its public id. No personal data."""

    notice = models.ForeignKey(FindingNotice, on_delete=models.CASCADE, related_name="mentions")
    finding = models.CharField(max_length=16, db_index=True)

    def __str__(self) -> str:
        return f"{self.notice}: {self.finding}"


class Case(models.Model):
    """One thing that somebody brought, under the number that everybody sees.

    ``digest`` is of the code by which it is followed, ``office`` and ``dataset`` are slugs: whose officers see it.
    Personal data: ``text`` may hold some; it is emptied once it is confirmed and stands with the finding, and when the
    finding has ended.
    """

    id: int

    kind = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    notice = models.ForeignKey(FindingNotice, on_delete=models.PROTECT, related_name="cases")
    finding = models.CharField(max_length=16)
    office = models.CharField(max_length=120, blank=True)
    dataset = models.CharField(max_length=80, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.RECEIVED)
    received_on = models.DateField()
    due_on = models.DateField()
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [  # noqa: RUF012 - Django wants a list
            models.Index(fields=["state", "due_on"], name="case_state_due"),
            models.Index(fields=["finding"], name="case_finding"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"
