"""What is kept of sources: what each is and may do, its tokens, what came from it and how each of its runs ended."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import models

from ayan.core.store.correction_reason import USUAL

WAITING: Final = (
    "new-header", "units", "errors", "held", "large-change", "unbalanced", "ready", "unreadable", "trouble",
)  # fmt: skip
"""What a clerk has to see to before it goes on."""


class Source(models.Model):
    """One system that sends data of a unit by itself.

    ``account`` is the account of a machine in whose name it acts; what that may do stands in its grants. ``where`` is
    the name of a sub-folder, an address, or the environment variable that holds a database's address; ``query`` names
    a file of the operator's, ``secret`` an environment variable. ``every`` is in minutes; ``reason`` is the code that
    its corrections state. ``units`` are the units of money that its files are in, where they are others than declared:
    by dataset and field. ``state`` is what the last run left for the next: files seen, tags of an answer. ``locked`` is
    the secret that somebody entered at the desk instead of naming a variable, encrypted. ``claimed_until`` is empty: a
    site of an earlier version, which asks for it, answers until it begins anew. Holds no personal data.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=10)
    unit = models.CharField(max_length=120, blank=True)
    datasets = models.JSONField(default=list)
    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sends = models.BooleanField(default=True)
    where = models.CharField(max_length=500, blank=True)
    query = models.CharField(max_length=60, blank=True)
    secret = models.CharField(max_length=80, blank=True)
    locked = models.TextField(blank=True)
    plain = models.BooleanField(default=False)
    period = models.CharField(max_length=10, default="given")
    every = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=30, default=USUAL)
    units = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    next_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    last_code = models.CharField(max_length=30, blank=True)
    state = models.JSONField(default=dict)

    class Meta:
        ordering = ["-active", "name"]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return self.slug

    def units_of(self, dataset: str) -> dict[str, str]:
        """The units of money in which it sends fields of a dataset, where they are others than declared."""
        units: dict[str, str] = self.units.get(dataset, {})
        return units

    @property
    def dataset(self) -> str:
        """The dataset of a source that has one only; every source but those of uploads."""
        return str(self.datasets[0])


class SourceToken(models.Model):
    """What a system shows to send in the name of a source: of the token itself only a keyed digest is kept.

    ``hint`` are its first letters, so that people can tell tokens apart. Scope: the unit of the source, ``datasets``
    and ``verbs`` of policy.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    datasets = models.JSONField(default=list)
    verbs = models.JSONField(default=list)
    until = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return f"{self.source_id} {self.hint}"

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything at a moment."""
        return self.revoked_at is None and now < self.until and self.source.active and self.source.account.is_active


class Arrival(models.Model):
    """One file that came by itself, and what became of it.

    ``digest`` is keyed by the city's secret, as is ``key``, by which the sender says that two requests are one.
    ``submission`` is the id of the desk's submission. ``code`` says where it stands: empty while it is looked at.
    ``spot`` is where a file of a watched folder stands meanwhile. ``sends`` is whether it may go on to the approvers
    by itself. ``part`` says that its rows are only a part of their period, and are added to what is published of it.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="arrivals")
    token = models.ForeignKey(SourceToken, on_delete=models.SET_NULL, related_name="arrivals", null=True)
    dataset = models.CharField(max_length=80)
    period = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null, for no two keys that are absent are equal
    at = models.DateTimeField()
    submission = models.UUIDField(null=True, db_index=True)
    sends = models.BooleanField(default=True)
    part = models.BooleanField(default=False)
    spot = models.CharField(max_length=255, blank=True)
    code = models.CharField(max_length=30, blank=True)
    details = models.JSONField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]  # noqa: RUF012 - Django wants a list
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_arrival_of_a_key")]  # noqa: RUF012 - Django wants a list
        indexes = [models.Index(fields=["dataset", "period", "digest"], name="arrival_dataset_period_digest")]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return f"{self.dataset}/{self.period} {self.code}"


class SourceRun(models.Model):
    """How one look at a folder, database or address ended: ``code`` in a word, ``details`` in both languages."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    at = models.DateTimeField()
    code = models.CharField(max_length=30)
    details = models.JSONField(null=True)

    class Meta:
        ordering = ["-at", "-id"]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.code}"
