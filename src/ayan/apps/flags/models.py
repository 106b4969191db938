"""What is kept of findings until and after they are public: where each stands, who was told, and what was replied."""

from __future__ import annotations

import secrets
from typing import Final

from django.conf import settings
from django.db import models


class FindingState(models.TextChoices):
    """Where a finding stands."""

    WAITING = "waiting", "هنوز نشان داده نشده"
    ASKED = "asked", "در مهلت پاسخ"
    PUBLISHED = "published", "منتشر شده"
    CLEARED = "cleared", "رفع شده"
    GONE = "gone", "دیگر برقرار نیست"
    EXPIRED = "expired", "منقضی"


PUBLIC: Final = (FindingState.PUBLISHED, FindingState.CLEARED)
OPEN: Final = (FindingState.WAITING, FindingState.ASKED, FindingState.PUBLISHED)


def new_salt() -> str:
    """The salt (hex) of one reply."""
    return secrets.token_hex(32)


class FlagComputation(models.Model):
    """What computing a flag came to last; ``mark`` is what it was made of. No personal data."""

    flag = models.CharField(max_length=160, unique=True)
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    states = models.JSONField(default=dict)
    releases = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    filled = models.JSONField(default=list)
    judged = models.BigIntegerField(default=0)
    fired = models.BigIntegerField(default=0)
    unknown = models.JSONField(default=dict)
    milliseconds = models.BigIntegerField(default=0)
    calendar = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.flag


class FindingCase(models.Model):
    """One record that a flag fires on, from the day it was found.

    ``public_id`` is made of the flag and the record, so that it stays the same when it is found again; ``facts`` is the
    digest of what was found, which a clearing is good for. ``unit`` is named in the data, ``office`` is the slug of the
    one that owes the dataset, whose officers deal with it. ``reply_came_on`` is the day of a reply that came to the
    counter and that no officer has confirmed yet. Personal data: ``party`` may be a natural person's name, as
    it is published in the record itself; it is emptied when the finding does not hold any more or has expired.
    """

    id: int
    public_id = models.CharField(max_length=16, unique=True)
    flag = models.CharField(max_length=160)
    dataset = models.CharField(max_length=80)
    key = models.CharField(max_length=400)
    state = models.CharField(max_length=10, choices=FindingState, default=FindingState.WAITING)
    facts = models.CharField(max_length=64)
    value = models.CharField(max_length=60, blank=True)
    threshold = models.CharField(max_length=60, blank=True)
    party_id = models.CharField(max_length=20, blank=True)
    party = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=200, blank=True)
    office = models.CharField(max_length=120, blank=True)
    behind = models.JSONField(default=dict)
    releases = models.JSONField(default=list)
    found_on = models.DateField()
    told_on = models.DateField(null=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    told_how = models.CharField(max_length=10, blank=True)
    letter = models.CharField(max_length=60, blank=True)
    due_on = models.DateField(null=True)
    reply_came_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    cleared_on = models.DateField(null=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.TextField(blank=True)
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [  # noqa: RUF012 - Django wants a list
            models.Index(fields=["flag", "state"], name="finding_case_flag_state"),
            models.Index(fields=["state", "due_on"], name="finding_case_state_due"),
        ]

    def __str__(self) -> str:
        return f"{self.flag}: {self.dataset}/{self.key}"

    @property
    def names(self) -> bool:
        """Whether it names a person or a company, which is then shown it first."""
        return bool(self.party or self.party_id)


class FindingReply(models.Model):
    """What the company or the unit answered, as an officer entered it. Personal data: the text may hold some.

    ``salt`` hides the text in the digest that the diary keeps of it, and goes with the text.
    """

    finding = models.ForeignKey(FindingCase, on_delete=models.CASCADE, related_name="replies")
    by = models.CharField(max_length=5, choices=[("party", "شرکت یا شخص"), ("unit", "واحد")])
    text = models.TextField()
    salt = models.CharField(max_length=64, default=new_salt)
    on = models.DateField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["entered_at", "pk"]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return f"{self.finding} {self.by}"
