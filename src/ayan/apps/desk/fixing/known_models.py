"""What a unit said of its files before, to be offered for the next: headers, layouts, codes and fixes."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class KnownHeader(models.Model):
    """What the columns of a file with this header are, as an officer of this unit said the last time."""

    unit = models.CharField(max_length=120, blank=True)
    dataset = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    columns = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [  # noqa: RUF012 - Django wants a list
            models.UniqueConstraint(fields=["unit", "dataset", "fingerprint"], name="one_known_header")
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.fingerprint[:8]}"


class KnownLayout(models.Model):
    """The layout steps of a file with these titles, as an officer of this unit confirmed them with the columns."""

    unit = models.CharField(max_length=120, blank=True)
    dataset = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    steps = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [  # noqa: RUF012 - Django wants a list
            models.UniqueConstraint(fields=["unit", "dataset", "fingerprint"], name="one_known_layout")
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.fingerprint[:8]}"


class KnownCode(models.Model):
    """A text of a code list that an officer nodded to, by a keyed mark; it holds for every file of the dataset."""

    dataset = models.CharField(max_length=80)
    mark = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [  # noqa: RUF012 - Django wants a list
            models.UniqueConstraint(fields=["dataset", "mark"], name="one_known_code")
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.mark[:8]}"


class KnownFixes(models.Model):
    """What a unit put right in files of a dataset, to be offered for the next one.

    ``locked`` is what `ayan.apps.desk.fixing.known_fixes` keeps of it, encrypted: texts of cells may be personal
    data.
    """

    unit = models.CharField(max_length=120, blank=True)
    dataset = models.CharField(max_length=80)
    locked = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "dataset"], name="one_known_fixes"),)

    def __str__(self) -> str:
        return self.dataset
