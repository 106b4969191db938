"""Changes of tables: who asked for what, what the files said before and after, what became of it."""

from __future__ import annotations

from django.db import models

from ayan.apps.accounts.models import User


class TableChangeKind(models.TextChoices):
    """What a change is: by a form, of a text, a table that comes or goes, an archive, a value proposed by a clerk."""

    FORM = "form"
    TEXT = "text"
    NEW = "new"
    ARCHIVE = "archive"
    VALUE = "value"
    REMOVAL = "removal"


class TableChange(models.Model):
    """One change of a table; those that were carried out are the versions of its files, the newest first.

    ``request`` is what a form asked for, from which the files are worked out anew when it is carried out; it is empty
    where texts were given. ``files`` has for each file what it says before and after. ``effect`` is what was found in
    the releases of the state ``looked_at``. ``unit`` and ``submission`` are those of whoever proposed a value.
    """

    slug = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=10, choices=TableChangeKind)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    refused = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)
    request = models.JSONField(default=dict)
    files = models.JSONField(default=dict)
    effect = models.JSONField(null=True)
    looked_at = models.CharField(max_length=64, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    submission = models.UUIDField(null=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"change {self.pk} of the table {self.slug}"
