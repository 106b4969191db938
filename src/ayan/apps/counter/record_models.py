"""What the counter keeps of documents that it issued: which record of the data each becomes."""

from __future__ import annotations

from django.db import models


class CaseRecord(models.Model):
    """The record of a dataset that the document of a case becomes, or (``changes``) that it changes.

    ``texts`` are its cells by field, as somebody would enter them: what everybody may read, and of nobody by name.
    ``key`` is that of the record, ``period`` that of the file it goes into; empty of a record that is changed.
    ``submission`` is the one of the desk that it was handed in with, ``published_on`` the day on which it was found
    published, after which it is never handed in again. No personal data.
    """

    id: int

    case = models.OneToOneField("counter.Case", on_delete=models.CASCADE, related_name="record")
    dataset = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    period = models.CharField(max_length=20, blank=True)
    texts = models.JSONField(default=dict)
    changes = models.BooleanField(default=False)
    submission = models.UUIDField(null=True)
    published_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["dataset", "key"], name="case_record_key"),
            models.Index(fields=["id"], name="case_record_open", condition=models.Q(published_on=None)),
        )

    def __str__(self) -> str:
        return f"{self.dataset}/{self.key}"
