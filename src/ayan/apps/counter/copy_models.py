"""What the counter keeps of attachments that everybody may see."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models


class CopyState(models.TextChoices):
    """How far the public copy of an attachment is."""

    PREPARING = "preparing", "preparing"
    READY = "ready", "ready"
    REFUSED = "refused", "refused"
    PUBLISHED = "published", "published"
    DECLINED = "declined", "declined"


TO_JUDGE: Final = (CopyState.READY, CopyState.REFUSED)
"""The states in which an officer has to look at a copy."""


class FileCopy(models.Model):
    """The public copy of a file. It stands as long as the person lets the file be public.

    ``marks`` are the places that are covered, encrypted, and whether they were ``proposed`` yet; ``digest`` names the
    encrypted bytes of the copy, as `CaseFile` has it. ``turn`` counts what was asked of it, so that nobody publishes
    another copy than they saw. ``covered_by`` changed last what is covered, so that somebody else lets it out; nobody
    where the places stand as they were proposed. ``trouble`` is why there is none, in all languages; ``reason`` the
    code for which an officer held it back.
    """

    id: int
    covered_by_id: int | None

    file = models.OneToOneField("counter.CaseFile", on_delete=models.CASCADE, related_name="copy")
    let_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=CopyState.choices, default=CopyState.PREPARING)
    turn = models.PositiveIntegerField(default=0)
    proposed = models.BooleanField(default=False)
    marks = models.TextField(blank=True)
    trouble = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list)
    covered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=20, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["file"], name="copy_to_judge", condition=models.Q(state__in=("ready", "refused"))),
        )

    def __str__(self) -> str:
        return f"copy of {self.file_id}"
