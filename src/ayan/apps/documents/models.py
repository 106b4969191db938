"""Documents that officers attach, until a release has them."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.db import models

GIVEN_UP: Final = ("set_aside", "refused")
"""The states of a submission that goes no further, so that its documents are free again."""


class AttachmentState(models.TextChoices):
    """How far a document is."""

    PREPARING = "preparing", "preparing"
    READY = "ready", "ready"
    REFUSED = "refused", "refused"
    TAKEN = "taken", "taken"


class Attachment(models.Model):
    """A document that somebody attaches to a row: what is said of it, and what its public copy is.

    ``row`` are the texts of the fields that name the row, ``marks`` the places that are covered and words that are to
    be, locked with the server's key. ``links`` says which lines of the public copy hold which values of the row, as the
    document's own row will; ``unlinked`` names the fields that lost theirs when the copy was made anew. ``progress``
    are, while it is prepared, what is done with its pages (``looking`` for personal data, ``drawing`` the copy,
    ``reading`` its scans), the pages that are done and all pages. The original stands in custody under the hexadecimal
    digits of ``id``; ``digest`` names the public copy as it is prepared now.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    companion = models.CharField(max_length=64)
    period = models.CharField(max_length=32)
    row = models.JSONField()
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    series = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    dated = models.DateField(null=True)
    language = models.CharField(max_length=8)
    source = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=255)
    marks = models.TextField(blank=True)
    proposed = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=AttachmentState.choices, default=AttachmentState.PREPARING)
    trouble = models.JSONField(null=True)
    turn = models.PositiveIntegerField(default=0)
    progress = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    text_digest = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    machine_read = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    left_out = models.JSONField(default=list)
    links = models.TextField(blank=True)
    unlinked = models.TextField(blank=True)
    original_gone = models.DateTimeField(null=True)
    submission = models.ForeignKey("desk.Submission", null=True, on_delete=models.SET_NULL, related_name="attachments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=["companion", "period"]),)

    def __str__(self) -> str:
        return f"{self.companion} {self.id}"
