"""Who is sent a feed when it changes, and who has asked for it. Callbacks and secrets are kept encrypted."""

from __future__ import annotations

from django.db import models


class HubMode(models.TextChoices):
    """What a callback is asked, or told."""

    SUBSCRIBE = "subscribe", "اشتراک"
    UNSUBSCRIBE = "unsubscribe", "پایان اشتراک"
    DENIED = "denied", "رد"


class HubSubscription(models.Model):
    """One callback that is sent one feed until its lease ends.

    ``path`` is the feed's on this site; ``callback`` and ``secret`` are encrypted, ``digest`` and ``host`` are keyed
    digests of the callback and of its host. ``owed_at`` is when the feed is sent (again); None while nothing is owed.
    ``taken`` is the SHA-256 of what the callback took last. No feed is kept: what is sent is what stands then.
    """

    path = models.CharField(max_length=200)
    callback = models.TextField()
    digest = models.CharField(max_length=64)
    host = models.CharField(max_length=64, db_index=True)
    secret = models.TextField(blank=True)
    lease_until = models.DateTimeField(db_index=True)
    owed_at = models.DateTimeField(null=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    taken = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("path", "digest"), name="one_subscription_of_a_callback"),)

    def __str__(self) -> str:
        return f"hub subscription {self.pk}"


class HubRequest(models.Model):
    """Something that a callback is still to be asked or told; without effect until it has confirmed it.

    ``topic`` is the address as it was asked for, by which the subscriber knows it again, and ``path`` the feed's on
    this site. ``reason`` is of a denial alone. The rest is as in a subscription.
    """

    mode = models.CharField(max_length=12, choices=HubMode)
    topic = models.CharField(max_length=500)
    path = models.CharField(max_length=200)
    callback = models.TextField()
    digest = models.CharField(max_length=64)
    host = models.CharField(max_length=64)
    secret = models.TextField(blank=True)
    lease_seconds = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"hub request {self.pk}"
