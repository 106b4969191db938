"""What the counter keeps before there is a case: forms that are not sent yet, one-time codes, and counts of a day."""

from __future__ import annotations

from django.db import models


class FilingDraft(models.Model):
    """A form that was begun and not sent, under a digest of the key that it was given out with.

    ``locked`` is what stands in it, encrypted. Personal data: erased once it was sent, and after some days.
    """

    id: int

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    locked = models.TextField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"


class DraftFile(models.Model):
    """One file of a form that was not sent yet; its bytes stand encrypted under ``digest``, outside what is served.

    ``name`` is encrypted. Personal data: goes with the draft.
    """

    id: int

    draft = models.ForeignKey(FilingDraft, on_delete=models.CASCADE, related_name="files")
    name = models.TextField()
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    verdict = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"file {self.pk}"


class CodeRequest(models.Model):
    """That somebody asked for a one-time code, which the worker answers. Personal data: gone once it was answered."""

    locked = models.TextField()
    lang = models.CharField(max_length=20, default="fa")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"request {self.pk}"


class OneTimeCode(models.Model):
    """A code that opens one case once, for some minutes. ``digest`` is of the number and the code. No personal data."""

    case = models.ForeignKey("counter.Case", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"code {self.pk}"


class OfferCount(models.Model):
    """How many forms of a kind were shown what is answered already on a day, and what people said of it.

    No personal data: numbers of a day.
    """

    kind = models.CharField(max_length=40)
    on = models.DateField()
    offered = models.PositiveIntegerField(default=0)
    served = models.PositiveIntegerField(default=0)
    unserved = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "on"), name="one_offer_count_a_day"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
