"""Who follows what by mail. The address is the only thing known of a follower, and it is kept encrypted."""

from __future__ import annotations

from django.db import models


class Follower(models.Model):
    """One address that follows things. Personal data: the address, encrypted, and a keyed digest to recognise it.

    The row goes when the last of its subscriptions does. ``code`` names it in links; ``site`` is the address of the
    portal at which it asked, and ``sent_on`` the day of the last digest.
    """

    code = models.CharField(max_length=32, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    locked = models.TextField()
    lang = models.CharField(max_length=20)
    site = models.CharField(max_length=200)
    sent_on = models.DateField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"follower {self.pk}"

    @property
    def follows(self) -> models.QuerySet[Subscription]:
        """What it follows, which is what was confirmed, in the order in which it was asked for."""
        return Subscription.objects.filter(follower=self, confirmed_at__isnull=False).order_by("pk")


class FollowRequest(models.Model):
    """Somebody asked with an address to follow something; the worker answers by letter and lets go of it.

    Every request leaves one, whatever is known of its address, so that asking takes the same time for all. Personal
    data: the address, encrypted.
    """

    locked = models.TextField()
    about = models.CharField(max_length=1000)
    lang = models.CharField(max_length=20)
    site = models.CharField(max_length=200)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"request {self.pk}"


class Subscription(models.Model):
    """One thing that a follower follows; without effect until it is confirmed by the link that was sent.

    ``about`` is the text of a topic. ``reported_until`` is the moment up to which news have been sent. Personal
    data: who follows what.
    """

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="subscriptions")
    code = models.CharField(max_length=32, unique=True)
    about = models.CharField(max_length=1000)
    created_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True)
    reported_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("follower", "about"), name="one_subscription_of_a_kind"),)

    def __str__(self) -> str:
        return f"subscription {self.pk}"
