"""Changes of what the city says of itself: who asked, what the file said before and after, what became of it."""

from __future__ import annotations

from django.db import models

from ayan.apps.accounts.models import User


class ProfileChange(models.Model):
    """One change of ``ayan.toml``; those that were carried out are the versions of the file, the oldest first.

    ``before`` and ``after`` are the whole texts. It waits for a second administrator or, where there is none, for
    ``not_before``; after ``until`` it is over.
    """

    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    refused = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)
    before = models.TextField()
    after = models.TextField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"change {self.pk} of the city's profile"
