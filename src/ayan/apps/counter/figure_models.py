"""What the worker counts of cases for everybody's pages, kept so that a page adds nothing up."""

from __future__ import annotations

from django.db import models


class CaseFigures(models.Model):
    """What the cases of a unit and a kind came to in the last year, counted by the worker. No personal data.

    ``office`` and ``kind`` are "" for all of them together, ``no_office`` marks the cases that no unit has. ``median``
    is in working days, times ten. ``turned`` are those that were taken before an earlier one, of ``taken``, and
    ``reasons`` how many of these under each code; ``overtook`` were answered before an earlier one, of ``answered``.
    """

    office = models.CharField(max_length=120, blank=True)
    no_office = models.BooleanField(default=False)
    kind = models.CharField(max_length=40, blank=True)
    counted_at = models.DateTimeField()
    received = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    in_time = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    median = models.PositiveIntegerField(null=True)
    taken = models.PositiveIntegerField(default=0)
    turned = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict)
    answered = models.PositiveIntegerField(default=0)
    overtook = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("office", "no_office", "kind"), name="one_figure_of_a_unit"),)

    def __str__(self) -> str:
        return f"{self.office or 'all'} {self.kind or 'all'}"


class ModerationCount(models.Model):
    """How often moderation did something in a month, under a reason code; counted by the worker. No personal data."""

    month = models.CharField(max_length=7)
    step = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("month", "step", "reason"), name="one_count_of_a_reason"),)

    def __str__(self) -> str:
        return f"{self.month} {self.step} {self.reason}"
