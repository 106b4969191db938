"""What the desk keeps of many files that were given at once: the batch, and each file or sheet of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class FileBatch(models.Model):
    """Many files for one dataset, given at once by one officer, on their way to a submission each.

    ``hands`` are the ids of everybody who gave files or wrote beside them: they have a hand in what is begun.
    ``outcomes`` keeps what its last act could not do, by file, for the page. Files that nobody begins are removed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.CharField(max_length=80)
    unit = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    hands = models.JSONField(default=list)
    outcomes = models.JSONField(default=list)

    class Meta:
        ordering = ["-begun_at"]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return f"{self.dataset} {self.begun_at:%Y-%m-%d}"


class BatchFile(models.Model):
    """One file of a batch, or one sheet of it.

    ``folder`` is the id under which the engine keeps it and ``digest`` its content's, keyed. ``seen`` is what was found
    when it was looked at (None before that): rows, header row, ``header`` (the fingerprint) and ``known`` for one that
    an officer confirmed before, or ``refused`` in words. ``period`` is what an officer wrote or what its name says
    without doubt, ``named`` all that the name says. ``submission`` is what it became.
    """

    batch = models.ForeignKey(FileBatch, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    folder = models.CharField(max_length=32)
    sheet = models.CharField(max_length=200, blank=True)
    seen = models.JSONField(null=True)
    named = models.JSONField(default=list)
    period = models.CharField(max_length=20, blank=True)
    left_out = models.BooleanField(default=False)
    submission = models.OneToOneField(
        "desk.Submission", on_delete=models.SET_NULL, related_name="batch_file", null=True
    )

    class Meta:
        ordering = ["number", "id"]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return self.name
